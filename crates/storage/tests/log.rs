//! SQLite's log while one write follows on another.

use std::time::Duration;

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

/// Beyond this the log is to begin anew.
const MUCH: u64 = 64 * 1024 * 1024;

/// Writes after which it has to have begun anew: four times as much as that, and then with pauses.
const MOST: usize = 4_000;

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
    let mut longest = 0;
    for _ in 0..MOST {
        let written = db.write(|tx| {
            let text = "x".repeat(SIZE);
            TEXTS.insert(tx, &mut Text { id: 0, text })
        });
        written
            .map_err(|error: Error| error)
            .expect("it is written");
        let log = std::fs::metadata(file.with_extension("db-wal"));
        let length = log.expect("a log").len();
        if length < longest {
            return;
        }
        longest = length;
        if length > MUCH {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    panic!("the log has {longest} bytes and has never begun anew");
}
