//! `module:…`: the modules of a project, built in and on disk.
//!
//! Each command reads them anew as [`Installation`]. What is wrong with a module leaves that module
//! out; it is told on standard error, and the command ends with 1 when all else is done, so that the
//! lists on standard output stay what programs read.

pub mod cleanup;
pub mod graph;
pub mod new;
mod scaffold;
pub mod status;
pub mod switch;
pub mod uninstall;
pub mod validate;

use std::process::ExitCode;

use anyhow::Result;
use ferrite_modules::{Config, Installation, Options, Report, escape};

use super::cache;
use crate::console::Context;
use crate::console::output::error_line;
use crate::deployment::CACHE_TYPES;
use crate::project::Project;

/// The modules of a project, those that are new to it switched off.
pub fn read(context: &Context) -> Result<Installation> {
    Ok(Installation::read(
        context.root(),
        Options { adopt: false },
    )?)
}

/// Tells the faults on standard error; the exit code that follows from them, or else the one given.
pub fn ended(installation: &Installation, otherwise: ExitCode) -> ExitCode {
    let faults = installation
        .reports
        .iter()
        .filter(|report| report.is_fault());
    faults.for_each(|report| error_line(&report.to_string()));
    if installation.has_faults() {
        ExitCode::FAILURE
    } else {
        otherwise
    }
}

/// The first fault of a module that is left out, where it is.
fn fault_of<'a>(installation: &'a Installation, module: &str) -> Option<&'a Report> {
    let mut faults = installation
        .reports
        .iter()
        .filter(|report| report.is_fault());
    faults.find(|report| report.module.as_deref() == Some(module))
}

/// Names as they are listed: each in quotes, with commas between them.
pub fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names = names
        .into_iter()
        .map(|name| format!("'{}'", escape(name)))
        .collect::<Vec<_>>();
    names.join(", ")
}

/// Writes the switches of modules to `app/etc/config.php`, where they are not what it says; what else
/// stands there is kept. A file that cannot be read is not written over.
pub fn write_switches<'a>(
    project: &Project,
    switches: impl IntoIterator<Item = (&'a str, bool)>,
) -> Result<()> {
    let found = Config::read(project.root())?;
    let switches: Vec<_> = switches.into_iter().collect();
    let is_same = |config: &Config| config.modules().eq(switches.iter().copied());
    if found.as_ref().is_some_and(is_same) {
        return Ok(());
    }
    let mut config = found.unwrap_or_default();
    config.set_modules(switches);
    Ok(config.write(project.root())?)
}

/// Cleans all caches of an installed project: whoever serves it reads the modules anew before its
/// next answer.
fn clean_caches(context: &Context) -> Result<()> {
    if context.project.is_installed() {
        let db = context.open()?;
        cache::raise(&db, &CACHE_TYPES)?;
    }
    Ok(())
}
