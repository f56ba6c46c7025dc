//! Attributes of products, the options that some of them choose from, and the sets that say which
//! products have which.
//!
//! [`attributes`] serves attributes, [`options`] their options, [`sets`] attribute sets with their
//! groups and what is in them. Products ask [`known`] which attributes they have.

pub(crate) mod attributes;
pub(crate) mod known;
pub(crate) mod options;
pub(crate) mod sets;
#[cfg(test)]
mod tests;

use ferrite_storage::{Declared, Error, Tx};
use ferrite_webapi::Routes;

/// The entity type of products.
pub(crate) const PRODUCT_TYPE: i64 = 4;

/// The attribute set of products that a fresh install has.
pub(crate) const DEFAULT_SET: i64 = 4;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    attributes::routes(routes);
    options::routes(routes);
    sets::routes(routes);
}

/// The tables.
pub(crate) fn tables() -> Vec<&'static dyn Declared> {
    vec![
        &attributes::ATTRIBUTES,
        &options::OPTIONS,
        &sets::SETS,
        &sets::GROUPS,
        &sets::MEMBERS,
    ]
}

/// Writes what a fresh install holds.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    attributes::install(tx)?;
    sets::install(tx)
}

/// Writes it into a store from before attributes were stored.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if attributes::ATTRIBUTES.count(tx)? == 0 {
        install(tx)?;
    }
    Ok(())
}
