//! The facade over both engines.

use std::path::PathBuf;
use std::sync::Arc;

use ferrite_base::{Clock, Secret};

use crate::alone::Alone;
use crate::generation::Counter;
use crate::mysql::Turn;
use crate::{Declared, Error, Footing, Generation, Result, Tx, ddl, mysql, sqlite};

/// Where the store is and how it is treated.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which engine.
    pub engine: Engine,
    /// What a commit withstands.
    pub durability: Durability,
    /// The time that transactions show.
    pub clock: Clock,
    /// The file by which processes on one machine notice each other's changes.
    pub generation_file: Option<PathBuf>,
    /// Run each write once, roll it back, and run it again: for tests.
    pub run_writes_twice: bool,
}

/// The engine with its address.
#[derive(Clone, Debug)]
pub enum Engine {
    /// A file on this machine.
    Sqlite {
        /// The file.
        file: PathBuf,
    },
    /// MariaDB.
    MySql(MySqlOptions),
}

/// How a MariaDB server is reached.
#[derive(Clone, Debug)]
pub struct MySqlOptions {
    /// `host:port`
    pub address: String,
    /// The database.
    pub database: String,
    /// The user.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// The most connections held.
    pub connections: usize,
}

/// What an acknowledged commit withstands (SQLite; MariaDB decides for itself).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A power cut.
    Full,
    /// A killed process.
    Normal,
}

/// The store. Clones share everything.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Backend,
    counter: Arc<Counter>,
}

enum Backend {
    Lite(sqlite::Lite),
    My(mysql::My),
}

impl Db {
    /// Opens the store; a SQLite file is created where there is none.
    pub fn open(options: Options) -> Result<Self> {
        let counter = Arc::new(Counter::open(options.generation_file.as_deref())?);
        let engine = match &options.engine {
            Engine::Sqlite { file } => {
                Backend::Lite(sqlite::Lite::open(file, &options, Arc::clone(&counter))?)
            }
            Engine::MySql(mysql) => Backend::My(mysql::My::open(mysql, &options)?),
        };
        Ok(Self(Arc::new(Inner { engine, counter })))
    }

    /// Creates the tables, or adds what they lack.
    pub fn migrate(&self, tables: Vec<&'static dyn Declared>) -> Result<()> {
        self.migrate_and(tables, |_| Ok(()))
    }

    /// Brings a store that another binary made up to these tables, and has new ones filled. Where
    /// nothing has changed it looks at one row.
    pub fn upgrade(
        &self,
        tables: Vec<&'static dyn Declared>,
        fill: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        // A store from before has no table to look into.
        if self.read(|tx| ddl::is_current(tx, &tables)) == Ok(true) {
            return Ok(());
        }
        self.migrate_and(tables, fill)
    }

    fn migrate_and(
        &self,
        tables: Vec<&'static dyn Declared>,
        fill: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        if let Backend::My(my) = &self.0.engine {
            my.prepare()?;
        }
        let made = tables.clone();
        self.write(move |tx| ddl::migrate(tx, &made))?;
        self.write(move |tx| {
            tx.raise_generation();
            ddl::settle(tx, &tables, &fill)
        })
    }

    /// Runs a function over one snapshot.
    pub fn read<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let _alone = Alone::enter();
        match &self.0.engine {
            Backend::Lite(lite) => lite.read(function),
            Backend::My(my) => my.read(function),
        }
    }

    /// Runs a function over one snapshot, and says on what its answer stands; not on MariaDB, where
    /// other nodes write.
    pub fn read_on<T, E: From<Error>>(
        &self,
        function: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<(T, Option<Footing>), E> {
        let _alone = Alone::enter();
        match &self.0.engine {
            Backend::Lite(lite) => lite.read_on(function),
            Backend::My(my) => my.read(function).map(|answer| (answer, None)),
        }
    }

    /// Whether a read that stood on this would find the same at a moment when the generation was
    /// this one.
    pub fn still_stands(&self, footing: &Footing, generation: Generation) -> bool {
        match &self.0.engine {
            Backend::Lite(lite) => lite.still_stands(footing, generation),
            Backend::My(_) => false,
        }
    }

    /// From now on every commit raises the generation: for a process that runs beside a server.
    pub fn announce_every_commit(&self) {
        self.0.counter.announce_all();
    }

    /// Runs a function in a transaction: committed when it succeeds, undone when it fails or
    /// panics. It may run more than once. Nobody changes meanwhile what it has read: writes come one
    /// after the other, on both engines.
    pub fn write<T, E>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.written(Turn::Taken, function)
    }

    /// The same for a write that needs nobody kept away, since its keys alone decide: on MariaDB it
    /// does not wait for other writes, and runs again where it meets one.
    pub fn write_beside<T, E>(
        &self,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.written(Turn::NotNeeded, function)
    }

    fn written<T, E>(
        &self,
        turn: Turn,
        function: impl Fn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
    ) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        Alone::check();
        let function = move |tx: &mut Tx<'_>| {
            let _alone = Alone::enter();
            function(tx)
        };
        match &self.0.engine {
            Backend::Lite(lite) => lite.write(function),
            Backend::My(my) => my.write(&self.0.counter, turn, function),
        }
    }

    /// What the counter of noticed changes says; costs well under a microsecond.
    pub fn generation(&self) -> Generation {
        self.0.counter.read()
    }

    /// Whether the engine is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.0.engine, Backend::Lite(_))
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_sqlite() {
            "Db(SQLite)"
        } else {
            "Db(MySQL)"
        })
    }
}
