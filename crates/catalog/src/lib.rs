//! The catalog: products and categories.
//!
//! Values of attributes are kept as they were sent, for the default scope or a store view, and read
//! through the fallback ([`scoped`]).

pub mod attributes;
pub mod categories;
mod design;
mod eav;
pub mod products;
pub mod scoped;
#[cfg(test)]
mod tests;

use ferrite_settings::Stores;
use ferrite_storage::{Declared, Error, Tx};
use ferrite_webapi::Routes;
use ferrite_webapi::extension::Providers;

/// Binds the routes of all resources; `of_products` add what other families know of a product.
pub fn routes(routes: &mut Routes, of_products: Providers) {
    eav::routes(routes);
    categories::routes(routes);
    products::routes(routes, of_products);
}

/// The tables of all resources.
pub fn tables() -> Vec<&'static dyn Declared> {
    [eav::tables(), categories::tables(), products::tables()].concat()
}

/// Writes what a fresh install holds; the store views are there.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    eav::install(tx)?;
    categories::install(tx)?;
    products::install(tx)
}

/// Writes into a store of an earlier version what it has not had yet.
pub fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    eav::fill(tx)?;
    products::fill(tx)
}

/// The root category of a store view's group; that of the first group in the scope of all.
pub(crate) fn root_category(stores: &Stores, store_id: i64) -> i64 {
    let view = stores.view(store_id).filter(|view| view.id != 0);
    let view = view.or_else(|| stores.default_view());
    let group = view.and_then(|view| stores.groups.iter().find(|g| g.id == view.store_group_id));
    group.map_or(2, |group| group.root_category_id)
}
