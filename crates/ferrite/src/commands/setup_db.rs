//! `setup:db:status`: whether what modules bring has been brought into the store.

use std::process::ExitCode;

use ferrite_setup::Outdated;

use super::module;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};

/// `setup:db:status`
pub static STATUS: Entry<NoOptions> = Entry {
    name: "setup:db:status",
    description: "Shows whether the store stands where the modules want it",
    exists: Exists::Always,
    run,
};

/// The exit code where `setup:upgrade` has something to do.
const OUTDATED: u8 = 2;

fn run(context: &Context, _: NoOptions) -> Outcome {
    if !context.project.is_installed() {
        say!("No information is available: the Magento application is not installed.");
        return Ok(ExitCode::FAILURE);
    }
    let installation = module::read(context)?;
    let state = context.open()?.read(ferrite_setup::state)?;
    let outdated = Outdated::of(&installation, &state);
    let code = if outdated.is_empty() {
        say!("All modules are up to date.");
        ExitCode::SUCCESS
    } else {
        tell(&outdated);
        ExitCode::from(OUTDATED)
    };
    Ok(module::ended(&installation, code))
}

fn tell(outdated: &Outdated) {
    if outdated.schema_patches {
        say!("Schema patches are not up to date");
    }
    if outdated.data_patches {
        say!("Data patches are not up to date");
    }
    if !outdated.versions.is_empty() {
        say!("The module code base doesn't match the DB schema and data.");
        say!("Some modules use code versions newer or older than the database.");
    }
    for version in &outdated.versions {
        let kind = version.phase_name();
        let current = version.current.as_deref().unwrap_or("none");
        say!(
            "{:>20} {kind:>10}: {current:>11}  ->  {:<11}",
            version.module,
            version.required
        );
    }
    say!("Run 'setup:upgrade' to update your DB schema and data.");
}
