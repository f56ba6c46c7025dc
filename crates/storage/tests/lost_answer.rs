//! Connections to MariaDB that break at the worst moment: a write happens once, whatever is lost.
//!
//! It runs where `FERRITE_TEST_MARIADB` holds `user:password@host:port`.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::thread;

use ferrite_base::{Clock, Secret};
use ferrite_storage::{Db, Durability, Engine, Error, MySqlOptions, Options, Value};

/// What the next `COMMIT` meets.
const NOTHING: u8 = 0;
const ANSWER_IS_LOST: u8 = 1;
const COMMIT_IS_LOST: u8 = 2;
const SESSION_STAYS: u8 = 3;

/// A way to the server that breaks once, where it is told to. Gives back its address.
fn way(server: String, breaks: Arc<AtomicU8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("a client");
            let server = TcpStream::connect(&server).expect("the server");
            let breaks = Arc::clone(&breaks);
            thread::spawn(move || {
                if carry(&client, &server, &breaks) {
                    // A server that has not noticed keeps the session, and all its locks.
                    std::mem::forget(server);
                }
            });
        }
    });
    address
}

/// Carries both ways; whether the server is to notice nothing of the end.
fn carry(client: &TcpStream, server: &TcpStream, breaks: &AtomicU8) -> bool {
    let (is_lost, stays) = (AtomicBool::new(false), AtomicBool::new(false));
    let close = || {
        let _ = client.shutdown(Shutdown::Both);
        if !stays.load(Ordering::SeqCst) {
            let _ = server.shutdown(Shutdown::Both);
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            pass(client, server, |sent| {
                if !sent.ends_with(b"; COMMIT") {
                    return true;
                }
                let broken = breaks.swap(NOTHING, Ordering::SeqCst);
                // Nothing that the server says from here on may get through.
                let lost = broken == ANSWER_IS_LOST || broken == SESSION_STAYS;
                is_lost.store(lost, Ordering::SeqCst);
                if broken == SESSION_STAYS {
                    stays.store(true, Ordering::SeqCst);
                    send_without_commit(server, sent);
                }
                broken != COMMIT_IS_LOST && broken != SESSION_STAYS
            });
            close();
        });
        pass(server, client, |_| !is_lost.load(Ordering::SeqCst));
        close();
    });
    stays.into_inner()
}

/// Sends the statement before the `COMMIT` alone.
fn send_without_commit(mut server: &TcpStream, sent: &[u8]) {
    let body = &sent[4..sent.len() - "; COMMIT".len()];
    let length = u32::try_from(body.len())
        .expect("it is short")
        .to_le_bytes();
    let packet = [&length[..3], &sent[3..4], body].concat();
    server.write_all(&packet).expect("it is sent");
}

/// Passes on what comes in, for as long as it is to.
fn pass(mut from: &TcpStream, mut to: &TcpStream, goes_on: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 65536];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let sent = &buffer[..read];
        if !goes_on(sent) || to.write_all(sent).is_err() {
            break;
        }
    }
}

/// A store with one table behind a way that breaks; none where there is no server.
fn store(breaks: &Arc<AtomicU8>) -> Option<Db> {
    let Ok(server) = std::env::var("FERRITE_TEST_MARIADB") else {
        println!("skipped: FERRITE_TEST_MARIADB is not set");
        return None;
    };
    let (login, address) = server.rsplit_once('@').expect("user:password@host:port");
    let (user, password) = login.split_once(':').expect("user:password");
    let open = |address: String, database: &str| {
        let engine = Engine::MySql(MySqlOptions {
            address,
            database: database.to_owned(),
            user: user.to_owned(),
            password: Secret::new(password),
            connections: 4,
        });
        let db = Db::open(Options {
            engine,
            durability: Durability::Normal,
            clock: Clock::fixed(1_718_000_000),
            generation_file: None,
            run_writes_twice: false,
        });
        let db = db.expect("the store opens");
        db.migrate(Vec::new()).expect("what every write needs");
        db
    };
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let database = format!("lost_{}_{number}", std::process::id());
    let admin = open(address.to_owned(), "mysql");
    run(&admin, &format!("CREATE DATABASE {database}"));
    let db = open(way(address.to_owned(), Arc::clone(breaks)), &database);
    run(&db, "CREATE TABLE tally (name VARCHAR(20) NOT NULL)");
    Some(db)
}

