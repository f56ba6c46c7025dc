//! Names to addresses, asked once per call and within its deadline.

use std::collections::HashMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use thiserror::Error;

/// A name with more addresses than this is refused.
pub const MAX_ANSWERS: usize = 32;

/// Look-ups of the system that may be under way at once; they cannot be interrupted.
const MAX_RUNNING: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LookupError {
    #[error("the name was not found")]
    NotFound,
    #[error("the look-up took too long")]
    TimedOut,
    #[error("too many look-ups are under way")]
    Busy,
}

/// Looks up names. A final dot marks an absolute name (no search domains).
pub trait Resolver: Send + Sync {
    /// All addresses of `name`.
    ///
    /// # Errors
    /// When there is none or the deadline passes.
    fn lookup(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, LookupError>;
}

impl<R: Resolver + ?Sized> Resolver for Arc<R> {
    fn lookup(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, LookupError> {
        (**self).lookup(name, deadline)
    }
}

/// The resolver of the operating system. Each look-up has its own thread, which is left behind
/// when the deadline passes: the system's call knows no deadline.
#[derive(Debug, Clone, Default)]
pub struct SystemResolver {
    running: Arc<AtomicUsize>,
}

/// Counts a look-up for as long as it lives.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn enter(count: &Arc<AtomicUsize>) -> Option<Running> {
        let running = Running(Arc::clone(count));
        (count.fetch_add(1, Ordering::SeqCst) < MAX_RUNNING).then_some(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Resolver for SystemResolver {
    fn lookup(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, LookupError> {
        let running = Running::enter(&self.running).ok_or(LookupError::Busy)?;
        let (sender, answer) = mpsc::sync_channel(1);
        let name = name.to_owned();
        std::thread::Builder::new()
            .name("lookup".to_owned())
            .spawn(move || {
                let found = (name.as_str(), 0u16).to_socket_addrs().map(|found| {
                    found
                        .take(MAX_ANSWERS * 4)
                        .map(|a| a.ip())
                        .collect::<Vec<_>>()
                });
                // Nobody listens any more after the deadline.
                let _ = sender.send(found);
                drop(running);
            })
            .map_err(|_| LookupError::Busy)?;
        let left = deadline.saturating_duration_since(Instant::now());
        match answer.recv_timeout(left) {
            Ok(Ok(found)) if !found.is_empty() => Ok(found),
            Ok(_) | Err(mpsc::RecvTimeoutError::Disconnected) => Err(LookupError::NotFound),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(LookupError::TimedOut),
        }
    }
}

/// Answers from a table, for tests. Each name has a list of answers, given out one after the
/// other, the last one again and again.
#[derive(Debug, Default)]
pub struct TableResolver {
    names: HashMap<String, Vec<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
    delay: Duration,
}

impl TableResolver {
    #[must_use]
    pub fn new() -> Self {
        TableResolver::default()
    }

    /// Adds the next answer for `name`.
    #[must_use]
    pub fn with(mut self, name: &str, addresses: &[IpAddr]) -> Self {
        self.names
            .entry(name.to_owned())
            .or_default()
            .push(addresses.to_vec());
        self
    }

    /// Every answer takes this long.
    #[must_use]
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The names asked for so far, as they were asked.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .map(|asked| asked.clone())
            .unwrap_or_default()
    }
}

impl Resolver for TableResolver {
    fn lookup(&self, name: &str, deadline: Instant) -> Result<Vec<IpAddr>, LookupError> {
        let bare = name.strip_suffix('.').unwrap_or(name);
        let mut asked = self.asked.lock().map_err(|_| LookupError::Busy)?;
        let before = asked
            .iter()
            .filter(|a| a.trim_end_matches('.') == bare)
            .count();
        asked.push(name.to_owned());
        drop(asked);
        let left = deadline.saturating_duration_since(Instant::now());
        std::thread::sleep(self.delay.min(left));
        if self.delay > left {
            return Err(LookupError::TimedOut);
        }
        let answers = self.names.get(bare).ok_or(LookupError::NotFound)?;
        answers
            .get(before)
            .or(answers.last())
            .cloned()
            .ok_or(LookupError::NotFound)
    }
}
