//! Content that merchants write: CMS pages, which have an address, and blocks, which stand in pages;
//! and the pictures that they could have of Adobe Stock.
//!
//! Both belong to the store views in which they were made; 0 among these is all of them. What a
//! client sends is laid over what is stored ([`rows`]); the answer to a save shows what was sent,
//! which is less than a read shows, as in Magento.

mod adobe_stock;
mod blocks;
mod pages;
mod rows;

use ferrite_storage::{Declared, Error, Tx};
use ferrite_webapi::Routes;

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    pages::routes(routes);
    blocks::routes(routes);
    adobe_stock::routes(routes);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&pages::PAGES, &blocks::BLOCKS]
}

/// Writes the pages of a fresh install.
pub fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    pages::install(tx)
}

/// Writes them into a store from before there were pages.
pub fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    if pages::PAGES.count(tx)? == 0 {
        install(tx)?;
    }
    Ok(())
}
