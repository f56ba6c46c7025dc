//! The programs that the tests need beyond Rust: looked for, and installed when they are missing.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::clients::Node;
use crate::server::{Process, print_tail, tied};
use crate::stage::{Outcome, Repo, Stage, capture, find_program, run};

/// Packages of Python: (the folder of their environment, what is installed, what then can be imported).
struct Packages(&'static str, &'static [&'static str], &'static str);

const CLIENTS: Packages = Packages(
    "venv",
    // pymagento imports typing_extensions without asking for it.
    &[
        "oauthlib",
        "requests-oauthlib",
        "pymagento==2.14.0",
        "typing_extensions",
    ],
    "import oauthlib, requests_oauthlib, magento.batches",
);

/// In an environment of its own: it brings many others.
const SCHEMATHESIS: Packages = Packages(
    "venv-openapi",
    &["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"],
    "import schemathesis, openapi_spec_validator",
);

/// Names and versions.
const NPM_PACKAGES: [(&str, &str); 2] = [
    ("magento-api-rest", "2.0.4"),
    ("magento2-api-wrapper", "1.4.0"),
];
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// What is there after the tools stage.
#[derive(Default)]
pub struct Tools {
    /// The Python of the virtual environment.
    pub python: Option<PathBuf>,
    /// The Python of the environment with schemathesis and the validator.
    pub schemathesis: Option<PathBuf>,
    pub mariadb: bool,
    /// Node with the packages of the clients.
    pub node: Option<Node>,
    deny_install: Option<Process>,
}

impl Tools {
    /// Looks for what the stages need and installs what is missing; tries all before it fails.
    pub fn prepare(&mut self, repo: &Repo, stages: &[Stage]) -> Result<Outcome> {
        let all = stages == [Stage::Tools];
        let wants = |some: &[Stage]| all || some.iter().any(|s| stages.contains(s));
        let mut missing = Vec::new();
        let mut errors = Vec::new();
        let mut note = |what: &str, tests: &str, result: Result<bool>| match result {
            Ok(true) => println!("{what}: there"),
            Ok(false) => {
                println!("{what}: missing, and apt-get cannot be used here; skipped: {tests}");
                missing.push(format!("no {what}"));
            }
            Err(error) => {
                println!("{what}: {error:#}; skipped: {tests}");
                errors.push(format!("{what}: {error:#}"));
            }
        };

        if wants(&[Stage::Deny]) {
            note("cargo-deny", "deny", self.begin_deny(repo).map(|()| true));
        }
        if wants(&[
            Stage::Unit,
            Stage::ConformanceMariadb,
            Stage::Clients,
            Stage::Pim,
            Stage::Crash,
        ]) {
            let result = mariadb();
            self.mariadb = matches!(result, Ok(true));
            note(
                "mariadb-server",
                "unit tests, conformance, clients, the week of a PIM and kills on MariaDB",
                result,
            );
        }
        if wants(&[
            Stage::Unit,
            Stage::ConformanceSqlite,
            Stage::ConformanceMariadb,
            Stage::Clients,
            Stage::Pim,
        ]) {
            let result = python(repo, &CLIENTS);
            let there = matches!(result, Ok(true));
            self.python = there.then(|| CLIENTS.python(repo));
            note(
                "python with oauthlib and pymagento",
                "unit tests that sign with oauthlib, clients in Python, the week of a PIM",
                result,
            );
        }
        if wants(&[Stage::Openapi]) {
            let result = python(repo, &SCHEMATHESIS);
            let there = matches!(result, Ok(true));
            self.schemathesis = there.then(|| SCHEMATHESIS.python(repo));
            note("python with schemathesis", "openapi", result);
        }
        if wants(&[Stage::Browser]) {
            note("chromium", "browser", program("chromium", &["chromium"]));
        }
        if wants(&[Stage::Clients, Stage::Browser]) {
            let result = node(repo);
            let missing = result.as_ref().map(Option::is_some);
            let shown = match missing {
                Ok(there) => Ok(there),
                Err(error) => Err(anyhow!("{error:#}")),
            };
            self.node = result.ok().flatten();
            note(
                "node with magento-api-rest and magento2-api-wrapper",
                "these two as clients, browser",
                shown,
            );
        }

        if !errors.is_empty() {
            bail!("{}", errors.join("; "));
        }
        if !missing.is_empty() {
            return Ok(Outcome::Skipped(missing.join(", ")));
        }
        Ok(Outcome::Passed)
    }

    /// Starts the installation of cargo-deny when there is none; it goes on beside the other stages.
    fn begin_deny(&mut self, repo: &Repo) -> Result<()> {
        if find_deny(repo).is_some() {
            return Ok(());
        }
        println!("cargo-deny: installing in the background (some minutes)");
        let log = File::create(deny_log(repo))?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let cargo = if Path::new(&cargo).is_absolute() {
            Some(cargo.into())
        } else {
            None
        };
        let cargo = cargo
            .or_else(|| find_program("cargo"))
            .context("cargo is not on PATH")?;
        let mut install = tied(&cargo, None);
        install
            .args(["install", "cargo-deny", "--locked", "--root"])
            .arg(&repo.tools);
        install
            .env("CARGO_TARGET_DIR", repo.tools.join("build"))
            .current_dir(&repo.tools);
        install
            .stdin(std::process::Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log);
        self.deny_install = Some(Process::start_group(
            "cargo install cargo-deny",
            &mut install,
        )?);
        Ok(())
    }

    /// The path of cargo-deny, after its installation has ended.
    pub fn deny(&mut self, repo: &Repo) -> Result<PathBuf> {
        if let Some(mut install) = self.deny_install.take() {
            if install.ended()?.is_none() {
                println!("waiting for the installation of cargo-deny");
            }
            let status = install.wait()?;
            if !status.success() {
                print_tail("the log of cargo install cargo-deny", &deny_log(repo));
                bail!("cargo install cargo-deny: {status}");
            }
        }
        find_deny(repo).context("cargo-deny is not installed")
    }
}

fn deny_log(repo: &Repo) -> PathBuf {
    repo.tools.join("cargo-deny.log")
}

fn find_deny(repo: &Repo) -> Option<PathBuf> {
    let own = repo.tools.join("bin/cargo-deny");
    if own.is_file() {
        Some(own)
    } else {
        find_program("cargo-deny")
    }
}

pub fn is_root() -> bool {
    capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn mariadb() -> Result<bool> {
    let there = || find_program("mariadbd").is_some();
    if there() {
        return Ok(true);
    }
    Ok(apt_install(&["mariadb-server"])? && there())
}

impl Packages {
    fn python(&self, repo: &Repo) -> PathBuf {
        repo.tools.join(self.0).join("bin/python")
    }
}

/// The virtual environment with the packages in it.
fn python(repo: &Repo, packages: &Packages) -> Result<bool> {
    let Packages(folder, names, imports) = packages;
    let python = packages.python(repo);
    let works = || capture(Command::new(&python).args(["-c", imports])).is_ok();
    if works() {
        return Ok(true);
    }
    let venv = repo.tools.join(folder);
    let create = || {
        let mut create = Command::new("python3");
        capture(create.args(["-m", "venv", "--clear"]).arg(&venv))
    };
    println!("python: making {}", venv.display());
    if let Err(error) = create() {
        println!("python: {error:#}");
        if !apt_install(&["python3", "python3-venv"])? {
            return Ok(false);
        }
        create()?;
    }
    println!("python: installing {}", names.join(" "));
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    run(pip.args(*names))?;
    if !works() {
        bail!("the packages were installed, but cannot be imported");
    }
    Ok(true)
}

/// A program that Debian packages bring.
fn program(name: &str, packages: &[&str]) -> Result<bool> {
    let there = || find_program(name).is_some();
    Ok(there() || apt_install(packages)? && there())
}

/// Node, and the clients' packages in a folder of its own.
fn node(repo: &Repo) -> Result<Option<Node>> {
    if !(program("node", &["nodejs"])? && program("npm", &["npm"])?) {
        return Ok(None);
    }
    let (Some(program), Some(npm)) = (find_program("node"), find_program("npm")) else {
        return Ok(None);
    };
    let packages = repo.tools.join("npm");
    let installed = |name: &str| packages.join("node_modules").join(name).is_dir();
    if !NPM_PACKAGES.iter().all(|(name, _)| installed(name)) {
        let wanted = NPM_PACKAGES.map(|(name, version)| format!("{name}@{version}"));
        println!("npm: installing {}", wanted.join(" "));
        std::fs::create_dir_all(&packages)?;
        let mut install = Command::new(npm);
        install.args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
        install.arg("--prefix").arg(&packages);
        run(install.args(wanted))?;
    }
    Ok(Some(Node { program, packages }))
}

/// Installs Debian packages; false when that cannot be tried here.
fn apt_install(packages: &[&str]) -> Result<bool> {
    if find_program("apt-get").is_none() || !is_root() {
        return Ok(false);
    }
    println!("apt: installing {}", packages.join(" "));
    let _policy = Policy::ensure()?;
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-o", "DPkg::Lock::Timeout=300"]);
        apt
    };
    capture(apt().arg("update"))?;
    capture(
        apt()
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages),
    )?;
    Ok(true)
}

/// Keeps packages from starting their services: a policy-rc.d for as long as this lives, where there is none.
struct Policy(bool);

impl Policy {
    fn ensure() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self(false));
        }
        std::fs::write(POLICY, "#!/bin/sh\nexit 101\n").context(POLICY)?;
        std::fs::set_permissions(POLICY, Permissions::from_mode(0o755)).context(POLICY)?;
        Ok(Self(true))
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if self.0
            && let Err(error) = std::fs::remove_file(POLICY)
        {
            eprintln!("{POLICY}: {error}");
        }
    }
}
