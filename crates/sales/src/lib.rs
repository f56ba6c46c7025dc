//! Sales: orders with their items, addresses, payment and comments.
//!
//! Orders come in through `POST /V1/orders`, which stores what it is given; reading puts them
//! together with what hangs on them.

pub mod orders;

use ferrite_storage::Declared;
use ferrite_webapi::Routes;

/// Binds the routes of all resources.
pub fn routes(routes: &mut Routes) {
    orders::routes(routes);
}

/// The tables of all resources.
pub fn tables() -> Vec<&'static dyn Declared> {
    orders::tables()
}
