//! SQLite's log while one write follows on another.

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
const WRITERS: usize = 3;
const EACH: usize = 2_000;

#[test]
fn it_does_not_grow_without_end() {
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
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let written = db.write(|tx| {
                        let text = "x".repeat(SIZE);
                        TEXTS.insert(tx, &mut Text { id: 0, text })
                    });
                    written
                        .map_err(|error: Error| error)
                        .expect("it is written");
                }
            });
        }
    });
    let length = std::fs::metadata(file.with_extension("db-wal"))
        .expect("a log")
        .len();
    let written = (WRITERS * EACH * SIZE) as u64;
    assert!(
        length < written / 2,
        "{length} of {written} bytes are logged"
    );
}
