//! A handler that panics: its caller gets a report id, the log its cause, and everybody else goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Randomness, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::identity::{Caller, Head, Identity};
use ferrite_webapi::{Api, Call, Request, Routes, Services, Tx, bulk};

static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

const TEXT: &str = "Internal Error. Details are available in Magento log file. Report ID: webapi-";

fn api(folder: &tempfile::TempDir) -> Api {
    let clock = Clock::fixed(1_800_000_000);
    let file = folder.path().join("store.db");
    let db = Db::open(Options {
        engine: Engine::Sqlite { file },
        durability: Durability::Normal,
        clock: clock.clone(),
        generation_file: None,
        run_writes_twice: false,
    })
    .unwrap();
    let tables = [ferrite_settings::tables(), bulk::tables()].concat();
    db.migrate(tables).unwrap();
    db.write(|tx| ferrite_settings::install(tx, "http://127.0.0.1/"))
        .unwrap();
    let poisoned = Arc::new(Mutex::new(()));
    let mut routes = Routes::default();
    routes.bind(
        "GET /V1/modules",
        move |_: &Call, _: &mut Tx<'_>| -> Result<Vec<String>, Fault> {
            let _held = poisoned.lock().unwrap();
            panic!("a test's panic in a read")
        },
    );
    routes.bind(
        "DELETE /V1/products/:sku",
        |_: &Call, _: &mut Tx<'_>, sku: String| -> Result<bool, Fault> {
            assert!(sku == "good", "a test's panic in a write");
            Ok(true)
        },
    );
    bulk::routes(&mut routes);
    routes.bind_outside(
        "POST /V1/integration/customer/token",
        |_: &Call, username: String, _password: String| -> Result<String, Fault> {
            assert!(username != "poison", "a test's panic in what was put off");
            Ok(username)
        },
    );
    let services = Services {
        settings: Settings::new(db.clone()),
        db,
        tree: Tree::core(),
        credentials: Vec::new(),
        clock,
        randomness: Randomness::system(),
        sealer: Sealer::new(&Secret::new("a key of tests"), Randomness::system()),
        serves: |_, _| true,
        log: |line| LOG.lock().unwrap().push(line.to_owned()),
    };
    let table = routes.into_table(|_| true, Tree::core()).unwrap();
    Api::new(Arc::new(services), table)
}

fn ask(api: &Api, method: &str, path: &str) -> (u16, String) {
    let grants = Arc::new(Grants::from_ids(Tree::core(), &[ferrite_acl::ALL]));
    let answer = api.answer(Request {
        head: Head {
            method: method.parse().unwrap(),
            path: format!("/rest/V1/{path}"),
            ..Head::default()
        },
        body: Vec::new(),
        caller: Some(Identity::new(Caller::Admin(1), grants)),
        at: None,
    });
    (
        answer.status,
        String::from_utf8(answer.body.to_vec()).unwrap(),
    )
}

#[test]
fn a_panic_has_a_report_id_and_harms_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let api = api(&folder);
    for (method, path) in [
        ("GET", "modules"),
        ("GET", "modules"),
        ("DELETE", "products/bad"),
    ] {
        let (status, body) = ask(&api, method, path);
        assert_eq!(status, 500, "{body}");
        let (_, id) = body.split_once(TEXT).expect(&body);
        let id = id.split('"').next().unwrap();
        assert!(id.len() == 13 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!body.contains("a test's panic"), "{body}");
        let log = LOG.lock().unwrap();
        let line = log.last().unwrap();
        assert!(line.starts_with(&format!("webapi-{id} ")), "{line}");
        assert!(line.contains("panicked"), "{line}");
        drop(log);
        assert_eq!(ask(&api, "DELETE", "products/good").1, "true");
    }
}

#[test]
fn a_panic_in_what_was_put_off_ends_that_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let api = api(&folder);
    let put_off = |username: &str| {
        let answer = api.answer(Request {
            head: Head {
                method: "POST".parse().unwrap(),
                path: "/rest/async/V1/integration/customer/token".to_owned(),
                query: Some(format!("username={username}&password=x")),
                ..Head::default()
            },
            ..Request::default()
        });
        assert_eq!(answer.status, 202);
    };
    ["a", "poison", "b"].into_iter().for_each(put_off);
    assert_eq!(api.work_off(u64::MAX), Ok(3));
    let db = &api.services().db;
    let all = db.read(|tx| bulk::OPERATIONS.all(tx)).unwrap();
    let stands: Vec<i64> = all.iter().map(|one| one.status.into()).collect();
    assert_eq!(stands, [1, 3, 1]);
    let said = all[1].message.as_deref().unwrap();
    assert!(said.starts_with(TEXT), "{said}");
}
