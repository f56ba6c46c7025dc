//! How a journal and its store know each other: a name that both hold, and a count that rises in
//! both, first in the journal.
//!
//! So a journal that counts less than its store is an old copy that was put back. A store that
//! counts less is an old copy too, which is no harm: what was accepted stands in the journal. With
//! the count goes the newest timestamp, since the clock may have been set back in between.

/// Name, count and newest timestamp, written `name.count.newest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pairing {
    name: String,
    count: u64,
    /// The newest timestamp that was accepted when it last counted.
    pub(super) newest: i64,
}

impl Pairing {
    /// A new pair; its count goes on where an earlier one's stopped.
    pub(super) fn new(name: String, earlier: Option<&Self>) -> Self {
        Self {
            name,
            count: earlier.map_or(0, |earlier| earlier.count),
            newest: earlier.map_or(0, |earlier| earlier.newest),
        }
    }

    /// Reads what [`Pairing::text`] wrote; what is missing is 0.
    pub(super) fn read(text: &str) -> Self {
        let mut parts = text.split('.');
        let mut part = || parts.next().unwrap_or_default();
        Self {
            name: part().to_owned(),
            count: part().parse().unwrap_or(0),
            newest: part().parse().unwrap_or(0),
        }
    }

    /// As it stands in the journal and in the store.
    pub(super) fn text(&self) -> String {
        format!("{}.{}.{}", self.name, self.count, self.newest)
    }

    /// Whether a journal with this pairing holds all that a store with the other has seen accepted.
    pub(super) fn covers(&self, store: &Self) -> bool {
        self.name == store.name && self.count >= store.count
    }

    /// The next count; the newest timestamp never falls.
    pub(super) fn advance(&mut self, newest: i64) {
        self.count += 1;
        self.newest = self.newest.max(newest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_journal_and_a_strangers_do_not_fit() {
        let journal = Pairing::read("a.7.99");
        assert_eq!(journal.text(), "a.7.99");
        for (store, fits) in [
            ("a.7", true),
            ("a.6", true),
            ("a", true),
            ("a.8", false),
            ("b.7", false),
            ("", false),
        ] {
            assert_eq!(journal.covers(&Pairing::read(store)), fits, "{store}");
        }
    }
}
