//! Replays the recorded conversations of a Magento 2.4.7 against a fresh installation, once for each database.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use ferrite_testkit::Store;

use crate::guest_walk;
use crate::mariadb::MariaDb;
use crate::proof::{Answered, Proof, proof, recorded};
use crate::server::{Scratch, Server, install};
use crate::stage::{Outcome, Repo, capture, run};

/// The recordings that have to agree; a trailing `*` stands for any rest of the file's name.
const SCENARIOS: &[&str] = &[
    "auth*",
    "catalog-attribute*",
    "catalog-base-special-and-cost-price-storage",
    "catalog-bundle-product",
    "catalog-categories",
    "catalog-category-*",
    "catalog-configurable-*",
    "catalog-custom-options-*",
    "catalog-downloadable-product",
    "catalog-grouped-product",
    "catalog-media-gallery*",
    "catalog-minimal-products-and-defaults-per-type",
    "catalog-product-attribute*",
    "catalog-product-links-related-up-sell-cross-sell",
    "catalog-product-validation-second-round",
    "catalog-products-life",
    "catalog-products-validation",
    "catalog-products-with-own-attributes",
    "catalog-simple-product-rich-erp-payload",
    "catalog-store-scoped-values-and-fallback",
    "catalog-tier-price-storage",
    "catalog-tier-prices-and-stock-updates",
    "catalog-url-keys",
    "catalog-websites-render-info-and-fixed-lists",
    "cms*",
    "customers*",
    "framework-async-and-bulk-for-integrations",
    "framework-errors-and-routing",
    "framework-partial-response-fields",
    "framework-schema-and-odd-requests",
    "framework-search-criteria",
    "framework-xml*",
    "inventory*",
    "permissions-customer-token-on-all-kinds-of-routes",
    "permissions-guest-on-all-kinds-of-routes",
    "permissions-integration-creates-customers-and-self-routes",
    "permissions-stock-feed-with-catalog-and-inventory",
    "routes*",
    "search*",
    "store*",
    "tax-*",
    "tokens*",
];
const PENDING: &str = "tests/conformance/pending.txt";

/// Where the recordings come from: a folder beside the repository.
fn recordings(repo: &Repo) -> PathBuf {
    repo.root.join("../shared/conformance")
}

/// The recordings, the exchange, what guests may do, and that nothing of this side is without proof.
/// Where there are no recordings our own conversations are played all the same.
pub fn check(repo: &Repo, name: &str, database: Option<&MariaDb>) -> Result<Outcome> {
    let ferrite = repo.target.join("release/ferrite");
    let scratch = Scratch::create(&std::env::temp_dir(), name)?;
    let store = install(&ferrite, &scratch, name, database)?;
    store.run(&["config:set", "oauth/consumer/allow_local_callbacks", "1"])?;
    let mut server = Server::start(&store, scratch.0.join("server.log"))?;
    let recordings = recordings(repo);
    let is_there = recordings.join("conformance.py").is_file();
    let mut results = Vec::new();
    if is_there {
        let console = format!("{} --root {}", quoted(&ferrite), quoted(&store.folder));
        let files = scenarios(&recordings.join("scenarios"))?;
        let compared = compare(repo, &recordings, &files, &store, run)?;
        results.push(compared.agree);
        results.push(exchange(repo, &recordings, &server.base, &console));
        results.push(walk(repo, &recordings, &files, &store));
        // What is put off goes on behind the back of what would come after.
        results.push(proof(repo, &store, &compared.answered).and_then(|proof| is_whole(&proof)));
    } else {
        results.push(proof(repo, &store, &[]).map(|_| ()));
    }
    results.push(server.stop());
    let errors = results.into_iter().filter_map(Result::err);
    let errors: Vec<_> = errors.map(|e| format!("{e:#}")).collect();
    if !errors.is_empty() {
        server.print_log();
        bail!("{}", errors.join("; "));
    }
    if is_there {
        return Ok(Outcome::Passed);
    }
    println!("SKIPPED: ../shared/conformance is not there, so nothing was compared with Magento");
    Ok(Outcome::Skipped("no ../shared/conformance".to_owned()))
}

fn is_whole(proof: &Proof) -> Result<()> {
    println!("{}", proof.summary);
    let unproven = proof.unproven.join(", ");
    ensure!(unproven.is_empty(), "nothing proves {unproven}");
    Ok(())
}

