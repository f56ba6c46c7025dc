//! Making an index anew.

use anyhow::Result;
use ferrite_base::{Clock, Fault};
use ferrite_storage::{Collection, Db, Document, Error, ServerLock};

use super::state::{self, Status};
use super::{INDEXES, Index};
use crate::console::progress::Progress;
use crate::project::Project;

/// So many rows are made in one transaction.
const STEP: i64 = 200;

/// Which of Ferrite's tables an index is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    /// Products by store view, which lists search.
    Products,
    /// Products in categories.
    Links,
    /// Whether products can be sold.
    Stock,
    /// Customers, as lists find them.
    Customers,
    /// Store views, as they are found.
    Views,
    /// Nothing is kept for it: what it would hold is worked out when it is asked for.
    Nothing,
}

fn table(id: &str) -> Table {
    match id {
        "catalog_product_attribute"
        | "catalog_product_price"
        | "catalog_product_flat"
        | "catalogsearch_fulltext" => Table::Products,
        "catalog_category_product" | "catalog_product_category" => Table::Links,
        "cataloginventory_stock" | "inventory" => Table::Stock,
        "customer_grid" => Table::Customers,
        "design_config_grid" => Table::Views,
        _ => Table::Nothing,
    }
}

/// Makes indexes anew, one after another as the lines are taken: whether it was done, and the line
/// that says so. Several indexes that are one table here are made once.
pub fn all<'a>(
    project: &'a Project,
    db: &'a Db,
    chosen: &'a [Index],
) -> impl Iterator<Item = Result<(bool, String)>> + 'a {
    let mut made = Vec::new();
    chosen
        .iter()
        .map(move |index| one(project, db, *index, &mut made))
}

fn one(
    project: &Project,
    db: &Db,
    (id, title): Index,
    made: &mut Vec<Table>,
) -> Result<(bool, String)> {
    project.make_folder("var/locks")?;
    let lock = project.path(&format!("var/locks/index-{id}.lock"));
    let Ok(_lock) = ServerLock::acquire(&lock) else {
        let text = format!("{title} index is locked by another reindex process. Skipping.");
        return Ok((false, text));
    };
    if state::of(db, id)?.status == Status::Suspended {
        return Ok((true, format!("{title} index is suspended. Skipping.")));
    }
    let clock = Clock::system();
    let began = clock.unix_seconds();
    state::change(db, id, |state| state.status = Status::Working)?;
    let table = table(id);
    if !made.contains(&table) {
        let done = make(db, table, &mut Progress::of(title));
        if let Err(error) = done {
            state::change(db, id, |state| state.status = Status::Invalid)?;
            return Err(error.into());
        }
        made.push(table);
    }
    let now = clock.now().as_str().to_owned();
    state::change(db, id, move |state| {
        state.status = Status::Valid;
        state.updated.clone_from(&now);
    })?;
    let time = clock_text(clock.unix_seconds() - began);
    Ok((
        true,
        format!("{title} index has been rebuilt successfully in {time}"),
    ))
}

fn clock_text(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

fn make(db: &Db, table: Table, progress: &mut Progress) -> Result<(), Fault> {
    match table {
        Table::Products => {
            let told = |done: i64, all: i64| progress.set(done, all);
            ferrite_catalog::products::rebuild_index(db, told)?;
        }
        Table::Links => derive(
            db,
            &ferrite_catalog::categories::CATEGORY_PRODUCTS,
            progress,
        )?,
        Table::Customers => derive(db, &ferrite_customers::CUSTOMERS, progress)?,
        Table::Views => derive(db, &ferrite_settings::STORE_VIEWS, progress)?,
        Table::Stock => {
            let mut next = Some(0);
            while let Some(after) = next {
                next = db.write(move |tx| ferrite_inventory::rebuild_status(tx, after, STEP))?;
            }
        }
        Table::Nothing => {}
    }
    Ok(())
}

fn derive<T: Document>(
    db: &Db,
    collection: &'static Collection<T>,
    progress: &mut Progress,
) -> Result<(), Error> {
    let all = db.read(|tx| collection.count(tx))?;
    let (mut next, mut done) = (Some(0), 0);
    while let Some(after) = next {
        next = db.write(move |tx| collection.derive_anew(tx, after, STEP))?;
        done += STEP;
        progress.set(done.min(all), all);
    }
    Ok(())
}

/// Makes those indexes anew that are marked as invalid, or that somebody began with and did not
/// finish; the lines that say so.
pub fn reindex_invalid(project: &Project, db: &Db) -> Result<Vec<String>> {
    let mut invalid = Vec::new();
    for index in INDEXES {
        let status = state::of(db, index.0)?.status;
        if matches!(status, Status::Invalid | Status::Working) {
            invalid.push(index);
        }
    }
    let lines = all(project, db, &invalid).map(|line| line.map(|(_, text)| text));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_off_a_clock() {
        assert_eq!(clock_text(0), "00:00:00");
        assert_eq!(clock_text(3_725), "01:02:05");
    }
}
