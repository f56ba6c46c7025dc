//! `cargo xtask fuzz`: long runs of the readers on input that nobody wrote, by cargo-fuzz on the stable
//! toolchain, which means without a sanitizer. What makes a target fail is kept below
//! `fuzz/artifacts`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::stage::{Repo, find_program, run};

/// The targets, each with the folder of the repository that it starts from.
const TARGETS: [(&str, &str); 3] = [
    ("authorization", ""),
    ("module", ""),
    ("php", "crates/php/tests/corpus"),
];

const USAGE: &str = "cargo xtask fuzz [authorization|module|php]... [--seconds N, 60 without it]";

/// Runs the targets that are named, or all of them.
pub fn check(arguments: &[String]) -> Result<()> {
    let mut seconds = 60_u64;
    let mut named = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            let number = rest.next().context(USAGE)?;
            seconds = number.parse().context(USAGE)?;
        } else if TARGETS.iter().any(|(target, _)| target == argument) {
            named.push(argument.as_str());
        } else {
            bail!("{USAGE}");
        }
    }
    let repo = Repo::locate()?;
    let fuzz = cargo_fuzz(&repo)?;
    let is_meant = |target: &str| named.is_empty() || named.contains(&target);
    for (target, seeds) in TARGETS.into_iter().filter(|(target, _)| is_meant(target)) {
        let corpus = repo.target.join("fuzz-corpus").join(target);
        std::fs::create_dir_all(&corpus)?;
        let mut command = repo.command(&fuzz);
        command.args(["fuzz", "run", "--sanitizer", "none", target]);
        command.arg(&corpus);
        if !seeds.is_empty() {
            command.arg(repo.root.join(seeds));
        }
        command.args(["--", &format!("-max_total_time={seconds}"), "-timeout=10"]);
        command.env("CARGO_TARGET_DIR", repo.target.join("fuzz"));
        run(&mut command)?;
    }
    Ok(())
}

/// cargo-fuzz; installed where there is none.
fn cargo_fuzz(repo: &Repo) -> Result<PathBuf> {
    let own = repo.tools.join("bin/cargo-fuzz");
    if own.exists() {
        return Ok(own);
    }
    if let Some(found) = find_program("cargo-fuzz") {
        return Ok(found);
    }
    let mut install = repo.cargo("install cargo-fuzz --locked --root");
    install.arg(&repo.tools);
    install.env("CARGO_TARGET_DIR", repo.tools.join("build"));
    run(&mut install)?;
    Ok(own)
}
