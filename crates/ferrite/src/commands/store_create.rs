//! `store:create`: a further store view, so that scope can be tried.

use std::process::ExitCode;

use clap::Args;
use ferrite_settings::add_store_view;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};

/// `store:create`
pub static CREATE: Entry<Options> = Entry {
    name: "store:create",
    description: "Makes a further store view",
    exists: Exists::Always,
    run,
};

/// Options of `store:create`.
#[derive(Args)]
pub struct Options {
    /// The code, which stands in the addresses of the Web API.
    code: String,
    /// The website's code.
    #[arg(long)]
    website: String,
    /// The name.
    #[arg(long)]
    name: String,
}

/// Makes a store view in the website's default group; a running server serves it at once.
fn run(context: &Context, options: Options) -> Outcome {
    let db = context.open()?;
    let Options {
        code,
        website,
        name,
    } = options;
    let id = db.write(move |tx| add_store_view(tx, &code, &website, &name))?;
    ferrite_catalog::products::index_new_views(&db)?;
    say!("Made store view {id}.");
    Ok(ExitCode::SUCCESS)
}
