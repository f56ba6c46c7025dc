//! `setup:install`: the tables, and what a fresh install holds.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_accounts::NewAdmin;
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_storage::{Db, Durability, Sealer};

use crate::project::{CRYPT_KEY, Database, Project};
use crate::wiring;

/// Options of `setup:install`, named as Magento's.
#[derive(Args)]
pub struct Options {
    /// The address under which the store is reached, with its final slash.
    #[arg(long)]
    base_url: String,
    /// The first admin's user name.
    #[arg(long)]
    admin_user: String,
    /// The first admin's password.
    #[arg(long)]
    admin_password: String,
    /// The first admin's e-mail address.
    #[arg(long)]
    admin_email: String,
    /// The first admin's first name.
    #[arg(long)]
    admin_firstname: String,
    /// The first admin's last name.
    #[arg(long)]
    admin_lastname: String,
    /// MariaDB's `host:port`; without it the store is a SQLite file.
    #[arg(long, requires_all = ["db_name", "db_user"])]
    db_host: Option<String>,
    /// The database.
    #[arg(long)]
    db_name: Option<String>,
    /// The database's user.
    #[arg(long)]
    db_user: Option<String>,
    /// The user's password.
    #[arg(long, default_value = "")]
    db_password: String,
}

/// Installs into an empty store.
pub fn run(root: &Path, options: Options) -> Result<()> {
    let project = Project::at(root);
    if project.is_installed() {
        bail!("{} is installed already", root.display());
    }
    if !options.base_url.starts_with("http://") && !options.base_url.starts_with("https://") {
        bail!("--base-url has to begin with http:// or https://");
    }
    let admin = NewAdmin {
        user_name: options.admin_user,
        email: options.admin_email,
        first_name: options.admin_firstname,
        last_name: options.admin_lastname,
        password: Secret::new(options.admin_password),
    };
    let mut text = String::from("# Written by setup:install.\n");
    let mut database = None;
    if let (Some(host), Some(name), Some(user)) =
        (options.db_host, options.db_name, options.db_user)
    {
        let password = options.db_password;
        let mut table = toml::Table::new();
        for (key, value) in [
            ("host", &host),
            ("name", &name),
            ("user", &user),
            ("password", &password),
        ] {
            table.insert(key.to_owned(), toml::Value::String(value.clone()));
        }
        let file = toml::Table::from_iter([("database".to_owned(), toml::Value::Table(table))]);
        text.push_str(&toml::to_string(&file)?);
        database = Some(Database {
            host,
            name,
            user,
            password,
        });
    }
    let installation = Installation {
        base_url: options.base_url,
        admin,
        database: database.map(|database| (database, text)),
    };
    install(&project, installation, Durability::Full)?;
    println!("[SUCCESS]: Ferrite installation complete.");
    Ok(())
}

/// What a store is made with.
pub struct Installation {
    /// The address under which it is reached.
    pub base_url: String,
    /// The first admin.
    pub admin: NewAdmin,
    /// MariaDB, with the file's text that names it; none for a SQLite file.
    pub database: Option<(Database, String)>,
}

/// Makes the tables and what a fresh install holds; gives back the open store.
pub fn install(project: &Project, with: Installation, durability: Durability) -> Result<Db> {
    let admin = with.admin.checked(Clock::system().now())?;
    let (database, text) = match with.database {
        Some((database, text)) => (Some(database), text),
        None => (None, String::from("# Written by setup:install.\n")),
    };
    let db = project.connect(database, durability)?;
    db.migrate(wiring::tables())?;
    let base_url = with.base_url;
    let key = Randomness::system().hex::<32>();
    let mark = Sealer::new(&Secret::new(key.clone()), Randomness::system()).mark()?;
    db.write(move |tx| {
        mark.install(tx)?;
        ferrite_settings::install(tx, &base_url)?;
        ferrite_content::install(tx)?;
        ferrite_tax::install(tx)?;
        ferrite_customers::install(tx)?;
        ferrite_catalog::install(tx)?;
        ferrite_inventory::install(tx)?;
        ferrite_accounts::create(tx, &admin)
    })?;
    project.make_folder("app/etc")?;
    project.write_new(CRYPT_KEY, 0o600, &key)?;
    project.write_new("app/etc/ferrite.toml", 0o600, &text)?;
    Ok(db)
}
