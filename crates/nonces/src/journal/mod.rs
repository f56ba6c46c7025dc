//! The record of one server: a window in memory, and beside the store a journal of what is in it.
//!
//! In the journal's folder lie `floors` ([`floors`]: floor, newest timestamp and promise of each
//! credential, replaced whole and synced), and segments ([`segments`]: one record for each accepted
//! nonce, written before the acceptance is returned, which a killed process cannot take back). What
//! only a power cut can take back is covered by the promise `R`: nothing above it was accepted, it
//! is synced before anything above it is, and after such a cut every floor rises to it.
//!
//! Store and journal know each other ([`pairing`]). Where they do not (an old copy of the journal was
//! put back, or one of them was moved elsewhere), the floors of all credentials rise above the
//! present, so that nothing signed before is taken again.

mod floors;
mod pairing;
mod segments;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use ferrite_base::Randomness;
use ferrite_storage::{Db, Error};

use crate::window::Window;
use crate::{AHEAD, Claim, Credential, Refusal, table};
use floors::Floors;
use pairing::Pairing;
use segments::Segments;

/// How far a promise reaches beyond the newest timestamp, in seconds.
const PROMISED: i64 = 60;

/// A credential that was in use so short a time ago is not buried, in seconds.
const QUIET: i64 = 2 * AHEAD;

/// Where the journal is and how much it may hold.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder; created where there is none.
    pub folder: PathBuf,
    /// The most nonces held for one credential.
    pub capacity: usize,
    /// What names the running kernel; none where it cannot be read.
    pub boot_id: Option<String>,
}

impl Options {
    /// The journal in this folder, as a server uses it.
    pub fn new(folder: PathBuf) -> Self {
        let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        Self {
            folder,
            capacity: 2_000_000,
            boot_id: boot_id.map(|id| id.trim().to_owned()),
        }
    }
}

/// Why a journal cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it open.
    #[error("another server uses the record of nonces in {}", .0.display())]
    InUse(PathBuf),
    /// The disk.
    #[error("the record of nonces: {0}")]
    File(#[from] io::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
}

/// An open journal.
pub(crate) struct Journal {
    window: Window,
    floors: Floors,
    segments: Segments,
    capacity: usize,
    /// Whether something was accepted that the count does not tell of.
    has_moved: bool,
    _lock: File,
}

impl Journal {
    pub(crate) fn open(
        options: Options,
        db: &Db,
        live: &[Credential],
        now: i64,
        randomness: &Randomness,
    ) -> Result<Self, JournalError> {
        let folder = &options.folder;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let lock = exclusively(folder)?;
        let mut window = Window::default();
        let boot_id = options.boot_id.as_deref();
        let (mut floors, found) = Floors::open(folder, boot_id, &mut window)?;
        let (segments, sound) = Segments::open(folder, &mut window)?;
        // Without a sound record the promises are all that is known of what was accepted.
        if found.is_doubtful || !sound {
            let promised: Vec<_> = window
                .all()
                .map(|(name, marks)| (name, marks.promised))
                .collect();
            raise(&mut window, &promised);
        }
        let known = db
            .read(table::journal_number)?
            .map(|text| Pairing::read(&text));
        let own = floors.pairing.take();
        let own = own.filter(|own| known.as_ref().is_some_and(|known| own.covers(known)));
        if own.is_none() && (known.is_some() || found.existed) {
            let newest = known.as_ref().map_or(0, |known| known.newest);
            let beyond = now.saturating_add(AHEAD).max(newest);
            let marked: Vec<_> = window.all().map(|(name, _)| name).collect();
            let all = live.iter().copied().chain(marked);
            let all: Vec<_> = all.map(|name| (name, beyond)).collect();
            raise(&mut window, &all);
        }
        floors.pairing =
            Some(own.unwrap_or_else(|| Pairing::new(randomness.hex::<16>(), known.as_ref())));
        window.drop_below_floors();
        let mut journal = Self {
            window,
            floors,
            segments,
            capacity: options.capacity,
            has_moved: true,
            _lock: lock,
        };
        if let Some(number) = journal.count(false)? {
            db.write(move |tx| table::set_journal_number(tx, &number))?;
        }
        Ok(journal)
    }

