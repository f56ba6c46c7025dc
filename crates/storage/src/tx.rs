//! A transaction: the one thing that SQL goes through.

use ferrite_base::DateTime;

use crate::changes::Tables;
use crate::full_text::TextChange;
use crate::remembered::Ground;
use crate::{Error, Result, Value};

/// An open transaction on either engine.
pub struct Tx<'a> {
    pub(crate) connection: Connection<'a>,
    pub(crate) now: DateTime,
    pub(crate) writing: bool,
    pub(crate) raised: bool,
    pub(crate) conflicted: bool,
    pub(crate) looked_at: Tables,
    pub(crate) written: Tables,
    pub(crate) ground: Option<Ground<'a>>,
    /// Changes of full texts that are still to be made.
    pub(crate) texts: Vec<TextChange>,
}

pub(crate) enum Connection<'a> {
    Lite(&'a rusqlite::Connection),
    My(&'a mut ::mysql::PooledConn),
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: Connection<'a>, now: DateTime, writing: bool) -> Self {
        Self {
            connection,
            now,
            writing,
            raised: false,
            conflicted: false,
            looked_at: Tables::default(),
            written: Tables::default(),
            ground: None,
            texts: Vec::new(),
        }
    }

    pub(crate) fn on(connection: Connection<'a>, now: DateTime, ground: Ground<'a>) -> Self {
        Self {
            ground: Some(ground),
            ..Self::new(connection, now, false)
        }
    }
}

impl Tx<'_> {
    /// When the transaction began.
    pub fn now(&self) -> &DateTime {
        &self.now
    }

    /// Whether it may change anything.
    pub fn is_writing(&self) -> bool {
        self.writing
    }

    /// Whether the engine is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Lite(_))
    }

    /// This commit must be noticed by every serving process before its next request.
    pub fn raise_generation(&mut self) {
        self.raised = true;
    }

    /// Runs a statement; `?` stand for the values. Returns how many rows it touched.
    pub fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.execute_on(Tables::ALL, sql, values)
    }

    /// Runs a query; `?` stand for the values.
    pub fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>> {
        self.query_on(Tables::ALL, sql, values)
    }

    /// A statement that changes no other tables than these.
    pub(crate) fn execute_on(
        &mut self,
        tables: Tables,
        sql: &str,
        values: &[Value],
    ) -> Result<u64> {
        self.written.add(tables);
        match &mut self.connection {
            Connection::Lite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.execute(rusqlite::params_from_iter(values.iter()))?;
                Ok(u64::try_from(rows).unwrap_or(u64::MAX))
            }
            Connection::My(connection) => {
                let done = crate::mysql::execute(connection, sql, values);
                self.conflicted |= done == Err(Error::Busy);
                done
            }
        }
    }

    /// A query that looks at no other tables than these.
    pub(crate) fn query_on(
        &mut self,
        tables: Tables,
        sql: &str,
        values: &[Value],
    ) -> Result<Vec<Vec<Value>>> {
        self.looked_at.add(tables);
        match &mut self.connection {
            Connection::Lite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values.iter()))?;
                let mut out = Vec::new();
                while let Some(row) = rows.next()? {
                    let read = |index| row.get_ref(index).map(from_sqlite);
                    out.push(
                        (0..columns)
                            .map(read)
                            .collect::<std::result::Result<_, _>>()?,
                    );
                }
                Ok(out)
            }
            Connection::My(connection) => {
                let done = crate::mysql::query(connection, sql, values);
                self.conflicted |= matches!(done, Err(Error::Busy));
                done
            }
        }
    }

    /// Runs an `INSERT` without an id and returns the one that the row got.
    pub(crate) fn insert(&mut self, table: &str, sql: &str, values: &[Value]) -> Result<i64> {
        let table = Tables::of(table);
        self.written.add(table);
        if let Connection::Lite(connection) = &self.connection {
            let mut statement = connection.prepare_cached(sql)?;
            return Ok(statement.insert(rusqlite::params_from_iter(values.iter()))?);
        }
        let rows = self.query_on(table, &format!("{sql} RETURNING id"), values)?;
        let id = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::as_int);
        id.ok_or_else(|| Error::Engine("an insert returned no id".to_owned()))
    }
}

fn from_sqlite(value: rusqlite::types::ValueRef<'_>) -> Value {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no column of ours holds a float"
        )]
        ValueRef::Real(number) => Value::Int(number as i64),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
