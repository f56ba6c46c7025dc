//! What a read stood on: writes to what it looked at, by this process or another, take it away.

use std::path::Path;

use ferrite_base::Clock;
use ferrite_storage::{
    Collection, Db, Durability, Engine, Error, Field, Footing, Options, Scalar, serde_document,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: i64,
    code: String,
}

serde_document!(Thing);

static FIELDS: [Field<Thing>; 1] = [Field::unique_text("code", |thing: &Thing| {
    Some(Scalar::from(thing.code.as_str()))
})];
static CHAIRS: Collection<Thing> = Collection {
    name: "chair",
    fields: &FIELDS,
};
static TABLES: Collection<Thing> = Collection {
    name: "dining_table",
    fields: &FIELDS,
};

fn open(folder: &Path) -> Db {
    Db::open(Options {
        engine: Engine::Sqlite {
            file: folder.join("store.db"),
        },
        durability: Durability::Normal,
        clock: Clock::fixed(1_800_000_000),
        generation_file: Some(folder.join("generation")),
        run_writes_twice: true,
    })
    .expect("a store")
}

fn add(db: &Db, to: &'static Collection<Thing>, code: &'static str) {
    let added = db.write(move |tx| {
        let code = code.to_owned();
        to.insert(tx, &mut Thing { id: 0, code })
    });
    added.expect("it is added");
}

fn count(db: &Db) -> (i64, Footing) {
    let read = db.read_on(|tx| CHAIRS.count(tx));
    let (count, footing): (_, Option<Footing>) = read.expect("a count");
    (count, footing.expect("nothing is under way"))
}

#[test]
fn a_write_to_what_was_looked_at_takes_it_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(folder.path());
    db.migrate(vec![&CHAIRS, &TABLES]).expect("tables");
    let (none, before) = count(&db);
    add(&db, &TABLES, "A");
    assert!(db.still_stands(&before, db.generation()), "another table");
    let failed = db.write(|tx| {
        CHAIRS.insert(
            tx,
            &mut Thing {
                id: 0,
                code: "A".to_owned(),
            },
        )?;
        Err::<(), _>(Error::Busy)
    });
    assert_eq!(failed, Err(Error::Busy));
    assert!(
        db.still_stands(&before, db.generation()),
        "what failed wrote nothing"
    );
    add(&db, &CHAIRS, "A");
    assert!(!db.still_stands(&before, db.generation()));
    let (one, after) = count(&db);
    assert_eq!((none, one), (0, 1));
    assert!(db.still_stands(&after, db.generation()));
    let done = db.write(|tx| tx.execute("DELETE FROM dining_table", &[]).map(|_| ()));
    assert_eq!(done, Ok(()));
    assert!(
        !db.still_stands(&after, db.generation()),
        "a statement may have written anything"
    );
}

#[test]
fn a_commit_of_another_process_takes_everything_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, command) = (open(folder.path()), open(folder.path()));
    server.migrate(vec![&CHAIRS, &TABLES]).expect("tables");
    command.announce_every_commit();
    let (_, before) = count(&server);
    add(&command, &CHAIRS, "A");
    assert!(!server.still_stands(&before, server.generation()));
    assert_eq!(count(&server).0, 1);
}
