//! `config:sensitive:set PATH VALUE`: a value that no shared file may hold, into `app/etc/env.php`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_settings::{find, is_secret};
use serde_json::Value;

use super::{is_imported, no_path, note_imported, place, refuse};
use crate::commands::cache;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome, question, secret_question};
use crate::deployment::{Deployment, Pool};

/// `config:sensitive:set`
pub static SENSITIVE: Entry<Options> = Entry {
    name: "config:sensitive:set",
    description: "Sets a value that belongs to this machine alone",
    exists: Exists::Installed,
    run,
};

/// Options of `config:sensitive:set`.
#[derive(Args)]
pub struct Options {
    /// section/group/field
    path: Option<String>,
    /// The value
    value: Option<String>,
    /// Asks for what is not given
    #[arg(short = 'i', long)]
    interactive: bool,
    /// default, website or store
    #[arg(long, default_value = "default")]
    scope: String,
    /// The code of the website or store view
    #[arg(long, default_value = "")]
    scope_code: String,
}

fn run(context: &Context, options: Options) -> Outcome {
    let db = context.open()?;
    let settings = context.settings(db.clone());
    let place = match place(&settings, &options.scope, &options.scope_code) {
        Ok(place) => place,
        Err(sentence) => return refuse(&sentence),
    };
    let (Some(given), Some(value)) = asked(context, options)? else {
        bail!("Not enough arguments (missing: \"path, value\").");
    };
    let path = given.trim_matches('/');
    // Secrets of modules need no declaration here.
    let is_path = path.split('/').filter(|part| !part.is_empty()).count() == 3;
    if find(path).is_none() && !(is_path && is_secret(path)) {
        return refuse(&no_path(&given));
    }
    let refusal = find(path).and_then(|declared| declared.refusal(&value));
    if let Some(refusal) = refusal {
        return refuse(refusal);
    }
    let mut file = Deployment::edit(&context.project, Pool::Environment)?;
    // What somebody else changed by hand still waits for its import afterwards.
    let was_imported = is_imported(&context.project, &db)?;
    file.set(&place.keys(path), Value::String(value));
    file.write()?;
    if was_imported {
        note_imported(&context.project, &db)?;
    } else {
        cache::raise(&db, &["config"])?;
    }
    say!("Configuration value saved in app/etc/env.php");
    Ok(ExitCode::SUCCESS)
}

/// Path and value, asked for where they are not given and may be.
fn asked(context: &Context, options: Options) -> Result<(Option<String>, Option<String>)> {
    if !(options.interactive && context.is_interactive) {
        return Ok((options.path, options.value));
    }
    let path = match options.path {
        Some(path) => path,
        None => question("Path")?,
    };
    let value = match options.value {
        Some(value) => value,
        None => secret_question("Value")?,
    };
    Ok((Some(path), Some(value)))
}
