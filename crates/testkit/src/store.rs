//! A store's project folder, and the command line on it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use ferrite_base::Secret;
use ferrite_oauth1::Credentials;
use serde_json::Value;

/// A store in a folder, to be served on a port of loopback.
#[derive(Clone, Debug)]
pub struct Store {
    /// The binary.
    pub ferrite: PathBuf,
    /// The project folder.
    pub folder: PathBuf,
    /// Where it is served.
    pub port: u16,
}

impl Store {
    /// The name of the administrator.
    pub const ADMIN: &str = "admin";
    /// The administrator's password.
    pub const PASSWORD: &str = "Admin123!x";

    /// A new project with an installation in it. `database` are further options of `setup:install`.
    pub fn install(ferrite: &Path, folder: &Path, port: u16, database: &[String]) -> Result<Self> {
        let mut new = Command::new(ferrite);
        output(new.arg("new").arg(folder))?;
        let store = Self {
            ferrite: ferrite.to_owned(),
            folder: folder.to_owned(),
            port,
        };
        let mut setup = store.console(&["setup:install", "--admin-email=a@example.com"]);
        setup.arg(format!("--admin-user={}", Self::ADMIN));
        setup.arg(format!("--admin-password={}", Self::PASSWORD));
        setup.args(["--admin-firstname=Ad", "--admin-lastname=Min"]);
        setup.arg(format!("--base-url={}/", store.base()));
        output(setup.args(database))?;
        Ok(store)
    }

    /// The address without a path.
    pub fn base(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// A command on this store.
    pub fn console(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.ferrite);
        command.arg("--root").arg(&self.folder).args(arguments);
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command on this store; its output.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        output(&mut self.console(arguments))
    }

    /// The command that serves the store.
    pub fn serve(&self) -> Command {
        self.console(&["serve", "--listen", &self.address().to_string()])
    }

    /// An active integration that may do everything.
    pub fn integration(&self, name: &str) -> Result<Credentials> {
        let made = self.run(&[
            "integration:create",
            name,
            "--resources",
            "all",
            "--activate",
            "--format",
            "json",
        ])?;
        Self::credentials(&made)
    }

    /// The credentials that a command printed as JSON.
    pub fn credentials(json: &str) -> Result<Credentials> {
        let made: Value = serde_json::from_str(json).context("the credentials")?;
        let text = |name: &str| {
            let value = made[name].as_str().map(str::to_owned);
            value.with_context(|| format!("the credentials have no {name}"))
        };
        Ok(Credentials {
            consumer_key: text("consumer_key")?,
            consumer_secret: Secret::new(text("consumer_secret")?),
            token: Some(text("access_token")?),
            token_secret: Secret::new(text("access_token_secret")?),
        })
    }
}

/// What a command prints; an error where it fails.
fn output(command: &mut Command) -> Result<String> {
    let ran = command.output().context("the binary cannot be started")?;
    if !ran.status.success() {
        // The arguments are left out: there are passwords among them.
        let error = String::from_utf8_lossy(&ran.stderr);
        bail!("a command of the store failed: {}", error.trim());
    }
    Ok(String::from_utf8(ran.stdout)?)
}
