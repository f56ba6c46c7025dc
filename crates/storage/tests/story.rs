//! One story, told on both engines: what a collection promises.
//!
//! MariaDB's part runs where `FERRITE_TEST_MARIADB` holds `user:password@host:port`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ferrite_base::{Clock, Secret};
use ferrite_storage::full_text::{FullText, Marked, words};
use ferrite_storage::{
    Collection, Db, Direction, Durability, Engine, Error, Field, Filter, Generation, MySqlOptions,
    Options, Scalar, Search, Sort, serde_document,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: i64,
    code: String,
    name: Option<String>,
    price: i64,
}

serde_document!(Thing);

static THINGS: Collection<Thing> = Collection {
    name: "thing",
    fields: &[
        Field::unique_text("code", |thing: &Thing| {
            Some(Scalar::from(thing.code.as_str()))
        }),
        Field::text("name", |thing: &Thing| {
            thing.name.as_deref().map(Scalar::from)
        }),
        Field::decimal("price", |thing: &Thing| Some(Scalar::from(thing.price))),
    ],
};

fn thing(code: &str, name: Option<&str>, price: i64) -> Thing {
    let (code, name) = (code.to_owned(), name.map(str::to_owned));
    Thing {
        id: 0,
        code,
        name,
        price: price * 1_000_000,
    }
}

/// Each engine at hand, with a store of its own.
fn engines(story: impl Fn(&Db)) {
    engines_shared(|db, _| story(db));
}

/// The same for two processes that share a store.
fn engines_shared(story: impl Fn(&Db, &Db)) {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = || Engine::Sqlite {
        file: folder.path().join("store.db"),
    };
    story(&open(sqlite()), &open_plain(sqlite()));
    let Ok(server) = std::env::var("FERRITE_TEST_MARIADB") else {
        println!("skipped on MariaDB: FERRITE_TEST_MARIADB is not set");
        return;
    };
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let database = format!("story_{}_{number}", std::process::id());
    let (login, address) = server.rsplit_once('@').expect("user:password@host:port");
    let (user, password) = login.split_once(':').expect("user:password");
    let options = |database: &str| {
        Engine::MySql(MySqlOptions {
            address: address.to_owned(),
            database: database.to_owned(),
            user: user.to_owned(),
            password: Secret::new(password),
            connections: 4,
        })
    };
    let admin = open_plain(options("mysql"));
    admin.migrate(Vec::new()).expect("what every write needs");
    run(&admin, &format!("CREATE DATABASE {database}"));
    story(&open(options(&database)), &open_plain(options(&database)));
    run(&admin, &format!("DROP DATABASE {database}"));
}

fn run(db: &Db, sql: &str) {
    let sql = sql.to_owned();
    db.write(move |tx| tx.execute(&sql, &[]).map(|_| ()))
        .expect("the statement runs");
}

/// How many indexes of this name there are.
fn indexes(db: &Db, name: &'static str) -> i64 {
    let sql = if db.is_sqlite() {
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'index' AND name = ?"
    } else {
        "SELECT COUNT(*) FROM information_schema.statistics \
         WHERE table_schema = DATABASE() AND index_name = ?"
    };
    let rows = db
        .read(|tx| tx.query(sql, &[name.into()]))
        .expect("a count");
    rows[0][0].as_int().expect("a number")
}

fn open_plain(engine: Engine) -> Db {
    let (durability, clock) = (Durability::Normal, Clock::fixed(1_718_000_000));
    let options = Options {
        engine,
        durability,
        clock,
        generation_file: None,
        run_writes_twice: false,
    };
    Db::open(options).expect("the store opens")
}

fn open(engine: Engine) -> Db {
    let (durability, clock) = (Durability::Normal, Clock::fixed(1_718_000_000));
    let options = Options {
        engine,
        durability,
        clock,
        generation_file: None,
        run_writes_twice: true,
    };
    let db = Db::open(options).expect("the store opens");
    db.migrate(vec![&THINGS]).expect("the tables are made");
    db.migrate(vec![&THINGS])
        .expect("making them again changes nothing");
    db
}

fn add(db: &Db, new: Thing) -> Result<i64, Error> {
    db.write(move |tx| THINGS.insert(tx, &mut new.clone()))
}

fn find(db: &Db, filters: &[&[(&str, &str, &str)]]) -> Result<Vec<String>, Error> {
    let filter = |(field, condition, value): &(&str, &str, &str)| Filter {
        field: (*field).to_owned(),
        condition: (*condition).to_owned(),
        value: (*value).to_owned(),
    };
    let groups = filters
        .iter()
        .map(|group| group.iter().map(filter).collect())
        .collect();
    let page = db.read(|tx| {
        THINGS.search(
            tx,
            &Search {
                groups,
                ..Search::default()
            },
        )
    })?;
    Ok(page.items.into_iter().map(|thing| thing.code).collect())
}

