//! Admins: who they are, how they prove it ([`SignIn`]), what their [`roles`] open, and the bearer
//! tokens and the panel's [`sessions`] that they get. One who is signed in changes others through
//! [`People`].
//!
//! `POST /V1/integration/admin/token` changes a user name and a password into a JWT
//! ([`tokens`]), `POST /V1/integration/customer/token` does so for customers ([`Customers`]); the
//! JWT in an `Authorization: Bearer` header makes an admin or a customer of a caller ([`Bearer`]). A header that is unknown, expired or forged is no error: the caller is a guest.

mod admins;
mod bearer;
mod customers;
mod jwt;
pub mod password;
mod people;
pub mod roles;
pub mod sessions;
mod sign_in;
mod throttle;
mod tokens;

pub use admins::{ADMINS, Admin, NewAdmin, create, save, unlock};
pub use bearer::Bearer;
pub use customers::{Account, Customers, Standing, wrong_password};
pub use jwt::JwtKey;
pub use people::{People, Problem, RoleDetails, Unsaved, UserDetails};
pub use sign_in::{Origin, Refusal, SignIn};
pub use throttle::{FAILURES, Failures, Locked};

use std::sync::Arc;

use ferrite_base::Clock;
use ferrite_storage::{Db, Declared, Error, Tx};
use ferrite_webapi::Routes;

/// Binds the routes of admins' and customers' tokens.
pub fn routes(
    routes: &mut Routes,
    db: Db,
    key: JwtKey,
    clock: Clock,
    of_customers: Arc<dyn Customers>,
) {
    tokens::routes(routes, db.clone(), key.clone(), clock.clone());
    customers::routes(routes, db, key, clock, of_customers);
}

/// Writes what a fresh install holds: the role of the first admin.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    roles::install(tx)
}

/// Takes away sessions that are long over and failures that count no more; returns how many rows.
pub fn clean_up(tx: &mut Tx<'_>, now: i64) -> Result<u64, Error> {
    Ok(sessions::forget(tx, now)? + throttle::forget_all(tx, now)?)
}

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![
        &ADMINS,
        &roles::ROLES,
        &sessions::SESSIONS,
        &throttle::FAILURES,
    ]
}
