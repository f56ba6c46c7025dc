//! Tables from declarations, in both dialects.

use crate::{Collection, Document, FieldKind, Result, Tx, Value};

/// Something that has a table.
pub trait Declared: Sync {
    /// Creates the table, or adds what it lacks. May run again at any time.
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<()>;
}

impl<T: Document> Declared for Collection<T> {
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<()> {
        let lite = tx.is_sqlite();
        let name = self.name;
        let id = if lite {
            "id INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL"
        } else {
            "id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, doc LONGTEXT NOT NULL"
        };
        let suffix = if lite {
            ""
        } else {
            " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        };
        tx.execute(
            &format!("CREATE TABLE IF NOT EXISTS {name} ({id}){suffix}"),
            &[],
        )?;
        let present = columns(tx, name)?;
        let mut added = false;
        for field in self.fields {
            let column = field.column();
            if present.contains(&column) {
                continue;
            }
            added = true;
            let kind = match (field.kind, lite) {
                (FieldKind::Text, true) => "TEXT",
                (FieldKind::Text, false) if field.unique => "VARCHAR(255)",
                (FieldKind::Text, false) => "LONGTEXT",
                _ => "BIGINT",
            };
            tx.execute(
                &format!("ALTER TABLE {name} ADD COLUMN {column} {kind} NULL"),
                &[],
            )?;
        }
        if added {
            self.backfill(tx)?;
        }
        for field in self.fields.iter().filter(|field| field.indexed) {
            let column = field.column();
            let unique = if field.unique { "UNIQUE " } else { "" };
            let long = !lite && field.kind == FieldKind::Text && !field.unique;
            let part = if long { "(191)" } else { "" };
            let sql = format!(
                "CREATE {unique}INDEX IF NOT EXISTS {name}_{column} ON {name} ({column}{part})"
            );
            tx.execute(&sql, &[])?;
        }
        Ok(())
    }
}

fn columns(tx: &mut Tx<'_>, table: &str) -> Result<Vec<String>> {
    let sql = if tx.is_sqlite() {
        "SELECT name FROM pragma_table_info(?)"
    } else {
        "SELECT CAST(column_name AS CHAR) FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = ?"
    };
    let rows = tx.query(sql, &[Value::from(table)])?;
    let text = |row: Vec<Value>| row.into_iter().next().map(Value::into_bytes);
    Ok(rows
        .into_iter()
        .filter_map(text)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect())
}