#[test]
fn rows_come_go_and_change() {
    engines(|db| {
        let id = add(db, thing("A", Some("Alpha"), 1)).unwrap();
        assert!(matches!(
            add(db, thing("a ", None, 2)),
            Err(Error::Duplicate(_))
        ));
        let read = db
            .read(|tx| THINGS.find(tx, "code", &Scalar::from("a")))
            .unwrap()
            .unwrap();
        assert_eq!((read.id, read.code.as_str()), (id, "A"));
        let zero = Thing {
            id: 0,
            ..thing("zero", None, 0)
        };
        db.write(move |tx| THINGS.insert_as(tx, &zero)).unwrap();
        assert!(db.read(|tx| THINGS.get(tx, 0)).unwrap().is_some());
        let changed = Thing { name: None, ..read };
        db.write(move |tx| THINGS.put(tx, &changed)).unwrap();
        let gone = Thing {
            id: 99,
            ..thing("x", None, 0)
        };
        let missing: Result<(), Error> = db.write(move |tx| THINGS.put(tx, &gone));
        assert!(matches!(missing, Err(Error::Missing { id: 99, .. })));
        let ending_in_zero = [Filter {
            field: "code".to_owned(),
            condition: "like".to_owned(),
            value: "%ero".to_owned(),
        }];
        let found = [ending_in_zero.to_vec()];
        let deleted = db.write(move |tx| THINGS.delete_found(tx, &found));
        assert_eq!(deleted, Ok(1));
        assert!(db.write(move |tx| THINGS.delete(tx, id)).unwrap());
        assert!(!db.write(move |tx| THINGS.delete(tx, id)).unwrap());
    });
}

#[test]
fn a_thing_is_added_for_each_value_of_a_field() {
    engines(|db| {
        let added = db.write(|tx| {
            let each = ["B", "C"].map(Scalar::from);
            let same = thing("A", Some("Alpha"), 1);
            THINGS.insert_for_each(tx, &same, "code", each)?;
            let none = THINGS.insert_for_each(tx, &same, "colour", [Scalar::from(1)]);
            assert!(matches!(none, Err(Error::UnknownField(_))), "{none:?}");
            Ok::<_, Error>(())
        });
        added.expect("they are added");
        for (code, is_there) in [("A", false), ("B", true), ("C", true)] {
            let found = db.read(|tx| THINGS.find(tx, "code", &Scalar::from(code)));
            assert_eq!(found.expect("a search").is_some(), is_there, "{code}");
        }
        let named = find(db, &[&[("name", "eq", "alpha")]]).expect("a search");
        assert_eq!(named, ["A", "A"], "their document is the same");
    });
}

#[test]
fn what_fails_or_panics_leaves_nothing_behind() {
    engines(|db| {
        let failed: Result<(), Error> = db.write(|tx| {
            THINGS.insert(tx, &mut thing("A", None, 1))?;
            Err(Error::UnknownField("x".to_owned()))
        });
        assert_eq!(failed, Err(Error::UnknownField("x".to_owned())));
        let panicked: Result<(), Error> = db.write(|tx| {
            THINGS.insert(tx, &mut thing("B", None, 1))?;
            panic!("on purpose")
        });
        assert_eq!(panicked, Err(Error::Panicked));
        assert_eq!(db.read(|tx| THINGS.count(tx)), Ok(0));
    });
}

#[test]
fn nobody_changes_what_a_write_has_read() {
    engines_shared(|one, other| {
        let id = add(one, thing("counted", None, 0)).expect("a counter");
        // Adds one to the counter, and a thing of a name that there is none of yet.
        let turn = |db: &Db, thread: usize, at: usize| {
            db.write(move |tx| {
                let mut counter = THINGS.get(tx, id)?.expect("the counter");
                counter.price += 1;
                THINGS.put(tx, &counter)?;
                let name = format!("name {at}");
                if THINGS
                    .find(tx, "name", &Scalar::from(name.as_str()))?
                    .is_none()
                {
                    THINGS.insert(tx, &mut thing(&format!("{thread} {at}"), Some(&name), 1))?;
                }
                Ok::<_, Error>(())
            })
        };
        std::thread::scope(|scope| {
            for thread in 0..6 {
                let db = if thread % 2 == 0 { one } else { other };
                scope.spawn(move || {
                    for at in 0..20 {
                        assert_eq!(turn(db, thread, at), Ok(()));
                    }
                });
            }
        });
        let counter = one
            .read(|tx| THINGS.get(tx, id))
            .expect("read")
            .expect("there");
        assert_eq!(counter.price, 120);
        assert_eq!(one.read(|tx| THINGS.count(tx)), Ok(21));
    });
}

