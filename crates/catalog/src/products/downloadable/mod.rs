//! Downloadable products: what is bought ([`links`]) and what can be tried first ([`samples`]).
//!
//! The bytes lie in the store ([`FILES`]); where a download comes from ([`source`]) is checked
//! before anything is saved.

mod links;
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

use super::files::{self, Files};
use super::rows::Product;
use crate::scoped::DEFAULT;

/// The type of these products.
const TYPE: &str = "downloadable";

/// The bytes of downloads.
static FILES: Files = files::files("downloadable_file");

/// The extension attribute that says what is bought.
pub(super) const LINKS_SENT: &str = "downloadable_product_links";

/// The one that says what can be tried.
pub(super) const SAMPLES_SENT: &str = "downloadable_product_samples";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    links::routes(routes);
    samples::routes(routes);
}

/// The tables.
pub(super) fn tables() -> Vec<&'static dyn Declared> {
    vec![&links::LINKS, &samples::SAMPLES, &FILES]
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
        let links = links::of(tx, product.id)?;
        let links: Vec<DownloadLink> = links.iter().map(links::Link::shown).collect();
        out.insert(LINKS_SENT.to_owned(), links.to_value());
        let samples = samples::of(tx, product.id)?;
        let samples: Vec<DownloadSample> = samples.iter().map(samples::Sample::shown).collect();
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
        let sent = Vec::<DownloadLink>::from_value(links)?.unwrap_or_default();
        let named = |id: i64| sent.iter().any(|one| one.id.value() == Some(id));
        for gone in links::of(tx, product.id)? {
            if !named(gone.id) {
                links::forget(tx, &gone)?;
            }
        }
        for one in &sent {
            links::put(call, tx, product, one, is_global)?;
        }
    }
    if let Some(samples) = sent.get(SAMPLES_SENT) {
        let sent = Vec::<DownloadSample>::from_value(samples)?.unwrap_or_default();
        let named = |id: i64| sent.iter().any(|one| one.id.value() == Some(id));
        for gone in samples::of(tx, product.id)? {
            if !named(gone.id) {
                samples::forget(tx, &gone)?;
            }
        }
        for one in &sent {
            samples::put(call, tx, product, one, is_global)?;
        }
    }
    Ok(())
}

/// Takes away what is known of a product as a downloadable one.
pub(super) fn forget_all(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Fault> {
    for link in links::of(tx, product_id)? {
        links::forget(tx, &link)?;
    }
    for sample in samples::of(tx, product_id)? {
        samples::forget(tx, &sample)?;
    }
    Ok(())
}
