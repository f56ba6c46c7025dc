//! The modules of an installation: those that are built in and those on disk, read only.
//!
//! A stock Magento 2.4.7 lists its own modules in `GET /V1/modules`, in `module:status` and in
//! `app/etc/config.php`, and third-party modules name them in the `sequence` of their
//! `etc/module.xml`. Ferrite answers for all of them: each [`core`] module counts as present, so a
//! `sequence` on it holds, whether or not Ferrite has anything to load in its place.
//!
//! [`Installation::read`] takes a project's root in and gives out what stands below it: the modules
//! of `app/code` and `vendor` that register themselves, in load order, and what their XML files and
//! setup scripts declare, merged as Magento merges it. PHP is parsed, never executed. What is wrong
//! comes out as [`Report`]s: a fault leaves its module out, all others go on; what Magento tolerates
//! in production is a warning. [`validate`] does the same for one module's folder.

mod classes;
mod config_php;
mod constraints;
mod core;
mod discover;
mod error;
mod file;
mod installation;
mod merge;
mod module;
mod order;
mod parallel;
mod read;
mod registered;
mod report;
mod setup;
mod types;
mod xml;

pub use crate::core::{core, disabled, enabled, find, is_core, tree};
pub use config_php::Config;
pub use constraints::{Constraint, constraints};
pub use error::ModulesError;
pub use ferrite_php::setup::{Action, Patch, Phase};
pub use file::MAX_BYTES;
pub use installation::{Installation, Options, graph, validate};
pub use module::{Module, Origin, Package};
pub use report::{Report, Severity, escape, escape_json};
pub use setup::{SetupPlan, SetupState, SetupStep, StepKind};
pub use types::{
    ConfigDefault, Integration, MenuItem, Resource, Route, RouteParameter, Scope, Source,
};
