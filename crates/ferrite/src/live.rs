//! What serves at present: the server with its panel, made anew when modules have changed.
//!
//! A command that changes modules, or cleans the caches that hold what they declare, raises the
//! generation. The next request finds that it has moved, looks at the stamp in the store, and where
//! that has moved too, reads the modules anew before it goes on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::Router;
use ferrite_settings::Settings;
use ferrite_storage::Generation;

use crate::project::Project;
use crate::wiring::{self, Server};

/// A server with its panel's addresses.
pub struct Live {
    /// The server.
    pub server: Server,
    /// The panel's.
    pub panel: Router,
}

impl Live {
    fn new(server: Server) -> Self {
        server.outdated.iter().for_each(|text| wiring::log(text));
        Self {
            panel: ferrite_admin::router(Arc::clone(&server.panel)),
            server,
        }
    }
}

/// Holds what serves.
pub struct Holder {
    live: RwLock<Arc<Live>>,
    project: Project,
    /// The generation under which the stamp was looked at last.
    seen: AtomicU64,
    turn: Mutex<()>,
}

impl Holder {
    /// Begins with a server.
    pub fn new(server: Server, project: Project) -> Self {
        Self {
            live: RwLock::new(Arc::new(Live::new(server))),
            project,
            seen: AtomicU64::new(u64::MAX),
            turn: Mutex::default(),
        }
    }

    /// What serves a request that has just come in, with the configuration as it is then.
    pub fn now(&self) -> (Arc<Live>, Settings) {
        let live = self.current();
        let at = live.server.settings().at_this_moment();
        let Generation::Settled(number) = at.generation() else {
            return (live, at);
        };
        if number == self.seen.load(Ordering::Acquire) || !self.look(number) {
            return (live, at);
        }
        let live = self.current();
        let at = live.server.settings().at_this_moment();
        (live, at)
    }

    fn current(&self) -> Arc<Live> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks whether modules have changed; true where something else serves now.
    fn look(&self, generation: u64) -> bool {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if self.seen.load(Ordering::Acquire) == generation {
            return true;
        }
        let live = self.current();
        let db = &live.server.api.services().db;
        let is_same = match wiring::stamp(db) {
            Ok(stamp) => stamp == live.server.modules_stamp,
            Err(error) => {
                wiring::log(&format!("{error:#}"));
                return false;
            }
        };
        if !is_same {
            match live.server.again(&self.project) {
                Ok(server) => {
                    let fresh = Arc::new(Live::new(server));
                    *self.live.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                }
                Err(error) => {
                    wiring::log(&format!("the modules cannot be read anew: {error:#}"));
                }
            }
        }
        self.seen.store(generation, Ordering::Release);
        !is_same
    }
}
