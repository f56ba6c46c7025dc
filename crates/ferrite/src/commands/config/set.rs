//! `config:set PATH VALUE`: into the store, or locked in `app/etc/env.php` or `app/etc/config.php`.

use std::process::ExitCode;

use clap::Args;
use ferrite_settings::find;
use serde_json::Value;

use super::{is_imported, no_path, note_imported, place, refuse};
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};
use crate::deployment::{Deployment, Pool};

/// `config:set`
pub static SET: Entry<Options> = Entry {
    name: "config:set",
    description: "Sets a configuration value",
    exists: Exists::Always,
    run,
};

/// Options of `config:set`.
#[derive(Args)]
pub struct Options {
    /// section/group/field
    #[arg(required = true)]
    path: String,
    /// The value
    #[arg(required = true)]
    value: String,
    /// default, website or store
    #[arg(long, default_value = "default")]
    scope: String,
    /// The code of the website or store view
    #[arg(long, default_value = "")]
    scope_code: String,
    /// Locks the value in app/etc/env.php
    #[arg(short = 'e', long)]
    lock_env: bool,
    /// Locks the value in app/etc/config.php
    #[arg(short = 'c', long)]
    lock_config: bool,
    /// Locks the value in app/etc/env.php, as --lock-env does
    #[arg(short = 'l', long)]
    lock: bool,
}

/// Sets a value; a running server obeys at its next request.
fn run(context: &Context, options: Options) -> Outcome {
    if !context.project.is_installed() {
        return refuse(
            "You cannot run this command because the Magento application is not installed.",
        );
    }
    let pool = if options.lock_env || options.lock {
        Some(Pool::Environment)
    } else {
        options.lock_config.then_some(Pool::Shared)
    };
    let db = context.open()?;
    // Held to the end: until another has noted what it wrote, the files would look changed.
    let mut file = Deployment::edit(&context.project, pool.unwrap_or(Pool::Environment))?;
    if !is_imported(&context.project, &db)? {
        return refuse(
            "This command is unavailable right now. To continue working with it please run \
             app:config:import or setup:upgrade command before.",
        );
    }
    let settings = context.settings_with_modules(db.clone())?;
    let place = match place(&settings, &options.scope, &options.scope_code) {
        Ok(place) => place,
        Err(sentence) => return refuse(&sentence),
    };
    let path = options.path.trim_matches('/');
    let declared = find(path);
    let is_scoped = declared.is_none_or(|declared| declared.scoped);
    if !settings.is_known(path) || (place.id != 0 && !is_scoped) {
        return refuse(&no_path(&options.path));
    }
    if let Some(refusal) = declared.and_then(|declared| declared.refusal(&options.value)) {
        return refuse(refusal);
    }
    let Some(pool) = pool else {
        if settings.is_fixed(place.scope, place.id, path) {
            return refuse(
                "The value you set has already been locked. To change the value, use the \
                 --lock-env option.",
            );
        }
        settings.set_at(place.scope, place.id, path, Some(&options.value))?;
        say!("Value was saved.");
        return Ok(ExitCode::SUCCESS);
    };
    file.set(&place.keys(path), Value::String(options.value));
    file.write()?;
    note_imported(&context.project, &db)?;
    say!("Value was saved in {} and locked.", pool.file());
    Ok(ExitCode::SUCCESS)
}
