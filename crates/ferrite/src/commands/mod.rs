//! The commands, one file each.

pub mod admin_user;
pub mod config;
pub mod demo;
pub mod deploy_mode;
pub mod integration;
pub mod new;
pub mod routes;
pub mod serve;
pub mod setup_install;
pub mod sign;
pub mod store_create;
