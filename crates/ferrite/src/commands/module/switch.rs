//! `module:enable` and `module:disable`: the switches of modules in `app/etc/config.php`.
//!
//! What a `composer.json` requires or excludes is held against the change first. A serving process
//! obeys at its next request.

use std::collections::HashSet;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_modules::{Constraint, Installation, constraints};

use super::cleanup::clean_up;
use super::{ended, fault_of, quoted, read, write_switches};
use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, Outcome};
use crate::deployment;

/// `module:enable`
pub static ENABLE: Entry<Options> = Entry {
    name: "module:enable",
    description: "Enables modules",
    exists: Exists::Always,
    run: |context, options| run(context, &options, true),
};

/// `module:disable`
pub static DISABLE: Entry<Options> = Entry {
    name: "module:disable",
    description: "Disables modules",
    exists: Exists::Always,
    run: |context, options| run(context, &options, false),
};

/// Options of both.
#[derive(Args)]
pub struct Options {
    /// The modules, with blanks between them
    #[arg(id = "module-names", num_args = 0..)]
    module_names: Vec<String>,
    /// Does it whatever depends on them or conflicts with them
    #[arg(short, long)]
    force: bool,
    /// All modules
    #[arg(long)]
    all: bool,
    /// Removes static view files as well
    #[arg(short, long)]
    clear_static_content: bool,
}

fn run(context: &Context, options: &Options, on: bool) -> Outcome {
    if options.module_names.is_empty() && !options.all {
        say!(
            "No modules specified. Specify a space-separated list of modules or use the --all option"
        );
        return Ok(ExitCode::FAILURE);
    }
    let lock = deployment::lock(&context.project)?;
    let installation = read(context)?;
    let Some(changed) = chosen(&installation, options, on)? else {
        return Ok(ExitCode::FAILURE);
    };
    if changed.is_empty() {
        say!("No modules were changed.");
        return Ok(ended(&installation, ExitCode::SUCCESS));
    }
    if !options.force {
        let found = in_the_way(&installation, &changed, on);
        if !found.is_empty() {
            say!("Unable to change status of modules because of the following constraints:");
            lines(found.iter().flat_map(Constraint::lines));
            return Ok(ExitCode::FAILURE);
        }
    }
    switch(context, &installation, &changed, on)?;
    drop(lock);
    tell(&changed, on);
    let command = if on {
        "module:enable"
    } else {
        "module:disable"
    };
    clean_up(context, command, options.clear_static_content)?;
    if options.force {
        say!(
            "Alert: You used the --force option. As a result, modules might not function properly."
        );
    }
    // Circles show themselves among modules that are on.
    Ok(ended(&read(context)?, ExitCode::SUCCESS))
}

/// The modules that are meant and stand otherwise now, in load order; none where a name is unknown,
/// which is told. A module that is left out for a fault cannot be switched on, but off.
fn chosen<'a>(
    installation: &'a Installation,
    options: &Options,
    on: bool,
) -> Result<Option<Vec<&'a str>>> {
    let mut switches = installation.switches();
    if on {
        switches.retain(|(name, _)| !installation.left_out.contains(*name));
    }
    let given = options.module_names.iter().map(String::as_str);
    let given: HashSet<&str> = given.filter(|_| !options.all).collect();
    let known: HashSet<&str> = switches.iter().map(|(name, _)| *name).collect();
    let unknown = options.module_names.iter().map(String::as_str);
    let unknown: Vec<&str> = unknown
        .filter(|name| given.contains(name) && !known.contains(name))
        .collect();
    if let Some(report) = unknown.iter().find_map(|name| fault_of(installation, name)) {
        bail!("{report}");
    }
    if !unknown.is_empty() {
        say!("Unknown module(s): {}", quoted(unknown));
        return Ok(None);
    }
    let changed = switches
        .into_iter()
        .filter(|(name, is_on)| *is_on != on && (options.all || given.contains(name)));
    Ok(Some(changed.map(|(name, _)| name).collect()))
}

/// What keeps the modules from being switched: dependencies first, then conflicts.
fn in_the_way(installation: &Installation, changed: &[&str], on: bool) -> Vec<Constraint> {
    let mut found = constraints(installation, changed, on);
    found.sort_by_key(|one| matches!(one, Constraint::Conflicts { .. }));
    found
}

/// Writes the switches, those of all other modules as they are: one that is new to the project and
/// not meant is switched off thereby, as in Magento.
fn switch(
    context: &Context,
    installation: &Installation,
    changed: &[&str],
    on: bool,
) -> Result<()> {
    let changed: HashSet<&str> = changed.iter().copied().collect();
    let switches = installation.switches().into_iter();
    let switches = switches.map(|(name, is_on)| {
        let is_meant = changed.contains(name);
        (name, if is_meant { on } else { is_on })
    });
    write_switches(&context.project, switches)
}

fn tell(changed: &[&str], on: bool) {
    let word = if on { "enabled" } else { "disabled" };
    say!("The following modules have been {word}:");
    lines(changed.iter().map(|name| format!("- {name}")));
    say!();
    if on {
        say!("To make sure that the enabled modules are properly registered, run 'setup:upgrade'.");
    }
}
