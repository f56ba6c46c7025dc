//! Customers: who they are, where they live, and their accounts.
//!
//! [`save`] creates and changes customers with their addresses, [`account`] is about passwords,
//! [`read`] puts answers together,
//! [`groups`] has the groups that customers belong to, [`metadata`] the attributes that they have. [`CustomerAccounts`] tells `accounts` who may sign in.

mod account;
mod addresses;
mod checks;
mod groups;
mod identity;
mod metadata;
mod read;
mod rows;
mod save;
#[cfg(test)]
mod tests;
mod types;

pub use groups::{GroupsOfTaxClass, fill, group_name, group_named, install};
pub use identity::CustomerAccounts;
pub use rows::{ADDRESSES, CUSTOMERS, Row};
pub use types::Customer;

use ferrite_base::{Clock, Randomness};
use ferrite_storage::{Db, Declared};
use ferrite_webapi::Routes;

/// Binds the routes.
pub fn routes(routes: &mut Routes, db: &Db, clock: &Clock, randomness: &Randomness) {
    save::routes(routes, randomness);
    read::routes(routes);
    addresses::routes(routes);
    account::routes(routes, db, clock, randomness);
    groups::routes(routes);
    metadata::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&groups::GROUPS, &CUSTOMERS, &ADDRESSES]
}
