//! The panel as a browser meets it: whole requests against a store of its own.

mod configuration;
mod integrations;
mod modules;
mod people;
mod permissions;
mod sign_in;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use ferrite_accounts::{NewAdmin, roles};
use ferrite_acl::Tree;
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_integrations::Integrations;
use ferrite_modules::Installation;
use ferrite_outbound::{Client, Policy, Roots, TableResolver};
use ferrite_settings::{Fixed, FixedValue, Settings};
use ferrite_storage::{Db, Durability, Engine, Options, Sealer, Tx};
use ferrite_webapi::{Api, Routes, Services};
use http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt as _;

use crate::{Modules, Panel, router};

pub const PASSWORD: &str = "Admin123!x";

/// A store with one admin, `admin`, and its panel.
pub struct World {
    _folder: tempfile::TempDir,
    pub clock: Clock,
    pub db: Db,
    pub settings: Settings,
    pub integrations: Arc<Integrations>,
    pub panel: Arc<Panel>,
    pub router: Router,
}

impl World {
    pub fn new() -> Self {
        Self::with_fixed(Vec::new())
    }

    /// A store of which files fix values.
    pub fn with_fixed(values: Vec<FixedValue>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(1_800_000_000);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        })
        .unwrap();
        let tables = [
            ferrite_settings::tables(),
            ferrite_accounts::tables(),
            ferrite_integrations::tables(),
            ferrite_setup::tables(),
        ];
        db.migrate(tables.concat()).unwrap();
        db.write(|tx| ferrite_settings::install(tx, "http://store.test/"))
            .unwrap();
        let fixed = move || {
            Some(Fixed {
                values: values.clone(),
                is_cached: true,
                ..Fixed::default()
            })
        };
        let settings = Settings::new(db.clone()).with_fixed(Arc::new(fixed));
        let nothing = (Modules::default(), Tree::core(), BTreeSet::new());
        let (integrations, panel) = served(&db, &settings, &clock, nothing);
        let world = Self {
            _folder: folder,
            clock,
            db,
            settings,
            integrations,
            router: router(Arc::clone(&panel)),
            panel,
        };
        world.admin("admin", &[ferrite_acl::ALL]);
        world
    }

    /// The same store served with these modules; `adopted` takes new ones for switched on.
    pub fn serve(&mut self, installation: &Installation, adopted: &Installation) {
        let tree: &'static Tree = Box::leak(Box::new(installation.tree.clone()));
        let declared = ferrite_setup::declared_names(installation);
        let modules = (
            Modules::of(installation).with_fresh(adopted),
            tree,
            declared,
        );
        let (integrations, panel) = served(&self.db, &self.settings, &self.clock, modules);
        self.integrations = integrations;
        self.router = router(Arc::clone(&panel));
        self.panel = panel;
    }

    /// Adds an admin whose role holds these resources.
    pub fn admin(&self, user_name: &str, resources: &[&str]) {
        let admin = NewAdmin {
            user_name: user_name.to_owned(),
            email: format!("{user_name}@store.test"),
            first_name: "Ada".to_owned(),
            last_name: "<script>alert(1)</script>".to_owned(),
            password: Secret::new(PASSWORD),
        };
        let admin = admin.checked(self.clock.now()).unwrap();
        let resources: Vec<String> = resources.iter().map(|&id| id.to_owned()).collect();
        let role_name = format!("Of {user_name}");
        let add = move |tx: &mut Tx<'_>| {
            let mut admin = admin.clone();
            if resources != [ferrite_acl::ALL] {
                let mut role = roles::Role {
                    id: 0,
                    name: role_name.clone(),
                    resources: resources.clone(),
                    revision: 0,
                };
                admin.role_id = roles::ROLES.insert(tx, &mut role)?;
            }
            ferrite_accounts::create(tx, &admin)
        };
        self.db.write(add).unwrap();
    }

    /// A browser with nothing in it.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            base: "/admin".to_owned(),
        }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, user_name: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/").await;
        let fields = [("username", user_name), ("password", PASSWORD)];
        let answer = browser.post("/sign-in", &page, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }
}

/// What serves a store: with which modules, which tree, and which integrations they declare.
fn served(
    db: &Db,
    settings: &Settings,
    clock: &Clock,
    (modules, tree, declared): (Modules, &'static Tree, BTreeSet<String>),
) -> (Arc<Integrations>, Arc<Panel>) {
    let key = Secret::new("0123456789abcdef0123456789abcdef");
    let allow = || Policy { allow_local: true };
    let integrations = Arc::new(Integrations {
        settings: settings.clone(),
        sealer: Sealer::new(&key, Randomness::system()),
        clock: clock.clone(),
        randomness: Randomness::system(),
        tree,
        client: Client::new(TableResolver::new(), allow, Roots::builtin()).unwrap(),
        declared,
        log: |line| eprintln!("{line}"),
        db: db.clone(),
    });
    let mut routes = Routes::default();
    ferrite_store::routes(&mut routes);
    let table = routes.into_table(|_| true, tree).unwrap();
    let services = Services {
        settings: settings.clone(),
        db: db.clone(),
        tree,
        credentials: Vec::new(),
        clock: clock.clone(),
        randomness: Randomness::system(),
        sealer: Sealer::new(&Secret::new("a key of tests"), Randomness::system()),
        serves: |_, _| true,
        log: |line| eprintln!("{line}"),
    };
    let api = Arc::new(Api::new(Arc::new(services), table));
    let panel = Panel::new(api, Arc::clone(&integrations), modules, &key);
    (integrations, Arc::new(panel))
}

/// Remembers cookies, as browsers do.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookies: BTreeMap<String, String>,
    pub base: String,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.body.split_once(&start).expect(name);
        rest.split_once('"').unwrap().0.to_owned()
    }

    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).unwrap().to_str().unwrap()
    }

    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(self.body.contains(text), "no {text:?} in\n{}", self.body);
    }

    #[track_caller]
    pub fn hides(&self, text: &str) {
        assert!(!self.body.contains(text), "{text:?} in\n{}", self.body);
    }
}

impl Browser {
    pub async fn send(&mut self, mut request: Request<Body>) -> Page {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let headers = request.headers_mut();
        headers.insert(COOKIE, pairs.join("; ").parse().unwrap());
        headers.entry(HOST).or_insert("store.test".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub fn request(&self, method: &Method, path: &str) -> http::request::Builder {
        let path = format!("{}{path}", self.base);
        Request::builder().method(method.clone()).uri(path)
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.request(&Method::GET, path).body(Body::empty());
        self.send(request.unwrap()).await
    }

    /// Follows a redirect.
    pub async fn follow(&mut self, page: &Page) -> Page {
        let path = page.location().strip_prefix(&self.base).unwrap().to_owned();
        self.get(&path).await
    }

    /// Posts a form that stands on a page.
    pub async fn post(&mut self, path: &str, from: &Page, fields: &[(&str, &str)]) -> Page {
        let key = from.hidden("form_key");
        let request = self.form(path, &key, fields);
        self.send(request).await
    }

    /// A form, ready to be sent.
    pub fn form(&self, path: &str, form_key: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("form_key", form_key);
        body.extend_pairs(fields);
        let request = self.request(&Method::POST, path);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(body.finish())).unwrap()
    }
}
