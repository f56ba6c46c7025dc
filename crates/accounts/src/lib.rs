//! Admins: who they are, how they prove it, and the bearer tokens that they get.
//!
//! `POST /V1/integration/admin/token` changes a user name and a password into a JWT
//! ([`tokens`]); the JWT in an `Authorization: Bearer` header makes an admin of a caller
//! ([`Bearer`]). A header that is unknown, expired or forged is no error: the caller is a guest.

mod admins;
mod bearer;
mod jwt;
mod password;
mod throttle;
mod tokens;

pub use admins::{ADMINS, Admin, NewAdmin, create};
pub use bearer::Bearer;
pub use jwt::JwtKey;
pub use tokens::routes;

use ferrite_storage::Declared;

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&ADMINS, &throttle::FAILURES]
}