#[test]
fn conditions_answer_alike_on_both_engines() {
    engines(|db| {
        for new in [
            thing("a1", Some("Élan Vital"), 10),
            thing("a2", Some("100%_off"), 20),
            thing("b1", Some("x,y,z"), 30),
            thing("b2", None, 40),
        ] {
            add(db, new).unwrap();
        }
        let found = |filters: &[&[(&str, &str, &str)]]| find(db, filters).unwrap().join(" ");
        assert_eq!(found(&[&[("name", "eq", "elan vital")]]), "a1");
        assert_eq!(found(&[&[("name", "neq", "elan vital")]]), "a2 b1");
        assert_eq!(found(&[&[("name", "like", "%\\%\\_%")]]), "a2");
        assert_eq!(found(&[&[("code", "like", "A%")]]), "a1 a2");
        assert_eq!(found(&[&[("code", "nlike", "a%")]]), "b1 b2");
        assert_eq!(found(&[&[("code", "in", "a1,b2, a2")]]), "a1 b2");
        assert_eq!(found(&[&[("name", "null", "")]]), "b2");
        assert_eq!(found(&[&[("name", "finset", "y")]]), "b1");
        assert_eq!(found(&[&[("name", "regexp", "^e.an")]]), "a1");
        assert_eq!(
            found(&[&[("price", "from", "15"), ("price", "to", "30.0")]]),
            "a2 b1"
        );
        assert_eq!(
            found(&[
                &[("price", "gt", "10")],
                &[("code", "eq", "b1"), ("code", "eq", "a1")]
            ]),
            "b1"
        );
        assert_eq!(found(&[&[("price", "moreq", "40")]]), "b2");
        let odd = find(db, &[&[("name; DROP TABLE thing", "eq", "' OR 1=1 --")]]);
        assert!(matches!(odd, Err(Error::UnknownField(_))));
        assert_eq!(found(&[&[("name", "eq", "' OR 1=1 --")]]), "");
    });
}

#[test]
fn pages_are_cut_as_magento_cuts_them() {
    engines(|db| {
        for number in 1..=5 {
            add(db, thing(&format!("c{number}"), None, number)).unwrap();
        }
        let page = |size: Option<i64>, page: i64| {
            let sort = vec![Sort {
                field: "price".into(),
                direction: Direction::Descending,
            }];
            let search = Search {
                sort,
                page_size: size,
                page,
                ..Search::default()
            };
            let page = db.read(|tx| THINGS.search(tx, &search)).unwrap();
            assert_eq!(page.total, 5);
            page.items
                .iter()
                .map(|thing| thing.price / 1_000_000)
                .collect::<Vec<_>>()
        };
        assert_eq!(page(Some(2), 1), [5, 4]);
        assert_eq!(page(Some(2), 3), [1]);
        assert!(page(Some(2), 4).is_empty());
        assert!(page(Some(2), i64::MAX).is_empty());
        assert_eq!(page(Some(-1), 0), [5]);
        assert_eq!(page(None, -3), [5, 4, 3, 2, 1]);
    });
}

#[test]
fn only_a_raised_commit_moves_the_generation() {
    engines(|db| {
        let before = db.generation();
        add(db, thing("A", None, 1)).unwrap();
        assert_eq!(db.generation(), before);
        db.write(|tx| {
            tx.raise_generation();
            Ok::<_, Error>(())
        })
        .unwrap();
        assert_ne!(db.generation(), before);
        assert_ne!(db.generation(), Generation::Changing);
    });
}

/// The same table as a later binary declares it.
static LATER_THINGS: Collection<Thing> = Collection {
    name: "thing",
    fields: &[
        Field::text("name", |thing: &Thing| {
            thing.name.as_deref().map(Scalar::from)
        })
        .without_index(),
        Field::unique_text("code", |thing: &Thing| {
            Some(Scalar::from(thing.code.as_str()))
        }),
        Field::int("half", |thing: &Thing| {
            Some(Scalar::from(thing.price / 2_000_000))
        }),
    ],
};

static NEW_THINGS: Collection<Thing> = Collection {
    name: "new_thing",
    fields: &[],
};

#[test]
fn a_store_that_an_earlier_binary_made_gets_what_came_later() {
    engines(|db| {
        add(db, thing("A", None, 8)).unwrap();
        assert_eq!(indexes(db, "thing_f_name"), 1);
        let fills = Arc::new(AtomicU32::new(0));
        let upgrade = || {
            let counted = Arc::clone(&fills);
            db.upgrade(vec![&LATER_THINGS, &NEW_THINGS], move |tx| {
                counted.fetch_add(1, Ordering::SeqCst);
                NEW_THINGS.insert(tx, &mut thing("N", None, 1))?;
                Ok(())
            })
            .expect("it is brought up")
        };
        upgrade();
        assert_eq!(indexes(db, "thing_f_name"), 0, "the field has it no more");
        let half = Scalar::from(4_i64);
        let found = db.read(|tx| LATER_THINGS.find(tx, "half", &half)).unwrap();
        assert_eq!(found.map(|found| found.code).as_deref(), Some("A"));
        assert_eq!(db.read(|tx| NEW_THINGS.count(tx)), Ok(1));
        let runs = fills.load(Ordering::SeqCst);
        upgrade();
        assert_eq!(fills.load(Ordering::SeqCst), runs, "nothing has changed");
        run(db, "DROP TABLE IF EXISTS ferrite_schema");
        upgrade();
        assert!(fills.load(Ordering::SeqCst) > runs, "nobody knows");
    });
}

