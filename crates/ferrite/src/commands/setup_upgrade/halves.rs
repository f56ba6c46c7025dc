//! `setup:db-schema:upgrade` and `setup:db-data:upgrade`: one phase of `setup:upgrade`, for the modules
//! that `app/etc/config.php` switches on already.

use std::process::ExitCode;

use ferrite_modules::Phase;

use super::{SchemaOptions, failure_told, take, tell, told};
use crate::commands::cache;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::deployment::CACHE_TYPES;
use crate::loaded::Loaded;

/// `setup:db-schema:upgrade`
pub static SCHEMA: Entry<SchemaOptions> = Entry {
    name: "setup:db-schema:upgrade",
    description: "Takes what the modules do to the schema, and their etc/integration.xml",
    exists: Exists::Always,
    run: |context, options| run(context, Phase::Schema, options.is_dry()),
};

/// `setup:db-data:upgrade`
pub static DATA: Entry<NoOptions> = Entry {
    name: "setup:db-data:upgrade",
    description: "Takes what the modules do to data",
    exists: Exists::Always,
    run: |context, _| run(context, Phase::Data, false),
};

fn run(context: &Context, phase: Phase, dry_run: bool) -> Outcome {
    if !context.project.is_installed() {
        say!("No information is available: the Magento application is not installed.");
        return Ok(ExitCode::FAILURE);
    }
    failure_told(upgrade(context, phase, dry_run))
}

fn upgrade(context: &Context, phase: Phase, dry_run: bool) -> Outcome {
    let db = context.open()?;
    let loaded = Loaded::read(&context.project)?;
    let done = take(&context.project, &db, loaded, &[phase], dry_run)?;
    told::modules(&done, &[phase]);
    if dry_run {
        say!("Nothing was changed: this is what would be.");
    } else {
        cache::raise(&db, &CACHE_TYPES)?;
    }
    tell(&done)
}
