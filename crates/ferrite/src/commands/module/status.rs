//! `module:status` and `module:config:status`: which modules there are, and whether
//! `app/etc/config.php` knows them.

use std::process::ExitCode;

use clap::Args;
use ferrite_modules::{Config, Installation, escape};

use super::{ended, read};
use crate::console::output::{lines, say};
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};

/// `module:status`
pub static STATUS: Entry<Options> = Entry {
    name: "module:status",
    description: "Shows which modules are enabled",
    exists: Exists::Always,
    run,
};

/// `module:config:status`
pub static CONFIG_STATUS: Entry<NoOptions> = Entry {
    name: "module:config:status",
    description: "Shows whether app/etc/config.php knows the modules as they are",
    exists: Exists::Always,
    run: config_status,
};

/// Options of `module:status`.
#[derive(Args)]
pub struct Options {
    /// The modules to look at, with blanks between them; all without one
    #[arg(id = "module-names", num_args = 0..)]
    module_names: Vec<String>,
    /// Lists the enabled modules alone
    #[arg(long)]
    enabled: bool,
    /// Lists the disabled modules alone
    #[arg(long)]
    disabled: bool,
}

fn run(context: &Context, options: Options) -> Outcome {
    let installation = read(context)?;
    let code = if !options.module_names.is_empty() {
        each(&installation, &options.module_names);
        ExitCode::SUCCESS
    } else if options.enabled || options.disabled {
        listed(&installation, options.enabled)
    } else {
        say!("List of enabled modules:");
        listed(&installation, true);
        say!();
        say!("List of disabled modules:");
        listed(&installation, false);
        say!();
        ExitCode::SUCCESS
    };
    Ok(ended(&installation, code))
}

/// One line for each name.
fn each(installation: &Installation, names: &[String]) {
    for name in names {
        let state = match installation.module(name) {
            Some(module) if module.enabled => ": Module is enabled",
            Some(_) => ":  Module is disabled",
            None => ": Module does not exist",
        };
        say!("{} {state}", escape(name));
    }
}

/// The modules that are on, or off; the exit code of a list that is asked for alone.
fn listed(installation: &Installation, on: bool) -> ExitCode {
    let modules = installation.modules.iter();
    let names: Vec<&str> = modules
        .filter(|module| module.enabled == on)
        .map(|module| module.name.as_str())
        .collect();
    if names.is_empty() {
        say!("None");
        return ExitCode::FAILURE;
    }
    lines(names);
    ExitCode::SUCCESS
}

fn config_status(context: &Context, _: NoOptions) -> Outcome {
    let installation = read(context)?;
    let code = if is_up_to_date(&installation) {
        say!("The modules configuration is up to date.");
        ExitCode::SUCCESS
    } else {
        say!(
            "The modules configuration in the 'app/etc/config.php' file is outdated. \
             Run 'setup:upgrade' to fix it."
        );
        ExitCode::FAILURE
    };
    Ok(ended(&installation, code))
}

/// Whether the file lists the modules that there are, in the order in which they are loaded.
fn is_up_to_date(installation: &Installation) -> bool {
    let listed = installation.config.iter().flat_map(Config::modules);
    let listed = listed.map(|(name, _)| name);
    let there = installation.switches().into_iter().map(|(name, _)| name);
    listed.eq(there)
}
