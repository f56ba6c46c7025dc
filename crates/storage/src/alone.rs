//! A read or a write within another one would hold one connection of MariaDB and wait for a second:
//! as many requests as there are connections then wait for each other for ever. Builds with debug
//! assertions refuse it, on both engines.

use std::cell::Cell;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The time that a thread runs a function over a transaction.
pub(crate) struct Alone(());

impl Alone {
    pub(crate) fn check() {
        debug_assert!(
            !INSIDE.get(),
            "a read or write within another one waits for a second connection"
        );
    }

    pub(crate) fn enter() -> Self {
        Self::check();
        INSIDE.set(true);
        Self(())
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
