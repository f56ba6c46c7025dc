//! Inventory: the stock item of each product, shown on its own and as a part of the product.

mod stock;

pub use stock::{STOCK_ITEMS, StockItems, rebuild_status};

use ferrite_storage::Declared;
use ferrite_webapi::Routes;

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    stock::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&STOCK_ITEMS]
}
