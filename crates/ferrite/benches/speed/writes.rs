//! New products beside rows that a bare program puts into SQLite: the same bytes, on the same disk, each
//! on it before it counts.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use ferrite_testkit::Random;

use crate::bare;
use crate::load::{self, Request};
use crate::options::Options;
use crate::process::{self, Served};
use crate::report;
use crate::shop::{Shop, product};

const PATH: &str = "/rest/V1/products";

pub fn measure(options: &Options) -> Result<()> {
    let shop = Shop::new()?;
    let mut served = Served::start(shop.store.serve())?;
    process::until_listening(shop.store.port)?;
    let document = shop.connection(u64::MAX)?.post(PATH, &product(u64::MAX))?;
    let file = shop.kept("document", &document)?;
    println!(
        "POST {PATH}, {} bytes, signed, {} connections, {} rounds of {} s\n",
        document.len(),
        options.connections,
        options.rounds,
        options.seconds
    );
    let load = options.load(Request::Post(PATH.to_owned(), product));
    let mut pairs = Vec::new();
    for round in 0..options.rounds {
        let random = Random::new(round);
        let ours = load::run(&load, &shop.credentials, shop.store.port, &served, random)?;
        let mut bare = Command::new(std::env::current_exe()?);
        bare.arg(bare::INSERT).arg(shop.folder()).arg(&file);
        bare.arg(options.seconds.to_string());
        let bare = bare.output()?;
        ensure!(bare.status.success(), "the bare program fails");
        let rows: f64 = String::from_utf8(bare.stdout)?
            .trim()
            .parse()
            .context("rows")?;
        println!(
            "round {}: products {:.0}, rows {rows:.0} a second = {:.2}; server CPU {:.0} us",
            round + 1,
            ours.per_second,
            ours.per_second / rows,
            ours.cpu_micros
        );
        pairs.push((ours.per_second, rows));
    }
    report::writes(&pairs);
    served.end()
}
