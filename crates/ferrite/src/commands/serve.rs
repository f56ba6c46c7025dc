//! `serve`: the server on an installed project.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use ferrite_base::Clock;
use ferrite_storage::{Db, Durability, ServerLock};

use crate::console::{Context as Console, Entry, Exists, Outcome};
use crate::{server, wiring};

/// `serve`
pub static SERVE: Entry<Options> = Entry {
    name: "serve",
    description: "Serves the project",
    exists: Exists::Always,
    run,
};

/// How often promises to disk are renewed.
const RENEWED_EVERY: Duration = Duration::from_secs(10);

/// After so many renewals old nonces are forgotten.
const FORGOTTEN_EVERY: u32 = 6;

/// After so many, which is an hour, old bulks are.
const BULKS_FORGOTTEN_EVERY: u32 = 360;

/// Options of `serve`.
#[derive(Args)]
pub struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Serves until SIGINT or SIGTERM.
fn run(console: &Console, options: Options) -> Outcome {
    let project = &console.project;
    let db = project.open_to_serve(Durability::Full)?;
    let _lock = ServerLock::acquire(&project.path("var/server.lock"))?;
    wiring::upgrade(&db)?;
    complete_index(&db)?;
    let server = wiring::server(project, db)?;
    let listener = TcpListener::bind(options.listen).with_context(|| {
        format!(
            "{} is in use or cannot be bound: choose another with --listen",
            options.listen
        )
    })?;
    keep_house(&server)?;
    eprintln!("Serving on http://{}", options.listen);
    let nonces = Arc::clone(&server.nonces);
    let served = server::run(listener, server, project);
    nonces.close().context("the record of nonces")?;
    served.map(|()| ExitCode::SUCCESS)
}

/// Puts products into the index of store views that a killed command or an earlier version left without,
/// beside the requests.
fn complete_index(db: &Db) -> Result<()> {
    let db = db.clone();
    let complete = move || {
        if let Err(error) = ferrite_catalog::products::index_new_views(&db) {
            wiring::log(&error.to_string());
        }
    };
    thread::Builder::new()
        .name("index".to_owned())
        .spawn(complete)?;
    Ok(())
}

/// Renews and forgets nonces beside the requests, and forgets old bulks, until the process ends.
pub fn keep_house(server: &wiring::Server) -> Result<()> {
    let (nonces, provider) = (Arc::clone(&server.nonces), Arc::clone(&server.provider));
    let (db, settings) = (server.api.services().db.clone(), server.settings().clone());
    let keep = move || {
        for turn in 1_u32.. {
            thread::sleep(RENEWED_EVERY);
            if let Err(refusal) = nonces.renew() {
                wiring::log(&refusal.to_string());
            }
            if turn.is_multiple_of(FORGOTTEN_EVERY)
                && let Err(fault) = provider.forget()
            {
                wiring::log(&fault.to_string());
            }
            let now = Clock::system().unix_seconds();
            if turn.is_multiple_of(BULKS_FORGOTTEN_EVERY)
                && let Err(error) = ferrite_webapi::bulk::forget_old(&db, &settings, now)
            {
                wiring::log(&error.to_string());
            }
        }
    };
    thread::Builder::new()
        .name("housekeeping".to_owned())
        .spawn(keep)?;
    Ok(())
}
