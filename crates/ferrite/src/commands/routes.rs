//! `dev:routes`: the rows of the Web API that have no handler yet, and so answer 501; or the rows that
//! given addresses lead to.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use ferrite_settings::Settings;
use ferrite_webapi::leads_to;
use ferrite_webapi::route::{Form, Table};

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};
use crate::wiring;

/// `dev:routes`
pub static ROUTES: Entry<Options> = Entry {
    name: "dev:routes",
    description: "Lists the routes of the Web API that have no handler yet",
    exists: Exists::Always,
    run,
};

/// Options of `dev:routes`.
#[derive(Args)]
pub struct Options {
    /// A file with an address a line, `GET /rest/V1/products/ABC`: names the route that each leads to
    #[arg(long, value_name = "FILE")]
    of: Option<PathBuf>,
}

fn run(context: &Context, options: Options) -> Outcome {
    let db = context.open()?;
    let table = wiring::route_table(&context.project, db.clone())?;
    match options.of {
        None => list_unserved(&table),
        Some(file) => {
            let addresses =
                std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let settings = context.settings(db).at_this_moment();
            for address in addresses.lines() {
                say!("{}", route_of(&table, &settings, address));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for each: method and path, the service's method, and the permission.
fn list_unserved(table: &Table) {
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
}

/// `direct GET /V1/products/:sku`; `none` where an address leads to no route.
fn route_of(table: &Table, settings: &Settings, address: &str) -> String {
    let found = address.split_once(' ').and_then(|(method, target)| {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        leads_to(table, settings, method, path)
    });
    let Some((form, entry)) = found else {
        return "none".to_owned();
    };
    let form = match form {
        Form::Direct => "direct",
        Form::Later => "later",
        Form::Bulk => "bulk",
    };
    format!("{form} {}", entry.row.name())
}
