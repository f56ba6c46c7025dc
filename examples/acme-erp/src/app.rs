//! What all requests share.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ferrite_base::{Clock, Randomness};
use tokio::sync::Semaphore;

use crate::book::{Book, FileError};
use crate::client::Client;
use crate::failure::Failure;
use crate::limits::Attempts;
use crate::server::Options;
use crate::session::Sessions;

/// At most so many passwords are hashed at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;

/// The running platform.
pub struct App {
    book: Mutex<Book>,
    file: Option<PathBuf>,
    pub sessions: Sessions,
    pub attempts: Attempts,
    pub client: Client,
    pub clock: Clock,
    pub randomness: Randomness,
    pub hashing: Semaphore,
    pub address: SocketAddr,
}

impl App {
    pub fn new(options: Options, address: SocketAddr) -> Result<Self, FileError> {
        let book = match &options.data {
            Some(path) => Book::load(path)?,
            None => Book::default(),
        };
        let (clock, randomness) = (options.clock, options.randomness);
        Ok(Self {
            book: Mutex::new(book),
            file: options.data,
            sessions: Sessions::new(clock.clone(), randomness.clone()),
            attempts: Attempts::new(clock.clone()),
            client: Client::new(options.store_timeout, clock.clone(), randomness.clone()),
            clock,
            randomness,
            hashing: Semaphore::new(HASHES_AT_ONCE),
            address,
        })
    }

    /// Looks something up.
    pub fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&self.lock())
    }

    /// Changes what need not last: offers and calls.
    pub fn note<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        change(&mut self.lock())
    }

    /// Changes accounts or connections, and keeps them in the file before anybody is told.
    pub fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> Result<T, Failure> {
        let mut book = self.lock();
        let result = change(&mut book);
        match &self.file {
            None => Ok(result),
            Some(path) => book
                .save(path)
                .map(|()| result)
                .map_err(|error: FileError| {
                    eprintln!("{error}");
                    Failure::unsaved()
                }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