fn run(db: &Db, sql: &str) {
    let sql = sql.to_owned();
    db.write(move |tx| tx.execute(&sql, &[]).map(|_| ()))
        .expect("the statement runs");
}

/// Adds a row; says how often the function ran.
fn add(db: &Db) -> (Result<(), Error>, u32) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let done = db.write(move |tx| {
        counted.fetch_add(1, Ordering::SeqCst);
        tx.execute("INSERT INTO tally (name) VALUES ('one')", &[])?;
        tx.raise_generation();
        Ok(())
    });
    (done, runs.load(Ordering::SeqCst))
}

fn rows(db: &Db, table: &str) -> i64 {
    let found = db.read(|tx| tx.query(&format!("SELECT COUNT(*) FROM {table}"), &[]));
    let found = found.expect("the rows are counted");
    found[0].first().and_then(Value::as_int).expect("a number")
}

#[test]
fn a_write_whose_answer_is_lost_is_not_tried_again() {
    let breaks = Arc::new(AtomicU8::new(NOTHING));
    let Some(db) = store(&breaks) else { return };
    breaks.store(ANSWER_IS_LOST, Ordering::SeqCst);
    assert_eq!(add(&db), (Ok(()), 1));
    assert_eq!(breaks.load(Ordering::SeqCst), NOTHING, "it broke");
    assert_eq!(rows(&db, "tally"), 1);
    assert_eq!(add(&db), (Ok(()), 1));
    assert_eq!(rows(&db, "tally"), 2);
}

#[test]
fn a_write_whose_commit_never_came_is_tried_again() {
    let breaks = Arc::new(AtomicU8::new(NOTHING));
    let Some(db) = store(&breaks) else { return };
    breaks.store(COMMIT_IS_LOST, Ordering::SeqCst);
    assert_eq!(add(&db), (Ok(()), 2));
    assert_eq!(rows(&db, "tally"), 1);
    let undone = "ferrite_write WHERE at LIKE '%T%'";
    assert_eq!(rows(&db, undone), 1, "the first one can never be kept");
}

#[test]
fn a_connection_that_the_server_has_ended_is_replaced() {
    let breaks = Arc::new(AtomicU8::new(NOTHING));
    let Some(db) = store(&breaks) else { return };
    let ended = db.write(|tx| {
        let sql = "SELECT CAST(CONNECTION_ID() AS CHAR)";
        let rows = tx.query(sql, &[])?;
        Ok::<_, Error>(rows[0][0].as_text().expect("a number").to_owned())
    });
    let sql = format!("KILL CONNECTION {}", ended.expect("a session"));
    let _ = db.write(move |tx| tx.execute(&sql, &[]));
    assert_eq!(rows(&db, "tally"), 0);
    assert_eq!(add(&db), (Ok(()), 1));
    assert_eq!(rows(&db, "tally"), 1);
}

#[test]
fn no_broken_connection_takes_a_place_for_good() {
    let breaks = Arc::new(AtomicU8::new(NOTHING));
    let Some(db) = store(&breaks) else { return };
    for count in 1..=8 {
        breaks.store(ANSWER_IS_LOST, Ordering::SeqCst);
        assert_eq!(add(&db), (Ok(()), 1));
        assert_eq!(rows(&db, "tally"), count);
    }
}

#[test]
fn a_session_that_nobody_waits_for_any_more_is_ended() {
    let breaks = Arc::new(AtomicU8::new(NOTHING));
    let Some(db) = store(&breaks) else { return };
    breaks.store(SESSION_STAYS, Ordering::SeqCst);
    assert_eq!(add(&db), (Ok(()), 2));
    assert_eq!(rows(&db, "tally"), 1);
}
