//! Websites, store groups, store views and their settings, countries, regions and currency: the
//! routes of Magento's modules Store and Directory; the conditions that customers agree to, and
//! what Analytics would collect.

pub mod agreements;
mod analytics;
mod directory;
mod scopes;

pub use directory::{countries, symbol};

use ferrite_storage::Declared;
use ferrite_webapi::Routes;

/// Binds this family's routes.
pub fn routes(routes: &mut Routes) {
    scopes::routes(routes);
    directory::routes(routes);
    agreements::routes(routes);
    analytics::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&agreements::AGREEMENTS]
}
