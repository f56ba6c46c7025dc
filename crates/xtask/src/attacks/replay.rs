//! Replays across the server's life: after a stop, after a kill, after the shortest cleanup period
//! that can be configured, and after yesterday's record of nonces was put back. Each is refused.

use std::path::Path;

use anyhow::{Context, Result};
use ferrite_testkit::{Credentials, Random, Signer, Store};

use super::caller::{send, wants};
use crate::server::Server;
use crate::stage::capture;

const READ: &str = "/rest/V1/modules";
const PERIOD: &str = "oauth/cleanup/expiration_period";

/// All of them; the server is stopped and started on the way.
pub fn check(store: &Store, server: &mut Server, log: &Path) -> Result<()> {
    let credentials = store.integration("Replayed")?;
    let mut signer = signer(store, &credentials);
    let mut sent = Vec::new();
    let send_new = |signer: &mut Signer, name: &str, sent: &mut Vec<Vec<u8>>| -> Result<()> {
        let request = signer.get(READ)?;
        wants(name, &send(store, &request)?, 200, "")?;
        sent.push(request);
        Ok(())
    };
    send_new(&mut signer, "a first request", &mut sent)?;
    store.run(&["config:set", PERIOD, "1"])?;
    send_new(&mut signer, "a request under a short period", &mut sent)?;
    refused(store, "a period of a minute", &sent)?;
    store.run(&["config:set", PERIOD, "120"])?;

    restart(store, server, log, |_| Ok(()))?;
    refused(store, "a restart", &sent)?;
    send_new(&mut signer, "a request after a restart", &mut sent)?;
    server.kill()?;
    *server = Server::start(store, log.to_owned())?;
    refused(store, "a kill", &sent)?;
    send_new(&mut signer, "a request after a kill", &mut sent)?;

    let reauthorize = ["integration:reauthorize", "Replayed", "--format", "json"];
    let fresh = Store::credentials(&store.run(&reauthorize)?)?;
    refused(store, "reauthorizing", &sent)?;
    let mut signer = self::signer(store, &fresh);
    send_new(&mut signer, "a request with the new token", &mut sent)?;
    if store.folder.join("var/nonces").exists() {
        yesterday(store, server, log, &mut signer, &sent)?;
    }
    println!("replays are refused whatever happens in between");
    Ok(())
}

/// A copy of the journal, made while the server was down, is put back after further requests.
fn yesterday(
    store: &Store,
    server: &mut Server,
    log: &Path,
    signer: &mut Signer,
    sent: &[Vec<u8>],
) -> Result<()> {
    let journal = store.folder.join("var/nonces");
    let copy = store.folder.join("var/nonces.yesterday");
    restart(store, server, log, |_| copied(&journal, &copy))?;
    let later = signer.get(READ)?;
    wants("a request of today", &send(store, &later)?, 200, "")?;
    restart(store, server, log, |_| {
        std::fs::remove_dir_all(&journal)?;
        copied(&copy, &journal)
    })?;
    refused(store, "yesterday's journal", sent)?;
    refused(store, "yesterday's journal", &[later])?;
    // Whoever is authorized anew goes on at once.
    let reauthorize = ["integration:reauthorize", "Replayed", "--format", "json"];
    let fresh = Store::credentials(&store.run(&reauthorize)?)?;
    let request = self::signer(store, &fresh).get(READ)?;
    wants("a new token after that", &send(store, &request)?, 200, "")?;
    std::fs::remove_dir_all(copy).context("the copy")
}

fn signer(store: &Store, credentials: &Credentials) -> Signer {
    let seed = credentials.token.as_deref().unwrap_or_default();
    let seed = seed
        .bytes()
        .fold(1, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
    Signer::new(
        credentials.clone(),
        store.address().to_string(),
        Random::new(seed),
    )
}

fn restart(
    store: &Store,
    server: &mut Server,
    log: &Path,
    between: impl Fn(&Store) -> Result<()>,
) -> Result<()> {
    server.stop()?;
    between(store)?;
    *server = Server::start(store, log.to_owned())?;
    Ok(())
}

fn copied(from: &Path, to: &Path) -> Result<()> {
    capture(std::process::Command::new("cp").arg("-a").args([from, to]))?;
    Ok(())
}

fn refused(store: &Store, after: &str, sent: &[Vec<u8>]) -> Result<()> {
    for (at, request) in sent.iter().enumerate() {
        wants(
            &format!("replay {at} after {after}"),
            &send(store, request)?,
            401,
            "",
        )?;
    }
    Ok(())
}
