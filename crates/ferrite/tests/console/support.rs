//! A project for each test, and the binary on it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::UNIX_EPOCH;

use ferrite_base::Clock;
use ferrite_storage::{Db, Durability, Engine, Options};
use ferrite_testkit::{Answer, Client, Store};
use tempfile::TempDir;

/// The binary that is tested.
pub fn binary() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_ferrite"))
}

/// An installed project that is copied for each test: an installation costs a password's hash. It is
/// made once for a binary, by the test that comes first, and kept beside it.
fn installed() -> PathBuf {
    let built = fs::metadata(binary()).unwrap().modified().unwrap();
    let built = built.duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let kept = beside.join(format!("{INSTALLED}{built}"));
    if !kept.exists() {
        let folder = tempfile::tempdir_in(beside).unwrap();
        Store::install(&binary(), &folder.path().join("shop"), 8080, &[]).unwrap();
        forget_others(beside, &kept);
        // Where another test was quicker its project stays, and this one goes.
        let _ = fs::rename(folder.path(), &kept);
    }
    kept.join("shop")
}

const INSTALLED: &str = "installed-";

/// Takes away what was installed by earlier binaries.
fn forget_others(beside: &Path, kept: &Path) {
    for entry in fs::read_dir(beside).unwrap().flatten() {
        let is_installed = entry.file_name().to_string_lossy().starts_with(INSTALLED);
        if is_installed && entry.path() != kept {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// A project in a folder of its own.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A folder as `new` makes it.
    pub fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut new = Command::new(binary());
        assert!(
            new.arg("new")
                .arg(project.root())
                .output()
                .unwrap()
                .status
                .success()
        );
        project
    }

    /// An installed one.
    pub fn installed() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        copy(&installed(), &project.root());
        project
    }

    /// An installed one with the modules of a folder in `fixtures/modules`, which are new to it.
    pub fn with_modules(fixture: &str) -> Self {
        let project = Self::installed();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/modules");
        copy(&fixtures.join(fixture), &project.root());
        project
    }

    /// Its folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("shop")
    }

    /// A file of it.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root().join(inside)
    }

    /// A command on it, not run yet.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.arg("--root").arg(self.root()).args(words);
        command.stdin(Stdio::null()).env_remove("COLUMNS");
        command
    }

    /// What a command did.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// What a command that succeeds prints.
    pub fn ok(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The store, beside whatever runs on it.
    pub fn store(&self) -> Db {
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: self.path("var/store.db"),
            },
            durability: Durability::Normal,
            clock: Clock::system(),
            generation_file: Some(self.path("var/generation")),
            run_writes_twice: false,
        });
        let db = db.unwrap();
        db.announce_every_commit();
        db
    }

    /// Serves it.
    pub fn serve(&self) -> Server {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut serve = self.command(&["serve", "--listen", &address.to_string()]);
        let mut child = serve.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = lines.next().unwrap().unwrap();
        assert!(said.starts_with("Serving on"), "{said}");
        // What else it says is read, or the pipe would fill.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }
}

/// A serving process, which ends with the test.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Answers a request with a body or none.
    pub fn ask(&self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        let mut client = Client::connect(self.address).unwrap();
        let (host, length) = (self.address, body.len());
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        client.exchange(head.as_bytes()).unwrap()
    }

    /// The status of a guest's GET.
    pub fn status(&self, target: &str) -> u16 {
        self.ask("GET", target, "", "").status
    }

    /// A header with an admin's token; the status where there is none.
    pub fn sign_in(&self, name: &str, password: &str) -> Result<String, u16> {
        let body = format!("{{\"username\": \"{name}\", \"password\": \"{password}\"}}");
        let answer = self.ask("POST", "/rest/V1/integration/admin/token", "", &body);
        if answer.status != 200 {
            return Err(answer.status);
        }
        let token = String::from_utf8(answer.body).unwrap();
        Ok(format!(
            "Authorization: Bearer {}\r\n",
            token.trim_matches('"')
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
