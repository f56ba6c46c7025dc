//! Answers that are kept as bytes, for routes that say so (`Routes::bind_kept`).
//!
//! An answer is kept under the store view, the form and the address that was asked, together with
//! what its read stood on; it is given again as long as that stands (`Db::still_stands`), so never
//! after a write that changes it was answered. Permission is checked before anybody looks here. Where
//! the handler asked whether the caller holds a resource (guarded extension attributes), the answer
//! is for callers of whom the same is true; where it asked who calls, it is not kept.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;
use ferrite_storage::{Db, Footing, Generation};

/// So many bytes are kept at most, keys included.
const MOST: usize = 8 * 1024 * 1024;

/// Larger answers are not kept.
const LARGEST: usize = 256 * 1024;

#[derive(Default)]
pub(crate) struct Kept(RwLock<Held>);

#[derive(Default)]
struct Held {
    answers: HashMap<String, Vec<Answer>>,
    size: usize,
}

struct Answer {
    body: Bytes,
    footing: Footing,
    /// Resources, and whether the caller holds them.
    rights: Vec<(String, bool)>,
}

impl Kept {
    /// The answer under a key for a caller, where it stands at a moment of this generation or later.
    pub(crate) fn get(
        &self,
        db: &Db,
        generation: Generation,
        key: &str,
        holds: impl Fn(&str) -> Option<bool>,
    ) -> Option<Bytes> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let fits = |answer: &&Answer| {
            let mut rights = answer.rights.iter();
            rights.all(|(resource, held)| holds(resource) == Some(*held))
        };
        let answer = held.answers.get(key)?.iter().find(fits)?;
        db.still_stands(&answer.footing, generation)
            .then(|| answer.body.clone())
    }

    /// Keeps an answer. Where there is no room, all others go.
    pub(crate) fn put(
        &self,
        key: String,
        body: Bytes,
        footing: Footing,
        rights: Vec<(String, bool)>,
    ) {
        let size = key.len() + body.len();
        if size > LARGEST {
            return;
        }
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.size + size > MOST {
            *held = Held::default();
        }
        let answer = Answer {
            body,
            footing,
            rights,
        };
        let Held { answers, size: sum } = &mut *held;
        let length = key.len();
        let others = answers.entry(key).or_default();
        others.retain(|other| {
            let stays = other.rights != answer.rights;
            *sum -= if stays { 0 } else { length + other.body.len() };
            stays
        });
        others.push(answer);
        *sum += size;
    }
}
