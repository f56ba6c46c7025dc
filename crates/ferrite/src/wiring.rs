//! Which families make up the server, and what they stand on.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ferrite_accounts::{Bearer, JwtKey};
use ferrite_admin::Panel;
use ferrite_base::{Clock, Randomness, Secret, StoreScope, log_line};
use ferrite_customers::CustomerAccounts;
use ferrite_integrations::{Integrations, Provider};
use ferrite_nonces::{JournalOptions, Nonces};
use ferrite_outbound::{Client, Policy, Roots, SystemResolver};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Declared, KEY_CHECKS, Sealer, Tx};
use ferrite_tax::ClassUsers;
use ferrite_webapi::extension::Providers;
use ferrite_webapi::route::Table;
use ferrite_webapi::{Api, Routes, Services};

use crate::commands::cache;
use crate::hosts;
use crate::loaded::Loaded;
use crate::project::Project;

/// The tables of all families.
pub fn tables() -> Vec<&'static dyn Declared> {
    let storage: Vec<&'static dyn Declared> = vec![&KEY_CHECKS];
    [
        storage,
        ferrite_settings::tables(),
        ferrite_webapi::bulk::tables(),
        ferrite_accounts::tables(),
        ferrite_nonces::tables(),
        ferrite_integrations::tables(),
        ferrite_setup::tables(),
        ferrite_store::tables(),
        ferrite_content::tables(),
        ferrite_tax::tables(),
        ferrite_catalog::tables(),
        ferrite_inventory::tables(),
        ferrite_customers::tables(),
        ferrite_sales::tables(),
    ]
    .concat()
}

/// Brings a store that an earlier binary made up to this one.
pub fn upgrade(db: &Db) -> Result<()> {
    let fill = |tx: &mut Tx<'_>| {
        ferrite_content::fill(tx)?;
        ferrite_tax::fill(tx)?;
        ferrite_catalog::fill(tx)?;
        ferrite_inventory::fill(tx)?;
        ferrite_customers::fill(tx)
    };
    db.upgrade(tables(), fill)
        .context("the tables of the store")
}

/// Writes a line of the log, whatever stands in it.
pub fn log(line: &str) {
    eprintln!("{}", log_line(line));
}

/// Writes of a panic where it happened, and not what it says: a value may stand in that.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        log(&format!("panicked at {}", place.unwrap_or_default()));
    }));
}

/// What a server is made of.
pub struct Server {
    /// The Web API.
    pub api: Arc<Api>,
    /// The OAuth provider.
    pub provider: Arc<Provider>,
    /// The record of nonces.
    pub nonces: Arc<Nonces>,
    /// The panel.
    pub panel: Arc<Panel>,
    /// What [`stamp`] was when the modules were read.
    pub modules_stamp: i64,
    /// What Magento says where `setup:upgrade` is due.
    pub outdated: Option<String>,
    /// Whether a read waits for nothing but this machine's memory and disk.
    pub reads_are_short: bool,
}

impl Server {
    /// The configuration.
    pub fn settings(&self) -> &Settings {
        &self.api.services().settings
    }

    /// Why requests to the Web API are refused now: a developer is to see at once what is due, and
    /// nobody else is to be kept out by it.
    pub fn refuses(&self, at: &Settings) -> Option<&str> {
        let outdated = self.outdated.as_deref()?;
        let is_seen = at.says(hosts::MODE, &StoreScope::admin(), "developer");
        is_seen.then_some(outdated)
    }
}

/// What seals the secrets of a store; refused where the store was written under another key.
pub fn sealer(db: &Db, crypt_key: &Secret) -> Result<Sealer> {
    let sealer = Sealer::new(crypt_key, Randomness::system());
    if !sealer.fits(db)? {
        bail!("the key in app/etc/crypt.key is not the one that this store was written under");
    }
    Ok(sealer)
}

/// The life cycle of integrations over a store, with the modules of its project.
pub fn integrations(project: &Project, db: Db) -> Result<Integrations> {
    with_modules(project, db, &Loaded::read(project)?)
}

/// The same with modules that have been read.
pub fn with_modules(project: &Project, db: Db, modules: &Loaded) -> Result<Integrations> {
    let settings = project
        .settings(db.clone())
        .with_defaults(modules.defaults());
    let asked = settings.clone();
    let policy = move || Policy {
        allow_local: asked.flag("oauth/consumer/allow_local_callbacks", &StoreScope::admin()),
    };
    let client = Client::new(SystemResolver::default(), policy, Roots::builtin())?;
    Ok(Integrations {
        sealer: sealer(&db, &project.crypt_key()?)?,
        db,
        settings,
        clock: Clock::system(),
        randomness: Randomness::system(),
        tree: modules.tree,
        client,
        declared: modules.declared.clone(),
        log,
    })
}

/// The server over a project's store.
pub fn server(project: &Project, db: Db) -> Result<Server> {
    let nonces = Arc::new(nonces(project, &db)?);
    server_with(project, db, nonces)
}

/// The Web API for a process that does what was put off and takes no requests.
pub fn worker(project: &Project, db: Db) -> Result<Api> {
    let crypt_key = project.crypt_key()?;
    let modules = Loaded::read(project)?;
    let integrations = Arc::new(with_modules(project, db.clone(), &modules)?);
    // Nobody signs anything here: the record of nonces stays the server's.
    let nonces = Nonces::table(db.clone(), Clock::system(), Randomness::system());
    let provider = Arc::new(Provider::new(Arc::clone(&integrations), Arc::new(nonces)));
    api(db, &crypt_key, &integrations, &provider, &modules)
}