/// The rows of this side that no test gets a 200 through: the recordings and our own conversations
/// are played with a new store on SQLite, and what they show is all that counts.
pub fn unproven(repo: &Repo) -> Result<Vec<String>> {
    let recordings = recordings(repo);
    ensure!(
        recordings.join("conformance.py").is_file(),
        "without ../shared/conformance nothing can be said of the rows that recordings prove"
    );
    let ferrite = repo.target.join("release/ferrite");
    let scratch = Scratch::create(&std::env::temp_dir(), "unproven")?;
    let store = install(&ferrite, &scratch, "unproven", None)?;
    let mut server = Server::start(&store, scratch.0.join("server.log"))?;
    let files = scenarios(&recordings.join("scenarios"))?;
    let silently = |command: &mut Command| capture(command).map(|_| ());
    // A step that does not agree proves nothing: that shows in the rows.
    let compared = compare(repo, &recordings, &files, &store, silently)?;
    let proof = proof(repo, &store, &compared.answered)?;
    server.stop()?;
    Ok(proof.unproven)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// What guests may do with the setting that opens routes to them.
fn walk(repo: &Repo, recordings: &Path, files: &[PathBuf], store: &Store) -> Result<()> {
    let of_guests = |file: &&Path| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("routes-as-a-guest")
    };
    let files: Vec<_> = files
        .iter()
        .map(PathBuf::as_path)
        .filter(of_guests)
        .collect();
    guest_walk::check(repo, recordings, &files, store)
}

/// Plays the third party through the OAuth exchange.
fn exchange(repo: &Repo, recordings: &Path, base: &str, console: &str) -> Result<()> {
    let create = format!(
        "{console} integration:create {{name}} --resources all --endpoint {{callback}} \
         --identity-link {{identity}} --activate --format json"
    );
    let mut python = repo.command("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python.env("CONF_BASE", base);
    python.env("CONF_EXCHANGE_CMD", create);
    python.arg(recordings.join("exchange.py")).arg("check");
    python.arg(recordings.join("scenarios/_exchange.json"));
    run(&mut python).map_err(|_| anyhow::anyhow!("the exchange does not agree"))
}

/// What comparing has shown.
struct Compared {
    /// Whether all steps were answered as recorded.
    agree: Result<()>,
    /// The steps that were.
    answered: Vec<Answered>,
}

fn compare(
    repo: &Repo,
    recordings: &Path,
    files: &[PathBuf],
    store: &Store,
    run: impl FnOnce(&mut Command) -> Result<()>,
) -> Result<Compared> {
    let console = format!(
        "{} --root {}",
        quoted(&store.ferrite),
        quoted(&store.folder)
    );
    let create = format!(
        "{console} integration:create {{name}} --resources {{resources}} --activate --format json"
    );
    let base = store.base();
    let report = store.folder.join("compared.json");
    let mut python = repo.command("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python.env("CONF_ADMIN_PASSWORD", Store::PASSWORD);
    python.env("CONF_INTEGRATION_CMD", create);
    python
        .arg(recordings.join("conformance.py"))
        .args(["check", "--wire", "--verbose"]);
    python
        .args(["--except", PENDING])
        .arg("--json")
        .arg(&report)
        .args(files)
        .args(["--base", &base]);
    let agree = run(&mut python).map_err(|_| anyhow::anyhow!("the recordings do not agree"));
    let pending = std::fs::read_to_string(repo.root.join(PENDING)).context(PENDING)?;
    let answered = recorded::answered(files, &report, &pending)?;
    std::fs::remove_file(&report)?;
    Ok(Compared { agree, answered })
}

/// The files that [`SCENARIOS`] names. A pattern that names none is an error.
fn scenarios(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    names.sort();
    for pattern in SCENARIOS {
        if !names.iter().any(|n| matches(pattern, n)) {
            bail!("no recording is called {pattern}");
        }
    }
    names.retain(|n| SCENARIOS.iter().any(|p| matches(p, n)));
    Ok(names
        .iter()
        .map(|n| folder.join(format!("{n}.json")))
        .collect())
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names_or_their_start() {
        assert!(matches("store*", "store-views"));
        assert!(matches("auth-oauth-problems", "auth-oauth-problems"));
        assert!(!matches("auth-oauth", "auth-oauth-problems"));
        assert!(!matches("store*", "my-store"));
    }
}
