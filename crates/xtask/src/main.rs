//! The automation of Ferrite: `cargo xtask test` is the test command, `cargo xtask --help` lists what there is.

#[cfg(test)]
mod architecture;
mod attacks;
mod browser;
mod check_time;
mod clients;
mod conformance;
mod crash;
mod fuzz;
mod guest_walk;
mod mariadb;
mod openapi;
mod panel;
mod pim;
mod planted;
mod proof;
mod server;
mod stage;
mod table;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use ferrite_base::Clock;

use crate::mariadb::MariaDb;
use crate::server::Scratch;
use crate::stage::{Outcome, Repo, Report, Stage, capture, run};
use crate::tools::Tools;

const HELP: &str = "\
The automation of Ferrite.

Usage: cargo xtask <VERB> [OPTIONS]

Verbs:
  test        Run the test command: tools, checks, tests, conformance
  routes      List the routes without a handler; with --unproven, those that no test gets a 200 through
  check-time  Measure how long cargo check takes after a change in each crate of the Web API
  load        Measure the speed beside a bare axum handler: cargo bench, with its options
  fuzz        Long runs of the readers on input that nobody wrote: [TARGET]... [--seconds N]
  help        Show this text

`cargo xtask <VERB> --help` tells more about a verb.
";

const TEST_HELP: &str = "\
Runs the test command, stage by stage, and prints a table of the results.

Usage: cargo xtask test [--only STAGE]...

Options:
  --only STAGE   Run this stage (and what it needs); may be repeated
  -h, --help     Show this text

Stages, in their order:
  tools                 Look for MariaDB, Python packages and cargo-deny; install what is missing
  fmt                   cargo fmt --check
  clippy                cargo clippy, warnings are errors
  unit                  All tests of the workspace, with a private MariaDB
  build                 The release build of ferrite
  conformance-sqlite    Conversations, Magento's and ours, on SQLite: every row of catalog and inventory answers
  conformance-mariadb   The same on MariaDB
  clients               Programs of others do a job; the command line beside a running server; attacks
  openapi               A validator reads the documents of the Web API, schemathesis calls what they say
  pim                   A PIM's week by three integrations at once, everything recomputed
  crash                 kill -9 under signed load, restart, everything answered is sent again
  browser               The tutorial on the demo, clicked through in Chromium
  deny                  Licences, bans, sources and advisories of the dependencies

When fmt, clippy or unit fails, nothing after it is run. The exit status is 0 when no stage failed.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Runs the verb; false when what it checked is not right.
fn dispatch(arguments: &[String]) -> Result<bool> {
    let (verb, rest) = match arguments {
        [] => ("help", arguments),
        [verb, rest @ ..] => (verb.as_str(), rest),
    };
    match verb {
        "test" if rest.iter().any(|a| a == "--help" || a == "-h") => print!("{TEST_HELP}"),
        "test" => return test(&only(rest)?),
        "routes" => routes(rest)?,
        "check-time" => return check_time::check(&Repo::locate()?),
        "load" => return load(rest),
        "fuzz" => fuzz::check(rest)?,
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => bail!("no verb is called {other:?}; see cargo xtask --help"),
    }
    Ok(true)
}

/// Asks a new store which routes have no handler; with `--unproven`, which rows of this side nothing
/// gets a 200 through, by trying.
fn routes(options: &[String]) -> Result<()> {
    let repo = Repo::locate()?;
    let release = "build --release --locked -p ferrite";
    match options {
        [] => {
            cargo(&repo, release)?;
            let scratch = Scratch::create(&std::env::temp_dir(), "routes")?;
            let ferrite = repo.target.join("release/ferrite");
            let store = server::install(&ferrite, &scratch, "routes", None)?;
            print!("{}", store.run(&["dev:routes"])?);
        }
        [option] if option == "--unproven" => {
            cargo(&repo, release)?;
            let rows = conformance::unproven(&repo)?;
            rows.iter().for_each(|row| println!("{row}"));
            if rows.is_empty() {
                println!("none");
            }
        }
        _ => bail!("cargo xtask routes takes --unproven or nothing"),
    }
    Ok(())
}

