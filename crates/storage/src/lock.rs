//! The lock against a second server on one store.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::{Error, Result};

/// Held for as long as a server runs; the kernel lets go of it when the process ends.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "the lock lives as long as the file")] File);

impl ServerLock {
    /// Takes the lock, or fails at once.
    pub fn acquire(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(Error::File("another server runs on this store".to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}
