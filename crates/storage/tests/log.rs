//! SQLite's log while one write follows on another.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use ferrite_base::Clock;
use ferrite_storage::{Collection, Db, Durability, Engine, Error, Options, serde_document};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Text {
    id: i64,
    text: String,
}

serde_document!(Text);

static TEXTS: Collection<Text> = Collection {
    name: "text",
    fields: &[],
};

const SIZE: usize = 64 * 1024;

/// Each of three writers writes so much at most, without a pause: 375 MiB in all, where 64 MiB are long.
const MOST: usize = 2_000;

#[test]
fn it_begins_anew_while_one_write_follows_on_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.db");
    let db = Db::open(Options {
        engine: Engine::Sqlite { file: file.clone() },
        durability: Durability::Normal,
        clock: Clock::fixed(1_800_000_000),
        generation_file: Some(folder.path().join("generation")),
        run_writes_twice: false,
    })
    .expect("a store");
    db.migrate(vec![&TEXTS]).expect("tables");
    let log = file.with_extension("db-wal");
    let longest = AtomicU64::new(0);
    let begun_anew = AtomicBool::new(false);
    let write = || {
        for _ in 0..MOST {
            if begun_anew.load(Ordering::SeqCst) {
                return;
            }
            let written = db.write(|tx| {
                let text = "x".repeat(SIZE);
                TEXTS.insert(tx, &mut Text { id: 0, text })
            });
            let _: i64 = written
                .map_err(|error: Error| error)
                .expect("it is written");
            let length = std::fs::metadata(&log).expect("a log").len();
            if length < longest.fetch_max(length, Ordering::SeqCst) / 2 {
                begun_anew.store(true, Ordering::SeqCst);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(write);
        }
    });
    let longest = longest.into_inner();
    assert!(
        begun_anew.into_inner(),
        "the log has {longest} bytes and has never begun anew"
    );
}
