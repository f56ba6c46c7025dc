//! Inventory: what there is of a product, where it lies, and whether it can be sold.
//!
//! A product has one stock item ([`stock`]), which says how it is sold and how many lie in the
//! default source. Multi-source inventory stands beside it: [`sources`] hold [`source_items`],
//! stocks are made up of sources by [`links`], and a sales channel sells from one of the [`stocks`].
//! What can be sold ([`salability`]) is what the stock's sources hold, less what was sold already
//! ([`reservations`]); a shipment takes it out of a source ([`deduct`]). [`selection`] says which sources to ship from, [`bulk`] moves quantities
//! between sources, [`low_quantity`] says when to warn, [`export`] lists what a channel can sell,
//! and [`pickup`] where customers may collect.

mod bulk;
mod constructed;
mod deduction;
mod distance;
mod export;
mod links;
mod lists;
mod low_quantity;
mod pickup;
mod quantity;
mod refusals;
pub mod reservations;
pub mod salability;
mod selection;
mod source_items;
mod sources;
mod stock;
mod stocks;
#[cfg(test)]
mod testing;

pub use deduction::deduct;
pub use quantity::Quantity;
pub use source_items::lies_in;
pub use stock::{STOCK_ITEMS, StockItems, rebuild_status};

use ferrite_storage::{Declared, Error, Scalar, Tx};
use ferrite_webapi::Routes;

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    stock::routes(routes);
    sources::routes(routes);
    stocks::routes(routes);
    links::routes(routes);
    source_items::routes(routes);
    salability::routes(routes);
    low_quantity::routes(routes);
    bulk::routes(routes);
    selection::routes(routes);
    distance::routes(routes);
    export::routes(routes);
    pickup::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![
        &STOCK_ITEMS,
        &sources::SOURCES,
        &stocks::STOCKS,
        &stocks::CHANNELS,
        &links::LINKS,
        &source_items::SOURCE_ITEMS,
        &reservations::RESERVATIONS,
        &low_quantity::CONFIGURATIONS,
    ]
}

/// Writes what a fresh install holds.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    sources::install(tx)?;
    stocks::install(tx)?;
    links::install(tx)
}

/// Writes it into a store from before there were sources, where the stock items are all there is.
pub fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if sources::SOURCES.count(tx)? == 0 {
        install(tx)?;
        stock::fill(tx)?;
    }
    Ok(())
}

/// What a pair of names is found by; the first has no blanks.
fn key(first: &str, second: &str) -> Scalar {
    Scalar::Text(format!("{first} {second}"))
}
