//! `ferrite new DIR`: a project's folder, ready for `setup:install`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::project::Project;

/// Options of `new`.
#[derive(Args)]
pub struct Options {
    /// The folder, which is made.
    dir: PathBuf,
}

/// Makes the folder with `bin/magento`, `app/code`, `app/etc` and `var`.
pub fn run(options: Options) -> Result<()> {
    let project = Project::at(&options.dir);
    for folder in ["bin", "app/code", "app/etc", "var"] {
        project.make_folder(folder)?;
    }
    let binary = std::env::current_exe().context("the binary's own path")?;
    let quoted = binary.display().to_string().replace('\'', "'\\''");
    let script = format!("#!/bin/sh\nexec '{quoted}' --root \"$(dirname -- \"$0\")/..\" \"$@\"\n");
    project.write_new("bin/magento", 0o755, &script)?;
    println!(
        "Made {}. Next: {}/bin/magento setup:install --base-url=…",
        options.dir.display(),
        options.dir.display()
    );
    Ok(())
}
