//! The configuration as it is asked for and changed, over a snapshot that is read anew when the store's
//! generation has moved.

use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use ferrite_base::StoreScope;
use ferrite_storage::{Db, Error, Generation};

use crate::snapshot::{Fixed, FixedSource, FixedValue, Snapshot, Values, at, placed};
use crate::values::{VALUES, set};
use crate::{Stores, declared};

/// The configuration: cheap to clone, cheap to ask.
#[derive(Clone)]
pub struct Settings {
    db: Db,
    source: Option<FixedSource>,
    defaults: Arc<Vec<FixedValue>>,
    held: Arc<RwLock<Arc<Snapshot>>>,
    moment: Option<Arc<Snapshot>>,
}

/// What a question is answered from.
enum Now<'a> {
    Moment(&'a Arc<Snapshot>),
    Read(Arc<Snapshot>),
}

impl Deref for Now<'_> {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        match self {
            Self::Moment(snapshot) => snapshot,
            Self::Read(snapshot) => snapshot,
        }
    }
}

impl Settings {
    /// The configuration of a store. Nothing is read before it is asked for.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            source: None,
            defaults: Arc::default(),
            held: Arc::default(),
            moment: None,
        }
    }

    /// The same with what files beside the store fix.
    pub fn with_fixed(self, source: FixedSource) -> Self {
        Self {
            source: Some(source),
            held: Arc::default(),
            ..self
        }
    }

    /// The same with what modules give values to (`etc/config.xml`): such a value counts at its scope
    /// where nobody has set one there.
    pub fn with_defaults(self, defaults: Vec<FixedValue>) -> Self {
        Self {
            defaults: Arc::new(defaults),
            held: Arc::default(),
            ..self
        }
    }

    /// Whether a path is declared, or a module gives it a value.
    pub fn is_known(&self, path: &str) -> bool {
        declared::find(path).is_some() || self.defaults.iter().any(|one| one.path == path)
    }

    /// The paths that modules give values to, in their order.
    pub fn default_paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.defaults.iter().map(|one| one.path.clone()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The same as it stands now, whatever changes later: for the time of one request.
    pub fn at_this_moment(&self) -> Self {
        Self {
            moment: Some(match self.snapshot() {
                Now::Moment(snapshot) => Arc::clone(snapshot),
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

    /// What counts at the default scope where nobody sets a value there.
    pub fn default_text(&self, path: &str) -> String {
        let snapshot = self.snapshot();
        let given = at(&snapshot.defaults, "default", 0, path);
        let declared = || declared::find(path).map_or("", |declared| declared.default);
        given.unwrap_or_else(declared).to_owned()
    }

    /// Whether somebody set the value of a path at the default scope.
    pub fn is_set(&self, path: &str) -> bool {
        self.snapshot().value("default", 0, path).is_some()
    }

    /// The value that counts at one scope (`default`, `websites`, `stores`), without its fallback.
    pub fn value_at(&self, scope: &str, scope_id: i64, path: &str) -> Option<String> {
        let snapshot = self.snapshot();
        snapshot.value(scope, scope_id, path).map(str::to_owned)
    }

    /// Whether a file fixes the value of a path at a scope: what the store holds does not count.
    pub fn is_fixed(&self, scope: &str, scope_id: i64, path: &str) -> bool {
        at(&self.snapshot().fixed, scope, scope_id, path).is_some()
    }

    /// The paths that have a value at a scope, in their order.
    pub fn paths_at(&self, scope: &str, scope_id: i64) -> Vec<String> {
        let snapshot = self.snapshot();
        let is_here = |(kind, id, _): &(String, i64, String)| kind == scope && *id == scope_id;
        let all = snapshot.values.iter().chain(&snapshot.fixed);
        let here = all.filter(|(_, places)| places.iter().any(is_here));
        let mut paths: Vec<String> = here.map(|(path, _)| path.clone()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    fn snapshot(&self) -> Now<'_> {
        match &self.moment {
            Some(moment) => Now::Moment(moment),
            None => Now::Read(self.read()),
        }
    }

    fn read(&self) -> Arc<Snapshot> {
        let now = self.db.generation();
        let held = Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner));
        if held.generation == now.settled() && held.generation.is_some() {
            return held;
        }
        let fixed = self.source.as_ref().map_or_else(
            || {
                Some(Fixed {
                    is_cached: true,
                    ..Fixed::default()
                })
            },
            |source| source(),
        );
        let read = self.db.read(|tx| {
            let mut values = Values::new();
            for row in VALUES.all(tx)? {
                let place = (row.scope, row.scope_id, row.value.unwrap_or_default());
                values.entry(row.path).or_default().push(place);
            }
            let stores = Arc::new(Stores::read(tx)?);
            let is_cached = fixed.as_ref().is_none_or(|fixed| fixed.is_cached);
            let (fixed, defaults) = match fixed {
                Some(fixed) => {
                    let defaults = [self.defaults.to_vec(), fixed.defaults].concat();
                    (placed(fixed.values, &stores), placed(defaults, &stores))
                }
                None => (held.fixed.clone(), held.defaults.clone()),
            };
            Ok::<_, Error>(Snapshot {
                generation: now.settled().filter(|_| is_cached),
                fixed,
                defaults,
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

#[cfg(test)]
mod tests {
    use ferrite_base::Clock;
    use ferrite_storage::{Durability, Engine, Options};

    use super::*;

    const CODE: &str = "general/locale/code";

    fn store(folder: &tempfile::TempDir) -> Db {
        let file = folder.path().join("store.db");
        let options = Options {
            engine: Engine::Sqlite { file },
            durability: Durability::Normal,
            clock: Clock::fixed(1_800_000_000),
            generation_file: None,
            run_writes_twice: true,
        };
        let db = Db::open(options).unwrap();
        db.migrate(crate::tables()).unwrap();
        db.write(|tx| crate::install(tx, "http://h/")).unwrap();
        db
    }

    fn fixed(scope: &str, code: &str, value: &str) -> FixedValue {
        FixedValue {
            scope: scope.to_owned(),
            code: code.to_owned(),
            path: CODE.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn a_fixed_value_counts_before_a_set_one_of_the_same_scope_only() {
        let folder = tempfile::tempdir().unwrap();
        let db = store(&folder);
        let source = || {
            Some(Fixed {
                values: vec![
                    fixed("default", "", "de_DE"),
                    fixed("websites", "base", "fr_FR"),
                    fixed("websites", "base", "it_IT"),
                    fixed("stores", "nobody", "nl_NL"),
                ],
                is_cached: true,
                ..Fixed::default()
            })
        };
        let settings = Settings::new(db).with_fixed(Arc::new(source));
        let view = settings.stores().default_scope();
        settings.set(CODE, Some("en_GB")).unwrap();
        assert_eq!(settings.text(CODE, &StoreScope::admin()), "de_DE");
        assert_eq!(settings.text(CODE, &view), "it_IT");
        settings.set_at("stores", 1, CODE, Some("es_ES")).unwrap();
        assert_eq!(settings.text(CODE, &view), "es_ES");
        assert!(settings.is_fixed("websites", 1, CODE) && !settings.is_fixed("stores", 1, CODE));
        assert_eq!(settings.paths_at("stores", 1), [CODE]);
        assert_eq!(
            settings.value_at("websites", 1, CODE).as_deref(),
            Some("it_IT")
        );
    }

    #[test]
    fn what_a_file_gives_counts_until_somebody_sets_another_value() {
        let folder = tempfile::tempdir().unwrap();
        let source = || {
            Some(Fixed {
                defaults: vec![fixed("default", "", "de_DE")],
                is_cached: true,
                ..Fixed::default()
            })
        };
        let settings = Settings::new(store(&folder))
            .with_defaults(vec![fixed("default", "", "fr_FR")])
            .with_fixed(Arc::new(source));
        let code = || settings.text(CODE, &StoreScope::admin());
        assert_eq!(
            (code(), settings.default_text(CODE)),
            ("de_DE".into(), "de_DE".into())
        );
        assert!(!settings.is_set(CODE) && !settings.is_fixed("default", 0, CODE));
        settings.set(CODE, Some("en_GB")).unwrap();
        assert_eq!(
            (code(), settings.default_text(CODE)),
            ("en_GB".into(), "de_DE".into())
        );
        settings.set(CODE, None).unwrap();
        assert_eq!(code(), "de_DE");
        assert_eq!(settings.default_text("currency/options/base"), "USD");
    }

    #[test]
    fn what_is_not_cached_is_asked_for_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let source = move || {
            let turn = counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            (turn < 3).then(|| Fixed {
                values: vec![fixed("default", "", &turn.to_string())],
                is_cached: turn >= 2,
                ..Fixed::default()
            })
        };
        let settings = Settings::new(store(&folder)).with_fixed(Arc::new(source));
        let code = || settings.text(CODE, &StoreScope::admin());
        assert_eq!(
            (code(), code(), code(), code()),
            ("0".into(), "1".into(), "2".into(), "2".into())
        );
        let moment = settings.at_this_moment();
        assert_eq!(moment.text(CODE, &StoreScope::admin()), "2");
        assert_ne!(settings.generation(), Generation::Changing);
        // From now on the files cannot be read.
        settings.set("currency/options/base", Some("EUR")).unwrap();
        assert_eq!(code(), "2");
        assert_eq!(
            settings.text("currency/options/base", &StoreScope::admin()),
            "EUR"
        );
    }
}
