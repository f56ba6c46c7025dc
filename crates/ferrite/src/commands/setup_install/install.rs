//! The steps of an installation.
//!
//! A project counts as installed when `app/etc/ferrite.toml` is there, which is written when all else
//! stands: what stops half-way has installed nothing.

use anyhow::{Result, bail};
use ferrite_accounts::NewAdmin;
use ferrite_base::{Clock, Fault, Randomness, Secret};
use ferrite_settings::WEBSITES;
use ferrite_storage::{Db, Durability, Sealer};

use crate::commands::{cache, indexer};
use crate::console::output::say;
use crate::deployment::{CACHE_TYPES, Deployment, Pool};
use crate::maintenance::Maintenance;
use crate::project::{CRYPT_KEY, Database, Project};
use crate::wiring;

/// What a store is made with.
pub struct Installation {
    /// The address under which it is reached, with its final slash.
    pub base_url: String,
    /// The first admin, where there is to be one.
    pub admin: Option<NewAdmin>,
    /// MariaDB; none for a SQLite file.
    pub database: Option<Database>,
    /// Values of the configuration.
    pub values: Vec<(&'static str, String)>,
    /// The key that secrets are sealed with; none for a new one.
    pub crypt_key: Option<String>,
    /// Whether what is left in the database goes.
    pub cleans_up: bool,
}

impl Installation {
    /// In how many steps it is installed.
    pub fn steps(&self) -> usize {
        15 + usize::from(self.cleans_up) + usize::from(self.admin.is_some())
    }
}

/// Titles of steps and how far they are, for whoever watches.
pub struct Steps {
    all: Option<usize>,
    done: usize,
}

impl Steps {
    /// So many steps, which are told.
    pub fn told(all: usize) -> Self {
        Self {
            all: Some(all),
            done: 0,
        }
    }

    /// Steps that nobody watches.
    pub fn silent() -> Self {
        Self { all: None, done: 0 }
    }

