//! `deploy:mode:set` and `deploy:mode:show`.

use std::path::Path;

use anyhow::Result;
use clap::{Args, ValueEnum};
use ferrite_base::StoreScope;
use ferrite_settings::Settings;

use crate::hosts::MODE;
use crate::project::Project;

/// Options of `deploy:mode:set`.
#[derive(Args)]
pub struct Options {
    /// The mode.
    mode: Mode,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    Default,
    Developer,
    Production,
}

/// Sets the mode; a running server obeys at its next request.
pub fn set(root: &Path, options: &Options) -> Result<()> {
    let mode = match options.mode {
        Mode::Default => "default",
        Mode::Developer => "developer",
        Mode::Production => "production",
    };
    let db = Project::at(root).open()?;
    Settings::new(db).set(MODE, Some(mode))?;
    println!("Enabled {mode} mode.");
    Ok(())
}

/// Shows the mode.
pub fn show(root: &Path) -> Result<()> {
    let settings = Settings::new(Project::at(root).open()?);
    let mode = settings.text(MODE, &StoreScope::admin());
    println!("Current application mode: {mode}.");
    Ok(())
}
