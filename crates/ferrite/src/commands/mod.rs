//! The commands, one file each.

pub mod config;
pub mod new;
pub mod serve;
pub mod setup_install;
