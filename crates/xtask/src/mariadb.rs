//! One private MariaDB for the whole run: own folder, loopback only, ended by its process id.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::server::{Process, Scratch, free_port, print_tail, tied};
use crate::stage::{Repo, capture, find_program};
use crate::tools::is_root;

const OPTIONS: &str = "\
bind-address=127.0.0.1
skip-name-resolve
character-set-server=utf8mb4
collation-server=utf8mb4_bin
skip-log-bin
performance-schema=OFF
innodb-buffer-pool-size=64M
innodb-log-file-size=16M
innodb-flush-log-at-trx-commit=2
innodb-doublewrite=0
innodb-flush-method=nosync
innodb-buffer-pool-dump-at-shutdown=0
innodb-buffer-pool-load-at-startup=0
innodb-stats-persistent=0
max-connections=300
";

/// A running server. The fields are dropped in their order: first the process, then its folder.
pub struct MariaDb {
    _process: Process,
    socket: PathBuf,
    folder: Scratch,
    port: u16,
}

impl MariaDb {
    const USER: &str = "ferrite";
    const PASSWORD: &str = "ferrite-test";

    pub fn start(repo: &Repo) -> Result<Self> {
        let parent = if roomy_shm() {
            PathBuf::from("/dev/shm")
        } else {
            repo.tools.clone()
        };
        let folder = Scratch::create(&parent, "mariadb")?;
        let dir = folder.0.clone();
        for name in ["data", "tmp"] {
            std::fs::create_dir(dir.join(name))?;
        }
        let port = free_port()?;
        let socket = dir.join("s.sock");
        let log = dir.join("err.log");
        let config = dir.join("my.cnf");
        let shown = dir.display();
        let mut text = format!("[mariadbd]\n{OPTIONS}port={port}\n");
        for (key, file) in [
            ("datadir", "data"),
            ("tmpdir", "tmp"),
            ("socket", "s.sock"),
            ("pid-file", "pid"),
            ("log-error", "err.log"),
        ] {
            writeln!(text, "{key}={shown}/{file}")?;
        }
        std::fs::write(&config, text)?;
        let user = server_user();
        if let Some(user) = user {
            capture(Command::new("chown").args(["-R", user]).arg(&dir))?;
        }

        let defaults = format!("--defaults-file={}", config.display());
        let mut install = tied(&program("mariadb-install-db")?, user);
        install.args([
            &defaults,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]);
        capture(install.current_dir(&dir)).context("the database folder")?;

        let mut serve = tied(&program("mariadbd")?, user);
        serve.arg(&defaults).current_dir(&dir);
        serve
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Process::start("mariadbd", &mut serve)?;
        let mut this = Self {
            _process: process,
            socket,
            folder,
            port,
        };
        let admin = program("mariadb-admin")?;
        let socket = this.socket.clone();
        let ready = || {
            let mut ping = Command::new(&admin);
            ping.args(["--no-defaults", "-uroot", "--connect-timeout=1", "-S"])
                .arg(&socket);
            capture(ping.arg("ping")).is_ok()
        };
        let started = this._process.until(Duration::from_secs(30), ready);
        if started.is_err() {
            print_tail("MariaDB's log", &log);
        }
        started?;
        this.sql(&format!(
            "CREATE USER '{0}'@'127.0.0.1' IDENTIFIED BY '{1}'; \
             GRANT ALL ON *.* TO '{0}'@'127.0.0.1' WITH GRANT OPTION;",
            Self::USER,
            Self::PASSWORD
        ))?;
        println!(
            "MariaDB runs on 127.0.0.1:{port} (process {})",
            this._process.id()
        );
        Ok(this)
    }

    /// `user:password@host:port`, as the tests take it.
    pub fn address(&self) -> String {
        format!("{}:{}@127.0.0.1:{}", Self::USER, Self::PASSWORD, self.port)
    }

    /// Where it keeps what is stored.
    pub fn files(&self) -> PathBuf {
        self.folder.0.join("data")
    }

    /// A new database, as options of `setup:install`.
    pub fn database(&self, name: &str) -> Result<Vec<String>> {
        let name = name.replace('-', "_");
        self.create_database(&name)?;
        Ok(vec![
            format!("--db-host=127.0.0.1:{}", self.port),
            format!("--db-name={name}"),
            format!("--db-user={}", Self::USER),
            format!("--db-password={}", Self::PASSWORD),
        ])
    }

    fn create_database(&self, name: &str) -> Result<()> {
        self.sql(&format!("CREATE DATABASE `{name}`"))
    }

    fn sql(&self, statements: &str) -> Result<()> {
        let mut client = Command::new(program("mariadb")?);
        client
            .args(["--no-defaults", "-uroot", "-S"])
            .arg(&self.socket);
        capture(client.args(["-e", statements]))?;
        Ok(())
    }
}

fn program(name: &str) -> Result<PathBuf> {
    find_program(name).with_context(|| format!("{name} is not installed"))
}

/// Root does not run the server as itself.
fn server_user() -> Option<&'static str> {
    if !is_root() {
        return None;
    }
    let known = Command::new("id")
        .arg("mysql")
        .output()
        .is_ok_and(|o| o.status.success());
    Some(if known { "mysql" } else { "nobody" })
}

/// Whether /dev/shm can be written and has a gigabyte to spare.
fn roomy_shm() -> bool {
    let mut df = Command::new("df");
    let Ok(text) = capture(df.args(["--output=avail", "-k", "/dev/shm"])) else {
        return false;
    };
    let free = text
        .lines()
        .last()
        .and_then(|l| l.trim().parse::<u64>().ok());
    free.is_some_and(|kib| kib > 1 << 20) && Scratch::create("/dev/shm".as_ref(), "probe").is_ok()
}
