//! What Magento generates from modules is removed, as its own command does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::project::Project;

const FOLDERS: [&str; 2] = ["generated/code/", "generated/metadata/"];

/// Empties the folders; a line for each entry that is gone. Links are removed, not followed.
pub fn clean_up(project: &Project) -> Result<Vec<String>> {
    let root = fs::canonicalize(project.root())?;
    let mut lines = Vec::new();
    for name in FOLDERS {
        let folder = root.join(name);
        let is_folder = fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir());
        if !is_folder {
            let folder = folder.display();
            lines.push(format!(
                "The directory '{folder}' doesn't exist - skipping cleanup"
            ));
            continue;
        }
        let mut entries: Vec<_> = fs::read_dir(&folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            remove(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            lines.push(ferrite_modules::escape(&path.display().to_string()));
        }
    }
    Ok(lines)
}

fn remove(path: &Path) -> std::io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
