//! A handler that panics: its caller gets a report id, the log its cause, and everybody else goes on.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Randomness, Secret};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::identity::{Caller, Head, Identity};
use ferrite_webapi::{Api, Call, Request, Routes, Services, Tx};

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
    db.migrate(ferrite_settings::tables()).unwrap();
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
