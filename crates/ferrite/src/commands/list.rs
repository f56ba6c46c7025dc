//! `list`: the commands that exist here.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::console::{Context, Entry, Exists, Outcome, as_json, describe, namespace, output};

/// `list`
pub static LIST: Entry<Options> = Entry {
    name: "list",
    description: "Lists the commands",
    exists: Exists::Always,
    run,
};

/// Options of `list`.
#[derive(Args)]
pub struct Options {
    /// Of which namespace alone
    namespace: Option<String>,
    /// As a plain list of names with their descriptions
    #[arg(long)]
    raw: bool,
    /// How it is printed: txt or json
    #[arg(long, default_value = "txt")]
    format: String,
    /// Without what each of them takes
    #[arg(long)]
    short: bool,
}

fn run(context: &Context, options: Options) -> Outcome {
    let commands = context.commands();
    let names: Vec<&str> = commands.iter().map(|one| one.name()).collect();
    let wanted = match &options.namespace {
        Some(typed) => Some(namespace(&names, typed)?),
        None => None,
    };
    let wanted = wanted.as_deref();
    match options.format.as_str() {
        "json" => output::line(&as_json::list(&commands, wanted, options.short).to_string()),
        "txt" if options.raw => output::text(&describe::raw(&commands, wanted)),
        "txt" => output::text(&describe::list(&commands, wanted)),
        other => bail!("Unsupported format \"{other}\"."),
    }
    Ok(ExitCode::SUCCESS)
}
