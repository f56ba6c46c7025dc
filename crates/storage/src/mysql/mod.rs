//! MariaDB over the blocking client: as many reads as connections, and one write after the other.
//!
//! A write reads, decides and changes. Were two of them to run at once, each would decide on what the
//! other is about to change, and the later one would undo the earlier: so each locks one row first
//! (`turn`), which the next one, of whatever process, waits for. What decides by its keys alone is
//! written beside the others. A write that meets a conflict runs again.

mod commit;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ::mysql::consts::CapabilityFlags;
use ::mysql::prelude::Queryable;
use ::mysql::{OptsBuilder, Params, Pool, PoolConstraints, PoolOpts, PooledConn};
use ferrite_base::Clock;

use self::commit::Ended;
use crate::generation::Counter;
use crate::tx::Connection as Open;
use crate::{Error, MySqlOptions, Options, Result, Tx, Value};

const ATTEMPTS: u32 = 10;

/// Strict, `||` as in the standard, an id of 0 kept as 0, and UTC; on
/// MariaDB no statement runs without end.
const SESSION: &str = "SET SESSION sql_mode = \
    'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,NO_BACKSLASH_ESCAPES', \
    time_zone = '+00:00', innodb_lock_wait_timeout = 10 \
    /*M!100101 , max_statement_time = 30 */";

pub(crate) struct My {
    pool: Pool,
    /// The most connections that are held.
    most: usize,
    clock: Clock,
    twice: bool,
    /// Held by the one write of this process that waits for its turn, or has it: the others need no
    /// connection meanwhile.
    turn: Mutex<()>,
}

/// Whether a write waits until nobody else writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    Taken,
    NotNeeded,
}

impl My {
    pub(crate) fn open(server: &MySqlOptions, options: &Options) -> Result<Self> {
        let (host, port) = server
            .address
            .rsplit_once(':')
            .unwrap_or((&server.address, "3306"));
        let port = port
            .parse()
            .map_err(|_| Error::Unreachable("bad port".to_owned()))?;
        let most = server.connections.max(2);
        let constraints = PoolConstraints::new(0, most).unwrap_or_default();
        let pool = PoolOpts::new()
            .with_constraints(constraints)
            .with_reset_connection(false)
            .with_check_health(false);
        let opts = OptsBuilder::new()
            .ip_or_hostname(Some(host))
            .tcp_port(port)
            .db_name(Some(&server.database))
            .user(Some(&server.user))
            .pass(Some(server.password.reveal()))
            .prefer_socket(false)
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
            .stmt_cache_size(128)
            .init(vec![SESSION.to_owned()])
            .pool_opts(pool);
        let clock = options.clock.clone();
        Ok(Self {
            pool: Pool::new(opts)?,
            most,
            clock,
            twice: options.run_writes_twice,
            turn: Mutex::new(()),
        })
    }

    /// The table by which a commit whose answer was lost is known to have happened, and in it the row
    /// that writes lock.
    pub(crate) fn prepare(&self) -> Result<()> {
        commit::prepare(&mut self.connection()?)
    }

