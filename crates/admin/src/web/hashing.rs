//! How many passwords are looked at at once: each takes 19 MiB and a core.

use std::sync::{Condvar, Mutex, PoisonError};

const LONGEST_QUEUE: usize = 16;

#[derive(Default)]
struct Turns {
    running: usize,
    waiting: usize,
}

/// The gate in front of hashing.
pub struct Hashing {
    turns: Mutex<Turns>,
    freed: Condvar,
    at_once: usize,
}

/// A turn; given back when dropped.
pub struct Turn<'a>(&'a Hashing);

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism();
        Self {
            turns: Mutex::default(),
            freed: Condvar::new(),
            at_once: cores.map_or(2, std::num::NonZero::get),
        }
    }
}

impl Hashing {
    /// Waits for a turn; none where too many wait already.
    pub fn turn(&self) -> Option<Turn<'_>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.running >= self.at_once {
            if turns.waiting >= LONGEST_QUEUE {
                return None;
            }
            turns.waiting += 1;
            let full = |turns: &mut Turns| turns.running >= self.at_once;
            let waited = self.freed.wait_while(turns, full);
            turns = waited.unwrap_or_else(PoisonError::into_inner);
            turns.waiting -= 1;
        }
        turns.running += 1;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let turns = self.0.turns.lock();
        turns.unwrap_or_else(PoisonError::into_inner).running -= 1;
        self.0.freed.notify_one();
    }
}
