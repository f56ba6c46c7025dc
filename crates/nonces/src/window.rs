//! The rule itself, over what is held in memory: no disk, no clock.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::{Claim, Credential, Refusal};

/// What is known of one credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// `F`: at or below it nothing is accepted. Never falls.
    pub(crate) floor: i64,
    /// `M`: the newest accepted timestamp.
    pub(crate) newest: i64,
    /// `R`: above it nothing has been accepted, on the word of what lies on disk.
    pub(crate) promised: i64,
    /// How many nonces are held.
    pub(crate) rows: usize,
}

/// For keys that are pieces of SHA-256: they are spread as they are.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

pub(crate) type SpreadMap<K, V> = HashMap<K, V, BuildHasherDefault<Spread>>;

/// The accepted nonces above the floors.
#[derive(Default)]
pub(crate) struct Window {
    consumers: SpreadMap<u64, SpreadMap<u64, Held>>,
    places: SpreadMap<Credential, u32>,
    credentials: Vec<(Credential, Marks)>,
}

/// An accepted nonce: whose, and with which timestamp. Eight bytes, since there may be millions.
#[derive(Clone, Copy)]
struct Held {
    place: u32,
    timestamp: u32,
}

impl Window {
    pub(crate) fn marks(&self, credential: Credential) -> Marks {
        let place = self.places.get(&credential);
        let found = place.and_then(|place| self.credentials.get(*place as usize));
        found.map(|(_, marks)| *marks).unwrap_or_default()
    }

    pub(crate) fn marks_mut(&mut self, credential: Credential) -> &mut Marks {
        let place = self.place(credential) as usize;
        &mut self.credentials[place].1
    }

    fn place(&mut self, credential: Credential) -> u32 {
        let credentials = &mut self.credentials;
        *self.places.entry(credential).or_insert_with(|| {
            credentials.push((credential, Marks::default()));
            u32::try_from(credentials.len() - 1).unwrap_or(u32::MAX)
        })
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (Credential, Marks)> + '_ {
        self.credentials.iter().copied()
    }

    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        let nonces = self.consumers.get(&claim.consumer);
        nonces.is_some_and(|nonces| nonces.contains_key(&claim.nonce))
    }

    /// Whether a claim is new.
    pub(crate) fn check(&self, claim: &Claim, window: i64) -> Result<(), Refusal> {
        let marks = self.marks(claim.credential);
        if u32::try_from(claim.timestamp).is_err() {
            return Err(Refusal::Timestamp);
        }
        if claim.timestamp <= marks.floor.max(marks.newest.saturating_sub(window)) {
            return Err(Refusal::Timestamp);
        }
        if self.holds(claim) {
            return Err(Refusal::Used);
        }
        Ok(())
    }

    /// Takes an accepted claim in.
    pub(crate) fn insert(&mut self, claim: &Claim) {
        let held = Held {
            place: self.place(claim.credential),
            timestamp: u32::try_from(claim.timestamp).unwrap_or(u32::MAX),
        };
        let nonces = self.consumers.entry(claim.consumer).or_default();
        if nonces.insert(claim.nonce, held).is_none() {
            self.marks_mut(claim.credential).rows += 1;
        }
        let marks = self.marks_mut(claim.credential);
        marks.newest = marks.newest.max(claim.timestamp);
    }

    /// The floors as they should be: at what is older than the window, at the newest timestamp of
    /// the dead, and, where more than `capacity` nonces are held, where nine tenths of it are left.
    pub(crate) fn risen(
        &self,
        window: i64,
        capacity: usize,
        is_dead: impl Fn(Credential, &Marks) -> bool,
    ) -> Vec<(Credential, i64)> {
        let mut out = Vec::new();
        for (place, (credential, marks)) in self.credentials.iter().enumerate() {
            let mut floor = marks.newest.saturating_sub(window);
            if is_dead(*credential, marks) {
                floor = marks.newest;
            } else if marks.rows > capacity {
                floor = floor.max(self.crowded(place, marks.rows - capacity / 10 * 9));
            }
            if floor > marks.floor {
                out.push((*credential, floor));
            }
        }
        out
    }

    /// The timestamp at or below which the oldest `drop` nonces of a credential lie.
    fn crowded(&self, place: usize, drop: usize) -> i64 {
        let held = self.consumers.values().flat_map(HashMap::values);
        let mut times: Vec<u32> = held
            .filter(|held| held.place as usize == place)
            .map(|held| held.timestamp)
            .collect();
        let last = times.len().saturating_sub(1);
        if times.is_empty() {
            return 0;
        }
        i64::from(*times.select_nth_unstable(drop.min(last)).1)
    }

    /// Drops the nonces at or below their floors.
    pub(crate) fn drop_below_floors(&mut self) {
        let Self {
            consumers,
            credentials,
            ..
        } = self;
        for nonces in consumers.values_mut() {
            let before = nonces.len();
            nonces.retain(|_, held| {
                let marks = credentials.get_mut(held.place as usize);
                marks.is_none_or(|(_, marks)| {
                    let stays = i64::from(held.timestamp) > marks.floor;
                    if !stays {
                        marks.rows = marks.rows.saturating_sub(1);
                    }
                    stays
                })
            });
            if nonces.len() < before / 2 {
                nonces.shrink_to_fit();
            }
        }
        consumers.retain(|_, nonces| !nonces.is_empty());
    }
}
