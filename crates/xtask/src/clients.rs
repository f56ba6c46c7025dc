//! Programs that nobody here wrote do a job with a running store; and the command line beside a
//! running server, which obeys at its very next request; and what was secret stands nowhere in clear.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use ferrite_testkit::{Client, Credentials, Random, Signer, Store};
use serde_json::json;

use crate::attacks;
use crate::mariadb::MariaDb;
use crate::planted::Planted;
use crate::server::{Scratch, Server, install};
use crate::stage::{Repo, run};

/// A read that always wants a permission.
const READ: &str = "/rest/V1/modules";

/// A read that guests may do where the configuration lets them.
const OPENED: &str = "/rest/V1/store/storeViews";

/// The clients and their job, and then the command line.
pub fn check(
    repo: &Repo,
    name: &str,
    database: Option<&MariaDb>,
    python: Option<&Path>,
    node: Option<&Node>,
) -> Result<()> {
    let ferrite = repo.target.join("release/ferrite");
    let scratch = Scratch::create(&std::env::temp_dir(), name)?;
    let store = install(&ferrite, &scratch, name, database)?;
    let mut server = Server::start(&store, scratch.0.join("server.log"))?;
    let done = jobs(repo, &store, python, node)
        .and_then(|()| beside(&store, &mut server, &scratch))
        .and_then(|()| attacks::check(repo, &store, &mut server, &scratch))
        .and_then(|()| Planted::plant(&store, &store.integration("Planted")?))
        .and_then(|mut planted| {
            planted.look_through_answers(repo, &store)?;
            planted.provoke(&store).map(|()| planted)
        });
    if done.is_err() {
        server.print_log();
    }
    let planted = done.with_context(|| name.to_owned())?;
    server.stop()?;
    plain_lines(&scratch.0.join("server.log"))?;
    let mut places = vec![scratch.0.clone()];
    places.extend(database.map(MariaDb::files));
    planted.look(&places).with_context(|| name.to_owned())
}

/// Whatever the attacks have sent: a log has short lines, and nothing in them that does not show.
fn plain_lines(log: &Path) -> Result<()> {
    let text = std::fs::read_to_string(log).context("the log")?;
    for line in text.lines() {
        let shows = !line
            .chars()
            .any(|one| one.is_control() || one == '\u{202e}');
        ensure!(shows && line.len() <= 1024, "a line of the log: {line:?}");
    }
    Ok(())
}

/// Node with the packages of the clients.
pub struct Node {
    pub program: PathBuf,
    pub packages: PathBuf,
}

fn jobs(repo: &Repo, store: &Store, python: Option<&Path>, node: Option<&Node>) -> Result<()> {
    let scripts = repo.root.join("tests/clients");
    if let Some(python) = python {
        let job = |kind: &str| {
            let mut command = repo.command(python);
            command.arg(scripts.join("requests_oauthlib_job.py"));
            command.arg(kind).env("STORE_BASE", store.base());
            command.env("PYTHONDONTWRITEBYTECODE", "1");
            command
        };
        store.run(&["config:set", "oauth/consumer/allow_local_callbacks", "1"])?;
        run(job("exchange").env("STORE_CREATE", exchange(store)))?;
        let credentials = create(store, "HMAC-SHA1")?;
        let mut sha1 = job("sha1");
        sha1.env("STORE_CREDENTIALS", &credentials);
        ensure!(
            !sha1.output()?.status.success(),
            "HMAC-SHA1 is taken before the configuration allows it"
        );
        store.run(&["config:set", "oauth/signature/accept_sha1", "1"])?;
        run(&mut sha1)?;
    }
    if let Some(node) = node {
        let mut job = repo.command(&node.program);
        job.arg(scripts.join("magento_api_rest_job.js"));
        job.env("NODE_PATH", node.packages.join("node_modules"));
        job.env("STORE_BASE", store.base());
        run(job.env("STORE_CREDENTIALS", create(store, "magento-api-rest")?))?;
    }
    Ok(())
}

/// What integration:create prints.
fn create(store: &Store, name: &str) -> Result<String> {
    let create = ["integration:create", name, "--resources", "all"];
    let made = store.run(&[&create[..], &["--activate", "--format", "json"]].concat())?;
    Ok(made.trim().to_owned())
}

/// The command that makes an integration with a callback, as a JSON list.
fn exchange(store: &Store) -> String {
    let command = store.console(&[
        "integration:create",
        "requests-oauthlib",
        "--resources",
        "all",
        "--endpoint",
        "{endpoint}/callback",
        "--identity-link",
        "{endpoint}/login",
        "--activate",
    ]);
    json!(words(&command)).to_string()
}

fn words(command: &Command) -> Vec<String> {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// Each command is obeyed at the very next request, and a token lives on after a restart.
fn beside(store: &Store, server: &mut Server, scratch: &Scratch) -> Result<()> {
    let [lasting, renewed, deleted] =
        ["Lasting", "Renewed", "Deleted"].map(|name| store.integration(name));
    let (lasting, renewed, deleted) = (lasting?, renewed?, deleted?);
    for credentials in [&lasting, &renewed, &deleted] {
        expect(store, Some(credentials), READ, 200, "a new integration")?;
    }
    store.run(&["integration:delete", "Deleted"])?;
    expect(store, Some(&deleted), READ, 401, "integration:delete")?;

    let again = ["integration:reauthorize", "Renewed", "--format", "json"];
    let fresh = Store::credentials(&store.run(&again)?)?;
    expect(store, Some(&renewed), READ, 401, "integration:reauthorize")?;
    expect(store, Some(&fresh), READ, 200, "integration:reauthorize")?;

    expect(store, None, OPENED, 401, "a guest")?;
    for (value, status) in [("1", 200), ("0", 401)] {
        let path = "webapi/webapisecurity/allow_insecure";
        store.run(&["config:set", path, value])?;
        expect(store, None, OPENED, status, "config:set")?;
    }

    server.stop()?;
    *server = Server::start(store, scratch.0.join("server.log"))?;
    expect(store, Some(&lasting), READ, 200, "a restart")?;
    expect(store, Some(&fresh), READ, 200, "a restart")?;
    expect(store, Some(&renewed), READ, 401, "a restart")?;
    expect(store, Some(&deleted), READ, 401, "a restart")
}

/// One request, and the status that it has to get.
fn expect(
    store: &Store,
    credentials: Option<&Credentials>,
    target: &str,
    status: u16,
    after: &str,
) -> Result<()> {
    let host = store.address().to_string();
    let request = match credentials {
        Some(credentials) => {
            let random = Random::new(nonce_seed());
            Signer::new(credentials.clone(), host, random).get(target)?
        }
        None => format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes(),
    };
    let answer = Client::connect(store.address())?.exchange(&request)?;
    if answer.status != status {
        let body = String::from_utf8_lossy(&answer.body);
        bail!(
            "after {after}, GET {target} is answered {} instead of {status}: {body}",
            answer.status
        );
    }
    Ok(())
}

/// Another one each time within this process.
fn nonce_seed() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
