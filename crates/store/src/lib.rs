//! Websites, store groups, store views and their settings, countries, regions and currency: the
//! routes of Magento's modules Store and Directory.

mod directory;
mod scopes;

pub use directory::countries;

use ferrite_webapi::Routes;

/// Binds this family's routes.
pub fn routes(routes: &mut Routes) {
    scopes::routes(routes);
    directory::routes(routes);
}
