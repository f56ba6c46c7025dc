//! `/V1/inventory/bulk-…`: giving sources to many products, taking them away, and moving quantities
//! from one source to another.
//!
//! Skus that are of no product, or of one that is not counted, are passed over.

#[cfg(test)]
mod tests;

use ferrite_base::{Fault, Phrase};
use ferrite_webapi::{Call, Routes, Tx, dto};

use crate::quantity::Quantity;
use crate::refusals::{VALIDATION, no_input, refuse};
use crate::source_items::{self, IN_STOCK, OUT_OF_STOCK, SourceItemRow};
use crate::sources::SourceRow;
use crate::stock::{self, StockRow};

dto! {
    /// `Magento\InventoryCatalogApi\Api\Data\PartialInventoryTransferItemInterface`
    pub struct TransferItem {
        sku: String,
        qty: f64,
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/inventory/bulk-product-source-assign", assign);
    routes.bind("POST /V1/inventory/bulk-product-source-unassign", unassign);
    routes.bind("POST /V1/inventory/bulk-product-source-transfer", transfer);
    routes.bind(
        "POST /V1/inventory/bulk-partial-source-transfer",
        transfer_some,
    );
}

/// The skus that source items are kept for, as their products write them.
fn counted(tx: &mut Tx<'_>, skus: &[String]) -> Result<Vec<String>, Fault> {
    let mut counted = Vec::with_capacity(skus.len());
    for sku in skus {
        let found = stock::by_sku(tx, sku)?;
        counted.extend(found.filter(StockRow::is_counted).map(|row| row.sku));
    }
    Ok(counted)
}

/// The codes of sources as they are written, and what is wrong with those that are none.
fn known(
    tx: &mut Tx<'_>,
    codes: &[String],
    text: &str,
) -> Result<(Vec<String>, Vec<Phrase>), Fault> {
    let (mut known, mut wrong) = (Vec::new(), Vec::new());
    for code in codes {
        match SourceRow::find(tx, code)? {
            Some(source) => known.push(source.code().to_owned()),
            None => wrong.push(Phrase::named(text, [("sourceCode", code.as_str())])),
        }
    }
    Ok((known, wrong))
}

const UNKNOWN: &str = "Source %sourceCode does not exist";

/// Gives sources to products, with nothing in them; answers how many items are new.
fn assign(
    _: &Call,
    tx: &mut Tx<'_>,
    skus: Vec<String>,
    source_codes: Vec<String>,
) -> Result<i64, Fault> {
    let (codes, wrong) = known(tx, &source_codes, UNKNOWN)?;
    refuse(VALIDATION, wrong)?;
    let mut added = 0;
    for sku in counted(tx, &skus)? {
        for code in &codes {
            if SourceItemRow::find(tx, code, &sku)?.is_none() {
                source_items::put(tx, code, &sku, Quantity::ZERO, OUT_OF_STOCK)?;
                added += 1;
            }
        }
    }
    Ok(added)
}

/// Takes sources away from products; answers how many items are gone.
fn unassign(
    _: &Call,
    tx: &mut Tx<'_>,
    skus: Vec<String>,
    source_codes: Vec<String>,
) -> Result<i64, Fault> {
    let (codes, wrong) = known(tx, &source_codes, UNKNOWN)?;
    refuse(VALIDATION, wrong)?;
    let mut removed = 0;
    for sku in counted(tx, &skus)? {
        for code in &codes {
            removed += i64::from(source_items::remove(tx, code, &sku)?);
        }
    }
    Ok(removed)
}

/// Two sources that something is moved between, as they are written.
struct Way {
    origin: String,
    destination: String,
}

/// The way from one source to another, and all that is wrong with it.
fn way(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(Way, Vec<Phrase>), Fault> {
    let mut wrong = Vec::new();
    let mut end = |tx: &mut Tx<'_>, code: &str, text: &str| -> Result<String, Fault> {
        let (known, unknown) = known(tx, &[code.to_owned()], text)?;
        wrong.extend(unknown);
        Ok(known.into_iter().next().unwrap_or_else(|| code.to_owned()))
    };
    let origin = end(tx, from, "Origin source %sourceCode does not exist")?;
    let destination = end(tx, to, "Destination source %sourceCode does not exist")?;
    if origin == destination {
        wrong.push(Phrase::new("Cannot transfer a source on itself"));
    }
    Ok((
        Way {
            origin,
            destination,
        },
        wrong,
    ))
}

/// Moves all that lies of products in a source to another one.
fn transfer(
    _: &Call,
    tx: &mut Tx<'_>,
    skus: Vec<String>,
    origin_source: String,
    destination_source: String,
    unassign_from_origin: bool,
) -> Result<bool, Fault> {
    let (way, wrong) = way(tx, &origin_source, &destination_source)?;
    let heading = "Validation Error: Select different sources for origin and destination.";
    refuse(heading, wrong)?;
    for sku in counted(tx, &skus)? {
        let Some(origin) = SourceItemRow::find(tx, &way.origin, &sku)? else {
            continue;
        };
        let destination = SourceItemRow::find(tx, &way.destination, &sku)?;
        let there = destination
            .as_ref()
            .map_or(Quantity::ZERO, |held| held.quantity);
        let status = destination
            .map_or(OUT_OF_STOCK, |held| held.status)
            .max(origin.status);
        if unassign_from_origin {
            source_items::remove(tx, &way.origin, &sku)?;
        } else {
            source_items::put(tx, &way.origin, &sku, Quantity::ZERO, OUT_OF_STOCK)?;
        }
        let quantity = there + origin.quantity;
        source_items::put(tx, &way.destination, &sku, quantity, status)?;
    }
    Ok(true)
}

/// Moves some of what lies of products in a source to another one.
fn transfer_some(
    _: &Call,
    tx: &mut Tx<'_>,
    origin_source_code: String,
    destination_source_code: String,
    items: Vec<TransferItem>,
) -> Result<(), Fault> {
    let (way, mut wrong) = way(tx, &origin_source_code, &destination_source_code)?;
    for item in &items {
        wrong.extend(wrong_item(tx, &way, item)?);
    }
    refuse("Transfer validation failed", wrong)?;
    if items.is_empty() {
        return Err(no_input());
    }
    for item in &items {
        let sku = item.sku.value().unwrap_or_default();
        let moved = Quantity::clamped(item.qty.value().unwrap_or(0.0));
        shift(tx, &way.origin, &sku, -moved)?;
        shift(tx, &way.destination, &sku, moved)?;
    }
    Ok(())
}

/// What is wrong with an item, where something is.
fn wrong_item(tx: &mut Tx<'_>, way: &Way, item: &TransferItem) -> Result<Option<Phrase>, Fault> {
    let sku = item.sku.value().unwrap_or_default();
    let Some(held) = SourceItemRow::find(tx, &way.origin, &sku)? else {
        let text = format!("Source item for {sku} and {} does not exist", way.origin);
        return Ok(Some(Phrase::named("%message", [("message", text)])));
    };
    let quantity = item.qty.value().and_then(Quantity::of);
    let fits = quantity.is_some_and(|moved| moved >= Quantity::ZERO && moved <= held.quantity);
    let text = "Requested transfer amount for sku %sku is not available";
    Ok((!fits).then(|| Phrase::named(text, [("sku", sku)])))
}

/// Adds to what lies of a sku in a source, or takes from it.
fn shift(tx: &mut Tx<'_>, code: &str, sku: &str, by: Quantity) -> Result<(), Fault> {
    let held = SourceItemRow::find(tx, code, sku)?;
    let quantity = held.as_ref().map_or(Quantity::ZERO, |held| held.quantity) + by;
    let status = if quantity > Quantity::ZERO {
        IN_STOCK
    } else {
        OUT_OF_STOCK
    };
    let sku = held.as_ref().map_or(sku, |held| &held.sku);
    source_items::put(tx, code, sku, quantity, status)
}