/// The benchmark; its options are passed on.
fn load(options: &[String]) -> Result<bool> {
    let repo = Repo::locate()?;
    let mut bench = repo.cargo("bench -p ferrite --bench speed --");
    run(bench.args(options)).map(|()| true)
}

/// The stages that `--only` names.
fn only(arguments: &[String]) -> Result<Vec<Stage>> {
    let mut stages = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let name = match argument.strip_prefix("--only") {
            Some("") => rest
                .next()
                .context("--only wants the name of a stage")?
                .as_str(),
            Some(value) if value.starts_with('=') => &value[1..],
            _ => bail!("unknown argument {argument:?}; see cargo xtask test --help"),
        };
        stages.push(Stage::parse(name)?);
    }
    Ok(stages)
}

fn test(only: &[Stage]) -> Result<bool> {
    let asked = if only.is_empty() { &Stage::ALL } else { only };
    let planned = |s: Stage| asked.iter().any(|a| *a == s || a.needs().contains(&s));
    let repo = Repo::locate()?;
    let mut report = Report::default();
    let mut tools = Tools::default();
    let mut database = None;
    let mut stopped = None;
    for stage in Stage::ALL.into_iter().filter(|s| planned(*s)) {
        if let Some(cause) = stopped {
            report.not_run(stage, &format!("{cause} failed"));
            continue;
        }
        if stage.needs().contains(&Stage::Build) && report.failed(Stage::Build) {
            report.not_run(stage, "build failed");
            continue;
        }
        let passed = report.run(stage, || match stage {
            Stage::Tools => tools.prepare(&repo, asked),
            Stage::Fmt => cargo(&repo, "fmt --all --check"),
            Stage::Clippy => cargo(
                &repo,
                "clippy --workspace --all-targets --locked -- -D warnings",
            ),
            Stage::Unit => unit(&repo, &tools, &mut database),
            Stage::Build => cargo(&repo, "build --release --locked -p ferrite"),
            Stage::ConformanceSqlite => conformance::check(&repo, stage.name(), None),
            Stage::ConformanceMariadb => {
                if !tools.mariadb {
                    return Ok(Outcome::Skipped("MariaDB is not installed".to_owned()));
                }
                let server = started(&repo, &mut database)?;
                conformance::check(&repo, stage.name(), Some(server))
            }
            Stage::Clients => clients(&repo, &tools, &mut database),
            Stage::Openapi => match &tools.schemathesis {
                Some(python) => openapi::check(&repo, python),
                None => Ok(Outcome::Skipped("no schemathesis".to_owned())),
            },
            Stage::Pim => pim(&repo, &tools, &mut database),
            Stage::Crash => crash(&repo, &tools, &mut database),
            Stage::Browser => browser::check(&repo),
            Stage::Deny => deny(&repo, &mut tools),
        });
        if !passed && stage.is_gate() {
            stopped = Some(stage.name());
        }
    }
    drop(database);
    drop(tools);
    Ok(report.finish())
}

fn cargo(repo: &Repo, arguments: &str) -> Result<Outcome> {
    run(&mut repo.cargo(arguments))?;
    Ok(Outcome::Passed)
}

/// The private MariaDB, started when it is first wanted.
fn started<'a>(repo: &Repo, database: &'a mut Option<MariaDb>) -> Result<&'a MariaDb> {
    match database {
        Some(server) => Ok(server),
        None => Ok(database.insert(MariaDb::start(repo)?)),
    }
}

