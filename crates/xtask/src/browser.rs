//! The tutorial on the demo, clicked through by a browser: by hand, with the third party's sign-up, and
//! without scripts.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::server::{Process, Scratch, answers_at, free_port, print_tail, tied};
use crate::stage::{Outcome, Repo, find_program, run};

/// The tutorial in a browser, on the demo.
pub fn check(repo: &Repo) -> Result<Outcome> {
    let (Some(chromium), Some(node)) = (find_program("chromium"), find_program("node")) else {
        return Ok(Outcome::Skipped("no Chromium or no Node.js".to_owned()));
    };
    let scripts = with_packages(repo)?;
    let pictures = repo.target.join("pictures");
    std::fs::create_dir_all(&pictures)?;
    let scratch = Scratch::create(&std::env::temp_dir(), "browser")?;
    let log = scratch.0.join("demo.log");
    let out = std::fs::File::create(&log)?;
    let (port, erp) = (free_port()?, free_port()?);
    let mut demo = tied(&repo.target.join("release/ferrite"), None);
    demo.args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
    demo.args(["--erp-listen", &format!("127.0.0.1:{erp}")]);
    demo.stdin(Stdio::null())
        .stderr(out.try_clone()?)
        .stdout(out);
    let mut demo = Process::start("ferrite demo", &mut demo)?;
    let ready = || answers_at(port, "/rest/V1/directory/currency");
    let mut clicked = demo.until(Duration::from_secs(20), ready);
    if clicked.is_ok() {
        let mut tutorial = repo.command(&node);
        tutorial.arg(scripts.join("tutorial.mjs"));
        tutorial.env("BASE", format!("http://127.0.0.1:{port}"));
        tutorial.env("ERP", format!("http://127.0.0.1:{erp}"));
        tutorial
            .env("CHROMIUM", &chromium)
            .env("PICTURES", &pictures);
        clicked = run(&mut tutorial);
    }
    let status = demo.terminate(Duration::from_secs(10))?;
    if clicked.is_err() {
        print_tail("the demo's log", &log);
    }
    clicked?;
    if !status.success() {
        bail!("the demo ended with {status} on SIGTERM");
    }
    Ok(Outcome::Passed)
}

/// A folder below the target with scripts of the repository and the packages that they name.
fn with_packages(repo: &Repo) -> Result<PathBuf> {
    let from = repo.root.join("tests/browser");
    let to = repo.tools.join("browser");
    std::fs::create_dir_all(&to)?;
    for entry in std::fs::read_dir(&from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    let npm = find_program("npm").context("npm is not installed")?;
    let mut npm = repo.command(&npm);
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(&to))?;
    Ok(to)
}
