//! Writes that are committed together: what one of them does wrong is nobody else's matter. What is
//! remembered of tables, while they are written.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use ferrite_base::Clock;
use ferrite_storage::full_text::{FullText, Marked, words};
use ferrite_storage::{
    Collection, Db, Durability, Engine, Error, Field, Options, Scalar, Tx, serde_document,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: i64,
    code: String,
}

serde_document!(Thing);

static THINGS: Collection<Thing> = Collection {
    name: "thing",
    fields: &[Field::unique_text("code", |thing: &Thing| {
        Some(Scalar::from(thing.code.as_str()))
    })],
};

static WORDS: FullText = FullText {
    name: "thing_words",
};

fn open(folder: &Path) -> Db {
    let db = Db::open(Options {
        engine: Engine::Sqlite {
            file: folder.join("store.db"),
        },
        durability: Durability::Normal,
        clock: Clock::fixed(1_800_000_000),
        generation_file: Some(folder.join("generation")),
        run_writes_twice: false,
    });
    let db = db.expect("a store");
    db.migrate(vec![&THINGS, &WORDS]).expect("tables");
    db
}

fn insert(tx: &mut Tx<'_>, code: &str) -> Result<i64, Error> {
    let mut thing = Thing {
        id: 0,
        code: code.to_owned(),
    };
    let id = THINGS.insert(tx, &mut thing)?;
    let mut marked = Marked::default();
    marked.add(&words(code), 1);
    WORDS.insert(tx, id, 0, marked)?;
    Ok(id)
}

fn codes(db: &Db) -> Vec<String> {
    let all = db.read(|tx| THINGS.all(tx)).expect("all");
    let mut codes: Vec<String> = all.into_iter().map(|thing| thing.code).collect();
    codes.sort();
    codes
}

fn found(db: &Db, word: &str) -> Vec<i64> {
    let found = db.read(|tx| WORDS.find(tx, 0, &words(word), 10));
    let rows = found.expect("a search");
    rows.iter().map(|row| row.thing).collect()
}

type Job = Box<dyn Fn(&mut Tx<'_>) -> Result<i64, Error> + Send>;

/// Jobs that are run in one transaction: the first one holds the writer until all of them wait.
fn together(db: &Db, jobs: Vec<Job>) -> Vec<Result<i64, Error>> {
    let (holding, held) = channel();
    let (release, released) = channel::<()>();
    let released = std::sync::Mutex::new(released);
    thread::scope(|scope| {
        let first = scope.spawn(move || {
            db.write(move |_| {
                let _ = holding.send(());
                // Only the first run waits: the sender is gone at the second.
                let _ = released.lock().expect("a lock").recv();
                Ok::<_, Error>(())
            })
        });
        held.recv().expect("the writer is held");
        let others: Vec<_> = jobs
            .into_iter()
            .map(|job| {
                let other = scope.spawn(move || db.write(job));
                // They come to the writer in this order.
                thread::sleep(std::time::Duration::from_millis(20));
                other
            })
            .collect();
        drop(release);
        first.join().expect("it ends").expect("it succeeds");
        let ended = others.into_iter().map(|one| one.join().expect("it ends"));
        ended.collect()
    })
}

#[test]
fn what_fails_after_a_write_undoes_nothing_of_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(folder.path());
    let ended = together(
        &db,
        vec![
            Box::new(|tx| insert(tx, "one")),
            Box::new(|tx| {
                insert(tx, "two")?;
                Err(Error::UnknownField("none".to_owned()))
            }),
            Box::new(|tx| {
                insert(tx, "three")?;
                panic!("on purpose")
            }),
            Box::new(|tx| insert(tx, "four")),
            Box::new(|tx| insert(tx, "one")),
        ],
    );
    assert!(ended[0].is_ok());
    assert_eq!(ended[1], Err(Error::UnknownField("none".to_owned())));
    assert_eq!(ended[2], Err(Error::Panicked));
    assert!(ended[3].is_ok());
    assert!(matches!(ended[4], Err(Error::Duplicate(_))), "{ended:?}");
    assert_eq!(codes(&db), ["four", "one"]);
    assert_eq!(found(&db, "one"), [*ended[0].as_ref().expect("an id")]);
    assert!(found(&db, "two").is_empty(), "words are undone too");
    // For a while each has a savepoint of its own.
    let ended = together(
        &db,
        vec![
            Box::new(|tx| {
                insert(tx, "five")?;
                Err(Error::Busy)
            }),
            Box::new(|tx| insert(tx, "six")),
        ],
    );
    assert_eq!(ended[0], Err(Error::Busy));
    assert_eq!(codes(&db), ["four", "one", "six"]);
}