    fn step<T>(&mut self, title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.all.is_some() {
            say!("{title}");
        }
        let made = work()?;
        self.done += 1;
        if let Some(all) = self.all {
            say!("[Progress: {} / {all}]", self.done);
        }
        Ok(made)
    }
}

/// Maintenance mode for as long as an installation runs.
struct Closed(Maintenance);

impl Drop for Closed {
    fn drop(&mut self) {
        // A flag that cannot be removed shows itself at the first request.
        let _ = self.0.set(false);
    }
}

/// Makes the tables and what a fresh install holds; gives back the open store.
pub fn install(
    project: &Project,
    with: Installation,
    durability: Durability,
    steps: &mut Steps,
) -> Result<Db> {
    let admin = match &with.admin {
        Some(admin) => Some(admin.checked(Clock::system().now())?),
        None => None,
    };
    let text = file_text(with.database.as_ref())?;
    steps.step("File permissions check...", || check_files(project))?;
    steps.step("Required extensions check...", || Ok(()))?;
    let closed = steps.step("Enabling Maintenance Mode...", || {
        let maintenance = Maintenance::of(project);
        maintenance.set(true)?;
        Ok(Closed(maintenance))
    })?;
    let db = steps.step("Installing deployment configuration...", || {
        project.connect(with.database, durability)
    })?;
    make_tables(&db, with.cleans_up, steps)?;
    let key = with.crypt_key;
    let key = key.unwrap_or_else(|| Randomness::system().hex::<32>());
    let values = (with.base_url, with.values);
    fill(project, &db, &key, values, steps)?;
    if let Some(admin) = admin {
        steps.step("Installing admin user...", || {
            db.write(move |tx| ferrite_accounts::create(tx, &admin))?;
            Ok(())
        })?;
    }
    let shown = steps.all.is_some();
    steps.step("Caches clearing:", || {
        cache::raise(&db, &CACHE_TYPES)?;
        if shown {
            say!("Cache cleared successfully");
        }
        Ok(())
    })?;
    steps.step("Disabling Maintenance Mode:", || {
        drop(closed);
        Ok(())
    })?;
    steps.step("Post installation file permissions check...", || {
        project.make_folder("app/etc")
    })?;
    steps.step("Write installation date...", || {
        project.write_new(CRYPT_KEY, 0o600, &key)?;
        project.write_new("app/etc/ferrite.toml", 0o600, &text)
    })?;
    steps.step("Enabling Update by Schedule Indexer Mode...", || {
        Ok(db.write(indexer::schedule_all)?)
    })?;
    Ok(db)
}

/// Makes the tables; what another installation left goes, or nothing is installed.
fn make_tables(db: &Db, cleans_up: bool, steps: &mut Steps) -> Result<()> {
    if cleans_up {
        steps.step("Cleaning up database...", || clean_up(db))?;
    }
    steps.step("Installing database schema:", || {
        Ok(db.migrate(wiring::tables())?)
    })?;
    if db.read(|tx| WEBSITES.count(tx))? > 0 {
        bail!(
            "The database holds what is left of another installation: \
             --cleanup-database takes it away."
        );
    }
    Ok(())
}

/// Writes what a fresh install holds, but for the admin.
fn fill(
    project: &Project,
    db: &Db,
    key: &str,
    (base_url, values): (String, Vec<(&'static str, String)>),
    steps: &mut Steps,
) -> Result<()> {
    steps.step("Installing search configuration...", || Ok(()))?;
    steps.step("Validating remote storage configuration...", || Ok(()))?;
    let mark = Sealer::new(&Secret::new(key.to_owned()), Randomness::system()).mark()?;
    steps.step("Installing user configuration...", || {
        db.write(move |tx| {
            mark.install(tx)?;
            ferrite_settings::install(tx, &base_url)?;
            for (path, value) in &values {
                ferrite_settings::set_default_value(tx, path, Some(value))?;
            }
            Ok::<_, Fault>(())
        })?;
        Ok(())
    })?;
    let shown = steps.all.is_some();
    steps.step("Enabling caches:", || {
        if shown {
            cache::show_status(&Deployment::read(project, Pool::Environment)?);
        }
        Ok(())
    })?;
    steps.step("Installing data...", || {
        db.write(|tx| {
            ferrite_content::install(tx)?;
            ferrite_tax::install(tx)?;
            ferrite_customers::install(tx)?;
            ferrite_catalog::install(tx)?;
            ferrite_inventory::install(tx)?;
            ferrite_accounts::install(tx)?;
            Ok::<_, Fault>(())
        })?;
        Ok(())
    })
}

/// The project's file.
fn file_text(database: Option<&Database>) -> Result<String> {
    let mut text = String::from("# Written by setup:install.\n");
    if let Some(database) = database {
        let mut table = toml::Table::new();
        for (key, value) in [
            ("host", &database.host),
            ("name", &database.name),
            ("user", &database.user),
            ("password", &database.password),
        ] {
            table.insert(key.to_owned(), toml::Value::String(value.clone()));
        }
        let file = toml::Table::from_iter([("database".to_owned(), toml::Value::Table(table))]);
        text.push_str(&toml::to_string(&file)?);
    }
    Ok(text)
}

/// Whether what is written last can be written: better to know before than after.
fn check_files(project: &Project) -> Result<()> {
    for folder in ["var", "app/etc"] {
        project.make_folder(folder)?;
    }
    if project.path(CRYPT_KEY).exists() {
        bail!(
            "{} is there already: take it away, unless it is still needed for a store",
            project.path(CRYPT_KEY).display()
        );
    }
    Ok(())
}

/// Takes away the tables that an earlier installation left.
fn clean_up(db: &Db) -> Result<()> {
    let names: Vec<String> = wiring::tables()
        .iter()
        .filter_map(|table| table.shape().split(' ').next().map(str::to_owned))
        .collect();
    db.write(move |tx| {
        for name in &names {
            tx.execute(&format!("DROP TABLE IF EXISTS {name}"), &[])?;
        }
        Ok::<_, ferrite_storage::Error>(())
    })?;
    Ok(())
}
