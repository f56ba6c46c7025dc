//! System > Permissions: users and roles. What may be changed by whom is `ferrite-accounts`'
//! [`People`]; these pages ask for the admin's own password and show what came of it.

mod people;
mod question;
mod roles;
mod users;

use std::sync::Arc;

use axum::Router;

use crate::Panel;
use crate::web::route::{act, show};

/// What an admin needs for users.
const USERS: &str = "Magento_User::acl_users";
/// What an admin needs to unlock one.
const LOCKS: &str = "Magento_User::locks";
/// What an admin needs for roles.
const ROLES: &str = "Magento_User::acl_roles";

/// The addresses.
pub fn router() -> Router<Arc<Panel>> {
    Router::new()
        .route(users::GRID, show(USERS, users::grid::show))
        .route(
            "/user/new",
            show(USERS, users::form::new).merge(act(USERS, users::save::create)),
        )
        .route(
            "/user/{id}",
            show(USERS, users::form::edit).merge(act(USERS, users::save::update)),
        )
        .route(
            "/user/{id}/delete",
            show(USERS, users::ask_delete).merge(act(USERS, users::delete)),
        )
        .route(
            "/user/{id}/force-sign-in",
            show(USERS, users::ask_revoke).merge(act(USERS, users::revoke)),
        )
        .route(
            "/user/{id}/unlock",
            show(LOCKS, users::ask_unlock).merge(act(LOCKS, users::unlock)),
        )
        .route(roles::GRID, show(ROLES, roles::grid::show))
        .route(
            "/role/new",
            show(ROLES, roles::form::new).merge(act(ROLES, roles::save::create)),
        )
        .route(
            "/role/{id}",
            show(ROLES, roles::form::edit).merge(act(ROLES, roles::save::update)),
        )
        .route(
            "/role/{id}/delete",
            show(ROLES, roles::ask_delete).merge(act(ROLES, roles::delete)),
        )
}
