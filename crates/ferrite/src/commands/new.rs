//! `ferrite new DIR`: a project's folder, ready for `setup:install`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};
use crate::project::Project;

/// `new`
pub static NEW: Entry<Options> = Entry {
    name: "new",
    description: "Makes a project's folder",
    exists: Exists::Always,
    run,
};

/// Options of `new`.
#[derive(Args)]
pub struct Options {
    /// The folder, which is made.
    dir: PathBuf,
}

/// Makes the folder with `bin/magento`, `app/code`, `app/etc` and `var`.
fn run(_: &Context, options: Options) -> Outcome {
    let project = Project::at(&options.dir);
    for folder in ["bin", "app/code", "app/etc", "var"] {
        project.make_folder(folder)?;
    }
    let binary = std::env::current_exe().context("the binary's own path")?;
    let quoted = binary.display().to_string().replace('\'', "'\\''");
    let script = format!("#!/bin/sh\nexec '{quoted}' --root \"$(dirname -- \"$0\")/..\" \"$@\"\n");
    project.write_new("bin/magento", 0o755, &script)?;
    say!(
        "Made {}. Next: {}/bin/magento setup:install --base-url=…",
        options.dir.display(),
        options.dir.display()
    );
    Ok(ExitCode::SUCCESS)
}
