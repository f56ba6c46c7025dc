//! `help COMMAND`: what one command takes and does.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::console::{Context, Entry, Exists, Outcome, as_json, describe, output};

/// `help`
pub static HELP: Entry<Options> = Entry {
    name: "help",
    description: "Shows what a command takes and does",
    exists: Exists::Always,
    run,
};

/// Options of `help`.
#[derive(Args)]
pub struct Options {
    /// The command
    #[arg(default_value = "help")]
    command_name: String,
    /// How it is printed: txt or json
    #[arg(long, default_value = "txt")]
    format: String,
    /// As plain text
    #[arg(long)]
    raw: bool,
}

fn run(context: &Context, options: Options) -> Outcome {
    let command = context.find(&options.command_name)?;
    match options.format.as_str() {
        "json" => output::line(&as_json::command(command).to_string()),
        "txt" => {
            if options.raw {
                output::without_colours();
            }
            output::text(&describe::command(command));
        }
        other => bail!("Unsupported format \"{other}\"."),
    }
    Ok(ExitCode::SUCCESS)
}
