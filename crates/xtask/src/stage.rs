//! The stages of the test command: their names and order, the programs they run, and the table at the end.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// One stage of `cargo xtask test`, in the order of [`Stage::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Tools,
    Fmt,
    Clippy,
    Unit,
    Build,
    ConformanceSqlite,
    ConformanceMariadb,
    Clients,
    Openapi,
    Pim,
    Crash,
    Browser,
    Deny,
}

impl Stage {
    pub const ALL: [Self; 13] = [
        Self::Tools,
        Self::Fmt,
        Self::Clippy,
        Self::Unit,
        Self::Build,
        Self::ConformanceSqlite,
        Self::ConformanceMariadb,
        Self::Clients,
        Self::Openapi,
        Self::Pim,
        Self::Crash,
        Self::Browser,
        Self::Deny,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Unit => "unit",
            Self::Build => "build",
            Self::ConformanceSqlite => "conformance-sqlite",
            Self::ConformanceMariadb => "conformance-mariadb",
            Self::Clients => "clients",
            Self::Openapi => "openapi",
            Self::Pim => "pim",
            Self::Crash => "crash",
            Self::Browser => "browser",
            Self::Deny => "deny",
        }
    }

    /// Whether nothing after this stage is worth running once it failed.
    pub const fn is_gate(self) -> bool {
        matches!(self, Self::Fmt | Self::Clippy | Self::Unit)
    }

    /// The stages that have to run before this one when it is asked for alone.
    pub const fn needs(self) -> &'static [Self] {
        match self {
            Self::Unit | Self::Deny => &[Self::Tools],
            Self::ConformanceSqlite
            | Self::ConformanceMariadb
            | Self::Clients
            | Self::Openapi
            | Self::Pim
            | Self::Crash
            | Self::Browser => &[Self::Tools, Self::Build],
            Self::Tools | Self::Fmt | Self::Clippy | Self::Build => &[],
        }
    }

    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|s| s.name() == name)
            .with_context(|| {
                format!(
                    "no stage is called {name:?}; there are: {}",
                    Self::ALL.map(Self::name).join(", ")
                )
            })
    }
}

/// How a stage ended, when it did not fail.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Skipped(String),
}

struct Row {
    stage: Stage,
    result: &'static str,
    note: String,
    time: Duration,
}

/// The results so far.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs one stage and notes its result; false when it failed.
    pub fn run(&mut self, stage: Stage, body: impl FnOnce() -> Result<Outcome>) -> bool {
        println!("\n==> {}", stage.name());
        let start = Instant::now();
        let (result, note) = match body() {
            Ok(Outcome::Passed) => ("passed", String::new()),
            Ok(Outcome::Skipped(why)) => ("skipped", why),
            Err(error) => ("FAILED", format!("{error:#}")),
        };
        let time = start.elapsed();
        let colon = if note.is_empty() { "" } else { ": " };
        println!(
            "<== {} {result} in {:.1} s{colon}{note}",
            stage.name(),
            time.as_secs_f64()
        );
        self.rows.push(Row {
            stage,
            result,
            note,
            time,
        });
        result != "FAILED"
    }

    pub fn not_run(&mut self, stage: Stage, why: &str) {
        self.rows.push(Row {
            stage,
            result: "not run",
            note: why.to_owned(),
            time: Duration::ZERO,
        });
    }

    pub fn failed(&self, stage: Stage) -> bool {
        self.rows
            .iter()
            .any(|r| r.stage == stage && r.result == "FAILED")
    }

    /// Prints the table and the closing line; true when nothing failed.
    pub fn finish(&self) -> bool {
        println!("\n{:<20} {:<8} {:>8}", "stage", "result", "seconds");
        for row in &self.rows {
            let note = row.note.lines().next().unwrap_or_default();
            let line = format!(
                "{:<20} {:<8} {:>8.1}  {note}",
                row.stage.name(),
                row.result,
                row.time.as_secs_f64()
            );
            println!("{}", line.trim_end());
        }
        let count = |result| self.rows.iter().filter(|r| r.result == result).count();
        println!("{} passed, {} failed", count("passed"), count("FAILED"));
        count("FAILED") == 0
    }
}

/// Where things are.
pub struct Repo {
    pub root: PathBuf,
    pub target: PathBuf,
    pub tools: PathBuf,
}

impl Repo {
    pub fn locate() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().context("the repository's root")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR").filter(|d| !d.is_empty()) {
            Some(dir) => std::path::absolute(dir)?,
            None => root.join("target"),
        };
        let tools = target.join("tools");
        std::fs::create_dir_all(&tools).with_context(|| tools.display().to_string())?;
        Ok(Self {
            root,
            target,
            tools,
        })
    }

    /// A command that runs in the repository's root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        command.stdin(Stdio::null());
        command
    }

    /// `cargo` with these arguments (separated by blanks).
    pub fn cargo(&self, arguments: &str) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command(cargo);
        command.args(arguments.split_whitespace());
        command
    }
}

/// Shows the command, runs it with its output passed on, and wants the exit status 0.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = describe(command);
    println!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs the command silently; its output is shown only in the error.
pub fn capture(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {shown}"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        bail!("{shown}: {}: {}", output.status, text.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The program's path when it is on PATH or where system programs are.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}
