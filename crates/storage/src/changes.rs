//! What a read stood on, and whether it still stands.
//!
//! Commits are counted, and each table remembers the number of the last commit that wrote it; it is
//! noted after the commit and before anybody is told of it. A read remembers which number was the
//! last before its snapshot, and which tables it looked at: as long as none of them has a later one,
//! and the generation is the same, it would find the same again. Commits of other processes are
//! noticed by the generation, which commands raise with each of theirs.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Generation;

const PLACES: usize = 64;

/// Tables, as bits. Two may share one: then a change of either counts for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables(u64);

impl Tables {
    pub(crate) const ALL: Self = Self(u64::MAX);

    /// One table (FNV-1a of its name).
    pub(crate) fn of(name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(1 << (hash % PLACES as u64))
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether they have one in common.
    pub(crate) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn places(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let place = left.trailing_zeros() as usize;
                left &= left - 1;
                place
            })
        })
    }
}

/// The commits of this process.
pub(crate) struct Changes {
    commits: AtomicU64,
    last: [AtomicU64; PLACES],
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            commits: AtomicU64::new(0),
            last: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }
}

impl Changes {
    /// The number of the last commit.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// A commit has happened that nobody has been told of yet. Noted by the one thread that writes.
    pub(crate) fn note(&self, written: Tables) {
        if written == Tables::default() {
            return;
        }
        let number = self.commits() + 1;
        for place in written.places() {
            if let Some(last) = self.last.get(place) {
                last.store(number, Ordering::SeqCst);
            }
        }
        // The tables come first: who begins under this number finds that they have it.
        self.commits.store(number, Ordering::SeqCst);
    }

    /// Whether none of the tables was written after that commit.
    pub(crate) fn none_since(&self, commit: u64, tables: Tables) -> bool {
        let last = |place: usize| self.last.get(place).map(|last| last.load(Ordering::SeqCst));
        tables.places().all(|place| last(place) <= Some(commit))
    }
}

/// What a read stood on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footing {
    pub(crate) commit: u64,
    pub(crate) tables: Tables,
    pub(crate) generation: Generation,
}

impl Footing {
    /// The generation at its beginning.
    pub fn generation(&self) -> Generation {
        self.generation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_commit_to_one_of_the_tables_counts() {
        let changes = Changes::default();
        let (orders, products) = (Tables::of("sales_order"), Tables::of("catalog_product"));
        assert_ne!(orders, products);
        let before = changes.commits();
        assert!(changes.none_since(before, Tables::ALL));
        changes.note(orders);
        assert!(changes.none_since(before, products));
        assert!(!changes.none_since(before, orders));
        assert!(!changes.none_since(before, Tables::ALL));
        assert!(changes.none_since(changes.commits(), Tables::ALL));
    }
}
