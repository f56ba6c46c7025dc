//! What Magento generates from modules is removed, as its own command does.

use std::fs;

use anyhow::Result;
use ferrite_modules::escape;

use crate::commands::module::cleanup::{GENERATED, emptied};
use crate::project::Project;

/// Empties the folders; a line for each entry that is gone.
pub fn clean_up(project: &Project) -> Result<Vec<String>> {
    let root = fs::canonicalize(project.root())?;
    let mut lines = Vec::new();
    for name in GENERATED {
        let folder = root.join(name);
        match emptied(&folder)? {
            Some(gone) => {
                let gone = gone.iter().map(|path| escape(&path.to_string_lossy()));
                lines.extend(gone);
            }
            None => lines.push(format!(
                "The directory '{}/' doesn't exist - skipping cleanup",
                folder.display()
            )),
        }
    }
    Ok(lines)
}
