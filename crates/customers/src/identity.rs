//! What `accounts` asks about customers: who may sign in, and whose tokens still count.

use ferrite_accounts::{Account, Customers, Standing};
use ferrite_base::{Clock, Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Tx};
use serde_json::Value;

use super::account;
use super::groups::GROUPS;
use super::rows::{CUSTOMERS, Row, find, per_website};

/// The customers of a store.
pub struct CustomerAccounts {
    /// The time.
    pub clock: Clock,
}

impl Customers for CustomerAccounts {
    fn find(
        &self,
        tx: &mut Tx<'_>,
        at: &Settings,
        email: &str,
        website_id: i64,
    ) -> Result<Option<Account>, Fault> {
        let found = find(tx, at, email, website_id)?;
        let Some(row) = found else { return Ok(None) };
        let group = GROUPS.get(tx, row.number("group_id"))?;
        let is_excluded =
            group.is_some_and(|group| group.excluded_website_ids.contains(&website_id));
        Ok(Some(Account {
            id: row.id,
            password_hash: row
                .values
                .get("password_hash")
                .and_then(Value::as_str)
                .map(str::to_owned),
            is_locked: is_locked(&row, &self.clock),
            is_closed: is_excluded || account::is_awaited(at, &row),
        }))
    }

    fn note(&self, db: &Db, at: &Settings, id: i64, failed: bool) -> Result<(), Fault> {
        note(db, at, &self.clock, id, failed)
    }

    fn standing(&self, tx: &mut Tx<'_>, at: &Settings, id: i64) -> Result<Option<Standing>, Fault> {
        let found = CUSTOMERS.get(tx, id)?;
        let counts_apart = per_website(at);
        Ok(found.map(|row| Standing {
            tokens_since: row.number("tokens_since"),
            website_id: counts_apart.then(|| row.number("website_id")),
        }))
    }

    fn revoke(&self, tx: &mut Tx<'_>, id: i64, now: i64) -> Result<(), Fault> {
        let mut row = super::read::load(tx, id)?;
        row.set("tokens_since", now);
        tx.raise_generation();
        Ok(CUSTOMERS.put(tx, &row)?)
    }
}

/// Whether too many passwords were wrong of late.
pub(crate) fn is_locked(row: &Row, clock: &Clock) -> bool {
    row.number("locked_until") > clock.unix_seconds()
}

/// Forgets wrong passwords.
pub(crate) fn unlock(row: &mut Row) {
    for field in ["failures_num", "first_failure", "locked_until"] {
        row.values.remove(field);
    }
}

/// Counts a wrong password, or forgets those before a right one.
pub(crate) fn note(
    db: &Db,
    settings: &Settings,
    clock: &Clock,
    id: i64,
    failed: bool,
) -> Result<(), Fault> {
    let scope = StoreScope::admin();
    let most = settings.number("customer/password/lockout_failures", &scope);
    let seconds = 60 * settings.number("customer/password/lockout_threshold", &scope);
    if most <= 0 || seconds <= 0 {
        return Ok(());
    }
    let now = clock.unix_seconds();
    db.write(move |tx| {
        let Some(mut row) = CUSTOMERS.get(tx, id)? else {
            return Ok(());
        };
        if !failed {
            let before = row.values.len();
            unlock(&mut row);
            if row.values.len() == before {
                return Ok(());
            }
            return Ok::<_, Fault>(CUSTOMERS.put(tx, &row)?);
        }
        let is_fresh = row.number("first_failure").saturating_add(seconds) < now;
        let failures = if is_fresh {
            1
        } else {
            row.number("failures_num") + 1
        };
        if is_fresh {
            row.set("first_failure", now);
        }
        row.set("failures_num", failures);
        if failures >= most {
            row.set("locked_until", now.saturating_add(seconds));
        }
        Ok(CUSTOMERS.put(tx, &row)?)
    })
}
