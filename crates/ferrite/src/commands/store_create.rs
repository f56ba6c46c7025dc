//! `store:create`: a further store view, so that scope can be tried.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use ferrite_settings::add_store_view;

use crate::project::Project;

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
pub fn run(root: &Path, options: Options) -> Result<()> {
    let db = Project::at(root).open()?;
    let Options {
        code,
        website,
        name,
    } = options;
    let id = db.write(move |tx| add_store_view(tx, &code, &website, &name))?;
    ferrite_catalog::products::index_new_views(&db)?;
    println!("Made store view {id}.");
    Ok(())
}
