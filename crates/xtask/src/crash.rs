//! Kills the server at random moments under signed load. After each restart everything that was
//! answered is sent again, byte for byte: nothing may be accepted twice, nothing acknowledged be lost.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use ferrite_testkit::{Answer, Client, Random, Signer, Store};
use serde_json::{Value, json};

use crate::mariadb::MariaDb;
use crate::server::{Scratch, Server, install};

/// Connections that send at once.
const SENDERS: usize = 3;

/// How many of an earlier round's requests are sent again in every later round.
const KEPT: usize = 5;

/// A round's load in milliseconds: at least, and at most so much more.
const LOAD: (u64, u64) = (60, 200);

/// A request that was answered with success.
struct Acknowledged {
    request: Vec<u8>,
    order: Option<Order>,
}

/// An order that a server said it has stored.
struct Order {
    id: i64,
    increment_id: String,
}

/// One store through all its rounds.
struct Trial {
    store: Store,
    log: PathBuf,
    random: Random,
    credentials: Vec<ferrite_testkit::Credentials>,
    /// What the last round acknowledged.
    latest: Vec<Acknowledged>,
    /// A sample of what was acknowledged before.
    earlier: Vec<Acknowledged>,
    requests: usize,
    orders: usize,
}

/// The rounds on one engine.
pub fn check(
    ferrite: &Path,
    name: &str,
    database: Option<&MariaDb>,
    rounds: usize,
    seed: u64,
) -> Result<()> {
    let scratch = Scratch::create(&std::env::temp_dir(), name)?;
    let store = install(ferrite, &scratch, name, database)?;
    let credentials = (1..=2).map(|n| store.integration(&format!("Crash {n}")));
    let mut trial = Trial {
        credentials: credentials.collect::<Result<_>>()?,
        store,
        log: scratch.0.join("server.log"),
        random: Random::new(seed),
        latest: Vec::new(),
        earlier: Vec::new(),
        requests: 0,
        orders: 0,
    };
    for round in 1..=rounds + 1 {
        let done = trial.round(round > rounds);
        done.with_context(|| format!("{name}, round {round} of the seed {seed}"))?;
    }
    println!(
        "{name}: {rounds} kills, {} requests sent again, {} orders read back",
        trial.requests, trial.orders
    );
    Ok(())
}

impl Trial {
    /// Starts the server, looks after what was acknowledged before, and kills it under load. The
    /// last round ends the server in order, and looks once more after that.
    fn round(&mut self, last: bool) -> Result<()> {
        let mut server = Server::start(&self.store, self.log.clone())?;
        let done = self.in_round(&mut server, last);
        if done.is_err() {
            server.print_log();
        }
        done
    }

    fn in_round(&mut self, server: &mut Server, last: bool) -> Result<()> {
        self.send_again()?;
        self.read_orders()?;
        if last {
            server.stop()?;
            *server = Server::start(&self.store, self.log.clone())?;
            self.send_again()?;
            return self.read_orders();
        }
        let before = std::mem::take(&mut self.latest);
        let step = (before.len() / KEPT).max(1);
        self.earlier.extend(before.into_iter().step_by(step));
        self.latest = self.load_and_kill(server)?;
        ensure!(!self.latest.is_empty(), "no request was answered at all");
        Ok(())
    }

    fn load_and_kill(&mut self, server: &mut Server) -> Result<Vec<Acknowledged>> {
        let time = Duration::from_millis(LOAD.0 + self.random.below(LOAD.1));
        let is_killed = AtomicBool::new(false);
        let mut senders: Vec<_> = (0..SENDERS)
            .map(|n| self.sender(n))
            .collect::<Result<_>>()?;
        thread::scope(|scope| {
            let is_killed = &is_killed;
            let running: Vec<_> = senders
                .iter_mut()
                .map(|sender| scope.spawn(move || sender.send_until(is_killed)))
                .collect();
            thread::sleep(time);
            is_killed.store(true, Ordering::SeqCst);
            let killed = server.kill();
            let mut acknowledged = Vec::new();
            for sender in running {
                let sent = sender.join().map_err(|_| anyhow!("a sender panicked"))?;
                acknowledged.extend(sent?);
            }
            killed.map(|()| acknowledged)
        })
    }

