//! `cargo bench`, `cargo xtask load`: the speed of the shipped binary beside programs that do nothing
//! else, in the same run: a signed GET of a product and of a list of them ([`reads`]) beside a bare
//! axum handler with the same body, new products ([`writes`]) beside rows put into a bare SQLite file,
//! and memory once the catalog is large ([`many`]).
//!
//! Client and servers share the machine: the ratios tell more than any single figure.
//!
//!     cargo bench -- [--only reads|lists|writes|many] [--path /rest/V1/…] [--rounds 5]
//!                    [--seconds 2] [--connections 32] [--products 100000]

mod bare;
#[path = "../../src/demo_data.rs"]
mod demo_data;
mod load;
mod many;
mod options;
mod process;
mod reads;
mod report;
mod shop;
mod starts;
mod writes;

use std::path::Path;

use anyhow::Result;

use options::{Options, Part};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, port, file] if flag == bare::SERVE => bare::serve(port.parse()?, Path::new(file)),
        [flag, folder, file, seconds] if flag == bare::INSERT => {
            bare::insert(Path::new(folder), Path::new(file), seconds.parse()?)
        }
        _ => measure(&Options::parse(&arguments)?),
    }
}

fn measure(options: &Options) -> Result<()> {
    if options.has(Part::Reads) {
        reads::one(options)?;
    }
    if options.has(Part::Lists) {
        reads::list(options)?;
    }
    if options.has(Part::Writes) {
        writes::measure(options)?;
    }
    if options.has(Part::Many) {
        many::measure(options)?;
    }
    Ok(())
}