    /// Counts on where something was accepted since it last did, and writes the floors. What comes
    /// back is for the store.
    fn count(&mut self, is_clean: bool) -> io::Result<Option<String>> {
        let before = self.floors.pairing.clone();
        let moved = self.has_moved;
        // Where records were lost, the floor is what is known of the newest.
        let newest = self
            .window
            .all()
            .map(|(_, marks)| marks.newest.max(marks.floor));
        let newest = newest.max();
        if let Some(pairing) = self.floors.pairing.as_mut().filter(|_| moved) {
            pairing.advance(newest.unwrap_or(0));
        }
        if let Err(error) = self.floors.write(&self.window, is_clean) {
            self.floors.pairing = before;
            return Err(error);
        }
        self.has_moved = false;
        let number = self.floors.pairing.as_ref().map(Pairing::text);
        Ok(number.filter(|_| moved))
    }

    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        self.window.holds(claim)
    }

    pub(crate) fn accept(&mut self, claim: &Claim, window: i64) -> Result<(), Refusal> {
        self.window.check(claim, window)?;
        if claim.timestamp > self.window.marks(claim.credential).promised {
            self.promise(&[(claim.credential, claim.timestamp)])?;
        }
        self.segments.append(claim).map_err(unavailable)?;
        self.window.insert(claim);
        self.has_moved = true;
        Ok(())
    }

    /// Promises that nothing more than [`PROMISED`] seconds beyond these timestamps was accepted.
    fn promise(&mut self, wanted: &[(Credential, i64)]) -> Result<(), Refusal> {
        let before: Vec<_> = wanted
            .iter()
            .map(|(name, _)| (*name, self.window.marks(*name).promised))
            .collect();
        for (name, timestamp) in wanted {
            self.window.marks_mut(*name).promised = timestamp.saturating_add(PROMISED);
        }
        let written = self.floors.write(&self.window, false);
        if written.is_err() {
            for (name, promised) in before {
                self.window.marks_mut(name).promised = promised;
            }
        }
        written.map_err(unavailable)
    }

    /// Renews what is nearly used up of the promises. What comes back is for the store to know.
    pub(crate) fn renew(&mut self) -> Result<Option<String>, Refusal> {
        let short: Vec<_> = self
            .window
            .all()
            .filter(|(_, marks)| {
                let left = marks.promised.saturating_sub(marks.newest);
                marks.newest > 0 && left < PROMISED / 2
            })
            .map(|(name, marks)| (name, marks.newest))
            .collect();
        if !short.is_empty() {
            self.promise(&short)?;
        }
        if !self.has_moved {
            return Ok(None);
        }
        self.count(false).map_err(unavailable)
    }

    pub(crate) fn forget(
        &mut self,
        window: i64,
        live: &[Credential],
        now: i64,
    ) -> Result<(), Refusal> {
        let live: std::collections::HashSet<_> = live.iter().copied().collect();
        let risen = self.window.risen(window, self.capacity, |name, marks| {
            !live.contains(&name) && marks.newest.saturating_add(QUIET) < now
        });
        if !risen.is_empty() {
            raise(&mut self.window, &risen);
            self.floors
                .write(&self.window, false)
                .map_err(unavailable)?;
            self.window.drop_below_floors();
        }
        let window = &self.window;
        self.segments
            .clear_out(|name| window.marks(name).floor)
            .map_err(unavailable)
    }

    /// Ends in order. What comes back is for the store to know.
    pub(crate) fn close(&mut self) -> Result<Option<String>, Refusal> {
        self.segments.sync().map_err(unavailable)?;
        self.count(true).map_err(unavailable)
    }
}

/// Floors never fall.
fn raise(window: &mut Window, floors: &[(Credential, i64)]) {
    for (name, floor) in floors {
        let marks = window.marks_mut(*name);
        marks.floor = marks.floor.max(*floor);
    }
}

fn unavailable(error: io::Error) -> Refusal {
    Refusal::Unavailable(error.to_string())
}

fn exclusively(folder: &Path) -> Result<File, JournalError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
