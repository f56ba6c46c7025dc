//! `cargo xtask fuzz`: long runs of the readers on input that nobody wrote, by cargo-fuzz on the stable
//! toolchain, which means without a sanitizer. What makes a target fail is kept below
//! `fuzz/artifacts`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::stage::{Repo, find_program, run};

/// The targets, each with the folders of the repository that it starts from.
const TARGETS: [(&str, &[&str]); 3] = [
    ("authorization", &[]),
    ("module", &[]),
    ("php", &["crates/php/tests/corpus", "fixtures/modules"]),
];

/// What the target `module` reads, in its order: its input begins with the number of the file.
const MODULE_FILES: [&str; 9] = [
    "composer.json",
    "etc/acl.xml",
    "etc/adminhtml/menu.xml",
    "etc/config.xml",
    "etc/integration.xml",
    "etc/integration/api.xml",
    "etc/integration/config.xml",
    "etc/webapi.xml",
    "etc/module.xml",
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
        command.args(seeds.iter().map(|folder| repo.root.join(folder)));
        if target == "module" {
            seed_modules(&repo.root.join("fixtures"), &corpus)?;
        }
        command.args(["--", &format!("-max_total_time={seconds}"), "-timeout=10"]);
        command.env("CARGO_TARGET_DIR", repo.target.join("fuzz"));
        run(&mut command)?;
    }
    Ok(())
}

/// Puts the files of all layouts into a corpus.
fn seed_modules(fixtures: &Path, corpus: &Path) -> Result<()> {
    let mut open = vec![fixtures.to_owned()];
    let mut count = 0_usize;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let number = MODULE_FILES.iter().position(|file| path.ends_with(file));
            let Some(first) = number.and_then(|number| u8::try_from(number).ok()) else {
                continue;
            };
            let bytes = [&[first], &*std::fs::read(&path)?].concat();
            count += 1;
            std::fs::write(corpus.join(format!("layout-{count}")), bytes)?;
        }
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
