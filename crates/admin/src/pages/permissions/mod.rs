//! System > Permissions: users and roles, to look at.

pub mod roles;
pub mod users;
