//! SQLite's log: a thread copies it into the file, so that no commit waits for that, and the writer
//! begins it anew when it has become long.
//!
//! A log begins anew by itself at the first write that finds all of it copied. While one write follows
//! on another there is none, and no other thread gets in between to bring it about: the log would grow
//! without end. So the copying thread says that it is long, and the writer waits between two commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::Connection;

use super::BUSY;
use crate::Result;

const COPY_EVERY: Duration = Duration::from_millis(100);
/// Pages beyond which it is long: 64 MiB.
const LONG: i64 = 8 * 1024;
/// So long does the writer wait at most, for reads to end that still need the log.
const LONGEST_WAIT: Duration = Duration::from_millis(300);

/// What the two threads say to each other.
#[derive(Default)]
pub(super) struct Log {
    written: AtomicBool,
    is_long: AtomicBool,
}

impl Log {
    /// Something was committed.
    pub(super) fn note(&self) {
        self.written.store(true, Ordering::Relaxed);
    }

    /// Copies what is in the log into the file, until the ticks end. What a reader is in the way of is
    /// copied at a later one.
    pub(super) fn copy(self: Arc<Self>, connection: &Connection, ticks: &Receiver<()>) {
        while ticks.recv_timeout(COPY_EVERY) == Err(RecvTimeoutError::Timeout) {
            if self.written.swap(false, Ordering::Relaxed)
                && checkpoint(connection, "PASSIVE").is_ok_and(|pages| pages > LONG)
            {
                self.is_long.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Begins it anew where it is long, on the connection that writes, between two transactions. Where
    /// a reader needs it for longer it stays as it is, and will be said to be long again.
    pub(super) fn begin_anew(&self, connection: &Connection) -> Result<()> {
        if !self.is_long.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        connection.busy_timeout(LONGEST_WAIT)?;
        let _ = checkpoint(connection, "TRUNCATE");
        Ok(connection.busy_timeout(BUSY)?)
    }
}

/// The pages that are in the log.
fn checkpoint(connection: &Connection, way: &str) -> rusqlite::Result<i64> {
    let sql = format!("PRAGMA wal_checkpoint({way})");
    connection.query_row(&sql, [], |row| row.get(1))
}
