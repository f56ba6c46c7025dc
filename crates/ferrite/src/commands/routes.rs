//! `dev:routes`: the rows of the Web API that have no handler yet, and so answer 501.

use std::process::ExitCode;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::wiring;

/// `dev:routes`
pub static ROUTES: Entry<NoOptions> = Entry {
    name: "dev:routes",
    description: "Lists the routes of the Web API that have no handler yet",
    exists: Exists::Always,
    run,
};

/// Prints a line for each: method and path, the service's method, and the permission.
fn run(context: &Context, _: NoOptions) -> Outcome {
    let table = wiring::route_table(&context.project, context.open()?)?;
    let all = table.entries();
    let open: Vec<_> = all.iter().filter(|one| one.handler.is_none()).collect();
    for entry in &open {
        let row = &entry.row;
        let service = row.service.rsplit('\\').next().unwrap_or_default();
        say!(
            "{:6} {}  {service}::{}  {}",
            row.method,
            row.path,
            row.operation,
            row.resources.join(",")
        );
    }
    say!("{} of {} routes have no handler yet", open.len(), all.len());
    Ok(ExitCode::SUCCESS)
}
