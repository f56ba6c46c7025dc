//! Child processes that live as long as a stage: started tied to this process, polled, ended by their process id.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ferrite_testkit::Store;

use crate::mariadb::MariaDb;
use crate::stage::find_program;

const POLL: Duration = Duration::from_millis(20);

/// A child process that is ended when the value is dropped.
pub struct Process {
    child: Child,
    name: &'static str,
    group: bool,
    done: Option<ExitStatus>,
}

impl Process {
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self {
            child,
            name,
            group: false,
            done: None,
        })
    }

    /// Like [`Process::start`], in a process group of its own, which is ended as a whole.
    pub fn start_group(name: &'static str, command: &mut Command) -> Result<Self> {
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut process = Self::start(name, command)?;
        process.group = true;
        Ok(process)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The exit status, when the child has ended.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.done.is_none() {
            self.done = self.child.try_wait().with_context(|| self.name)?;
        }
        Ok(self.done)
    }

    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().with_context(|| self.name)?;
        self.done = Some(status);
        Ok(status)
    }

    /// Polls until `ready`; fails at once when the child has ended, or after `limit`.
    pub fn until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.ended()? {
                bail!("{} ended before it was ready: {status}", self.name);
            }
            if start.elapsed() > limit {
                bail!("{} was not ready within {} s", self.name, limit.as_secs());
            }
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Sends SIGTERM and waits for the end; after `limit` the child is killed and that is an error.
    pub fn terminate(&mut self, limit: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.ended()? {
            return Ok(status);
        }
        self.signal("-TERM")?;
        let start = Instant::now();
        while start.elapsed() < limit {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
        self.signal("-KILL")?;
        self.wait()?;
        bail!(
            "{} did not end within {} s of SIGTERM",
            self.name,
            limit.as_secs()
        )
    }

    /// Sends SIGKILL and waits for the end.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().context(self.name)?;
        self.wait().map(|_| ())
    }

    fn signal(&self, signal: &str) -> Result<()> {
        let sign = if self.group { "-" } else { "" };
        let mut kill = Command::new("kill");
        kill.args([signal, "--"])
            .arg(format!("{sign}{}", self.id()));
        kill.stderr(Stdio::null()).status().context("kill")?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.terminate(Duration::from_secs(10)) {
            eprintln!("{error:#}");
        }
    }
}

/// A command whose process gets SIGTERM when this process dies, where setpriv can arrange that.
pub fn tied(program: &Path, user: Option<&str>) -> Command {
    let Some(setpriv) = find_program("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    command.arg("--pdeathsig=TERM");
    if let Some(user) = user {
        command.args([format!("--reuid={user}"), "--clear-groups".to_owned()]);
        command.arg(if user == "nobody" {
            "--regid=nogroup"
        } else {
            "--regid=mysql"
        });
    }
    command.arg("--").arg(program);
    command
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// A folder that is removed when the value is dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn create(parent: &Path, name: &str) -> Result<Self> {
        let path = parent.join(format!("ferrite-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{}: {error}", self.0.display());
        }
    }
}

/// A fresh store in a folder of its own, on SQLite or in a new database of that name.
pub fn install(
    ferrite: &Path,
    scratch: &Scratch,
    name: &str,
    database: Option<&MariaDb>,
) -> Result<Store> {
    let options = database.map(|server| server.database(name)).transpose()?;
    let folder = scratch.0.join("project");
    Store::install(ferrite, &folder, free_port()?, &options.unwrap_or_default())
}

/// A running `ferrite serve`.
pub struct Server {
    process: Process,
    log: PathBuf,
    pub base: String,
}

impl Server {
    /// Starts the server of a store and waits until it answers.
    pub fn start(store: &Store, log: PathBuf) -> Result<Self> {
        // What an earlier server of the same store has written stays.
        let out = File::options().create(true).append(true).open(&log)?;
        let serve = store.serve();
        let mut command = tied(&store.ferrite, None);
        command.args(serve.get_args()).current_dir(&store.folder);
        command
            .stdin(Stdio::null())
            .stderr(out.try_clone()?)
            .stdout(out);
        let process = Process::start("ferrite serve", &mut command)?;
        let mut server = Self {
            process,
            log,
            base: store.base(),
        };
        let address = store.address();
        let ready = || answers(address, "/rest/V1/directory/currency").unwrap_or(false);
        let started = server.process.until(Duration::from_secs(20), ready);
        if started.is_err() {
            server.print_log();
        }
        started.map(|()| server)
    }

    /// Ends the server as an operator would: SIGTERM, and it has to exit with 0 within 5 s.
    pub fn stop(&mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            bail!("ferrite serve ended by itself: {status}");
        }
        let status = self.process.terminate(Duration::from_secs(5))?;
        if !status.success() {
            bail!("ferrite serve ended with {status} on SIGTERM");
        }
        Ok(())
    }

    /// Kills the server with SIGKILL, at once.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(status) = self.process.ended()? {
            bail!("ferrite serve ended by itself: {status}");
        }
        self.process.kill()
    }

    /// The server's process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn print_log(&self) {
        print_tail("the server's log", &self.log);
    }
}

/// Prints the last 40 lines of the file.
pub fn print_tail(title: &str, file: &Path) {
    let bytes = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    println!(
        "--- {title} ({} lines, at most the last 40 shown)",
        lines.len()
    );
    for line in &lines[lines.len().saturating_sub(40)..] {
        println!("    {line}");
    }
}

/// Whether a server on this loopback port answers the path with 200.
pub fn answers_at(port: u16, path: &str) -> bool {
    answers(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), path).unwrap_or(false)
}

/// Whether a GET of the path is answered with 200.
fn answers(address: SocketAddr, path: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    Ok(head.starts_with(b"HTTP/1.") && head.ends_with(b" 200"))
}
