//! Signed GETs beside a bare axum handler with the same body, both asked by the same client.

use anyhow::Result;
use ferrite_testkit::Random;

use crate::load::{self, Request};
use crate::options::Options;
use crate::process::Served;
use crate::report::{self, Aims, Pair};
use crate::shop::Shop;
use crate::starts;

const LIST: &str = "/rest/V1/products?searchCriteria%5BpageSize%5D=20";

/// One product of the demo, or what the options name; with starts and memory.
pub fn one(options: &Options) -> Result<()> {
    let shop = Shop::new()?;
    shop.fill(0)?;
    let starts = starts::times(&shop, &options.path)?;
    let mut served = Served::start(shop.store.serve())?;
    let body = starts::first_answer(&shop, &options.path, u64::MAX)?;
    let at_first = served.resident()?;
    starts::sign_in(&shop.store)?;
    let after_sign_ins = served.resident()?;
    let pairs = rounds(options, &shop, &served, &options.path, &body)?;
    let after_load = served.resident()?;
    report::reads("signed GET", &pairs, &Aims::ONE);
    report::starts(&starts);
    report::memory(&[
        ("at the first answer", at_first, "under 60"),
        ("after 100 sign-ins", after_sign_ins, "under 60"),
        // What the load leaves is the nonces that it has used up: some 32 bytes each.
        ("after the load as well", after_load, ""),
    ]);
    served.end()
}

/// A list of twenty products.
pub fn list(options: &Options) -> Result<()> {
    let shop = Shop::new()?;
    shop.fill(20)?;
    let mut served = Served::start(shop.store.serve())?;
    let body = starts::first_answer(&shop, LIST, u64::MAX)?;
    let pairs = rounds(options, &shop, &served, LIST, &body)?;
    report::reads("signed GET of 20 products", &pairs, &Aims::LIST);
    served.end()
}

/// Both servers in turn.
fn rounds(
    options: &Options,
    shop: &Shop,
    served: &Served,
    path: &str,
    body: &[u8],
) -> Result<Vec<Pair>> {
    let (bare, port) = shop.bare(body)?;
    println!(
        "GET {path}, {} bytes, signed, {} connections, {} rounds of {} s\n",
        body.len(),
        options.connections,
        options.rounds,
        options.seconds
    );
    let load = options.load(Request::Get(path.to_owned()));
    let mut pairs = Vec::new();
    for round in 0..options.rounds {
        let figures = |port, served: &Served, nonces| {
            load::run(&load, &shop.credentials, port, served, Random::new(nonces))
        };
        let ours = figures(shop.store.port, served, round * 2)?;
        let bare = figures(port, &bare, round * 2 + 1)?;
        let pair = Pair { ours, bare };
        println!("{}", pair.line(round + 1));
        pairs.push(pair);
    }
    Ok(pairs)
}
