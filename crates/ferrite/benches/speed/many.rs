//! What a server remembers once it has taken in a large catalog and shown it page by page.

use anyhow::{Result, anyhow};

use crate::options::Options;
use crate::process::{self, Served};
use crate::report;
use crate::shop::{Shop, product};

/// Clients that write at the same time.
const CLIENTS: u64 = 16;

/// Products of a page.
const PAGE: u64 = 100;

pub fn measure(options: &Options) -> Result<()> {
    let shop = Shop::new()?;
    let mut served = Served::start(shop.store.serve())?;
    process::until_listening(shop.store.port)?;
    let at_first = served.resident()?;
    let each = options.products.div_ceil(CLIENTS);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let shop = &shop;
                scope.spawn(move || -> Result<()> {
                    let mut connection = shop.connection(client)?;
                    let all = client * each..((client + 1) * each).min(options.products);
                    for number in all {
                        connection.post("/rest/V1/products", &product(number))?;
                    }
                    Ok(())
                })
            })
            .collect();
        let mut ended = clients.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended.try_for_each(|one| one.map_err(|_| anyhow!("a client panicked"))?)
    })?;
    let after_writes = served.resident()?;
    let mut connection = shop.connection(u64::MAX)?;
    for page in 1..=options.products.div_ceil(PAGE) {
        connection.get(&format!(
            "/rest/V1/products?searchCriteria%5BpageSize%5D={PAGE}\
             &searchCriteria%5BcurrentPage%5D={page}"
        ))?;
    }
    println!("{} products, written one by one\n", options.products);
    report::memory(&[
        ("without products", at_first, ""),
        ("with all of them", after_writes, "under 150"),
        ("once all were listed", served.resident()?, "under 150"),
    ]);
    served.end()
}
