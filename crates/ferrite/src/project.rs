//! A project's folder: where its files are, and how its store is opened.
//!
//! `app/etc/ferrite.toml` names the database; it is written by `setup:install` and readable by its
//! owner alone. The SQLite file, the generation counter and the server's lock are in `var/`.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ferrite_base::{Clock, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, MySqlOptions};
use serde::Deserialize;

use crate::deployment;

/// Where the key is, readable by its owner alone.
pub const CRYPT_KEY: &str = "app/etc/crypt.key";

const CONNECTIONS: usize = 16;

/// A project's folder.
pub struct Project {
    root: PathBuf,
}

/// How MariaDB is reached.
#[derive(Deserialize)]
pub struct Database {
    /// `host:port`
    pub host: String,
    /// The database.
    pub name: String,
    /// The user.
    pub user: String,
    /// Its password.
    pub password: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<Database>,
}

impl Project {
    /// The project in this folder.
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder as it is told to a person, who may have named it `.`.
    pub fn shown(&self) -> String {
        let whole = fs::canonicalize(&self.root);
        let whole = whole.unwrap_or_else(|_| self.root.clone());
        whole.display().to_string()
    }

    /// The configuration over the store, with what the files in `app/etc` fix.
    pub fn settings(&self, db: Db) -> Settings {
        let project = Self::at(&self.root);
        let fixed = move || {
            let read = deployment::fixed(&project);
            read.map_err(|error| eprintln!("{error:#}")).ok()
        };
        Settings::new(db).with_fixed(Arc::new(fixed))
    }

    /// A file or folder of the project.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Makes a folder that only its owner may enter.
    pub fn make_folder(&self, inside: &str) -> Result<()> {
        let path = self.path(inside);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))
    }

    /// Writes a new file; one that is there already is left as it is.
    pub fn write_new(&self, inside: &str, mode: u32, text: &str) -> Result<()> {
        let path = self.path(inside);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Whether `setup:install` has run.
    pub fn is_installed(&self) -> bool {
        self.path("app/etc/ferrite.toml").exists()
    }

    /// Opens the store of an installed project for a command: a server beside it notices whatever
    /// the command commits.
    pub fn open(&self) -> Result<Db> {
        let db = self.open_to_serve(Durability::Full)?;
        db.announce_every_commit();
        Ok(db)
    }

    /// Opens the store of an installed project for the one process that serves it.
    pub fn open_to_serve(&self, durability: Durability) -> Result<Db> {
        if !self.is_installed() {
            bail!(
                "{} holds no installed project: run setup:install first",
                self.shown()
            );
        }
        // Later a broken file changes nothing; whoever begins with one would know of no lock.
        deployment::fixed(self)?;
        let text = fs::read_to_string(self.path("app/etc/ferrite.toml"))?;
        let file: File = toml::from_str(&text).context("app/etc/ferrite.toml")?;
        self.connect(file.database, durability)
    }

    /// The key that tokens are signed with.
    pub fn crypt_key(&self) -> Result<Secret> {
        let path = self.path(CRYPT_KEY);
        let key = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        if key.trim().len() < 32 {
            bail!("{} holds no key of at least 32 characters", path.display());
        }
        Ok(Secret::new(key))
    }

    /// Opens a store that may be empty.
    pub fn connect(&self, database: Option<Database>, durability: Durability) -> Result<Db> {
        self.make_folder("var")?;
        let engine = match database {
            None => Engine::Sqlite {
                file: self.path("var/store.db"),
            },
            Some(database) => Engine::MySql(MySqlOptions {
                address: database.host,
                database: database.name,
                user: database.user,
                password: Secret::new(database.password),
                connections: CONNECTIONS,
            }),
        };
        let options = ferrite_storage::Options {
            engine,
            durability,
            clock: Clock::system(),
            generation_file: Some(self.path("var/generation")),
            run_writes_twice: false,
        };
        Ok(Db::open(options)?)
    }
}
