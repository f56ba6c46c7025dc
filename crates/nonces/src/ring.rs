//! Nonces that came with a wrong signature: a little memory, so that Magento's answers hold, and
//! no more, so that who cannot sign can use up nothing.

use std::collections::{HashMap, VecDeque};

const PER_CONSUMER: usize = 256;
const IN_ALL: usize = 16_384;

/// The last refused nonces of each consumer.
#[derive(Default)]
pub(crate) struct Ring {
    consumers: HashMap<u64, Entries>,
    total: usize,
    turn: u64,
}

#[derive(Default)]
struct Entries {
    nonces: VecDeque<u64>,
    touched: u64,
}

impl Ring {
    /// Notes a nonce; false where it stands there already.
    pub(crate) fn enter(&mut self, consumer: u64, nonce: u64) -> bool {
        if self.holds(consumer, nonce) {
            return false;
        }
        self.turn += 1;
        let entries = self.consumers.entry(consumer).or_default();
        entries.touched = self.turn;
        entries.nonces.push_back(nonce);
        self.total += 1;
        if entries.nonces.len() > PER_CONSUMER {
            entries.nonces.pop_front();
            self.total -= 1;
        }
        if self.total > IN_ALL {
            self.drop_quietest();
        }
        true
    }

    pub(crate) fn holds(&self, consumer: u64, nonce: u64) -> bool {
        let entries = (self.total > 0).then(|| self.consumers.get(&consumer));
        entries
            .flatten()
            .is_some_and(|entries| entries.nonces.contains(&nonce))
    }

    fn drop_quietest(&mut self) {
        let quietest = self
            .consumers
            .iter()
            .min_by_key(|(_, entries)| entries.touched);
        let Some(consumer) = quietest.map(|(consumer, _)| *consumer) else {
            return;
        };
        if let Some(entries) = self.consumers.remove(&consumer) {
            self.total -= entries.nonces.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_small_whatever_comes() {
        let mut ring = Ring::default();
        for nonce in 0..1_000_000 {
            ring.enter(nonce % 100, nonce);
        }
        assert!(ring.total <= IN_ALL);
        assert!(ring.holds(99, 999_999) && !ring.holds(98, 999_999));
        assert!(!ring.enter(99, 999_999));
        let counted: usize = ring.consumers.values().map(|e| e.nonces.len()).sum();
        assert_eq!(counted, ring.total);
    }
}
