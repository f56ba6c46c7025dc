//! How long a read may take: what is written cleverly enough keeps an engine busy for hours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::Result;

/// Of all statements of a read together.
pub(super) const LONGEST: Duration = Duration::from_secs(10);

/// So many steps of SQLite's machine lie between two looks at the clock: a millisecond or less.
const STEPS: i32 = 20_000;

/// No read is running.
const NEVER: u64 = u64::MAX;

/// A connection for reads, whose statements are interrupted after a while.
pub(super) struct Reader {
    pub(super) connection: Connection,
    opened: Instant,
    longest: Duration,
    /// In milliseconds since it was opened.
    until: Arc<AtomicU64>,
}

impl Reader {
    pub(super) fn new(mut connection: Connection, longest: Duration) -> Result<Self> {
        let opened = Instant::now();
        let until = Arc::new(AtomicU64::new(NEVER));
        let seen = Arc::clone(&until);
        let is_over = move || milliseconds(opened) > seen.load(Ordering::Relaxed);
        connection.progress_handler(STEPS, Some(is_over))?;
        Ok(Self {
            connection,
            opened,
            longest,
            until,
        })
    }

    /// The time of a read begins.
    pub(super) fn begin(&self) {
        let longest = u64::try_from(self.longest.as_millis()).unwrap_or(NEVER);
        let until = milliseconds(self.opened).saturating_add(longest);
        self.until.store(until, Ordering::Relaxed);
    }

    /// The read is over; its end must not be interrupted.
    pub(super) fn end(&self) {
        self.until.store(NEVER, Ordering::Relaxed);
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                           SELECT COUNT(*) FROM n";

    #[test]
    fn an_endless_statement_ends() {
        let connection = Connection::open_in_memory().unwrap();
        let reader = Reader::new(connection, Duration::ZERO).unwrap();
        reader.begin();
        let ask = |sql: &str| {
            let answer = reader
                .connection
                .query_row(sql, [], |row| row.get::<_, i64>(0));
            answer.map_err(Error::from)
        };
        assert_eq!(ask(ENDLESS), Err(Error::TooSlow));
        reader.end();
        let long = ENDLESS.replace("FROM n)", "FROM n WHERE i < 100000)");
        assert_eq!(
            ask(&long),
            Ok(100_000),
            "the connection is as good as before"
        );
    }
}