    fn sender(&mut self, number: usize) -> Result<Sender> {
        let mut random = self.random.split();
        let credentials = &self.credentials[number % self.credentials.len()];
        let host = self.store.address().to_string();
        Ok(Sender {
            client: Client::connect(self.store.address())?,
            signer: Signer::new(credentials.clone(), host, random.split()),
            random,
        })
    }

    /// Sends what was acknowledged once more: each has to be refused.
    fn send_again(&mut self) -> Result<()> {
        let all: Vec<_> = self.earlier.iter().chain(&self.latest).collect();
        self.requests += all.len();
        let address = self.store.address();
        thread::scope(|scope| {
            let parts = all.chunks(all.len().div_ceil(SENDERS).max(1));
            let running: Vec<_> = parts
                .map(|part| {
                    scope.spawn(move || -> Result<()> {
                        let mut client = Client::connect(address)?;
                        part.iter().try_for_each(|one| refused(&mut client, one))
                    })
                })
                .collect();
            for sender in running {
                sender.join().map_err(|_| anyhow!("a sender panicked"))??;
            }
            Ok(())
        })
    }

    /// Reads the orders of the last round.
    fn read_orders(&mut self) -> Result<()> {
        let mut sender = self.sender(0)?;
        for order in self.latest.iter().filter_map(|one| one.order.as_ref()) {
            let target = format!("/rest/V1/orders/{}", order.id);
            let answer = sender.client.exchange(&sender.signer.get(&target)?)?;
            let read: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let found = read["increment_id"].as_str() == Some(order.increment_id.as_str());
            if !answer.is_success() || !found {
                bail!(
                    "LOST: order {} ({}) was acknowledged before the kill and is answered {} {}",
                    order.id,
                    order.increment_id,
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
            }
            self.orders += 1;
        }
        Ok(())
    }
}

fn refused(client: &mut Client, one: &Acknowledged) -> Result<()> {
    let answer = client.exchange(&one.request)?;
    let (shown, status) = (first_line(&one.request), answer.status);
    if answer.is_success() {
        bail!("REPLAYED: {shown} was answered with success before the kill, and again: {status}");
    }
    ensure!(
        status == 401,
        "{shown}, sent again, is answered {status} {}",
        String::from_utf8_lossy(&answer.body)
    );
    Ok(())
}

/// One connection that signs.
struct Sender {
    client: Client,
    signer: Signer,
    random: Random,
}

impl Sender {
    /// Sends until the server is killed; what was answered with success.
    fn send_until(&mut self, is_killed: &AtomicBool) -> Result<Vec<Acknowledged>> {
        let mut done = Vec::new();
        loop {
            let request = match self.random.below(6) {
                0 => self.signer.post("/rest/V1/orders", &order())?,
                1 | 2 => self.signer.get("/rest/V1/modules")?,
                _ => self.signer.get("/rest/V1/store/websites")?,
            };
            match self.client.exchange(&request) {
                Ok(answer) => done.push(acknowledged(request, &answer)?),
                Err(_) if is_killed.load(Ordering::SeqCst) => return Ok(done),
                Err(error) => return Err(error).context("the connection broke before the kill"),
            }
        }
    }
}

fn acknowledged(request: Vec<u8>, answer: &Answer) -> Result<Acknowledged> {
    let shown = first_line(&request);
    if !answer.is_success() {
        let body = String::from_utf8_lossy(&answer.body);
        bail!("{shown} is answered {} {body}", answer.status);
    }
    let mut order = None;
    if shown.starts_with("POST") {
        let made: Value = serde_json::from_slice(&answer.body).context("an order's answer")?;
        order = Some(Order {
            id: made["entity_id"].as_i64().context("an order without id")?,
            increment_id: made["increment_id"].as_str().unwrap_or_default().to_owned(),
        });
    }
    Ok(Acknowledged { request, order })
}

fn first_line(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    text.lines().next().unwrap_or_default().to_owned()
}

fn order() -> String {
    let item = json!({"sku": "A", "name": "A", "qty_ordered": 2, "price": 30, "row_total": 60});
    let order = json!({
        "grand_total": 60, "base_grand_total": 60, "customer_email": "crash@example.com",
        "state": "new", "status": "pending", "payment": {"method": "checkmo"}, "items": [item],
    });
    json!({ "entity": order }).to_string()
}
