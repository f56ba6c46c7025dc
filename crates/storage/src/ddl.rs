//! Tables from declarations, in both dialects.

use serde::{Deserialize, Serialize};

use crate::{Collection, Document, FieldKind, Result, Tx, Value, serde_document};

/// Something that has a table.
pub trait Declared: Sync {
    /// Creates the table, or adds what it lacks. May run again at any time.
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<()>;

    /// What the table is like, as one line: another line makes a store migrate.
    fn shape(&self) -> String;
}

/// What the tables of a store are like, as the binary that migrated it last declared them.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Shape {
    id: i64,
    lines: Vec<String>,
}

serde_document!(Shape);

static SHAPES: Collection<Shape> = Collection {
    name: "ferrite_schema",
    fields: &[],
};

const THE_SHAPE: i64 = 1;

fn lines(tables: &[&dyn Declared]) -> Vec<String> {
    tables.iter().map(|table| table.shape()).collect()
}

/// Whether a store has these tables as they are declared. Fails on a store that knows nothing of it.
pub(crate) fn is_current(tx: &mut Tx<'_>, tables: &[&dyn Declared]) -> Result<bool> {
    let held = SHAPES.get(tx, THE_SHAPE)?;
    Ok(held.is_some_and(|held| held.lines == lines(tables)))
}

/// Makes the tables. MariaDB ends the transaction at each statement.
pub(crate) fn migrate(tx: &mut Tx<'_>, tables: &[&dyn Declared]) -> Result<()> {
    for table in tables {
        table.migrate(tx)?;
    }
    SHAPES.migrate(tx)
}

/// Notes what the tables are like and fills what is new. The note comes first: of several servers
/// that begin at once the others wait at its row, and find everything filled.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    tables: &[&dyn Declared],
    fill: impl Fn(&mut Tx<'_>) -> Result<()>,
) -> Result<()> {
    let shape = Shape {
        id: THE_SHAPE,
        lines: lines(tables),
    };
    let values = [Value::Int(THE_SHAPE), Value::Text(shape.to_text()?)];
    let sql = format!("REPLACE INTO {} (id, doc) VALUES (?, ?)", SHAPES.name);
    tx.execute(&sql, &values)?;
    fill(tx)
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
            // Another server may be at it too.
            let unless = if lite { "" } else { "IF NOT EXISTS " };
            let sql = format!("ALTER TABLE {name} ADD COLUMN {unless}{column} {kind} NULL");
            tx.execute(&sql, &[])?;
        }
        if added {
            self.backfill(tx)?;
        }
        if present.len() > COLUMNS_WITHOUT_FIELDS {
            self.forget_indexes(tx)?;
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
        for field in self.fields {
            let Some(other) = field.paged_by else {
                continue;
            };
            let (first, second) = (field.column(), self.field(other)?.column());
            let sql = format!(
                "CREATE INDEX IF NOT EXISTS {name}_{first}_{second} ON {name} ({first}, {second})"
            );
            tx.execute(&sql, &[])?;
        }
        Ok(())
    }

    fn shape(&self) -> String {
        let field = |field: &crate::Field<T>| {
            let (kind, unique, indexed) = (field.kind, field.unique, field.indexed);
            let paged_by = field.paged_by.map(|other| format!(":{other}"));
            let paged_by = paged_by.unwrap_or_default();
            format!(" {}:{kind:?}:{unique}:{indexed}{paged_by}", field.name)
        };
        let fields: String = self.fields.iter().map(field).collect();
        format!("{}{fields}", self.name)
    }
}

/// The id and the document: a table with no more is new.
const COLUMNS_WITHOUT_FIELDS: usize = 2;

impl<T: Document> Collection<T> {
    /// Takes away the indexes that fields had in an earlier version.
    fn forget_indexes(&self, tx: &mut Tx<'_>) -> Result<()> {
        let on = if tx.is_sqlite() {
            String::new()
        } else {
            format!(" ON {}", self.name)
        };
        let plain = self.fields.iter().filter(|field| !field.indexed);
        for field in plain {
            let index = format!("{}_{}", self.name, field.column());
            tx.execute(&format!("DROP INDEX IF EXISTS {index}{on}"), &[])?;
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
