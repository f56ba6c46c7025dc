use std::sync::Arc;

use ferrite_accounts::NewAdmin;
use ferrite_acl::Tree;
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_integrations::{INTEGRATIONS, Integrations, TOKENS};
use ferrite_outbound::{Client, Policy, Roots, TableResolver};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::{Api, Routes, Services};

use super::*;

const PASSWORD: &str = "Admin123!x";

struct World {
    _folder: tempfile::TempDir,
    db: Db,
    clock: Clock,
    panel: Panel,
    cookie: std::cell::RefCell<String>,
}

impl World {
    fn new() -> Self {
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
        let all = [
            ferrite_settings::tables(),
            ferrite_accounts::tables(),
            ferrite_integrations::tables(),
            tables(),
        ];
        db.migrate(all.concat()).unwrap();
        let admin = NewAdmin {
            user_name: "admin".to_owned(),
            email: "a@example.com".to_owned(),
            first_name: "Ad".to_owned(),
            last_name: "Min".to_owned(),
            password: Secret::new(PASSWORD.to_owned()),
        };
        let admin = admin.checked(clock.now()).unwrap();
        db.write(move |tx| {
            ferrite_settings::install(tx, "http://store.test/")?;
            ferrite_accounts::create(tx, &admin)
        })
        .unwrap();
        let settings = Settings::new(db.clone());
        let client = Client::new(TableResolver::new(), Policy::default, Roots::builtin()).unwrap();
        let integrations = Arc::new(Integrations {
            db: db.clone(),
            settings: settings.clone(),
            sealer: Sealer::new(&Secret::new("key".to_owned()), Randomness::system()),
            clock: clock.clone(),
            randomness: Randomness::system(),
            tree: Tree::core(),
            client,
        });
        let table = Routes::default()
            .into_table(|_| true, Tree::core())
            .unwrap();
        let services = Services {
            db: db.clone(),
            settings,
            tree: Tree::core(),
            credentials: Vec::new(),
            clock: clock.clone(),
            randomness: Randomness::system(),
            log: |_| {},
        };
        let api = Arc::new(Api::new(Arc::new(services), table));
        Self {
            panel: Panel::new(integrations, api, clock.clone(), |_| {}),
            _folder: folder,
            db,
            clock,
            cookie: std::cell::RefCell::default(),
        }
    }

    fn send(&self, method: &str, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![
            ("host".to_owned(), "store.test".to_owned()),
            ("cookie".to_owned(), self.cookie.borrow().clone()),
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        all.extend(
            headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: all,
            body: body.as_bytes().to_vec(),
            is_https: false,
        };
        let answer = self.panel.answer(&request).unwrap();
        for (name, value) in &answer.headers {
            if *name == "set-cookie" && value.starts_with("ferrite_admin=") {
                *self.cookie.borrow_mut() = value.split(';').next().unwrap_or_default().to_owned();
            }
        }
        answer
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", &[])
    }

    fn key(&self) -> String {
        form_key::of(
            self.cookie
                .borrow()
                .split_once('=')
                .map_or("", |(_, id)| id),
        )
    }

    fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("form_key={}&{fields}", self.key());
        self.send("POST", path, &body, &[])
    }

    fn sign_in(&self, password: &str) -> Answer {
        self.get("/admin");
        self.post(
            "/admin/sign-in",
            &format!("username=admin&password={password}&to="),
        )
    }

    fn count(&self) -> i64 {
        self.db.read(|tx| INTEGRATIONS.count(tx)).unwrap()
    }
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn header<'a>(answer: &'a Answer, wanted: &str) -> &'a str {
    let found = answer.headers.iter().find(|(name, _)| *name == wanted);
    found.map_or("", |(_, value)| value.as_str())
}

const ACME: &str = "name=Acme&email=&endpoint=&identity_link_url=&all_resources=0\
                    &resource[]=Magento_Sales::sales&current_password=Admin123!x";

#[test]
fn nobody_sees_a_page_before_signing_in_and_the_id_changes_then() {
    let world = World::new();
    let page = world.get("/admin/integrations");
    assert!(text(&page).contains("Welcome, please sign in"));
    let before = world.cookie.borrow().clone();
    assert_eq!(world.sign_in("wrong").status, 200);
    let entered = world.sign_in(PASSWORD);
    assert_eq!(
        (entered.status, header(&entered, "location")),
        (303, "/admin/integrations")
    );
    assert_ne!(*world.cookie.borrow(), before);
    assert!(text(&world.get("/admin/integrations")).contains("Add New Integration"));
    assert!(header(&entered, "set-cookie").contains("HttpOnly; SameSite=Lax"));
}

#[test]
fn six_wrong_passwords_lock_also_the_right_one_out_for_a_while() {
    let world = World::new();
    for _ in 0..6 {
        world.sign_in("wrong");
    }
    assert_eq!(world.sign_in(PASSWORD).status, 200);
    world.clock.advance(1_801);
    assert_eq!(world.sign_in(PASSWORD).status, 303);
}

