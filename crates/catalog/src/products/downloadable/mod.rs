//! Downloadable products: what is bought ([`links`]) and what can be tried first ([`samples`]), two
//! [`lists`] that are served alike.
//!
//! The bytes lie in the store ([`FILES`]); where a download comes from ([`source`]) is checked
//! before anything is saved.

mod links;
mod lists;
mod samples;
mod source;
#[cfg(test)]
mod tests;
mod types;

pub(super) use types::{DownloadLink, DownloadSample};

use ferrite_base::Fault;
use ferrite_storage::Declared;
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde_json::Map;

use super::files::Files;
use super::rows::Product;
use crate::scoped::DEFAULT;
use links::Link;
use samples::Sample;

/// The type of these products.
const TYPE: &str = "downloadable";

/// The bytes of downloads.
static FILES: Files = Files::new("downloadable_file", "downloadable_file_piece");

/// The extension attribute that says what is bought.
pub(super) const LINKS_SENT: &str = "downloadable_product_links";

/// The one that says what can be tried.
pub(super) const SAMPLES_SENT: &str = "downloadable_product_samples";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    lists::routes::<Link>(routes);
    lists::routes::<Sample>(routes);
}

/// The tables.
pub(super) fn tables() -> Vec<&'static dyn Declared> {
    let mut tables: Vec<&'static dyn Declared> = vec![&links::LINKS, &samples::SAMPLES];
    tables.extend(FILES.tables());
    tables
}

/// Refuses to add something to a product of another type.
fn check_type(product: &Product) -> Result<(), Fault> {
    if product.type_id == TYPE {
        return Ok(());
    }
    Err(Fault::invalid(
        "The product needs to be the downloadable type. Verify the product and try again.",
    ))
}

/// The title that was sent, or the one that is kept; else a refusal.
fn title(sent: &Opt<String>, kept: Option<String>, refusal: &str) -> Result<String, Fault> {
    let sent = sent.value().filter(|title| !title.is_empty());
    sent.or(kept).ok_or_else(|| Fault::invalid(refusal))
}

/// Adds what a downloadable product shows.
pub(super) fn extend(
    tx: &mut Tx<'_>,
    product: &Product,
    out: &mut Map<String, Json>,
) -> Result<(), Fault> {
    if product.type_id == TYPE {
        let links = lists::shown::<Link>(tx, product.id)?;
        out.insert(LINKS_SENT.to_owned(), links.to_value());
        let samples = lists::shown::<Sample>(tx, product.id)?;
        out.insert(SAMPLES_SENT.to_owned(), samples.to_value());
    }
    Ok(())
}

/// Makes the links and samples of a payload those of a product, each list where it was sent.
pub(super) fn set(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &Map<String, Json>,
) -> Result<(), Fault> {
    if product.type_id != TYPE {
        return Ok(());
    }
    let is_global = call.store.store_id == DEFAULT;
    if let Some(links) = sent.get(LINKS_SENT) {
        lists::set::<Link>(call, tx, product, links, is_global)?;
    }
    if let Some(samples) = sent.get(SAMPLES_SENT) {
        lists::set::<Sample>(call, tx, product, samples, is_global)?;
    }
    Ok(())
}

/// Takes away what is known of a product as a downloadable one.
pub(super) fn forget_all(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Fault> {
    lists::forget_all::<Link>(tx, product_id)?;
    lists::forget_all::<Sample>(tx, product_id)
}