#[test]
fn words_follow_their_thing_through_one_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(folder.path());
    let rename = |code: &'static str| {
        move |tx: &mut Tx<'_>| {
            WORDS.delete(tx, 1)?;
            let mut marked = Marked::default();
            marked.add(&words(code), 2);
            WORDS.insert(tx, 1, 0, marked)?;
            Ok(0)
        }
    };
    let ended = together(
        &db,
        vec![
            Box::new(|tx| insert(tx, "lamp")),
            Box::new(rename("desk")),
            Box::new(rename("chair")),
        ],
    );
    assert!(ended.iter().all(Result::is_ok), "{ended:?}");
    assert_eq!(found(&db, "chair"), [1]);
    assert!(found(&db, "lamp").is_empty() && found(&db, "desk").is_empty());
}

/// How many things there are, and whether they had to be counted for that.
fn counted(tx: &mut Tx<'_>, counts: &AtomicU32) -> Result<i64, Error> {
    struct Count(i64);
    let count = tx.remembered(7, |tx| {
        counts.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Error>(Count(THINGS.count(tx)?))
    })?;
    Ok(count.0)
}

#[test]
fn what_is_remembered_is_what_would_be_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(folder.path());
    let counts = Arc::new(AtomicU32::new(0));
    let read = |db: &Db| db.read(|tx| counted(tx, &counts)).expect("a count");
    assert_eq!((read(&db), read(&db)), (0, 0));
    assert_eq!(counts.load(Ordering::SeqCst), 1, "remembered");

    let in_write = Arc::clone(&counts);
    let seen = db.write(move |tx| {
        let before = counted(tx, &in_write)?;
        insert(tx, "one")?;
        Ok::<_, Error>((before, counted(tx, &in_write)?))
    });
    assert_eq!(seen, Ok((0, 1)), "its own write counts at once");
    assert_eq!(read(&db), 1);

    let in_write = Arc::clone(&counts);
    let failed = db.write(move |tx| {
        insert(tx, "two")?;
        assert_eq!(counted(tx, &in_write), Ok(2));
        Err::<(), _>(Error::Busy)
    });
    assert_eq!(failed, Err(Error::Busy));
    assert_eq!(read(&db), 1, "what was undone was never counted");

    let (first, second) = (Arc::clone(&counts), Arc::clone(&counts));
    let ended = together(
        &db,
        vec![
            Box::new(|tx| insert(tx, "three")),
            Box::new(move |tx| counted(tx, &first)),
            Box::new(move |tx| {
                insert(tx, "four")?;
                counted(tx, &second)
            }),
        ],
    );
    assert_eq!((&ended[1], &ended[2]), (&Ok(2), &Ok(3)));
    assert_eq!(read(&db), 3);
}

#[test]
fn another_process_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (db, other) = (open(folder.path()), open(folder.path()));
    let counts = AtomicU32::new(0);
    let read = |db: &Db| db.read(|tx| counted(tx, &counts)).expect("a count");
    assert_eq!(read(&db), 0);
    other.announce_every_commit();
    let added = other.write(|tx| insert(tx, "one"));
    added.expect("it is added");
    assert_eq!(read(&db), 1);
}

#[test]
fn a_command_beside_a_server_remembers_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, command) = (open(folder.path()), open(folder.path()));
    command.announce_every_commit();
    let counts = AtomicU32::new(0);
    let read = |db: &Db| db.read(|tx| counted(tx, &counts)).expect("a count");
    assert_eq!(read(&command), 0);
    let added = server.write(|tx| insert(tx, "one"));
    added.expect("it is added");
    assert_eq!(read(&command), 1, "the server tells nobody of it");
}

#[test]
fn words_that_the_index_refuses_fail_their_own_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(folder.path());
    let ended = together(
        &db,
        vec![
            Box::new(|tx| insert(tx, "one")),
            Box::new(|tx| {
                let id = insert(tx, "two")?;
                WORDS.insert(tx, id, 0, Marked::default())?;
                Ok(id)
            }),
            Box::new(|tx| insert(tx, "three")),
        ],
    );
    assert!(ended[0].is_ok() && ended[2].is_ok(), "{ended:?}");
    assert!(ended[1].is_err(), "there is a row of it already");
    assert_eq!(codes(&db), ["one", "three"]);
    assert_eq!(found(&db, "three").len(), 1);
}
