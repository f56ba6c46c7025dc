//! Which families make up the Web API.

use std::sync::Arc;

use anyhow::Result;
use ferrite_base::{Clock, Randomness};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Declared};
use ferrite_webapi::{Api, Routes, Services};

/// The tables of all families.
pub fn tables() -> Vec<&'static dyn Declared> {
    ferrite_settings::tables()
}

/// The Web API over a store.
pub fn api(db: Db) -> Result<Api> {
    let mut routes = Routes::default();
    ferrite_store::routes(&mut routes);
    let tree = ferrite_modules::tree();
    let enabled = |module: &str| ferrite_modules::find(module).is_none_or(|found| found.enabled);
    let table = routes.into_table(enabled, tree)?;
    let services = Services {
        settings: Settings::new(db.clone()),
        db,
        tree,
        credentials: Vec::new(),
        clock: Clock::system(),
        randomness: Randomness::system(),
        log: |line| eprintln!("{line}"),
    };
    Ok(Api::new(Arc::new(services), table))
}
