//! The binary: argument parsing, one file per command, wiring.

mod commands;
mod project;
mod server;
mod wiring;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Magento's integration server as one binary.
#[derive(Parser)]
#[command(name = "ferrite", version)]
struct Options {
    /// The project's folder.
    #[arg(long, default_value = ".", global = true)]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a project's folder.
    New(commands::new::Options),
    /// Makes the store of a project.
    #[command(name = "setup:install")]
    SetupInstall(commands::setup_install::Options),
    /// Sets a configuration value.
    #[command(name = "config:set")]
    ConfigSet(commands::config::SetOptions),
    /// Shows configuration values.
    #[command(name = "config:show")]
    ConfigShow(commands::config::ShowOptions),
    /// Serves the project.
    Serve(commands::serve::Options),
}

fn main() -> ExitCode {
    let options = Options::parse();
    let root = options.root;
    let done = match options.command {
        Command::New(options) => commands::new::run(options),
        Command::SetupInstall(options) => commands::setup_install::run(&root, options),
        Command::ConfigSet(options) => commands::config::set(&root, options),
        Command::ConfigShow(options) => commands::config::show(&root, options),
        Command::Serve(options) => commands::serve::run(&root, options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
