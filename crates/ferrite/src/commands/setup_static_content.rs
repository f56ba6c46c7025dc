//! `setup:static-content:deploy`: taken, so that scripts for Magento run to their end.
//!
//! What browsers get of the panel is part of the binary: there is nothing to make.

use std::process::ExitCode;

use clap::Args;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists};

/// `setup:static-content:deploy`
pub static DEPLOY: Entry<Options> = Entry {
    name: "setup:static-content:deploy",
    description: "Deploys nothing: what browsers get of the panel is part of the binary",
    exists: Exists::Always,
    run: |_: &Context, _| {
        say!(
            "There are no static view files to deploy: those of the panel are part of the binary."
        );
        Ok(ExitCode::SUCCESS)
    },
};

/// Options of `setup:static-content:deploy`, named as Magento's.
#[derive(Args)]
pub struct Options {
    /// The languages, with blanks between them
    #[arg(num_args = 0..)]
    languages: Vec<String>,
    /// Deploys in any mode
    #[arg(short, long)]
    force: bool,
    /// How files are deployed: quick, standard or compact
    #[arg(short, long)]
    strategy: Option<String>,
    /// An area
    #[arg(short, long)]
    area: Vec<String>,
    /// An area that is left out
    #[arg(long)]
    exclude_area: Vec<String>,
    /// A theme
    #[arg(short, long)]
    theme: Vec<String>,
    /// A theme that is left out
    #[arg(long)]
    exclude_theme: Vec<String>,
    /// A language
    #[arg(short, long)]
    language: Vec<String>,
    /// A language that is left out
    #[arg(long)]
    exclude_language: Vec<String>,
    /// In how many processes
    #[arg(short, long)]
    jobs: Option<String>,
    /// In how many seconds at most
    #[arg(long)]
    max_execution_time: Option<String>,
    /// A version of what is deployed
    #[arg(long)]
    content_version: Option<String>,
    /// Makes only a new version
    #[arg(long)]
    refresh_content_version_only: bool,
    /// Links files of other languages
    #[arg(long)]
    symlink_locale: bool,
}