fn unit(repo: &Repo, tools: &Tools, database: &mut Option<MariaDb>) -> Result<Outcome> {
    let mut environment = Vec::new();
    match &tools.python {
        Some(python) => environment.push(("FERRITE_PYTHON", python.as_os_str().to_owned())),
        None => println!("FERRITE_PYTHON is not set: tests that sign with oauthlib are skipped"),
    }
    if tools.mariadb {
        let address = started(repo, database)?.address();
        environment.push(("FERRITE_TEST_MARIADB", address.into()));
    } else {
        println!("FERRITE_TEST_MARIADB is not set: tests on MariaDB are skipped");
    }
    let nextest = capture(&mut repo.cargo("nextest --version")).is_ok();
    let tests = if nextest { "nextest run" } else { "test" };
    for arguments in [
        format!("{tests} --workspace --locked"),
        "test --doc --workspace --locked".to_owned(),
    ] {
        run(repo
            .cargo(&arguments)
            .envs(environment.iter().map(|(k, v)| (k, v))))?;
    }
    Ok(Outcome::Passed)
}

/// On SQLite, and where it is there on MariaDB.
fn clients(repo: &Repo, tools: &Tools, database: &mut Option<MariaDb>) -> Result<Outcome> {
    let (python, node) = (tools.python.as_deref(), tools.node.as_ref());
    clients::check(repo, "clients-sqlite", None, python, node)?;
    if tools.mariadb {
        let server = started(repo, database)?;
        clients::check(repo, "clients-mariadb", Some(server), python, node)?;
    }
    let there = [python.is_some(), node.is_some(), tools.mariadb];
    let names = ["clients in Python", "clients in Node", "MariaDB"];
    let missing: Vec<_> = names
        .into_iter()
        .zip(there)
        .filter(|(_, there)| !there)
        .collect();
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    let missing: Vec<_> = missing.into_iter().map(|(name, _)| name).collect();
    Ok(Outcome::Skipped(format!("without {}", missing.join(", "))))
}

/// On SQLite, and where it is there on MariaDB.
fn pim(repo: &Repo, tools: &Tools, database: &mut Option<MariaDb>) -> Result<Outcome> {
    let Some(python) = &tools.python else {
        return Ok(Outcome::Skipped("without Python".to_owned()));
    };
    pim::check(repo, "pim-sqlite", None, python)?;
    if !tools.mariadb {
        return Ok(Outcome::Skipped("without MariaDB".to_owned()));
    }
    pim::check(repo, "pim-mariadb", Some(started(repo, database)?), python)?;
    Ok(Outcome::Passed)
}

/// A hundred kills on SQLite, ten on MariaDB. `FERRITE_SEED` runs the moments of an earlier run again.
fn crash(repo: &Repo, tools: &Tools, database: &mut Option<MariaDb>) -> Result<Outcome> {
    let ferrite = repo.target.join("release/ferrite");
    let seed = match std::env::var("FERRITE_SEED") {
        Ok(seed) => seed.parse().context("FERRITE_SEED")?,
        Err(_) => Clock::system().unix_seconds().unsigned_abs(),
    };
    println!("FERRITE_SEED={seed}");
    crash::check(&ferrite, "crash-sqlite", None, 100, seed)?;
    if !tools.mariadb {
        println!("MariaDB is not installed: no kills on it");
        return Ok(Outcome::Passed);
    }
    let server = started(repo, database)?;
    crash::check(&ferrite, "crash-mariadb", Some(server), 10, seed)?;
    Ok(Outcome::Passed)
}

fn deny(repo: &Repo, tools: &mut Tools) -> Result<Outcome> {
    let program = tools.deny(repo)?;
    run(repo
        .command(&program)
        .args(["check", "licenses", "bans", "sources"]))?;
    if let Err(error) = capture(repo.command(&program).args(["fetch", "db"])) {
        println!("advisories are not checked, their database cannot be fetched: {error:#}");
        return Ok(Outcome::Passed);
    }
    run(repo
        .command(&program)
        .args(["check", "--disable-fetch", "advisories"]))?;
    Ok(Outcome::Passed)
}
