//! The console: what every command shares, behaving as Symfony's does, on which Magento's stands.
//!
//! In goes a command line. [`input`] finds the command's name and what every command takes; [`find`]
//! makes a whole name of an abbreviation; clap reads the rest by the command's own definition, and
//! [`refusal`] puts its complaints into Symfony's words. Out come lines ([`output`]), an exit code,
//! or a framed message on standard error.
//!
//! A command is a file with an [`Entry`] and a line in [`crate::commands::ALL`].

pub mod as_json;
pub mod describe;
mod find;
mod frame;
mod input;
mod log;
pub mod output;
pub mod progress;
mod refusal;
pub mod table;

pub use find::namespace;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgMatches, Args};
use ferrite_settings::Settings;
use ferrite_storage::Db;

use crate::loaded::Loaded;
use crate::project::Project;
use crate::{commands, wiring};

/// What the console says it is.
pub const NAME: &str = "Magento CLI";

/// The version whose behaviour is offered.
pub const VERSION: &str = "2.4.7-p2";

/// How a command ended: its exit code, or an error that is shown in a frame.
pub type Outcome = Result<ExitCode>;

/// Where a command exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exists {
    /// Everywhere.
    Always,
    /// In an installed project only.
    Installed,
}

/// A command, whatever its options are.
pub trait Command: Sync {
    /// `namespace:name`
    fn name(&self) -> &'static str;
    /// One line for the list.
    fn description(&self) -> &'static str;
    /// Where it exists.
    fn exists(&self) -> Exists;
    /// Adds its arguments and options.
    fn define(&self, command: clap::Command) -> clap::Command;
    /// Runs it.
    fn run(&self, context: &Context, matches: &ArgMatches) -> Outcome;
}

/// A command with its options as a type.
pub struct Entry<O> {
    /// `namespace:name`
    pub name: &'static str,
    /// One line for the list.
    pub description: &'static str,
    /// Where it exists.
    pub exists: Exists,
    /// What it does.
    pub run: fn(&Context, O) -> Outcome,
}

impl<O: Args> Command for Entry<O> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn description(&self) -> &'static str {
        self.description
    }

    fn exists(&self) -> Exists {
        self.exists
    }

    fn define(&self, command: clap::Command) -> clap::Command {
        O::augment_args(command)
    }

    fn run(&self, context: &Context, matches: &ArgMatches) -> Outcome {
        (self.run)(context, O::from_arg_matches(matches)?)
    }
}

/// No options of a command's own.
#[derive(Args)]
pub struct NoOptions {}

/// Where a command runs and for whom.
pub struct Context {
    /// The folder that was named with `--root`.
    pub given_root: Option<PathBuf>,
    /// The project: in that folder, or in the current one.
    pub project: Project,
    /// Whether questions may be asked.
    pub is_interactive: bool,
}

impl Context {
    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.project.root()
    }

    /// The store of an installed project, with all tables of this binary. A server beside the
    /// command notices whatever it commits.
    pub fn open(&self) -> Result<Db> {
        let db = self.project.open()?;
        wiring::upgrade(&db)?;
        Ok(db)
    }

    /// The configuration over a store, with what the project's files fix.
    pub fn settings(&self, db: Db) -> Settings {
        self.project.settings(db)
    }

    /// The same with what modules give values to.
    pub fn settings_with_modules(&self, db: Db) -> Result<Settings> {
        let modules = Loaded::read(&self.project)?;
        Ok(self.settings(db).with_defaults(modules.defaults()))
    }

    /// The commands that exist here, by name.
    pub fn commands(&self) -> Vec<&'static dyn Command> {
        let installed = self.project.is_installed();
        let there = |one: &&dyn Command| installed || one.exists() == Exists::Always;
        let mut commands: Vec<_> = commands::ALL.iter().copied().filter(there).collect();
        commands.sort_by_key(|command| command.name());
        commands
    }

    /// The command of a name or of a unique abbreviation.
    pub fn find(&self, name: &str) -> Result<&'static dyn Command> {
        let hidden = commands::HIDDEN.iter().find(|one| one.name() == name);
        match hidden {
            Some(command) => Ok(*command),
            None => find::command(&self.commands(), name),
        }
    }
}

/// Asks for each field that is empty, by its label; the admin's password without showing it.
pub fn ask_for_empty<'a>(
    fields: impl IntoIterator<Item = (&'static str, &'a mut String)>,
) -> Result<()> {
    for (label, value) in fields {
        if value.is_empty() {
            *value = if label == "Admin password" {
                secret_question(label)?
            } else {
                question(label)?
            };
        }
    }
    Ok(())
}

/// Asks a question on the terminal; the answer's line.
pub fn question(label: &str) -> Result<String> {
    output::text(&format!("{label}: "));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for what nobody is to read over a shoulder.
pub fn secret_question(label: &str) -> Result<String> {
    let echo = |mode: &str| std::process::Command::new("stty").arg(mode).status();
    let hidden = echo("-echo").is_ok_and(|status| status.success());
    let answer = question(label);
    if hidden {
        // Without it the terminal would stay silent: the person sees that and can type `reset`.
        let _ = echo("echo");
        output::line("");
    }
    answer
}

/// Runs a command line without the program's own name.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let line = input::read(arguments);
    output::set(&line);
    let root = line.root.clone().unwrap_or_else(|| PathBuf::from("."));
    let context = Context {
        project: Project::at(&root),
        given_root: line.root.clone(),
        is_interactive: line.is_interactive,
    };
    if line.wants_version {
        output::line(&format!("{NAME} {VERSION}"));
        return ExitCode::SUCCESS;
    }
    let name = line.name.as_deref().unwrap_or("list");
    let command = match context.find(name) {
        Ok(command) => command,
        Err(error) => return frame::show(&error, None),
    };
    if line.wants_help {
        let explained = describe::command(command);
        output::text(&explained);
        return ExitCode::SUCCESS;
    }
    let read = input::definition(command).try_get_matches_from(line.rest);
    let done = match read {
        Ok(matches) => command
            .run(&context, &matches)
            .inspect_err(|error| log::error(&context.project, command.name(), error)),
        Err(error) => Err(refusal::of(command, &error)),
    };
    done.unwrap_or_else(|error| frame::show(&error, Some(command)))
}