#[test]
fn several_servers_that_begin_at_once_fill_a_store_once() {
    engines(|db| {
        let upgrade = || {
            db.upgrade(vec![&LATER_THINGS, &NEW_THINGS], |tx| {
                if NEW_THINGS.count(tx)? == 0 {
                    let first = Thing {
                        id: 7,
                        ..thing("N", None, 1)
                    };
                    NEW_THINGS.insert_as(tx, &first)?;
                }
                Ok(())
            })
        };
        std::thread::scope(|scope| {
            let servers = [(); 4].map(|()| scope.spawn(upgrade));
            for server in servers {
                assert_eq!(server.join().unwrap(), Ok(()));
            }
        });
        assert_eq!(db.read(|tx| NEW_THINGS.count(tx)), Ok(1));
    });
}

#[test]
fn columns_are_derived_anew_step_by_step() {
    engines(|db| {
        db.migrate(vec![&THINGS]).expect("tables");
        let filled = db.write(|tx| {
            for (code, name) in [("a", "one"), ("b", "two"), ("c", "three")] {
                THINGS.insert(tx, &mut thing(code, Some(name), 1))?;
            }
            tx.execute("UPDATE thing SET f_name = NULL", &[])
        });
        filled.expect("it is written");
        let found = || db.read(|tx| THINGS.find(tx, "name", &Scalar::from("three")));
        assert_eq!(found(), Ok(None));
        let (mut next, mut steps) = (Some(0), 0);
        while let Some(after) = next {
            next = db
                .write(move |tx| THINGS.derive_anew(tx, after, 2))
                .expect("a step");
            steps += 1;
        }
        assert_eq!(steps, 3, "two, one, and none");
        let name = found().expect("it is read").and_then(|thing| thing.name);
        assert_eq!(name.as_deref(), Some("three"));
    });
}

static TEXTS: FullText = FullText { name: "texts" };

#[test]
fn words_are_found_alike_on_both_engines() {
    engines(|db| {
        db.migrate(vec![&TEXTS]).expect("a table");
        let put = |thing: i64, part: u16, text: &str| {
            let mut marked = Marked::default();
            marked.add(&words(text), 1);
            db.write(move |tx| TEXTS.insert(tx, thing, part, marked.clone()))
                .expect("written");
        };
        put(1, 0, "The digital Watch, a gift");
        put(2, 0, "Crème brûlée für 2");
        put(2, 1, "Watchmaker");
        put(3, 0, "digital");
        let found = |part: u16, text: &str, most: i64| -> Vec<i64> {
            let rows = db.read(|tx| TEXTS.find(tx, part, &words(text), most));
            rows.expect("found").iter().map(|row| row.thing).collect()
        };
        assert_eq!(found(0, "DIGITAL watch", 9), [1, 3]);
        assert_eq!(found(0, "digital", 1), [1]);
        assert_eq!(
            found(1, "wat", 9),
            [2],
            "the beginning of the last word is enough"
        );
        assert_eq!(found(0, "wat gift", 9), [1]);
        assert_eq!(found(0, "wat nothing", 9), [0; 0], "of others it is not");
        assert_eq!(found(0, "BRULEE", 9), [2]);
        for common in ["the", "a", "2"] {
            assert_eq!(
                found(0, common, 9).len(),
                1,
                "{common:?} is a word like others"
            );
        }
        assert_eq!(found(0, "\" OR * NEAR( -", 9), [0; 0]);
        let rows = db.read(|tx| TEXTS.find(tx, 0, &words("brulee"), 9));
        assert_eq!(
            rows.expect("found")[0].words,
            ["creme", "brulee", "fur", "2"]
        );
        let delete = db.write(|tx| {
            TEXTS.delete(tx, 2)?;
            TEXTS.delete_part(tx, 3, 1)
        });
        delete.expect("deleted");
        assert_eq!(
            (found(0, "brulee", 9), found(1, "watch", 9)),
            (vec![], vec![])
        );
        assert_eq!(found(0, "digital", 9), [1, 3]);
        assert_eq!(db.read(|tx| TEXTS.is_empty(tx)), Ok(false));
    });
}
