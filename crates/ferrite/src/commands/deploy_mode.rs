//! `deploy:mode:set` and `deploy:mode:show`.
//!
//! The mode is a setting of the store, so that every serving process obeys; until it is set, that of
//! `app/etc/env.php` counts. What is to go into production compiles first, or stays where it is.

use std::process::ExitCode;

use clap::Args;
use ferrite_base::StoreScope;

use super::setup_di_compile;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::hosts::{MODE, MODES};

/// `deploy:mode:set`
pub static SET: Entry<Options> = Entry {
    name: "deploy:mode:set",
    description: "Sets the mode: in production only hosts of the base URLs are served",
    exists: Exists::Always,
    run: set,
};

/// `deploy:mode:show`
pub static SHOW: Entry<NoOptions> = Entry {
    name: "deploy:mode:show",
    description: "Shows the mode",
    exists: Exists::Always,
    run: show,
};

/// Options of `deploy:mode:set`.
#[derive(Args)]
pub struct Options {
    /// developer, production or default
    #[arg(required = true)]
    mode: String,
    /// Compiles nothing before production
    #[arg(short = 's', long)]
    skip_compilation: bool,
}

/// Sets the mode; a running server obeys at its next request.
fn set(context: &Context, options: Options) -> Outcome {
    let mode = options.mode;
    if !MODES.contains(&mode.as_str()) {
        say!("The mode can't be switched to \"{mode}\".");
        return Ok(ExitCode::FAILURE);
    }
    if mode == "production" && !options.skip_compilation && !setup_di_compile::compile(context)? {
        return Ok(ExitCode::FAILURE);
    }
    let settings = context.settings(context.open()?);
    settings.set(MODE, Some(&mode))?;
    say!("Enabled {mode} mode.");
    Ok(ExitCode::SUCCESS)
}

/// Shows the mode.
fn show(context: &Context, _: NoOptions) -> Outcome {
    let settings = context.settings(context.open()?);
    let mode = settings.text(MODE, &StoreScope::admin());
    say!(
        "Current application mode: {mode}. \
         (Note: Environment variables may override this value.)"
    );
    Ok(ExitCode::SUCCESS)
}
