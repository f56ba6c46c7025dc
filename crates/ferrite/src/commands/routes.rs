//! `dev:routes`: the rows of the Web API that have no handler yet, and so answer 501.

use std::path::Path;

use anyhow::Result;

use crate::project::Project;
use crate::wiring;

/// Prints a line for each: method and path, the service's method, and the permission.
pub fn run(root: &Path) -> Result<()> {
    let project = Project::at(root);
    let table = wiring::route_table(&project, project.open()?)?;
    let all = table.entries();
    let open: Vec<_> = all.iter().filter(|one| one.handler.is_none()).collect();
    for entry in &open {
        let row = &entry.row;
        let service = row.service.rsplit('\\').next().unwrap_or_default();
        println!(
            "{:6} {}  {service}::{}  {}",
            row.method,
            row.path,
            row.operation,
            row.resources.join(",")
        );
    }
    println!("{} of {} routes have no handler yet", open.len(), all.len());
    Ok(())
}
