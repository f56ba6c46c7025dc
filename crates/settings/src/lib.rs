//! The scope tree (websites, groups, store views) and scoped configuration.
//!
//! Configuration paths are declared with a default ([`declared`]); what somebody set is a row of
//! scope, path and text; a value is read through the fallback store view → website → default →
//! declaration. Reading costs no query: everything is held in one snapshot, which is read anew when
//! the store's generation has moved. What files beside the store fix ([`Fixed`]) counts before what is
//! set at the same scope. Small facts that are no configuration are [`flags`].

mod declared;
pub mod flags;
mod scopes;
mod settings;
mod snapshot;
mod values;

pub use declared::{DECLARED, Declared, Kind, PANEL_PATH, find};
pub use scopes::{
    GROUPS, Group, STORE_VIEWS, StoreView, Stores, WEBSITES, Website, add_store_view,
};
pub use settings::Settings;
pub use snapshot::{Fixed, FixedSource, FixedValue};
pub use values::{VALUES, Value};

use ferrite_storage::{Declared as Table, Error, Tx};

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Table> {
    vec![&WEBSITES, &GROUPS, &STORE_VIEWS, &VALUES, &flags::FLAGS]
}

/// Writes what a fresh install holds: the admin scope, one website, one group, one store view.
pub fn install(tx: &mut Tx<'_>, base_url: &str) -> Result<(), Error> {
    scopes::install(tx)?;
    for path in ["web/unsecure/base_url", "web/secure/base_url"] {
        values::set(tx, "default", 0, path, Some(base_url))?;
    }
    values::set(tx, "default", 0, "general/locale/timezone", Some("UTC"))?;
    Ok(())
}

/// Whether the value of a path is not for every eye: by its last segment, since values of modules
/// that are not declared here can be saved too.
pub fn is_secret(path: &str) -> bool {
    let field = path.rsplit('/').next().unwrap_or(path);
    let endings = ["password", "secret", "passphrase", "_key", "_token"];
    endings.iter().any(|ending| field.ends_with(ending))
}

/// Sets a value at the default scope within a transaction, or takes it away.
pub fn set_default_value(tx: &mut Tx<'_>, path: &str, value: Option<&str>) -> Result<(), Error> {
    values::set(tx, "default", 0, path, value)
}
