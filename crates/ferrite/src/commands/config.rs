//! `config:set` and `config:show`, with Magento's paths.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use ferrite_base::StoreScope;
use ferrite_settings::{DECLARED, Settings, find};

use crate::project::Project;

/// Options of `config:set`.
#[derive(Args)]
pub struct SetOptions {
    /// `section/group/field`
    path: String,
    /// The value.
    value: String,
}

/// Options of `config:show`.
#[derive(Args)]
pub struct ShowOptions {
    /// `section/group/field`; all of them without it.
    path: Option<String>,
}

/// Sets a value at the default scope; a running server obeys at its next request.
pub fn set(root: &Path, options: SetOptions) -> Result<()> {
    let Some(declared) = find(&options.path) else {
        bail!(
            "The \"{}\" path doesn't exist. Verify and try again.",
            options.path
        );
    };
    if let Some(refusal) = declared.refusal(&options.value) {
        bail!("{refusal}");
    }
    let db = Project::at(root).open()?;
    Settings::new(db).set(declared.path, Some(&options.value))?;
    println!("Value was saved.");
    Ok(())
}

/// Shows one value, or all.
pub fn show(root: &Path, options: ShowOptions) -> Result<()> {
    let settings = Settings::new(Project::at(root).open()?);
    let scope = StoreScope::admin();
    match options.path {
        Some(path) => match find(&path) {
            Some(declared) => println!("{}", settings.text(declared.path, &scope)),
            None => bail!("Configuration for path: \"{path}\" doesn't exist"),
        },
        None => {
            for declared in DECLARED {
                println!(
                    "{} - {}",
                    declared.path,
                    settings.text(declared.path, &scope)
                );
            }
        }
    }
    Ok(())
}
