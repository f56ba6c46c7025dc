//! What was worked out of tables, remembered for as long as nothing writes them.
//!
//! In: a key, and a function over a transaction ([`Tx::remembered`]). Out: what it gave, perhaps some
//! time ago: as long as none of the tables that it looked at was written since ([`Changes`]), and no
//! other process has made itself noticed, it would give the same again. A transaction that has itself
//! written one of them works it out anew. On MariaDB other nodes write, so nothing is remembered there,
//! nor in a command that runs beside a server: the server raises the generation with few of its commits.
//!
//! A read whose first look is at something remembered takes its snapshot later than that: a commit in
//! between may show in the rest of its answer, which is not kept then.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::changes::{Changes, Footing, Tables};
use crate::generation::Counter;
use crate::{Error, Generation, Tx};

/// So many things are remembered at most.
const MOST: usize = 1_000;

/// What one process remembers of one store.
pub(crate) struct Memory {
    pub(crate) changes: Changes,
    pub(crate) counter: Arc<Counter>,
    held: RwLock<HashMap<(TypeId, i64), Held>>,
}

#[derive(Clone)]
struct Held {
    value: Arc<dyn Any + Send + Sync>,
    footing: Footing,
}

/// Where a transaction stands.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    memory: &'a Memory,
    /// The last commit before its snapshot.
    pub(crate) commit: u64,
    pub(crate) generation: Generation,
    /// Tables that were written and not committed yet, by those before it that it is committed with.
    pub(crate) changed: Tables,
}

impl Memory {
    pub(crate) fn new(counter: Arc<Counter>) -> Self {
        Self {
            changes: Changes::default(),
            counter,
            held: RwLock::default(),
        }
    }

    /// The ground of a transaction whose snapshot is taken after this, or that keeps all others from
    /// writing.
    pub(crate) fn ground(&self) -> Ground<'_> {
        // A process that runs beside a server is told of few of the server's commits.
        let generation = if self.counter.announces_all() {
            Generation::Changing
        } else {
            self.counter.read()
        };
        Ground {
            memory: self,
            commit: self.changes.commits(),
            generation,
            changed: Tables::default(),
        }
    }
}

impl Ground<'_> {
    /// What a read that looked at these tables stands on; nothing while another process commits.
    pub(crate) fn footing(&self, tables: Tables) -> Option<Footing> {
        self.generation.settled().map(|generation| Footing {
            commit: self.commit,
            tables,
            generation,
        })
    }

    fn find(&self, key: (TypeId, i64), written: Tables) -> Option<Held> {
        let all = self.memory.held.read();
        let held = all
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned()?;
        let (tables, changes) = (held.footing.tables, &self.memory.changes);
        let is_same = self.generation.settled() == Some(held.footing.generation)
            && !tables.meet(written)
            && !tables.meet(self.changed)
            // Neither the value nor the snapshot is older than the last change.
            && changes.none_since(held.footing.commit.min(self.commit), tables);
        is_same.then_some(held)
    }

    fn keep(&self, key: (TypeId, i64), value: Arc<dyn Any + Send + Sync>, tables: Tables) {
        let Some(footing) = self.footing(tables) else {
            return;
        };
        let mut held = self
            .memory
            .held
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.clear();
        }
        held.insert(key, Held { value, footing });
    }
}

impl Tx<'_> {
    /// What `make` works out of the store for a key, or what it gave before where it would give the
    /// same again. A type is remembered under a key once: let each use have its own type.
    pub fn remembered<T: Send + Sync + 'static, E: From<Error>>(
        &mut self,
        key: i64,
        make: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let Some(ground) = self.ground else {
            return make(self).map(Arc::new);
        };
        let key = (TypeId::of::<T>(), key);
        if let Some(Held { value, footing }) = ground.find(key, self.written)
            && let Ok(value) = value.downcast()
        {
            self.looked_at.add(footing.tables);
            return Ok(value);
        }
        let before = std::mem::take(&mut self.looked_at);
        let made = make(self);
        let tables = self.looked_at;
        self.looked_at.add(before);
        let value = Arc::new(made?);
        if !tables.meet(self.written) && !tables.meet(ground.changed) {
            ground.keep(key, value.clone(), tables);
        }
        Ok(value)
    }
}