impl Server {
    /// The same with modules and routes read anew.
    pub fn again(&self, project: &Project) -> Result<Self> {
        let db = self.api.services().db.clone();
        server_with(project, db, Arc::clone(&self.nonces))
    }
}

fn server_with(project: &Project, db: Db, nonces: Arc<Nonces>) -> Result<Server> {
    let modules_stamp = stamp(&db)?;
    let crypt_key = project.crypt_key()?;
    let modules = Loaded::read(project)?;
    let state = db.read(ferrite_setup::state)?;
    let outdated = ferrite_setup::refusal_of_requests(&modules.installation, &state);
    let integrations = Arc::new(with_modules(project, db.clone(), &modules)?);
    let provider = Arc::new(Provider::new(
        Arc::clone(&integrations),
        Arc::clone(&nonces),
    ));
    let reads_are_short = db.is_sqlite();
    let api = Arc::new(api(db, &crypt_key, &integrations, &provider, &modules)?);
    let panel = Panel::new(
        Arc::clone(&api),
        integrations,
        modules.shown(project)?,
        &crypt_key,
    );
    Ok(Server {
        panel: Arc::new(panel),
        api,
        provider,
        nonces,
        reads_are_short,
        modules_stamp,
        outdated,
    })
}

/// A number that moves whenever modules have to be read anew.
pub fn stamp(db: &Db) -> Result<i64> {
    let versions = |tx: &mut Tx<'_>| {
        [
            "config",
            "config_integration",
            "config_integration_api",
            "config_webservice",
        ]
        .into_iter()
        .map(|code| cache::version(tx, code))
        .sum()
    };
    Ok(db.read(versions)?)
}

/// With SQLite a journal of the one server, otherwise a table.
fn nonces(project: &Project, db: &Db) -> Result<Nonces> {
    let (clock, randomness) = (Clock::system(), Randomness::system());
    if !db.is_sqlite() {
        return Ok(Nonces::table(db.clone(), clock, randomness));
    }
    let live = Integrations::live_credentials(db)?;
    let options = JournalOptions::new(project.path("var/nonces"));
    Ok(Nonces::journal(options, db, &live, clock, &randomness)?)
}

/// Forgets old nonces; false where the journal is the server's own affair.
pub fn forget_nonces(project: &Project, db: &Db) -> Result<bool> {
    if db.is_sqlite() {
        return Ok(false);
    }
    let integrations = Arc::new(integrations(project, db.clone())?);
    let provider = Provider::new(integrations, Arc::new(nonces(project, db)?));
    provider.forget()?;
    Ok(true)
}

/// All rows of the Web API with their handlers, as a store of this project serves them.
pub fn route_table(project: &Project, db: Db) -> Result<Table> {
    let crypt_key = project.crypt_key()?;
    let key = JwtKey::new(&crypt_key).context("the crypt key is empty")?;
    table(db, &key, customer_accounts(), &Loaded::read(project)?)
}

fn customer_accounts() -> Arc<CustomerAccounts> {
    Arc::new(CustomerAccounts {
        clock: Clock::system(),
    })
}

fn table(
    db: Db,
    key: &JwtKey,
    customers: Arc<CustomerAccounts>,
    modules: &Loaded,
) -> Result<Table> {
    let clock = Clock::system();
    let mut routes = Routes::default();
    ferrite_webapi::bulk::routes(&mut routes);
    ferrite_store::routes(&mut routes);
    ferrite_content::routes(&mut routes);
    let mut of_classes = ClassUsers::default();
    of_classes.add(ferrite_customers::GroupsOfTaxClass);
    of_classes.add(ferrite_catalog::products::ProductsOfTaxClass);
    ferrite_tax::routes(&mut routes, of_classes);
    ferrite_customers::routes(&mut routes, &db, &clock, &Randomness::system());
    ferrite_accounts::routes(&mut routes, db, key.clone(), clock, customers);
    ferrite_integrations::routes(&mut routes, modules.enabled.clone());
    let mut of_products = Providers::default();
    of_products.add(ferrite_inventory::StockItems);
    ferrite_catalog::routes(&mut routes, of_products);
    ferrite_inventory::routes(&mut routes);
    ferrite_sales::routes(&mut routes);
    routes.declare(&modules.rows);
    Ok(routes.into_table(|module| modules.is_enabled(module), modules.tree)?)
}

fn api(
    db: Db,
    crypt_key: &Secret,
    integrations: &Integrations,
    provider: &Arc<Provider>,
    modules: &Loaded,
) -> Result<Api> {
    let clock = Clock::system();
    let key = JwtKey::new(crypt_key).context("the crypt key is empty")?;
    let customers = customer_accounts();
    let table = table(db.clone(), &key, Arc::clone(&customers), modules)?;
    let tree = modules.tree;
    let bearer = Bearer {
        db: db.clone(),
        key,
        clock: clock.clone(),
        tree,
        customers,
    };
    let services = Services {
        settings: integrations.settings.clone(),
        db,
        tree,
        credentials: vec![
            Arc::new(bearer),
            Arc::new(ferrite_integrations::Bearer(Arc::clone(provider))),
            Arc::clone(provider) as Arc<_>,
        ],
        clock,
        randomness: Randomness::system(),
        sealer: integrations.sealer.clone(),
        serves: hosts::serves_api,
        log,
    };
    Ok(Api::new(Arc::new(services), table))
}
