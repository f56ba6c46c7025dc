//! `help COMMAND`: what one command takes and does.

use std::process::ExitCode;

use clap::Args;

use crate::console::{Context, Entry, Exists, Outcome, describe, output};

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
}

fn run(context: &Context, options: Options) -> Outcome {
    let command = context.find(&options.command_name)?;
    output::text(&describe::command(command));
    Ok(ExitCode::SUCCESS)
}