    pub(crate) fn read<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.begin("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")?;
        let mut tx = Tx::new(Open::My(&mut connection), self.clock.now(), false);
        let answer = function(&mut tx);
        let ended = connection.query_drop("COMMIT").map_err(Error::from);
        if ended.is_err() {
            discard(connection);
        }
        answer.and_then(|value| ended.map(|()| value).map_err(E::from))
    }

    pub(crate) fn write<T, E: From<Error>>(
        &self,
        counter: &Counter,
        turn: Turn,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let alone = || self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _alone = (turn == Turn::Taken).then(alone);
        let mut attempt = 1;
        loop {
            match self.once(counter, turn, &function) {
                Once::Ended(answer) => return answer,
                Once::Conflict if attempt < ATTEMPTS => {
                    thread::sleep(Duration::from_millis(u64::from(attempt) * 3));
                    attempt += 1;
                }
                Once::Conflict => return Err(Error::Busy.into()),
            }
        }
    }

    fn once<T, E: From<Error>>(
        &self,
        counter: &Counter,
        turn: Turn,
        function: &impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> Once<T, E> {
        let begun = || self.begin_write(turn);
        let mut connection = match begun() {
            Ok(connection) => connection,
            Err(Error::Busy) => return Once::Conflict,
            Err(error) => return Once::Ended(Err(error.into())),
        };
        if self.twice {
            let _ = self.attempt(&mut connection, function);
            undo(connection);
            connection = match begun() {
                Ok(connection) => connection,
                Err(_) => return Once::Conflict,
            };
        }
        let (answer, raised, conflict) = self.attempt(&mut connection, function);
        if conflict {
            undo(connection);
            return Once::Conflict;
        }
        let value = match answer {
            Ok(value) => value,
            Err(error) => {
                undo(connection);
                return Once::Ended(Err(error));
            }
        };
        let commit = || commit::commit(&self.pool, connection);
        let committed = if raised {
            counter.around(commit)
        } else {
            commit()
        };
        match committed {
            Ok(Ended::Kept) => Once::Ended(Ok(value)),
            Ok(Ended::Undone) => Once::Conflict,
            Err(error) => Once::Ended(Err(error.into())),
        }
    }

    /// A connection that has begun a write, and has its turn where it needs one.
    fn begin_write(&self, turn: Turn) -> Result<PooledConn> {
        let mut connection = self.begin("START TRANSACTION")?;
        if turn == Turn::NotNeeded {
            return Ok(connection);
        }
        // What is read from here on is what the write before has left: the snapshot is made by the
        // first read that does not lock.
        match commit::take_turn(&mut connection) {
            Ok(true) => Ok(connection),
            Ok(false) => {
                // An earlier binary has made the table without the row.
                undo(connection);
                self.prepare()?;
                Err(Error::Busy)
            }
            Err(error) => {
                undo(connection);
                Err(error)
            }
        }
    }

    fn attempt<T, E: From<Error>>(
        &self,
        connection: &mut PooledConn,
        function: &impl Fn(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> (std::result::Result<T, E>, bool, bool) {
        let mut tx = Tx::new(Open::My(connection), self.clock.now(), true);
        let answer = catch_unwind(AssertUnwindSafe(|| function(&mut tx)))
            .unwrap_or_else(|_| Err(Error::Panicked.into()));
        let raised = tx.raised;
        (answer, raised, tx.conflicted)
    }

    /// A connection that has begun a transaction; those that the server has ended meanwhile are
    /// replaced.
    fn begin(&self, statement: &str) -> Result<PooledConn> {
        let mut attempt = 0;
        loop {
            let mut connection = self.connection()?;
            match connection.query_drop(statement).map_err(Error::from) {
                Ok(()) => return Ok(connection),
                Err(error) => {
                    discard(connection);
                    if attempt == self.most || !matches!(error, Error::Unreachable(_)) {
                        return Err(error);
                    }
                    attempt += 1;
                }
            }
        }
    }

    fn connection(&self) -> Result<PooledConn> {
        self.pool.get_conn().map_err(Error::from)
    }
}

/// Gives a connection back that is in doubt: the pool begins it anew, and forgets a broken one.
fn discard(mut connection: PooledConn) {
    connection.reset_connection(true);
}

/// Undoes what a connection has open, or ends it.
fn undo(mut connection: PooledConn) {
    if connection.query_drop("ROLLBACK").is_err() {
        discard(connection);
    }
}

enum Once<T, E> {
    Ended(std::result::Result<T, E>),
    Conflict,
}

fn parameters(values: &[Value]) -> Params {
    if values.is_empty() {
        return Params::Empty;
    }
    Params::Positional(
        values
            .iter()
            .map(|value| match value {
                Value::Null => ::mysql::Value::NULL,
                Value::Int(number) => ::mysql::Value::Int(*number),
                Value::Text(text) => ::mysql::Value::Bytes(text.clone().into_bytes()),
                Value::Blob(bytes) => ::mysql::Value::Bytes(bytes.clone()),
            })
            .collect(),
    )
}

pub(crate) fn execute(connection: &mut PooledConn, sql: &str, values: &[Value]) -> Result<u64> {
    let result = connection.exec_iter(sql, parameters(values))?;
    Ok(result.affected_rows())
}

pub(crate) fn query(
    connection: &mut PooledConn,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Vec<Value>>> {
    let rows: Vec<::mysql::Row> = connection.exec(sql, parameters(values))?;
    Ok(rows
        .into_iter()
        .map(|row| row.unwrap().into_iter().map(from_mysql).collect())
        .collect())
}

fn from_mysql(value: ::mysql::Value) -> Value {
    match value {
        ::mysql::Value::Int(number) => Value::Int(number),
        ::mysql::Value::UInt(number) => Value::Int(i64::try_from(number).unwrap_or(i64::MAX)),
        ::mysql::Value::Bytes(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Value::Text(text),
            Err(error) => Value::Blob(error.into_bytes()),
        },
        _ => Value::Null,
    }
}
