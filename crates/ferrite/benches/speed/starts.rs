//! How long a start takes, and sign-ins, which take memory.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Client, Store};

use crate::process::Served;
use crate::shop::Shop;

/// How often the server is started.
const STARTS: u64 = 15;

/// Sign-ins after which memory is looked at again.
const SIGN_INS: usize = 100;

/// The times from exec to the first answered request.
pub fn times(shop: &Shop, path: &str) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for start in 0..STARTS {
        let begun = Instant::now();
        let mut served = Served::start(shop.store.serve())?;
        first_answer(shop, path, u64::MAX / 2 + start)?;
        times.push(begun.elapsed());
        served.end()?;
    }
    times.sort_unstable();
    Ok(times)
}

/// Asks until there is an answer; its body.
pub fn first_answer(shop: &Shop, path: &str, nonces: u64) -> Result<Vec<u8>> {
    let begun = Instant::now();
    let mut connection = loop {
        match shop.connection(nonces) {
            Ok(connection) => break connection,
            Err(error) if begun.elapsed() > Duration::from_secs(10) => {
                return Err(error).context("the server does not listen");
            }
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    connection.get(path)
}

/// Signs in as often as [`SIGN_INS`] says, two at a time.
pub fn sign_in(store: &Store) -> Result<()> {
    let body = format!(
        r#"{{"username":"{}","password":"{}"}}"#,
        Store::ADMIN,
        Store::PASSWORD
    );
    let request = format!(
        "POST /rest/V1/integration/admin/token HTTP/1.1\r\nHost: {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        store.address(),
        body.len()
    );
    let half = || -> Result<()> {
        let mut client = Client::connect(store.address())?;
        for _ in 0..SIGN_INS / 2 {
            let answer = client.exchange(request.as_bytes())?;
            ensure!(
                answer.is_success(),
                "a sign-in is answered {}",
                answer.status
            );
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(half);
        half()?;
        other
            .join()
            .map_err(|_| anyhow::anyhow!("a client panicked"))?
    })
}
