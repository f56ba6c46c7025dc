//! How a write ends on MariaDB, also where the answer to its `COMMIT` is lost.
//!
//! Each write leaves a row with an id of its own in `ferrite_write`. Whether a write whose answer
//! never came was kept is decided by adding that very row: where it is there already the write was
//! kept, and where it was not, the write can never be kept any more.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use ::mysql::prelude::Queryable;
use ::mysql::{Pool, PooledConn};
use ferrite_base::Randomness;

use super::discard;
use crate::{Error, Result};

/// How often a server that does not answer is asked what became of a write.
const ATTEMPTS: u32 = 20;

/// Every so many writes, old rows go.
const TIDIED_EVERY: u32 = 256;

const DUPLICATE: u16 = 1062;

/// What the decision leaves behind; it differs from a write's own row by the `T`.
const UNDONE: &str = "DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%s')";
const KEPT: &str = "DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%s')";

/// How a write ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It is kept.
    Kept,
    /// Nothing of it is kept, and it may run again.
    Undone,
}

/// The table by which commits are known to have happened.
pub(super) fn prepare(connection: &mut PooledConn) -> Result<()> {
    connection.query_drop(
        "CREATE TABLE IF NOT EXISTS ferrite_write (id VARCHAR(32) NOT NULL PRIMARY KEY, \
         at VARCHAR(19) NOT NULL)",
    )?;
    connection.query_drop("CREATE INDEX IF NOT EXISTS ferrite_write_at ON ferrite_write (at)")?;
    // It never grows old enough to be tidied away.
    connection.query_drop(
        "INSERT IGNORE INTO ferrite_write (id, at) VALUES ('turn', '9999-12-31 23:59:59')",
    )?;
    Ok(())
}

/// Waits until no other write has its turn, and takes it until the transaction ends; false where
/// there is no row to wait for.
pub(super) fn take_turn(connection: &mut PooledConn) -> Result<bool> {
    let row: Option<u8> =
        connection.query_first("SELECT 1 FROM ferrite_write WHERE id = 'turn' FOR UPDATE")?;
    Ok(row.is_some())
}

/// Commits what a connection has open.
pub(super) fn commit(pool: &Pool, mut connection: PooledConn) -> Result<Ended> {
    let id = Randomness::system().hex::<16>();
    let session = connection.connection_id();
    // One packet: it costs no further way to the server, and a row that fails keeps the COMMIT away.
    let sql = format!("INSERT INTO ferrite_write (id, at) VALUES ('{id}', {KEPT}); COMMIT");
    let Err(error) = connection.query_drop(sql).map_err(Error::from) else {
        tidy(&mut connection);
        return Ok(Ended::Kept);
    };
    let answered = !matches!(error, Error::Unreachable(_));
    let undone = answered && connection.query_drop("ROLLBACK").is_ok();
    if error == Error::Busy && undone {
        return Ok(Ended::Undone);
    }
    discard(connection);
    match decide(pool, &id, session)? {
        // What the server itself said against it, it would say again.
        Ended::Undone if answered => Err(error),
        ended => Ok(ended),
    }
}

/// What became of a write, for good.
fn decide(pool: &Pool, id: &str, session: u32) -> Result<Ended> {
    for attempt in 1..=ATTEMPTS {
        match ask(pool, id) {
            Err(Error::Busy) => {
                // The server has not noticed yet that nobody waits for that session any more.
                if let Ok(mut connection) = pool.get_conn() {
                    let _ = connection.query_drop(format!("KILL CONNECTION {session}"));
                }
            }
            Err(Error::Unreachable(_)) => {
                thread::sleep(Duration::from_millis(u64::from(attempt) * 40));
            }
            decided => return decided,
        }
    }
    Err(Error::Undecided)
}

fn ask(pool: &Pool, id: &str) -> Result<Ended> {
    let mut connection = pool.get_conn()?;
    let asked = ask_over(&mut connection, id).map_err(Error::from);
    if matches!(asked, Err(Error::Unreachable(_))) {
        discard(connection);
    }
    asked
}

fn ask_over(connection: &mut PooledConn, id: &str) -> ::mysql::Result<Ended> {
    // A write that is still open holds the row: after a second its session is ended.
    let sql = format!(
        "SET STATEMENT innodb_lock_wait_timeout = 1 FOR \
         INSERT INTO ferrite_write (id, at) VALUES ('{id}', {UNDONE})"
    );
    match connection.query_drop(sql) {
        Ok(()) => Ok(Ended::Undone),
        Err(::mysql::Error::MySqlError(error)) if error.code == DUPLICATE => {
            let sql = format!("SELECT at FROM ferrite_write WHERE id = '{id}'");
            let at: Option<String> = connection.query_first(sql)?;
            // An earlier decision whose answer was lost as well stands.
            let undone = at.is_some_and(|at| at.contains('T'));
            Ok(if undone { Ended::Undone } else { Ended::Kept })
        }
        Err(error) => Err(error),
    }
}

/// Takes rows away that no decision asks for any more.
fn tidy(connection: &mut PooledConn) {
    static WRITES: AtomicU32 = AtomicU32::new(1);
    if !WRITES
        .fetch_add(1, Ordering::Relaxed)
        .is_multiple_of(TIDIED_EVERY)
    {
        return;
    }
    // Whatever stays is taken away the next time.
    let _ = connection.query_drop(
        "DELETE FROM ferrite_write WHERE at < \
         DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 1 HOUR, '%Y-%m-%d %H:%i:%s') LIMIT 1024",
    );
}
