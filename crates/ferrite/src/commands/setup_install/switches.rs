//! `--enable-modules` and `--disable-modules`: which modules a store begins with.

use anyhow::Result;
use ferrite_modules::Installation;

use super::options::Options;
use crate::commands::module;
use crate::project::Project;

/// What stands for every module in `--enable-modules` and `--disable-modules`.
const ALL: &str = "all";

/// The modules that there are, with those switched on that no file switches off.
fn modules(project: &Project) -> Result<Installation> {
    let adopting = ferrite_modules::Options { adopt: true };
    Ok(Installation::read(project.root(), adopting)?)
}

/// What is wrong with the names of modules.
pub fn problem(project: &Project, options: &Options) -> Result<Option<String>> {
    let given = options
        .enable_modules
        .iter()
        .chain(&options.disable_modules);
    let mut given = given.filter(|name| *name != ALL).peekable();
    if given.peek().is_none() {
        return Ok(None);
    }
    let installation = modules(project)?;
    let unknown = given.filter(|name| installation.module(name).is_none());
    let unknown = module::quoted(unknown.map(String::as_str));
    Ok((!unknown.is_empty()).then(|| format!("Unknown module(s): {unknown}")))
}

/// Which modules are to be on: a name counts more than `all`, and off more than on.
pub fn chosen(project: &Project, options: &Options) -> Result<Vec<(String, bool)>> {
    let (enabled, disabled) = (&options.enable_modules, &options.disable_modules);
    let has = |list: &[String], name: &str| list.iter().any(|one| one == name);
    let installation = modules(project)?;
    let switches = installation.switches().into_iter().map(|(name, is_on)| {
        let on = if has(disabled, name) {
            false
        } else if has(enabled, name) {
            true
        } else if has(disabled, ALL) {
            false
        } else {
            is_on || has(enabled, ALL)
        };
        (name.to_owned(), on)
    });
    Ok(switches.collect())
}
