//! The statements by which a collection's rows are written: its declaration gives them, so they are put
//! together once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::Collection;

/// Of one collection. The values of its fields follow the head's in their order.
pub(crate) struct Statements {
    /// The document; the id is given.
    pub(crate) insert: String,
    /// The id and the document.
    pub(crate) insert_as: String,
    /// The document; the id comes last.
    pub(crate) put: String,
}

/// A declaration: collections of one name are told apart by where their fields lie.
type Key = (&'static str, usize);

static MADE: LazyLock<RwLock<HashMap<Key, Arc<Statements>>>> = LazyLock::new(RwLock::default);

impl Statements {
    pub(crate) fn of<T>(collection: &Collection<T>) -> Arc<Self> {
        let key = (collection.name, collection.fields.as_ptr().addr());
        if let Some(made) = MADE
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Arc::clone(made);
        }
        let made = Arc::new(Self::made(collection));
        let mut all = MADE.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(key, Arc::clone(&made));
        made
    }

    fn made<T>(collection: &Collection<T>) -> Self {
        let columns: Vec<String> = collection.fields.iter().map(|one| one.column()).collect();
        let insert = |head: &str| {
            let names = [&[head.to_owned()], columns.as_slice()].concat();
            let marks = vec!["?"; head.split(", ").count() + columns.len()];
            format!(
                "INSERT INTO {} ({}) VALUES ({})",
                collection.name,
                names.join(", "),
                marks.join(", ")
            )
        };
        let set: String = columns
            .iter()
            .map(|column| format!(", {column} = ?"))
            .collect();
        Self {
            insert: insert("doc"),
            insert_as: insert("id, doc"),
            put: format!("UPDATE {} SET doc = ?{set} WHERE id = ?", collection.name),
        }
    }
}
