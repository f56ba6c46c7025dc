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

/// The view that jobs translate texts for.
const VIEW: &str = "clients_fr";

fn jobs(repo: &Repo, store: &Store, python: Option<&Path>, node: Option<&Node>) -> Result<()> {
    if let Some(python) = python {
        python_jobs(repo, store, python)?;
    }
    if let Some(node) = node {
        let french = ["--website", "base", "--name", "French"];
        store.run(&[&["store:create", VIEW][..], &french].concat())?;
        for (client, file) in [
            ("magento-api-rest", "magento_api_rest_job.js"),
            ("magento2-api-wrapper", "magento2_api_wrapper_job.js"),
        ] {
            let mut job = repo.command(&node.program);
            job.arg(script(repo, file));
            job.env("NODE_PATH", node.packages.join("node_modules"));
            job.env("STORE_BASE", store.base()).env("STORE_VIEW", VIEW);
            run(job.env("STORE_CREDENTIALS", create(store, client)?))?;
        }
    }
    Ok(())
}

fn script(repo: &Repo, file: &str) -> PathBuf {
    repo.root.join("tests/clients").join(file)
}

fn python_jobs(repo: &Repo, store: &Store, python: &Path) -> Result<()> {
    let job = |file: &str| {
        let mut command = repo.command(python);
        command.arg(script(repo, file));
        command.env("STORE_BASE", store.base());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    };
    let set = |path: &str, value: &str| store.run(&["config:set", path, value]);
    set("oauth/consumer/allow_local_callbacks", "1")?;
    run(job("requests_oauthlib_job.py")
        .arg("exchange")
        .env("STORE_CREATE", exchange(store)))?;
    let mut sha1 = job("requests_oauthlib_job.py");
    sha1.arg("sha1");
    sha1.env("STORE_CREDENTIALS", create(store, "HMAC-SHA1")?);
    ensure!(
        !sha1.output()?.status.success(),
        "HMAC-SHA1 is taken before the configuration allows it"
    );
    set("oauth/signature/accept_sha1", "1")?;
    run(&mut sha1)?;

    // pymagento does not sign: it sends the access token as a bearer.
    set("oauth/consumer/enable_integration_as_bearer", "1")?;
    let credentials = create(store, "pymagento")?;
    run(job("pymagento_job.py").env("STORE_CREDENTIALS", credentials))?;
    set("oauth/consumer/enable_integration_as_bearer", "0")?;
    Ok(())
}

/// Makes an integration that may do everything: what integration:create prints.
pub fn create(store: &Store, name: &str) -> Result<String> {
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
