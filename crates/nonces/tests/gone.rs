//! The database is gone for a while: nothing is accepted that it cannot record, and then the same
//! once. It runs where `FERRITE_TEST_MARIADB` holds `user:password@host:port`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use ferrite_base::{Clock, Randomness, Secret};
use ferrite_nonces::{Claim, Credential, Nonces, Refusal};
use ferrite_storage::{Db, Durability, Engine, MySqlOptions, Options};

const NOW: i64 = 1_800_000_000;
const WINDOW: i64 = 7_200;

/// A way to the server that can be cut and mended.
#[derive(Clone, Default)]
struct Way(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Way {
    /// Begins to carry; the address to connect to.
    fn to(&self, server: String) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let way = self.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                way.carry(client.unwrap(), &server);
            }
        });
        address
    }

    fn carry(&self, client: TcpStream, server: &str) {
        let mut state = self.0.lock().unwrap();
        if state.is_cut {
            return;
        }
        let server = TcpStream::connect(server).unwrap();
        state
            .open
            .extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
        drop(state);
        for (mut from, mut to) in [
            (client.try_clone().unwrap(), server.try_clone().unwrap()),
            (server, client),
        ] {
            thread::spawn(move || {
                let _ = io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }

    fn cut(&self) {
        let mut state = self.0.lock().unwrap();
        state.is_cut = true;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.0.lock().unwrap().is_cut = false;
    }
}

fn open(server: &str, address: String, database: &str) -> Db {
    let (login, _) = server.rsplit_once('@').unwrap();
    let (user, password) = login.split_once(':').unwrap();
    Db::open(Options {
        engine: Engine::MySql(MySqlOptions {
            address,
            database: database.to_owned(),
            user: user.to_owned(),
            password: Secret::new(password),
            connections: 4,
        }),
        durability: Durability::Normal,
        clock: Clock::fixed(NOW),
        generation_file: None,
        run_writes_twice: false,
    })
    .unwrap()
}

#[test]
fn what_a_lost_database_cannot_record_is_not_accepted() {
    let Ok(server) = std::env::var("FERRITE_TEST_MARIADB") else {
        println!("skipped: FERRITE_TEST_MARIADB is not set");
        return;
    };
    let (_, address) = server.rsplit_once('@').unwrap();
    let database = format!("gone_{}", std::process::id());
    let admin = open(&server, address.to_owned(), "mysql");
    admin.migrate(Vec::new()).unwrap();
    let create = format!("CREATE DATABASE {database}");
    let created: Result<_, ferrite_storage::Error> =
        admin.write(move |tx| tx.execute(&create, &[]));
    created.unwrap();

    let way = Way::default();
    let db = open(&server, way.to(address.to_owned()), &database);
    db.migrate(ferrite_nonces::tables()).unwrap();
    let nonces = Nonces::table(db, Clock::fixed(NOW), Randomness::system());
    let send = |nonce: &str| {
        let claim = Claim::new("consumer", Credential::of("token"), nonce, NOW);
        nonces.accept(&claim, WINDOW, |_| Ok(true))
    };
    assert_eq!(send("before"), Ok(()));
    way.cut();
    for _ in 0..2 {
        let refused = send("meanwhile");
        assert!(
            matches!(refused, Err(Refusal::Unavailable(_))),
            "{refused:?}"
        );
    }
    way.mend();
    assert_eq!(send("meanwhile"), Ok(()));
    for used in ["meanwhile", "before"] {
        assert_eq!(send(used), Err(Refusal::Used));
    }
}
