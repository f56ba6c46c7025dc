//! A disk that is full: nothing is accepted that cannot be recorded, and then the same once.

use std::fs::{self, OpenOptions};

use ferrite_base::{Clock, Randomness};
use ferrite_storage::{Db, Durability, Engine};

use super::{Journal, Options};
use crate::{Claim, Credential, Refusal, table};

const NOW: i64 = 1_800_000_000;
const WINDOW: i64 = 7_200;

fn open(folder: &tempfile::TempDir) -> Journal {
    let file = folder.path().join("store.db");
    let db = Db::open(ferrite_storage::Options {
        engine: Engine::Sqlite { file },
        durability: Durability::Normal,
        clock: Clock::fixed(NOW),
        generation_file: None,
        run_writes_twice: true,
    })
    .unwrap();
    db.migrate(table::tables()).unwrap();
    let options = Options::new(folder.path().join("nonces"));
    Journal::open(options, &db, &[], NOW, &Randomness::seeded(1)).unwrap()
}

fn claim(nonce: &str) -> Claim {
    Claim::new("consumer", Credential::of("token"), nonce, NOW)
}

#[test]
fn what_a_full_disk_cannot_take_is_not_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(&folder);
    journal.accept(&claim("a"), WINDOW).unwrap();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let whole = journal.segments.replace_file(full);
    for _ in 0..2 {
        let refused = journal.accept(&claim("b"), WINDOW);
        assert!(
            matches!(refused, Err(Refusal::Unavailable(_))),
            "{refused:?}"
        );
    }
    journal.segments.replace_file(whole);
    assert_eq!(journal.accept(&claim("b"), WINDOW), Ok(()));
    drop(journal);
    let mut journal = open(&folder);
    for used in ["a", "b"] {
        assert_eq!(journal.accept(&claim(used), WINDOW), Err(Refusal::Used));
    }
    assert_eq!(journal.accept(&claim("c"), WINDOW), Ok(()));
}

#[test]
fn nothing_is_accepted_beyond_a_promise_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(&folder);
    let in_the_way = folder.path().join("nonces/floors.new");
    fs::create_dir(&in_the_way).unwrap();
    let refused = journal.accept(&claim("a"), WINDOW);
    assert!(
        matches!(refused, Err(Refusal::Unavailable(_))),
        "{refused:?}"
    );
    assert!(journal.close().is_err());
    fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(journal.accept(&claim("a"), WINDOW), Ok(()));
    assert_eq!(journal.accept(&claim("a"), WINDOW), Err(Refusal::Used));
    journal.close().unwrap();
}
