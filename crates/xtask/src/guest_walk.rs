//! Guest access: every recorded request of a guest once more with
//! `webapi/webapisecurity/allow_insecure` on, where exactly the listed ones are answered otherwise.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::Store;
use serde_json::Value;

use crate::stage::Repo;

const SETTING: &str = "webapi/webapisecurity/allow_insecure";
const OPENED: &str = "tests/conformance/opened-to-guests.txt";

/// Walks with the setting on, and once more with it off again.
pub fn check(repo: &Repo, recordings: &Path, files: &[&Path], store: &Store) -> Result<()> {
    let listed = opened(repo)?;
    let walked = with_guest_access(store, || changed(repo, recordings, files, store));
    let (steps, changed_steps) = walked?;
    let missing: Vec<_> = listed.difference(&changed_steps).collect();
    let further: Vec<_> = changed_steps.difference(&listed).collect();
    ensure!(
        missing.is_empty() && further.is_empty(),
        "guest access leaves closed {missing:?} and changes {further:?}"
    );
    let (_, left) = changed(repo, recordings, files, store)?;
    ensure!(
        left.is_empty(),
        "with guest access off again there still change {left:?}"
    );
    println!("guest access changes {} of {steps}", listed.len());
    Ok(())
}

/// The recorded requests of a guest that the setting opens, by their names.
pub fn opened(repo: &Repo) -> Result<BTreeSet<String>> {
    let listed = std::fs::read_to_string(repo.root.join(OPENED)).context(OPENED)?;
    let lines = listed.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Does something while the setting is on.
pub fn with_guest_access<T>(store: &Store, work: impl FnOnce() -> Result<T>) -> Result<T> {
    store.run(&["config:set", SETTING, "1"])?;
    let done = work();
    store.run(&["config:set", SETTING, "0"])?;
    done
}

/// How many steps there are, and which of them are answered otherwise than recorded.
fn changed(
    repo: &Repo,
    recordings: &Path,
    files: &[&Path],
    store: &Store,
) -> Result<(u64, BTreeSet<String>)> {
    let report = store.folder.join("guest-walk.json");
    let mut python = repo.command("python3");
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(recordings.join("conformance.py")).arg("check");
    python.args(files).args(["--base", &store.base()]);
    // It fails where an answer differs; the report says where.
    python.arg("--json").arg(&report).output()?;
    let scenarios: Vec<Value> = serde_json::from_slice(&std::fs::read(&report)?)?;
    std::fs::remove_file(&report)?;
    let steps = scenarios.iter().filter_map(|one| one["steps"].as_u64());
    let names = scenarios
        .iter()
        .filter_map(|one| one["failed"].as_object())
        .flat_map(|failed| failed.keys().cloned());
    Ok((steps.sum(), names.collect()))
}
