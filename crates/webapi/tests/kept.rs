//! Kept answers: given again without asking the handler, and never after something has changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Randomness, Secret};
use ferrite_settings::{Settings, add_store_view};
use ferrite_storage::{
    Collection, Db, Durability, Engine, Field, Options, Scalar, Sealer, serde_document,
};
use ferrite_webapi::identity::{Caller, Head, Identity};
use ferrite_webapi::{Api, Call, Request, Routes, Services, Tx};

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Note {
    id: i64,
    text: String,
}

serde_document!(Note);

static NOTES: Collection<Note> = Collection {
    name: "note",
    fields: &[Field::text("text", |note: &Note| {
        Some(Scalar::from(note.text.as_str()))
    })],
};

const ALL: &[&str] = &[ferrite_acl::ALL];

struct World {
    _folder: tempfile::TempDir,
    db: Db,
    api: Api,
    asked: Arc<AtomicU32>,
}

impl World {
    /// A server whose `GET /V1/modules` tells how many notes there are, the store view, and what it
    /// asked of the caller.
    fn new(asks: fn(&Call) -> Result<bool, Fault>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::fixed(1_800_000_000);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: false,
        })
        .expect("a store");
        let mut tables = ferrite_settings::tables();
        tables.push(&NOTES);
        db.migrate(tables).expect("tables");
        let install = |tx: &mut Tx<'_>| ferrite_settings::install(tx, "http://127.0.0.1/");
        db.write(install).expect("settings");
        let asked = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&asked);
        let mut routes = Routes::default();
        routes.bind_kept(
            "GET /V1/modules",
            move |call: &Call, tx: &mut Tx<'_>| -> Result<Vec<String>, Fault> {
                counted.fetch_add(1, Ordering::SeqCst);
                let notes = NOTES.count(tx)?.to_string();
                Ok(vec![
                    notes,
                    call.store.code.to_string(),
                    asks(call)?.to_string(),
                ])
            },
        );
        let services = Services {
            settings: Settings::new(db.clone()),
            db: db.clone(),
            tree: Tree::core(),
            credentials: Vec::new(),
            clock,
            randomness: Randomness::system(),
            sealer: Sealer::new(&Secret::new("a key of tests"), Randomness::system()),
            serves: |_, _| true,
            log: |line| panic!("{line}"),
        };
        let table = routes.into_table(|_| true, Tree::core()).expect("routes");
        Self {
            _folder: folder,
            db,
            api: Api::new(Arc::new(services), table),
            asked,
        }
    }

    fn get(&self, caller: Caller, granted: &[&str], target: &str) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let grants = Arc::new(Grants::from_ids(Tree::core(), granted));
        let answer = self.api.answer(Request {
            head: Head {
                path: path.to_owned(),
                query: (!query.is_empty()).then(|| query.to_owned()),
                ..Head::default()
            },
            body: Vec::new(),
            caller: Some(Identity::new(caller, grants)),
            at: None,
        });
        let body = String::from_utf8(answer.body.to_vec()).expect("text");
        assert_eq!(answer.status, 200, "{body}");
        body
    }

    fn read(&self, target: &str) -> String {
        self.get(Caller::Admin(1), ALL, target)
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[test]
fn an_answer_is_made_once_for_each_address_and_store_view() {
    let world = World::new(|_| Ok(false));
    for _ in 0..3 {
        assert_eq!(world.read("/rest/V1/modules"), r#"["0","default","false"]"#);
        assert_eq!(
            world.read("/rest/all/V1/modules"),
            r#"["0","admin","false"]"#
        );
        world.read("/rest/V1/modules?fields=items");
    }
    assert_eq!(world.asked(), 3);
}

#[test]
fn a_write_is_seen_by_the_next_answer() {
    let world = World::new(|_| Ok(false));
    world.read("/rest/V1/modules");
    let add = |tx: &mut Tx<'_>| {
        let text = "A".to_owned();
        NOTES.insert(tx, &mut Note { id: 0, text })
    };
    world.db.write(add).expect("a note");
    assert_eq!(world.read("/rest/V1/modules"), r#"["1","default","false"]"#);
    let view = |tx: &mut Tx<'_>| add_store_view(tx, "second", "base", "Second");
    world.db.write(view).expect("a store view");
    let second = world.read("/rest/second/V1/modules");
    assert_eq!(second, r#"["1","second","false"]"#);
}

#[test]
fn what_depends_on_the_caller_is_not_kept() {
    let world = World::new(|call| Ok(matches!(call.identity()?.caller, Caller::Admin(_))));
    let admin = world.get(Caller::Admin(1), ALL, "/rest/V1/modules");
    let integration = world.get(Caller::Integration(1), ALL, "/rest/V1/modules");
    assert_eq!(admin, r#"["0","default","true"]"#);
    assert_eq!(integration, r#"["0","default","false"]"#);
    assert_eq!(world.asked(), 2);
}

#[test]
fn callers_of_equal_rights_share_an_answer() {
    let world = World::new(|call| call.may("Magento_Sales::sales"));
    let some: &[&str] = &["Magento_Backend::admin"];
    for _ in 0..2 {
        let with = world.get(Caller::Integration(1), ALL, "/rest/V1/modules");
        let without = world.get(Caller::Integration(2), some, "/rest/V1/modules");
        assert_eq!(with, r#"["0","default","true"]"#);
        assert_eq!(without, r#"["0","default","false"]"#);
        assert_eq!(world.read("/rest/V1/modules"), with);
    }
    assert_eq!(world.asked(), 2);
}
