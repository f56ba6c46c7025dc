//! `serve`: the server on an installed project.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;
use ferrite_storage::{Durability, ServerLock};

use crate::project::Project;
use crate::{server, wiring};

/// Options of `serve`.
#[derive(Args)]
pub struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Serves until SIGINT or SIGTERM.
pub fn run(root: &Path, options: Options) -> Result<()> {
    let project = Project::at(root);
    let db = project.open(Durability::Full)?;
    let _lock = ServerLock::acquire(&project.path("var/server.lock"))?;
    let api = Arc::new(wiring::api(db, &project.crypt_key()?)?);
    let listener = TcpListener::bind(options.listen).with_context(|| {
        format!(
            "{} is in use or cannot be bound: choose another with --listen",
            options.listen
        )
    })?;
    eprintln!("Serving on http://{}", options.listen);
    server::run(listener, api)
}
