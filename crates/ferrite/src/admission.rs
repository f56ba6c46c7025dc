//! How much may be open at once: connections in all and from one address, and bodies that are large
//! enough to matter for memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const MOST_CONNECTIONS: usize = 2_000;
/// A proxy in front of the server is one address for all of its clients.
const MOST_OF_ONE: usize = 1_000;
const MOST_LARGE_BODIES: usize = 16;
const LARGE: u64 = 1024 * 1024;

/// What is open.
pub struct Admission {
    connections: Mutex<Connections>,
    large: Arc<Semaphore>,
}

#[derive(Default)]
struct Connections {
    all: usize,
    by_source: HashMap<IpAddr, usize>,
}

/// A connection's place; given back when dropped.
pub struct Place {
    admission: Arc<Admission>,
    source: IpAddr,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            connections: Mutex::default(),
            large: Arc::new(Semaphore::new(MOST_LARGE_BODIES)),
        }
    }
}

impl Admission {
    /// A place for one more connection; none where there are too many.
    pub fn connection(self: &Arc<Self>, source: IpAddr) -> Option<Place> {
        let mut open = self.lock();
        let of_one = open.by_source.get(&source).copied().unwrap_or(0);
        if open.all >= MOST_CONNECTIONS || of_one >= MOST_OF_ONE {
            return None;
        }
        open.all += 1;
        open.by_source.insert(source, of_one + 1);
        Some(Place {
            admission: Arc::clone(self),
            source,
        })
    }

    /// Leave to read a body of which so much may come; none where too many large ones are read.
    pub fn body(&self, most: u64) -> Option<Option<OwnedSemaphorePermit>> {
        if most <= LARGE {
            return Some(None);
        }
        Arc::clone(&self.large).try_acquire_owned().ok().map(Some)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Connections> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.admission.lock();
        open.all -= 1;
        match open.by_source.get_mut(&self.source) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                open.by_source.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_bounded_and_places_come_back() {
        let admission = Arc::new(Admission::default());
        let [one, two, three]: [IpAddr; 3] =
            ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(|text| text.parse().unwrap());
        let mut places: Vec<Place> = Vec::new();
        for source in [one, two] {
            places.extend((0..MOST_OF_ONE).map_while(|_| admission.connection(source)));
            assert!(admission.connection(source).is_none());
        }
        assert_eq!(places.len(), MOST_CONNECTIONS);
        assert!(admission.connection(three).is_none());
        places.clear();
        assert!(admission.lock().by_source.is_empty());
        assert!(admission.connection(three).is_some());
    }

    #[test]
    fn only_large_bodies_are_counted() {
        let admission = Admission::default();
        let taken: Vec<_> = (0..MOST_LARGE_BODIES)
            .map(|_| admission.body(LARGE + 1))
            .collect();
        assert!(taken.iter().all(Option::is_some));
        assert!(admission.body(u64::MAX).is_none());
        assert!(admission.body(LARGE).is_some());
        drop(taken);
        assert!(admission.body(u64::MAX).is_some());
    }
}
