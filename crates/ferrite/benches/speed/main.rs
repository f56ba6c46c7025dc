//! `cargo bench`, `cargo xtask load`: the speed of the shipped binary beside a bare axum handler with
//! the same body, both asked by the same client, which signs each request.
//!
//! Client and servers share the machine: the ratios tell more than any single figure.
//!
//!     cargo bench -- [--path /rest/V1/…] [--rounds 5] [--seconds 2] [--connections 32]

mod bare;
#[path = "../../src/demo_data.rs"]
mod demo_data;
mod load;
mod options;
mod process;
mod report;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Client, Credentials, Random, Signer, Store};

use options::Options;
use process::Served;
use report::{Figures, Pair};

/// How often the server is started to see how long that takes.
const STARTS: u64 = 15;

/// Sign-ins after which memory is looked at again.
const SIGN_INS: usize = 100;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, port, file] = arguments.as_slice()
        && flag == bare::FLAG
    {
        return bare::serve(port.parse()?, Path::new(file));
    }
    measure(&Options::parse(&arguments)?)
}

fn measure(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ferrite = Path::new(env!("CARGO_BIN_EXE_ferrite"));
    let project = folder.path().join("project");
    let store = Store::install(ferrite, &project, process::free_port()?, &[])?;
    let credentials = store.integration("Measured")?;

    fill(&store, &credentials)?;

    let starts = starts(&store, &credentials, options)?;
    let mut served = Served::start(store.serve())?;
    let body = first_answer(&store, &credentials, options, u64::MAX)?;
    let at_first = served.resident()?;
    sign_in(&store)?;
    let after_sign_ins = served.resident()?;

    let file = folder.path().join("body");
    std::fs::write(&file, &body)?;
    let port = process::free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args([bare::FLAG, &port.to_string()]).arg(&file);
    command.stdout(Stdio::null());
    let bare = Served::start(command)?;
    process::until_listening(port)?;

    println!(
        "GET {}, {} bytes, signed, {} connections, {} rounds of {} s\n",
        options.path,
        body.len(),
        options.connections,
        options.rounds,
        options.seconds
    );
    let mut pairs = Vec::new();
    for round in 0..options.rounds {
        let figures = |port, served: &Served, nonces| -> Result<Figures> {
            load::run(options, &credentials, port, served, Random::new(nonces))
        };
        let ours = figures(store.port, &served, round * 2)?;
        let bare = figures(port, &bare, round * 2 + 1)?;
        let pair = Pair { ours, bare };
        println!("{}", pair.line(round + 1));
        pairs.push(pair);
    }
    let after_load = served.resident()?;
    report::print(&pairs, &starts, [at_first, after_sign_ins, after_load]);
    served.end()
}

/// Puts what the demo holds into the store.
fn fill(store: &Store, credentials: &Credentials) -> Result<()> {
    let mut served = Served::start(store.serve())?;
    process::until_listening(store.port)?;
    let host = store.address().to_string();
    let mut signer = Signer::new(credentials.clone(), host, Random::new(u64::MAX / 3));
    let mut client = Client::connect(store.address())?;
    for (path, body) in demo_data::requests() {
        let answer = client.exchange(&signer.post(&format!("/rest{path}"), &body)?)?;
        let said = String::from_utf8_lossy(&answer.body);
        ensure!(answer.is_success(), "POST {path} is answered {said}");
    }
    served.end()
}

/// The times from exec to the first answered request.
fn starts(store: &Store, credentials: &Credentials, options: &Options) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for start in 0..STARTS {
        let begun = Instant::now();
        let mut served = Served::start(store.serve())?;
        first_answer(store, credentials, options, u64::MAX / 2 + start)?;
        times.push(begun.elapsed());
        served.end()?;
    }
    times.sort_unstable();
    Ok(times)
}

/// Asks until there is an answer; its body.
fn first_answer(
    store: &Store,
    credentials: &Credentials,
    options: &Options,
    nonces: u64,
) -> Result<Vec<u8>> {
    let host = store.address().to_string();
    let mut signer = Signer::new(credentials.clone(), host, Random::new(nonces));
    let request = signer.get(&options.path)?;
    let begun = Instant::now();
    let mut client = loop {
        match Client::connect(store.address()) {
            Ok(client) => break client,
            Err(error) if begun.elapsed() > Duration::from_secs(10) => {
                return Err(error).context("the server does not listen");
            }
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    };
    let answer = client.exchange(&request)?;
    ensure!(
        answer.is_success(),
        "GET {} is answered {}",
        options.path,
        answer.status
    );
    Ok(answer.body)
}

/// Signs in as often as [`SIGN_INS`] says, two at a time.
fn sign_in(store: &Store) -> Result<()> {
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
