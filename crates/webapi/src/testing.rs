//! A store of its own for a family's tests: its routes are called as the server calls them, every
//! write runs twice, and the clock stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Randomness, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Declared, Durability, Engine, Error, Options, Sealer, Tx};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;

use crate::identity::{Caller, Credentials, Head, Identity};
use crate::{Api, Request, Routes, Services};

/// The time in these stores, in seconds since 1970.
pub const NOW: i64 = 1_800_000_000;

/// A store with the routes of some families.
pub struct World {
    _folder: tempfile::TempDir,
    /// The store.
    pub db: Db,
    api: Api,
    admin: Arc<Admin>,
}

/// The admin of these stores, for work that was put off.
struct Admin {
    may_everything: AtomicBool,
}

impl Credentials for Admin {
    fn identify(&self, _: &Head, _: &Settings) -> Result<Option<Identity>, Fault> {
        Ok(None)
    }

    fn still_holds(&self, _: &Identity, _: &Settings, _: &mut Tx<'_>) -> Result<bool, Fault> {
        Ok(true)
    }

    fn again(
        &self,
        caller: &Caller,
        _: Option<i64>,
        _: &Settings,
        _: &mut Tx<'_>,
    ) -> Result<Option<Identity>, Fault> {
        let everything = self.may_everything.load(Ordering::SeqCst);
        let held = everything.then_some(ferrite_acl::ALL);
        let grants = Grants::from_ids(Tree::core(), held.as_slice());
        Ok(Some(Identity::new(caller.clone(), Arc::new(grants))))
    }
}

impl World {
    /// Makes a store with these tables beside those of the settings, and what `install` writes.
    ///
    /// # Panics
    /// Where the store cannot be made.
    pub fn new(
        tables: Vec<&'static dyn Declared>,
        install: impl Fn(&mut Tx<'_>) -> Result<(), Error> + Send + 'static,
        bind: impl FnOnce(&mut Routes),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::fixed(NOW);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        });
        let db = db.expect("a store");
        let tables = [ferrite_settings::tables(), tables].concat();
        db.migrate(tables).expect("tables");
        let installed = db.write(move |tx| {
            ferrite_settings::install(tx, "http://store.test/")?;
            install(tx)
        });
        installed.expect("what a fresh install holds");
        let mut routes = Routes::default();
        bind(&mut routes);
        let table = routes.into_table(|_| true, Tree::core());
        let admin = Arc::new(Admin {
            may_everything: AtomicBool::new(true),
        });
        let services = Services {
            db: db.clone(),
            settings: Settings::new(db.clone()),
            tree: Tree::core(),
            credentials: vec![Arc::clone(&admin) as Arc<_>],
            clock,
            randomness: Randomness::seeded(7),
            sealer: Sealer::new(&Secret::new("a key of tests"), Randomness::system()),
            serves: |_, _| true,
            log: |line| panic!("{line}"),
        };
        Self {
            _folder: folder,
            db,
            api: Api::new(Arc::new(services), table.expect("declared routes")),
            admin,
        }
    }

    /// The framework over this store.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// From now on the admin may do nothing, where it is asked again.
    pub fn take_rights(&self) {
        self.admin.may_everything.store(false, Ordering::SeqCst);
    }

    /// Does what was put off, at most so many; how many came to an end.
    ///
    /// # Panics
    /// Where the store cannot be reached.
    pub fn work_off(&self, most: u64) -> u64 {
        self.api.work_off(most).expect("the store")
    }

    /// Calls a route below `/rest`, such as `GET /V1/modules`, as an admin who may do everything;
    /// gives back status and body. A body of null is none.
    ///
    /// # Panics
    /// Where the answer is no JSON.
    pub fn admin(&self, route: &str, body: &Value) -> (u16, Value) {
        self.call(&[ferrite_acl::ALL], route, body)
    }

    /// The same, where the answer has to be a 200; gives back the body.
    ///
    /// # Panics
    /// Where it is another one.
    pub fn ok(&self, route: &str, body: &Value) -> Value {
        let (status, answer) = self.admin(route, body);
        assert_eq!(status, 200, "{route}: {answer}");
        answer
    }

    /// The same, where the answer has to be a 400; gives back its sentence with its values put in.
    ///
    /// # Panics
    /// Where it is another one.
    pub fn refused(&self, route: &str, body: &Value) -> String {
        let (status, answer) = self.admin(route, body);
        assert_eq!(status, 400, "{route}: {answer}");
        rendered(&answer)
    }

    /// The same, as an admin who holds these resources.
    ///
    /// # Panics
    /// Where the answer is no JSON.
    pub fn call(&self, resources: &[&str], route: &str, body: &Value) -> (u16, Value) {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.send(Caller::Admin(1), resources, route, "application/json", body)
    }

    /// The same, as anybody, with a body of any media type.
    ///
    /// # Panics
    /// Where the answer is no JSON.
    pub fn send(
        &self,
        caller: Caller,
        resources: &[&str],
        route: &str,
        content_type: &'static str,
        body: String,
    ) -> (u16, Value) {
        let grants = Grants::from_ids(Tree::core(), resources);
        let (method, path) = route.split_once(' ').expect("a method and a path");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let content_type = HeaderValue::from_static(content_type);
        let request = Request {
            head: Head {
                method: method.parse().expect("a method"),
                path: format!("/rest{path}"),
                query: Some(query.to_owned()),
                headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]),
                ..Head::default()
            },
            body: body.into_bytes(),
            caller: Some(Identity::new(caller, Arc::new(grants))),
            at: None,
        };
        let answer = self.api.answer(request);
        let body = serde_json::from_slice(&answer.body);
        (answer.status, body.expect("JSON"))
    }
}

/// A refusal's sentence with its values put in.
fn rendered(answer: &Value) -> String {
    let mut text = answer["message"].as_str().unwrap_or_default().to_owned();
    let values: Vec<(String, &Value)> = match &answer["parameters"] {
        Value::Array(list) => (1..).map(|i: u32| i.to_string()).zip(list).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (name, value) in values.into_iter().rev() {
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text = text.replace(&format!("%{name}"), &shown);
    }
    text
}
