//! SQLite: readers on the calling threads, one writer thread, a checkpoint thread.

mod limit;
mod log;
mod writer;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ferrite_base::Clock;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::changes::Footing;
use crate::generation::Counter;
use crate::remembered::{Ground, Memory};
use crate::tx::Connection as Open;
use crate::{Durability, Error, Generation, Options, Result, Tx};
use limit::Reader;
use writer::Writer;

const BUSY: Duration = Duration::from_secs(10);
const IDLE_READERS: usize = 8;
/// KiB of pages that a reader remembers. A commit makes it forget them, and the system keeps the file's
/// pages for all readers together.
const READER_CACHE: i32 = 2_000;

pub(crate) struct Lite {
    file: PathBuf,
    durability: Durability,
    clock: Clock,
    readers: Mutex<Vec<Reader>>,
    writer: Writer,
    memory: Arc<Memory>,
}

impl Lite {
    pub(crate) fn open(file: &Path, options: &Options, counter: Arc<Counter>) -> Result<Self> {
        // Created by us with its mode, so that it is at no moment readable by others.
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(file)?;
        let connection = connect(file, options.durability)?;
        // What a savepoint would have to bring back is kept in memory, and no file is written for it.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        let memory = Arc::new(Memory::new(counter));
        let writer = Writer::start(
            connection,
            connect(file, options.durability)?,
            Arc::clone(&memory),
            options.clock.clone(),
            options.run_writes_twice,
        )?;
        Ok(Self {
            file: file.to_owned(),
            durability: options.durability,
            clock: options.clock.clone(),
            readers: Mutex::default(),
            writer,
            memory,
        })
    }

    /// A read with what it stood on; without, where a commit that others must notice is under way.
    pub(crate) fn read_on<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<(T, Option<Footing>), E> {
        let ground = self.memory.ground();
        self.read_from(ground, |tx| {
            let answer = function(tx)?;
            Ok((answer, ground.footing(tx.looked_at)))
        })
    }

    pub(crate) fn still_stands(&self, footing: &Footing, generation: Generation) -> bool {
        footing.generation == generation
            && generation.settled().is_some()
            && self
                .memory
                .changes
                .none_since(footing.commit, footing.tables)
    }

    pub(crate) fn read<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.read_from(self.memory.ground(), function)
    }

    fn read_from<T, E: From<Error>>(
        &self,
        ground: Ground<'_>,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let held = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let reader = match held {
            Some(reader) => reader,
            None => self.reader()?,
        };
        reader.begin();
        let connection = &reader.connection;
        connection
            .execute_batch("BEGIN DEFERRED")
            .map_err(Error::from)?;
        let mut tx = Tx::on(Open::Lite(connection), self.clock.now(), ground);
        let answer = function(&mut tx);
        // A connection that cannot end its snapshot is closed instead of being kept.
        reader.end();
        if connection.execute_batch("COMMIT").is_ok() {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.len() < IDLE_READERS {
                readers.push(reader);
            }
        }
        answer
    }

    fn reader(&self) -> Result<Reader> {
        let connection = connect(&self.file, self.durability)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE)?;
        Reader::new(connection, limit::LONGEST)
    }

    pub(crate) fn write<T, E>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.writer.run(function)
    }
}

fn connect(file: &Path, durability: Durability) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = if durability == Durability::Full {
        "FULL"
    } else {
        "NORMAL"
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -8_000)?;
    // A plan does not depend on the values that are bound: SQLite would make it anew for many of them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The checkpoint thread does it, so that no commit waits for one.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}
