//! What was made from modules is removed, so that nothing of one that is switched off stays behind.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::clean_caches;
use crate::console::Context;
use crate::console::output::say;

/// What Magento generates from classes.
pub const GENERATED: [&str; 2] = ["generated/code", "generated/metadata"];
/// What it makes for browsers.
const STATIC: [&str; 2] = ["pub/static", "var/view_preprocessed"];
/// What a web server needs in such a folder stays.
const KEPT: &str = ".htaccess";

/// Cleans caches and generated files after a command that switched modules, and says so.
pub fn clean_up(context: &Context, command: &str, with_static: bool) -> Result<()> {
    clean_caches(context)?;
    say!("Cache cleared successfully.");
    empty(context, &GENERATED)?;
    say!(
        "Generated classes cleared successfully. Please run the 'setup:di:compile' command to \
         generate classes."
    );
    if with_static {
        empty(context, &STATIC)?;
        say!("Generated static view files cleared successfully.");
    } else {
        say!(
            "Info: Some modules might require static view files to be cleared. To do this, run \
             '{command}' with the --clear-static-content option to clear them."
        );
    }
    Ok(())
}

fn empty(context: &Context, folders: &[&str]) -> Result<()> {
    for folder in folders {
        emptied(&context.project.path(folder))?;
    }
    Ok(())
}

/// Removes what is in a folder; the paths that are gone, by name, or none where there is no such
/// folder. One that is a link is left alone, and links in it are removed, not followed.
pub fn emptied(folder: &Path) -> Result<Option<Vec<PathBuf>>> {
    if !fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
        return Ok(None);
    }
    let mut gone = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != KEPT {
            let path = entry.path();
            remove(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            gone.push(path);
        }
    }
    gone.sort();
    Ok(Some(gone))
}

/// Removes a file, a link, or a folder with all that is in it.
pub fn remove(path: &Path) -> std::io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
