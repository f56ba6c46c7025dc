//! A measured process: its processor time and its memory, from /proc.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Clock ticks a second, which Linux shows to programs on every machine.
const TICKS: f64 = 100.0;

/// Fields behind the name in /proc/PID/stat.
const USER: usize = 11;
const SYSTEM: usize = 12;

/// A server, ended when it is dropped.
pub struct Served(Child);

impl Served {
    pub fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stderr(Stdio::null());
        Ok(Self(command.spawn().context("the server")?))
    }

    /// Processor seconds used so far.
    pub fn cpu(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let (_, fields) = text.rsplit_once(") ").context("/proc/PID/stat")?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let ticks =
            |at: usize| -> Result<f64> { Ok(fields.get(at).context("/proc/PID/stat")?.parse()?) };
        Ok((ticks(USER)? + ticks(SYSTEM)?) / TICKS)
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kib: f64 = kib.context("smaps_rollup")?.trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// Ends the server in order.
    pub fn end(&mut self) -> Result<()> {
        let id = self.0.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let begun = Instant::now();
        while self.0.try_wait()?.is_none() {
            if begun.elapsed() > Duration::from_secs(5) {
                bail!("the server does not end");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where it has ended already there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

pub fn until_listening(port: u16) -> Result<()> {
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if begun.elapsed() > Duration::from_secs(5) {
            bail!("nothing listens on {port}");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
