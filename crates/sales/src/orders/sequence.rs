//! Increment ids: one sequence for each store view, without gaps where a write fails.

use ferrite_storage::{Declared, Error, Tx, Value};

/// The sequences' table.
pub(super) struct Sequence;

impl Declared for Sequence {
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let sql = "CREATE TABLE IF NOT EXISTS sequence_order \
                   (store_id BIGINT NOT NULL PRIMARY KEY, last BIGINT NOT NULL)";
        tx.execute(sql, &[])?;
        Ok(())
    }

    fn shape(&self) -> String {
        "sequence_order".to_owned()
    }
}

/// The next increment id of a store view: nine digits, behind the store view's id where it is not
/// the first.
pub(super) fn next(tx: &mut Tx<'_>, store_id: i64) -> Result<String, Error> {
    let store = [Value::Int(store_id)];
    // The update comes first: it holds the row until the write ends.
    let sql = "UPDATE sequence_order SET last = last + 1 WHERE store_id = ?";
    if tx.execute(sql, &store)? == 0 {
        let sql = "INSERT INTO sequence_order (store_id, last) VALUES (?, 1)";
        tx.execute(sql, &store)?;
    }
    let rows = tx.query("SELECT last FROM sequence_order WHERE store_id = ?", &store)?;
    let last = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_int);
    let prefix = if store_id > 1 {
        store_id.to_string()
    } else {
        String::new()
    };
    Ok(format!("{prefix}{:09}", last.unwrap_or(1)))
}