#[test]
fn a_session_ends_when_idle_and_when_somebody_signs_in_elsewhere() {
    let world = World::new();
    world.sign_in(PASSWORD);
    world.clock.advance(899);
    assert!(text(&world.get("/admin/integrations")).contains("Add New Integration"));
    world.clock.advance(900);
    assert!(text(&world.get("/admin/integrations")).contains("please sign in"));
    world.cookie.borrow_mut().clear();
    world.sign_in(PASSWORD);
    let first = world.cookie.replace(String::new());
    world.sign_in(PASSWORD);
    *world.cookie.borrow_mut() = first;
    assert!(text(&world.get("/admin/integrations")).contains("from another device or browser"));
}

#[test]
fn a_form_without_its_key_or_from_elsewhere_changes_nothing() {
    let world = World::new();
    world.sign_in(PASSWORD);
    let key = world.key();
    let with_key = format!("form_key={key}&{ACME}");
    for (body, headers) in [
        (ACME, vec![]),
        ("form_key=0000&name=x", vec![]),
        (&with_key, vec![("origin", "https://evil.test")]),
        (&with_key, vec![("origin", "null")]),
        (&with_key, vec![("sec-fetch-site", "cross-site")]),
    ] {
        let refused = world.send("POST", "/admin/integrations/new", body, &headers);
        assert!(
            header(&refused, "set-cookie").contains("Invalid+Form+Key"),
            "{headers:?}"
        );
    }
    assert_eq!(world.count(), 0);
    let same = [
        ("origin", "http://store.test"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(
        world
            .send("POST", "/admin/integrations/new", &with_key, &same)
            .status,
        303
    );
    assert_eq!(world.count(), 1);
}

#[test]
fn an_integration_is_added_activated_reauthorized_and_deleted() {
    let world = World::new();
    world.sign_in(PASSWORD);
    let wrong = world.post("/admin/integrations/new", &ACME.replace("Admin123!x", "no"));
    assert!(text(&wrong).contains("The password entered for the current user is invalid."));
    assert!(
        text(&wrong).contains("value=\"Acme\""),
        "nothing typed is lost"
    );
    world.post("/admin/integrations/new", ACME);
    let again = world.post("/admin/integrations/new", ACME);
    assert!(text(&again).contains("The integration with name &#34;Acme&#34; exists."));
    let asked = text(&world.get("/admin/integrations/1/activate"));
    assert!(asked.contains("asks you to approve access") && asked.contains("Allow"));
    assert_eq!(
        world.db.read(|tx| TOKENS.count(tx)).unwrap(),
        0,
        "a GET changes nothing"
    );
    let tokens = text(&world.post("/admin/integrations/1/activate", ""));
    assert!(tokens.contains("Integration Tokens for Extensions"));
    assert!(tokens.contains("has been activated."));
    let edit = text(&world.get("/admin/integrations/1"));
    assert!(
        !edit.contains(
            tokens
                .split("id=\"token\" value=\"")
                .nth(1)
                .unwrap()
                .get(..32)
                .unwrap()
        )
    );
    assert!(text(&world.get("/admin/integrations/1/activate")).contains("Reauthorize"));
    let new = text(&world.post("/admin/integrations/1/activate", ""));
    assert!(new.contains("has been re-authorized."));
    assert!(text(&world.get("/admin/integrations/1/delete")).contains("Are you sure?"));
    world.post("/admin/integrations/1/delete", "");
    assert_eq!(world.count(), 0);
}

#[test]
fn names_are_text_wherever_they_stand_and_pages_carry_their_headers() {
    let world = World::new();
    world.sign_in(PASSWORD);
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    world.post("/admin/integrations/new", &ACME.replace("Acme", script));
    for path in [
        "/admin/integrations",
        "/admin/integrations/1",
        "/admin/integrations/1/delete",
    ] {
        let page = world.get(path);
        assert!(!text(&page).contains("<script>alert"), "{path}");
        assert!(text(&page).contains("alert(1)"), "{path}");
        let policy = header(&page, "content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
        assert_eq!(header(&page, "x-frame-options"), "DENY");
        assert_eq!(header(&page, "cache-control"), "no-store");
    }
}

#[test]
fn settings_take_effect_and_wrong_values_are_shown_again() {
    let world = World::new();
    world.sign_in(PASSWORD);
    let path = "/admin/configuration/webapi";
    let wrong = world.post(path, "webapi/validation/maximum_page_size=many");
    assert!(text(&wrong).contains("Please enter a"));
    let fields = "webapi/webapisecurity/allow_insecure=1&webapi/validation/input_limit_enabled=0\
                  &webapi/jwtauth/customer_expiration=60&webapi/jwtauth/admin_expiration=60";
    let saved = world.post(path, fields);
    assert!(header(&saved, "set-cookie").contains("You+saved+the+configuration."));
    let scope = ferrite_base::StoreScope::admin();
    let flag = world
        .panel
        .settings
        .flag("webapi/webapisecurity/allow_insecure", &scope);
    assert!(flag);
}

#[test]
fn the_panels_path_can_be_changed_and_the_way_back_lies_outside() {
    let world = World::new();
    world
        .panel
        .settings
        .set("admin/url/custom_path", Some("backoffice"))
        .unwrap();
    let ask = |path: &str| {
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            ..Request::default()
        };
        world.panel.answer(&request).map(|answer| answer.status)
    };
    assert_eq!(ask("/admin"), None);
    assert_eq!(ask("/backoffice"), Some(200));
    assert_eq!(ask("/backofficer"), None);
    assert_eq!(ask(LOGIN_SUCCESS), Some(200));
}
