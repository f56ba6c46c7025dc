//! Old bulks go, with their operations: what was sent and what became of it is kept for as many days
//! as the configuration says (`system/bulk/lifetime`). One of which something is still to be done
//! stays, however old it is.

use ferrite_base::{DateTime, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Direction, Error, Filter, Scalar, Search, Sort, Tx};

use super::rows::{BULKS, Bulk, OPERATIONS, OperationStatus};

/// For how many days bulks are kept.
const LIFETIME: &str = "system/bulk/lifetime";

const SECONDS_A_DAY: i64 = 86_400;

/// So many go in one transaction.
const FEW: i64 = 50;

/// Takes old bulks away; returns how many. `now` is in seconds since 1970.
pub fn forget_old(db: &Db, settings: &Settings, now: i64) -> Result<u64, Error> {
    let days = settings.number(LIFETIME, &StoreScope::admin()).max(0);
    let oldest = now.saturating_sub(days.saturating_mul(SECONDS_A_DAY));
    let oldest = DateTime::from_unix_seconds(oldest);
    let (mut gone, mut after) = (0, 0);
    loop {
        let next = db.read(|tx| next(tx, after))?;
        let is_old = |bulk: &&Bulk| bulk.start_time.as_str() < oldest.as_str();
        let old: Vec<Bulk> = next.iter().take_while(is_old).cloned().collect();
        let Some(last) = old.last() else {
            return Ok(gone);
        };
        after = last.id;
        gone += db.write(move |tx| {
            let done: Result<Vec<bool>, Error> = old.iter().map(|one| forget(tx, one)).collect();
            Ok::<u64, Error>(done?.iter().map(|gone| u64::from(*gone)).sum())
        })?;
    }
}

fn filter(field: &str, condition: &str, value: impl ToString) -> Vec<Filter> {
    vec![Filter {
        field: field.to_owned(),
        condition: condition.to_owned(),
        value: value.to_string(),
    }]
}

/// The bulks that came after this one, in their order.
fn next(tx: &mut Tx<'_>, after: i64) -> Result<Vec<Bulk>, Error> {
    let search = Search {
        groups: vec![filter("entity_id", "gt", after)],
        sort: vec![Sort {
            field: "entity_id".to_owned(),
            direction: Direction::Ascending,
        }],
        page_size: Some(FEW),
        page: 1,
    };
    Ok(BULKS.search(tx, &search)?.items)
}

/// Takes a bulk away, unless something of it is still to be done.
fn forget(tx: &mut Tx<'_>, bulk: &Bulk) -> Result<bool, Error> {
    let open = Search {
        groups: vec![
            filter("bulk_uuid", "eq", &bulk.uuid),
            filter("status", "eq", i64::from(OperationStatus::Open)),
        ],
        page_size: Some(1),
        ..Search::default()
    };
    if OPERATIONS.search(tx, &open)?.total > 0 {
        return Ok(false);
    }
    OPERATIONS.delete_by(tx, "bulk_uuid", &Scalar::from(bulk.uuid.as_str()))?;
    BULKS.delete(tx, bulk.id)
}
