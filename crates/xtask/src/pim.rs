//! A PIM's week (`tests/pim`): three integrations at once make, change and partly delete 500 products,
//! and in the end every figure is recomputed and compared.

use std::path::Path;

use anyhow::{Context, Result};

use crate::clients::create;
use crate::mariadb::MariaDb;
use crate::server::{Scratch, Server, install};
use crate::stage::{Repo, run};

/// Further store views, which have texts and addresses of their own.
const VIEWS: [&str; 2] = ["pim_de", "pim_fr"];

/// Plays the week on a store of its own.
pub fn check(repo: &Repo, name: &str, database: Option<&MariaDb>, python: &Path) -> Result<()> {
    let ferrite = repo.target.join("release/ferrite");
    let scratch = Scratch::create(&std::env::temp_dir(), name)?;
    let store = install(&ferrite, &scratch, name, database)?;
    for view in VIEWS {
        store.run(&["store:create", view, "--website", "base", "--name", view])?;
    }
    let made = ["Content", "Commerce", "Display"].map(|integration| create(&store, integration));
    let made = made.into_iter().collect::<Result<Vec<_>>>()?;
    let mut server = Server::start(&store, scratch.0.join("server.log"))?;
    let mut week = repo.command(python);
    week.arg(repo.root.join("tests/pim/week.py"));
    week.env("STORE_BASE", store.base());
    week.env("STORE_VIEWS", VIEWS.join(","));
    week.env("STORE_CREDENTIALS", format!("[{}]", made.join(",")));
    week.env("PYTHONDONTWRITEBYTECODE", "1");
    let played = run(&mut week).context(name.to_owned());
    if played.is_err() {
        server.print_log();
    }
    played.and_then(|()| server.stop())
}
