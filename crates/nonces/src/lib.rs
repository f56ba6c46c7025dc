//! No signed request is accepted twice (RFC 5849 §3.3): the record of accepted nonces.
//!
//! In flows a [`Claim`]: consumer, credential, nonce and timestamp of a request whose signature was
//! found right. Out comes acceptance, made durable before it is returned, or a [`Refusal`].
//!
//! For each credential there is a *floor* `F` that never falls and the *newest* accepted timestamp
//! `M`; beside them stand the accepted nonces, each with its timestamp. A claim is accepted only
//! when its timestamp is above `max(F, M − K)` and its nonce does not stand there; a nonce is
//! forgotten only once the floor has reached its timestamp. So for every accepted claim either the
//! floor or the record refuses it from then on. `K` is the time for which nonces are kept.
//!
//! With SQLite the record is a window in memory with a [`journal`] on disk, owned by the one
//! server; with MariaDB it is a table whose primary key is the nonce ([`table`]). Memory and disk
//! are bounded by the capacity per credential, and nothing moves for who cannot sign: a nonce that
//! came with a wrong signature only enters a small [`ring`] in memory.

mod fingerprint;
mod journal;
mod ring;
mod table;
mod window;

pub use fingerprint::{Claim, Claimant, Credential};
pub use journal::{JournalError, Options as JournalOptions};
pub use table::tables;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ferrite_base::{Clock, Randomness};
use ferrite_storage::{Db, Error, Tx};

use journal::Journal;
use ring::Ring;
use table::Table;

/// How far a timestamp may lie ahead of the clock, in seconds.
pub const AHEAD: i64 = 600;

/// The shortest time for which nonces are kept, in seconds.
pub const SHORTEST_WINDOW: i64 = 20 * 60;

/// Why a claim is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The timestamp is no number above 0, too far ahead, or at or below what is remembered.
    #[error("the timestamp is refused")]
    Timestamp,
    /// The nonce has been used by this consumer.
    #[error("the nonce is used")]
    Used,
    /// The credential is not alive any more.
    #[error("the credential is dead")]
    Dead,
    /// Nothing can be recorded at present.
    #[error("nothing can be recorded: {0}")]
    Unavailable(String),
}

/// The record.
pub struct Nonces {
    keeper: Keeper,
    ring: Mutex<Ring>,
    clock: Clock,
}

enum Keeper {
    /// With the store that knows it.
    Journal(Box<Mutex<Journal>>, Db),
    Table(Table),
}

impl Nonces {
    /// A journal in a folder of its own. `live` are the credentials that exist in the store; where
    /// store and journal do not belong together, their floors rise above the present.
    pub fn journal(
        options: JournalOptions,
        db: &Db,
        live: &[Credential],
        clock: Clock,
        randomness: &Randomness,
    ) -> Result<Self, JournalError> {
        let journal = Journal::open(options, db, live, clock.unix_seconds(), randomness)?;
        Ok(Self::over(
            Keeper::Journal(Box::new(Mutex::new(journal)), db.clone()),
            clock,
        ))
    }

    /// A table in the store.
    pub fn table(db: Db, clock: Clock, randomness: Randomness) -> Self {
        Self::over(Keeper::Table(Table::new(db, randomness)), clock)
    }

    fn over(keeper: Keeper, clock: Clock) -> Self {
        Self {
            keeper,
            ring: Mutex::default(),
            clock,
        }
    }

    /// Whether a timestamp can be accepted at all, whoever sends it.
    pub fn check_timestamp(&self, timestamp: i64) -> Result<(), Refusal> {
        let latest = self.clock.unix_seconds().saturating_add(AHEAD);
        if timestamp > 0 && timestamp <= latest {
            Ok(())
        } else {
            Err(Refusal::Timestamp)
        }
    }

    /// Notes a nonce that came with a wrong signature or token; says whether it was used before.
    pub fn note_refused(&self, claim: &Claim) -> bool {
        let used = match &self.keeper {
            Keeper::Journal(journal, _) => lock(journal).holds(claim),
            Keeper::Table(table) => table.holds(claim),
        };
        let known = !lock(&self.ring).enter(claim.consumer, claim.nonce);
        used || known
    }

    /// Accepts a claim whose signature is right, durably. Nonces are kept for `window` seconds.
    ///
    /// `live` says within the store's transaction whether the credential still lives. A journal
    /// does not ask it: who uses one looks at the store's generation after the acceptance.
    pub fn accept(
        &self,
        claim: &Claim,
        window: i64,
        live: impl Fn(&mut Tx<'_>) -> Result<bool, Error> + Send + 'static,
    ) -> Result<(), Refusal> {
        self.check_timestamp(claim.timestamp)?;
        if lock(&self.ring).holds(claim.consumer, claim.nonce) {
            return Err(Refusal::Used);
        }
        let window = window.max(SHORTEST_WINDOW);
        match &self.keeper {
            Keeper::Journal(journal, _) => lock(journal).accept(claim, window),
            Keeper::Table(table) => table.accept(claim, window, live),
        }
    }

    /// Raises floors and drops what is below them: to be called about once a minute, never on a
    /// request's path. Credentials that are not among `live` are buried: their floor rises to their
    /// newest timestamp.
    pub fn forget(&self, window: i64, live: &[Credential]) -> Result<(), Refusal> {
        let window = window.max(SHORTEST_WINDOW);
        let now = self.clock.unix_seconds();
        match &self.keeper {
            Keeper::Journal(journal, _) => lock(journal).forget(window, live, now),
            Keeper::Table(table) => table.forget(window, live, now),
        }
    }

    /// Renews what has to be promised to disk before newer timestamps come: every few seconds.
    pub fn renew(&self) -> Result<(), Refusal> {
        match &self.keeper {
            Keeper::Journal(journal, db) => {
                let number = lock(journal).renew()?;
                tell(db, number)
            }
            Keeper::Table(_) => Ok(()),
        }
    }

    /// Ends in order, so that the next start has nothing to doubt.
    pub fn close(&self) -> Result<(), Refusal> {
        match &self.keeper {
            Keeper::Journal(journal, db) => {
                let number = lock(journal).close()?;
                tell(db, number)
            }
            Keeper::Table(_) => Ok(()),
        }
    }
}

/// Tells the store how far its journal counts; not while the journal is locked.
fn tell(db: &Db, number: Option<String>) -> Result<(), Refusal> {
    let Some(number) = number else {
        return Ok(());
    };
    let told = db.write(move |tx| table::set_journal_number(tx, &number));
    told.map_err(|error: Error| Refusal::Unavailable(error.to_string()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
