//! `module:validate PATH`: everything that is wrong with a module, before anybody installs it.
//!
//! For continuous integration: the exit code is 1 on a fault and 0 with warnings alone, and
//! `--format json` prints a list of objects.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ferrite_modules::{Installation, Report, validate};

use crate::commands::integration::Format;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};

/// `module:validate`
pub static VALIDATE: Entry<Options> = Entry {
    name: "module:validate",
    description: "Shows everything that is wrong with a module",
    exists: Exists::Always,
    run,
};

/// Folders that a project has and a module has not.
const PROJECTS: [&str; 2] = ["app/code", "app/etc"];

/// Options of `module:validate`.
#[derive(Args)]
pub struct Options {
    /// The module's folder; that of a whole project for all its modules together
    path: PathBuf,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn run(context: &Context, options: Options) -> Outcome {
    let reports = found(&meant(context, &options.path))?;
    let faults = reports.iter().filter(|report| report.is_fault()).count();
    match options.format {
        Format::Json => say!("{}", Report::json(&reports)),
        Format::Text => {
            reports.iter().for_each(|report| say!("{report}"));
            say!("Faults: {faults}, warnings: {}", reports.len() - faults);
        }
    }
    Ok(if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The folder that is meant: from where the command was called, or from the project's own.
fn meant(context: &Context, path: &Path) -> PathBuf {
    let inside = context.root().join(path);
    if !path.exists() && inside.exists() {
        inside
    } else {
        path.to_owned()
    }
}

fn found(path: &Path) -> Result<Vec<Report>> {
    if !PROJECTS.iter().any(|folder| path.join(folder).is_dir()) {
        return Ok(validate(path));
    }
    let options = ferrite_modules::Options { adopt: true };
    Ok(Installation::read(path, options)?.reports)
}
