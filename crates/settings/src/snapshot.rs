//! The values that somebody set, and one copy of them in memory.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use ferrite_base::StoreScope;
use ferrite_storage::{Collection, Db, Error, Field, Generation, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::{Stores, declared};

/// A value that was set at a scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Value {
    /// Its row.
    pub id: i64,
    /// `default`, `websites` or `stores`.
    pub scope: String,
    /// 0, the website's id or the store view's.
    pub scope_id: i64,
    /// `section/group/field`
    pub path: String,
    /// The text; none where an empty value was set.
    pub value: Option<String>,
}

serde_document!(Value);

impl Value {
    fn key(&self) -> String {
        key(&self.scope, self.scope_id, &self.path)
    }
}

fn key(scope: &str, scope_id: i64, path: &str) -> String {
    format!("{scope}/{scope_id}/{path}")
}

/// All values.
pub static VALUES: Collection<Value> = Collection {
    name: "config_value",
    fields: &[Field::unique_text("place", |value: &Value| {
        Some(Scalar::from(value.key().as_str()))
    })],
};

/// Sets a value, or takes it away where none is given. Every serving process notices.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    scope: &str,
    scope_id: i64,
    path: &str,
    value: Option<&str>,
) -> Result<(), Error> {
    let found = VALUES.find(
        tx,
        "place",
        &Scalar::from(key(scope, scope_id, path).as_str()),
    )?;
    match (found, value) {
        (Some(mut row), Some(text)) => {
            row.value = Some(text.to_owned());
            VALUES.put(tx, &row)?;
        }
        (Some(row), None) => {
            VALUES.delete(tx, row.id)?;
        }
        (None, Some(text)) => {
            let (scope, path) = (scope.to_owned(), path.to_owned());
            let mut row = Value {
                id: 0,
                scope,
                scope_id,
                path,
                value: Some(text.to_owned()),
            };
            VALUES.insert(tx, &mut row)?;
        }
        (None, None) => {}
    }
    tx.raise_generation();
    Ok(())
}

#[derive(Default)]
struct Snapshot {
    generation: Option<Generation>,
    /// Each path's values: (scope, id, value).
    values: HashMap<String, Vec<(String, i64, String)>>,
    stores: Arc<Stores>,
}

impl Snapshot {
    fn text(&self, path: &str, scope: &StoreScope) -> &str {
        let places = [
            ("stores", scope.store_id),
            ("websites", scope.website_id),
            ("default", 0),
        ];
        let skipped = if scope.is_admin() { 2 } else { 0 };
        let set = places
            .into_iter()
            .skip(skipped)
            .find_map(|(kind, id)| self.value(kind, id, path));
        let default = || declared::find(path).map_or("", |declared| declared.default);
        set.unwrap_or_else(default)
    }

    fn value(&self, scope: &str, scope_id: i64, path: &str) -> Option<&str> {
        let places = self.values.get(path)?;
        let found = places
            .iter()
            .find(|(kind, id, _)| kind == scope && *id == scope_id);
        found.map(|(_, _, value)| value.as_str())
    }
}

/// The configuration: cheap to clone, cheap to ask.
#[derive(Clone)]
pub struct Settings {
    db: Db,
    held: Arc<RwLock<Arc<Snapshot>>>,
    fixed: Option<Arc<Snapshot>>,
}

/// What a question is answered from.
enum Now<'a> {
    Fixed(&'a Arc<Snapshot>),
    Read(Arc<Snapshot>),
}

impl Deref for Now<'_> {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        match self {
            Self::Fixed(snapshot) => snapshot,
            Self::Read(snapshot) => snapshot,
        }
    }
}

