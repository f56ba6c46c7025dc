//! Which families make up the Web API.

use std::sync::Arc;

use anyhow::{Context, Result};
use ferrite_accounts::{Bearer, JwtKey};
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Declared};
use ferrite_webapi::{Api, Routes, Services};

/// The tables of all families.
pub fn tables() -> Vec<&'static dyn Declared> {
    [ferrite_settings::tables(), ferrite_accounts::tables()].concat()
}

/// The Web API over a store.
pub fn api(db: Db, crypt_key: &Secret) -> Result<Api> {
    let clock = Clock::system();
    let key = JwtKey::new(crypt_key).context("the crypt key is empty")?;
    let mut routes = Routes::default();
    ferrite_store::routes(&mut routes);
    ferrite_accounts::routes(&mut routes, db.clone(), key.clone(), clock.clone());
    let tree = ferrite_modules::tree();
    let bearer = Bearer {
        db: db.clone(),
        key,
        clock: clock.clone(),
        tree,
    };
    let enabled = |module: &str| ferrite_modules::find(module).is_none_or(|found| found.enabled);
    let table = routes.into_table(enabled, tree)?;
    let services = Services {
        settings: Settings::new(db.clone()),
        db,
        tree,
        credentials: vec![Arc::new(bearer)],
        clock,
        randomness: Randomness::system(),
        log: |line| eprintln!("{line}"),
    };
    Ok(Api::new(Arc::new(services), table))
}
