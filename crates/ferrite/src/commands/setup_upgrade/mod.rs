//! `setup:upgrade`: what the modules on disk declare is brought into the store.
//!
//! Magento's lines come first; then what became of each integration, what is wrong with modules,
//! and once more in one block what their setup scripts do that was not executed.

mod cleanup;
pub mod halves;
mod told;

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ferrite_base::StoreScope;
use ferrite_integrations::Integration;
use ferrite_modules::{Installation, Phase, escape};
use ferrite_setup::Upgrade;
use ferrite_storage::Db;

use super::{app_config, cache, module};
use crate::console::output::{error_line, lines, say};
use crate::console::{Context, Entry, Exists, Outcome};
use crate::deployment::{self, CACHE_TYPES};
use crate::hosts::MODE;
use crate::loaded::Loaded;
use crate::project::Project;
use crate::wiring;

/// `setup:upgrade`
pub static UPGRADE: Entry<Options> = Entry {
    name: "setup:upgrade",
    description: "Brings what the modules declare into the store",
    exists: Exists::Always,
    run,
};

/// Both phases, in their order.
const PHASES: [Phase; 2] = [Phase::Schema, Phase::Data];

/// Options of `setup:upgrade`.
#[derive(Args)]
pub struct Options {
    /// Leaves generated files alone
    #[arg(long)]
    keep_generated: bool,
    #[command(flatten)]
    schema: SchemaOptions,
}

/// Options of whatever takes the phase of the schema.
#[derive(Args)]
pub struct SchemaOptions {
    /// Accepted as Magento accepts it: no script is converted
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    convert_old_scripts: Option<String>,
    /// Accepted as Magento accepts it: nothing is dropped
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    safe_mode: Option<String>,
    /// Accepted as Magento accepts it: nothing was dropped
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    data_restore: Option<String>,
    /// Only shows what would change
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    dry_run: Option<String>,
}

impl SchemaOptions {
    fn is_dry(&self) -> bool {
        let value = self.dry_run.as_deref();
        value.is_some_and(|value| !matches!(value, "0" | "false" | ""))
    }
}

/// What a run came to.
pub struct Done {
    /// The modules.
    pub installation: Installation,
    /// What was done.
    pub upgrade: Upgrade,
    /// Integrations of modules that are not there any more.
    pub orphans: Vec<Integration>,
}

impl Done {
    /// Whether something was left out.
    pub fn has_faults(&self) -> bool {
        let scripts = self.upgrade.reports.iter();
        self.installation.has_faults()
            || scripts.into_iter().any(ferrite_modules::Report::is_fault)
            || !self.upgrade.failures.is_empty()
    }
}

/// Brings what the modules of a project declare into its store.
pub fn bring_in(project: &Project, db: &Db, dry_run: bool) -> Result<Done> {
    let lock = deployment::lock(project)?;
    let loaded = Loaded::read_adopting(project)?;
    if !dry_run {
        module::write_switches(project, loaded.installation.switches())?;
    }
    drop(lock);
    take(project, db, loaded, &PHASES, dry_run)
}

/// Takes the phases of modules that have been read.
fn take(
    project: &Project,
    db: &Db,
    loaded: Loaded,
    phases: &[Phase],
    dry_run: bool,
) -> Result<Done> {
    let integrations = wiring::with_modules(project, db.clone(), &loaded)?;
    let installation = loaded.installation;
    let upgrade = ferrite_setup::upgrade_phases(db, &integrations, &installation, phases, dry_run)?;
    let declared = loaded.declared;
    let orphans = db.read(|tx| ferrite_setup::orphans(tx, &declared))?;
    Ok(Done {
        installation,
        upgrade,
        orphans,
    })
}

/// Brings the modules of a project that was installed just now into its store, and says what there
/// is to say.
pub fn after_install(project: &Project, db: &Db) -> Outcome {
    let done = bring_in(project, db, false)?;
    cache::raise(db, &CACHE_TYPES)?;
    tell(&done)
}

/// Integrations, what was not executed, and what is wrong.
fn tell(done: &Done) -> Outcome {
    told::integrations(done);
    told::not_executed(done);
    told::reports(done);
    if done.has_faults() {
        error_line("Some modules were left out.");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// A failure is told alone on its line, as Magento tells it.
fn failure_told(done: Outcome) -> Outcome {
    done.or_else(|error| {
        say!("{}", escape(&format!("{error:#}")));
        Ok(ExitCode::FAILURE)
    })
}

fn run(context: &Context, options: Options) -> Outcome {
    let project = &context.project;
    if !project.is_installed() {
        say!(
            "Can't run this operation: deployment configuration is absent. \
             Run 'magento setup:config:set --help' for options."
        );
        return Ok(ExitCode::FAILURE);
    }
    failure_told(upgrade(context, options))
}

fn upgrade(context: &Context, options: Options) -> Outcome {
    let project = &context.project;
    let db = context.open()?;
    let dry_run = options.schema.is_dry();
    say!("Cache types config flushed successfully");
    say!("Cache cleared successfully");
    if !options.keep_generated && !dry_run {
        say!("File system cleanup:");
        lines(cleanup::clean_up(project)?);
    }
    say!("Updating modules:");
    let done = bring_in(project, &db, dry_run)?;
    told::modules(&done, &PHASES);
    if dry_run {
        say!("Nothing was changed: this is what would be.");
    } else {
        lines(app_config::import(project, &db)?);
        cache::raise(&db, &CACHE_TYPES)?;
    }
    let settings = context.settings(db);
    if settings.says(MODE, &StoreScope::admin(), "production") {
        say!("Please re-run Magento compile command. Use the command \"setup:di:compile\"");
    }
    say!(
        "Media files stored outside of 'Media Gallery Allowed' folders will not be available to the \
         media gallery."
    );
    say!("Please refer to Developer Guide for more details.");
    tell(&done)
}