impl Settings {
    /// The configuration of a store. Nothing is read before it is asked for.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            held: Arc::default(),
            fixed: None,
        }
    }

    /// The same as it stands now, whatever changes later: for the time of one request.
    pub fn at_this_moment(&self) -> Self {
        Self {
            fixed: Some(match self.snapshot() {
                Now::Fixed(snapshot) => Arc::clone(snapshot),
                Now::Read(snapshot) => snapshot,
            }),
            ..self.clone()
        }
    }

    /// Of which generation this is.
    pub fn generation(&self) -> Generation {
        let settled = self.snapshot().generation;
        settled.unwrap_or(Generation::Changing)
    }

    /// The scope tree.
    pub fn stores(&self) -> Arc<Stores> {
        Arc::clone(&self.snapshot().stores)
    }

    /// The value of a path for a scope: store view, website, default, declaration.
    pub fn text(&self, path: &str, scope: &StoreScope) -> String {
        self.snapshot().text(path, scope).to_owned()
    }

    /// Whether a path says yes.
    pub fn flag(&self, path: &str, scope: &StoreScope) -> bool {
        self.says(path, scope, "1")
    }

    /// Whether the value of a path is this one.
    pub fn says(&self, path: &str, scope: &StoreScope, value: &str) -> bool {
        self.snapshot().text(path, scope) == value
    }

    /// The number of a path; its declared default where what was set is none.
    pub fn number(&self, path: &str, scope: &StoreScope) -> i64 {
        let default = || declared::find(path).and_then(|declared| declared.default.parse().ok());
        self.text(path, scope)
            .trim()
            .parse()
            .ok()
            .or_else(default)
            .unwrap_or(0)
    }

    /// The base URL, with its final slash.
    pub fn base_url(&self) -> String {
        let text = self.text("web/unsecure/base_url", &StoreScope::admin());
        if text.ends_with('/') {
            text
        } else {
            text + "/"
        }
    }

    /// Sets a value at the default scope; see [`Self::set_at`].
    pub fn set(&self, path: &str, value: Option<&str>) -> Result<(), Error> {
        self.set_at("default", 0, path, value)
    }

    /// Sets a value at a scope (`default`, `websites`, `stores`), or takes it away.
    pub fn set_at(
        &self,
        scope: &str,
        scope_id: i64,
        path: &str,
        value: Option<&str>,
    ) -> Result<(), Error> {
        let (scope, path) = (scope.to_owned(), path.to_owned());
        let value = value.map(str::to_owned);
        self.db
            .write(move |tx| set(tx, &scope, scope_id, &path, value.as_deref()))
    }

    /// Sets several values at the default scope, or takes them away, in one transaction.
    pub fn set_all(&self, values: &[(&'static str, Option<String>)]) -> Result<(), Error> {
        let values = values.to_vec();
        self.db.write(move |tx| {
            for (path, value) in &values {
                set(tx, "default", 0, path, value.as_deref())?;
            }
            Ok(())
        })
    }

    /// Whether somebody set the value of a path at the default scope.
    pub fn is_set(&self, path: &str) -> bool {
        self.snapshot().value("default", 0, path).is_some()
    }

    fn snapshot(&self) -> Now<'_> {
        match &self.fixed {
            Some(fixed) => Now::Fixed(fixed),
            None => Now::Read(self.read()),
        }
    }

    fn read(&self) -> Arc<Snapshot> {
        let now = self.db.generation();
        let held = Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner));
        if held.generation == now.settled() && held.generation.is_some() {
            return held;
        }
        let read = self.db.read(|tx| {
            let mut values: HashMap<_, Vec<_>> = HashMap::new();
            for row in VALUES.all(tx)? {
                let place = (row.scope, row.scope_id, row.value.unwrap_or_default());
                values.entry(row.path).or_default().push(place);
            }
            let stores = Arc::new(Stores::read(tx)?);
            Ok::<_, Error>(Snapshot {
                generation: now.settled(),
                values,
                stores,
            })
        });
        match read {
            Ok(snapshot) => {
                let fresh = Arc::new(snapshot);
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
                fresh
            }
            // What was known a moment ago serves better than nothing while the store is away.
            Err(_) => held,
        }
    }
}
