//! The counter by which a change made by another process is noticed at the next request.
//!
//! A writer makes it odd before its commit and even after it, holding a lock on the file meanwhile.
//! A reader that meets an odd one trusts no cache. An odd one without a living writer (nobody holds
//! the lock) is made even by whoever finds it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, TryLockError};

use crate::Result;

/// What the counter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// Nothing is being changed; what was read under the same number still holds.
    Settled(u64),
    /// A commit is under way: trust no cache, read the store.
    Changing,
}

impl Generation {
    /// The number under which what is read now may be kept; none while a commit is under way.
    pub fn settled(self) -> Option<Self> {
        (self != Self::Changing).then_some(self)
    }
}

pub(crate) struct Counter {
    place: Place,
    all: AtomicBool,
}

enum Place {
    Memory(AtomicU64),
    Shared { file: File, turn: Mutex<()> },
}

impl Counter {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else {
            return Ok(Self::at(Place::Memory(AtomicU64::new(0))));
        };
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        Ok(Self::at(Place::Shared {
            file,
            turn: Mutex::new(()),
        }))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            all: AtomicBool::new(false),
        }
    }

    /// From now on every commit has to be noticed.
    pub(crate) fn announce_all(&self) {
        self.all.store(true, Ordering::SeqCst);
    }

    pub(crate) fn announces_all(&self) -> bool {
        self.all.load(Ordering::SeqCst)
    }

    pub(crate) fn read(&self) -> Generation {
        match &self.place {
            Place::Memory(number) => settled(number.load(Ordering::SeqCst)),
            Place::Shared { file, turn } => match settled(number(file)) {
                Generation::Changing => mended(file, turn),
                settled => settled,
            },
        }
    }

    /// Runs a commit that everybody must notice.
    pub(crate) fn around<T>(&self, commit: impl FnOnce() -> Result<T>) -> Result<T> {
        match &self.place {
            Place::Memory(number) => {
                number.fetch_add(1, Ordering::SeqCst);
                let done = commit();
                number.fetch_add(1, Ordering::SeqCst);
                done
            }
            Place::Shared { file, turn } => {
                let _turn = turn
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                file.lock()?;
                let odd = number(file) | 1;
                file.write_all_at(&odd.to_le_bytes(), 0)?;
                let done = commit();
                file.write_all_at(&(odd + 1).to_le_bytes(), 0)?;
                file.unlock()?;
                done
            }
        }
    }
}

/// What a counter says that is odd: it is made even where nobody is writing any more.
fn mended(file: &File, turn: &Mutex<()>) -> Generation {
    // The lock of a commit of this very process would be given to it once more.
    let _turn = match turn.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => return Generation::Changing,
    };
    if file.try_lock().is_err() {
        return Generation::Changing;
    }
    let mut now = number(file);
    if !now.is_multiple_of(2) {
        now += 1;
        let _ = file.write_all_at(&now.to_le_bytes(), 0);
    }
    let _ = file.unlock();
    settled(now)
}

fn settled(number: u64) -> Generation {
    if number.is_multiple_of(2) {
        Generation::Settled(number)
    } else {
        Generation::Changing
    }
}

fn number(file: &File) -> u64 {
    let mut bytes = [0; 8];
    match file.read_exact_at(&mut bytes, 0) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_of_this_process_is_no_dead_writer() {
        let folder = tempfile::tempdir().unwrap();
        let counter = Counter::open(Some(&folder.path().join("generation"))).unwrap();
        let before = counter.read();
        counter
            .around(|| {
                assert_eq!(counter.read(), Generation::Changing);
                assert_eq!(counter.read(), Generation::Changing, "nothing was mended");
                Ok(())
            })
            .unwrap();
        assert_ne!(counter.read(), before);
    }

    #[test]
    fn another_process_sees_the_change_and_a_dead_writer_is_cleaned_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("generation");
        let one = Counter::open(Some(&path)).unwrap();
        let two = Counter::open(Some(&path)).unwrap();
        let before = two.read();
        one.around(|| {
            assert_eq!(two.read(), Generation::Changing);
            Ok(())
        })
        .unwrap();
        assert_ne!(two.read(), before);
        std::fs::write(&path, 7_u64.to_le_bytes()).unwrap();
        assert_eq!(two.read(), Generation::Settled(8));
    }
}
