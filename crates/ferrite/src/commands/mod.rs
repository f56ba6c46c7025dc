//! The commands, one file for each or for each family. Adding one is a file and a line in [`ALL`].

pub mod admin_user;
pub mod app_config;
pub mod cache;
pub mod completion;
pub mod config;
pub mod cron;
pub mod demo;
pub mod deploy_mode;
pub mod help;
pub mod indexer;
pub mod info;
pub mod integration;
pub mod integration_resources;
pub mod list;
pub mod maintenance;
pub mod module;
pub mod new;
pub mod queue;
pub mod routes;
pub mod serve;
pub mod setup_db;
pub mod setup_di_compile;
pub mod setup_install;
pub mod setup_static_content;
pub mod setup_upgrade;
pub mod sign;
pub mod store_create;
pub mod store_list;

use crate::console::Command;

/// All commands.
pub static ALL: &[&dyn Command] = &[
    &admin_user::CREATE,
    &admin_user::UNLOCK,
    &app_config::DUMP,
    &app_config::IMPORT,
    &app_config::STATUS,
    &cache::CLEAN,
    &cache::DISABLE,
    &cache::ENABLE,
    &cache::FLUSH,
    &cache::STATUS,
    &completion::COMPLETION,
    &config::sensitive::SENSITIVE,
    &config::set::SET,
    &config::show::SHOW,
    &cron::INSTALL,
    &cron::REMOVE,
    &cron::RUN,
    &demo::DEMO,
    &deploy_mode::SET,
    &deploy_mode::SHOW,
    &help::HELP,
    &indexer::INFO,
    &indexer::REINDEX,
    &indexer::RESET,
    &indexer::SET_MODE,
    &indexer::SET_STATUS,
    &indexer::SHOW_MODE,
    &indexer::STATUS,
    &info::ADMIN_URI,
    &integration::ACTIVATE,
    &integration::CREATE,
    &integration::DELETE,
    &integration::LIST,
    &integration::REAUTHORIZE,
    &integration::SHOW,
    &integration_resources::RESOURCES,
    &list::LIST,
    &maintenance::ALLOW_IPS,
    &maintenance::DISABLE,
    &maintenance::ENABLE,
    &maintenance::STATUS,
    &module::graph::GRAPH,
    &module::new::NEW,
    &module::status::CONFIG_STATUS,
    &module::status::STATUS,
    &module::switch::DISABLE,
    &module::switch::ENABLE,
    &module::uninstall::UNINSTALL,
    &module::validate::VALIDATE,
    &new::NEW,
    &queue::LIST,
    &queue::START,
    &routes::ROUTES,
    &serve::SERVE,
    &setup_db::STATUS,
    &setup_di_compile::COMPILE,
    &setup_install::INSTALL,
    &setup_static_content::DEPLOY,
    &setup_upgrade::UPGRADE,
    &setup_upgrade::halves::DATA,
    &setup_upgrade::halves::SCHEMA,
    &sign::SIGN,
    &store_create::CREATE,
    &store_list::STORES,
    &store_list::WEBSITES,
];

/// Commands that scripts ask; they are in no list, and have no abbreviation.
pub static HIDDEN: &[&dyn Command] = &[&completion::COMPLETE];
