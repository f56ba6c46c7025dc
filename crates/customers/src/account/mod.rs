//! Passwords and confirmation (`Magento\Customer\Api\AccountManagementInterface`).

mod confirmation;
mod passwords;

pub(crate) use confirmation::{REQUIRED, is_awaited};

use ferrite_base::{Clock, Randomness};
use ferrite_storage::Db;
use ferrite_webapi::Routes;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes, db: &Db, clock: &Clock, randomness: &Randomness) {
    passwords::routes(routes, db, clock, randomness);
    confirmation::routes(routes);
}
