//! Guessing passwords is slowed down: after five wrong ones an e-mail address waits.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ferrite_base::Clock;

const ALLOWED: u32 = 5;
const WAIT_SECONDS: i64 = 60;
const MOST: usize = 10_000;

/// Wrong passwords by e-mail address.
pub struct Attempts {
    map: Mutex<HashMap<String, (u32, i64)>>,
    clock: Clock,
}

impl Attempts {
    pub fn new(clock: Clock) -> Self {
        Self {
            map: Mutex::default(),
            clock,
        }
    }

    /// Counts one more attempt; false where it must wait.
    pub fn allow(&self, email: &str) -> bool {
        let now = self.clock.unix_seconds();
        let mut map = self.lock();
        if map.len() >= MOST {
            map.retain(|_, (_, last)| *last + WAIT_SECONDS > now);
        }
        if map.len() >= MOST {
            return false;
        }
        let (count, last) = map.entry(email.to_ascii_lowercase()).or_insert((0, now));
        if *last + WAIT_SECONDS <= now {
            *count = 0;
        }
        if *count >= ALLOWED {
            return false;
        }
        (*count, *last) = (*count + 1, now);
        true
    }

    /// The password was right.
    pub fn forget(&self, email: &str) {
        self.lock().remove(&email.to_ascii_lowercase());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (u32, i64)>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_attempts_then_a_minutes_wait() {
        let clock = Clock::fixed(0);
        let attempts = Attempts::new(clock.clone());
        assert!((0..5).all(|_| attempts.allow("a@b.c")));
        assert!(!attempts.allow("A@B.C"));
        assert!(attempts.allow("x@b.c"));
        clock.advance(WAIT_SECONDS);
        assert!(attempts.allow("a@b.c"));
        attempts.forget("a@b.c");
        assert!((0..5).all(|_| attempts.allow("a@b.c")));
    }
}
