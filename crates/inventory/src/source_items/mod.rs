//! `/V1/inventory/source-items`: how many of a sku lie in a source, and whether they may be sold.
//!
//! What lies in the source of a fresh install is the quantity of the stock item, and the other way
//! round: whichever is changed, the other follows. Skus need not be those of products.

mod rows;
#[cfg(test)]
mod tests;

pub use rows::lies_in;
pub(crate) use rows::{IN_STOCK, OUT_OF_STOCK, SOURCE_ITEMS, SourceItemRow, rename};

use std::collections::HashMap;

use ferrite_base::{Fault, Phrase};
use ferrite_storage::Error;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, Tx, dto};

use crate::quantity::Quantity;
use crate::refusals::{empty, is_blank, no_input, not_numeric, not_saved, of_field, refuse};
use crate::sources::{self, SourceRow};
use crate::stock::{self, StockRow};
use crate::{key, lists};

dto! {
    /// `Magento\InventoryApi\Api\Data\SourceItemInterface`
    pub struct SourceItem {
        sku: String [null],
        source_code: String [null],
        quantity: f64 [null],
        status: i64 [null],
        extension_attributes: NoExtension [null],
    }
}

const NOT_SAVED: &str = "Could not save Source Item";

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/source-items", list);
    routes.bind("POST /V1/inventory/source-items", save);
    routes.bind("POST /V1/inventory/source-items-delete", delete);
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    criteria: SearchCriteria,
) -> Result<SearchResults<SourceItem>, Fault> {
    let by = (&[("source_item_id", "id")][..], None);
    lists::page(call, tx, &SOURCE_ITEMS, criteria, by, |_, row| {
        Ok(SourceItem {
            sku: row.sku.as_str().into(),
            source_code: row.source_code.as_str().into(),
            quantity: row.quantity.number().into(),
            status: row.status.into(),
            ..SourceItem::default()
        })
    })
}

/// Adds items, or changes those of the same sku and source: all of them or none.
fn save(_: &Call, tx: &mut Tx<'_>, sent: Vec<SourceItem>) -> Result<(), Fault> {
    if sent.is_empty() {
        return Err(no_input());
    }
    let wrong: Vec<Phrase> = sent.iter().flat_map(wrong).collect();
    let first = wrong.first().map(Phrase::rendered).unwrap_or_default();
    refuse(&format!("Validation Failed: {first}"), wrong)?;
    let mut codes: HashMap<String, String> = HashMap::new();
    for item in &sent {
        let asked = item.source_code.value().unwrap_or_default();
        let code = match codes.get(&asked) {
            Some(code) => code.clone(),
            None => {
                let source = SourceRow::find(tx, &asked)?;
                let source = source.ok_or_else(|| Fault::invalid(NOT_SAVED))?;
                let code = source.code().to_owned();
                codes.insert(asked, code.clone());
                code
            }
        };
        let quantity = Quantity::of(item.quantity.value().unwrap_or(0.0));
        let quantity = quantity.ok_or_else(|| Fault::invalid(NOT_SAVED))?;
        let sku = item.sku.value().unwrap_or_default();
        put(tx, &code, &sku, quantity, item.status.value().unwrap_or(0))?;
    }
    Ok(())
}

/// All that is wrong with an item.
fn wrong(item: &SourceItem) -> Vec<Phrase> {
    let mut wrong = Vec::new();
    let sku = item.sku.value().unwrap_or_default();
    if sku.trim().is_empty() {
        wrong.push(empty("sku"));
    } else if sku.trim() != sku {
        let text = "\"%field\" can not contain leading or trailing spaces.";
        wrong.push(of_field(text, "sku"));
    }
    if is_blank(item.source_code.get()) {
        wrong.push(empty("source_code"));
    }
    if item.quantity.get().is_none() {
        wrong.push(not_numeric("quantity"));
    }
    match item.status.value() {
        None => wrong.push(not_numeric("status")),
        Some(IN_STOCK | OUT_OF_STOCK) => {}
        Some(_) => wrong.push(of_field("\"%field\" should a known status.", "status")),
    }
    wrong
}

/// Sets what lies of a sku in a source; the stock item follows.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    source_code: &str,
    sku: &str,
    quantity: Quantity,
    status: i64,
) -> Result<(), Fault> {
    rows::set(tx, source_code, sku, quantity, status).map_err(not_saved(NOT_SAVED))?;
    if source_code == sources::DEFAULT {
        stock::follow_source(tx, sku, quantity, status == IN_STOCK)?;
    }
    Ok(())
}

/// Takes away what is known of a sku in a source; false where nothing is. The stock item follows.
pub(crate) fn remove(tx: &mut Tx<'_>, source_code: &str, sku: &str) -> Result<bool, Fault> {
    let held = key(source_code, sku);
    let removed = SOURCE_ITEMS.delete_by(tx, "source_and_sku", &held)? > 0;
    if removed && source_code == sources::DEFAULT {
        stock::follow_source(tx, sku, Quantity::ZERO, false)?;
    }
    Ok(removed)
}

/// Takes items away; what is none is passed over.
fn delete(_: &Call, tx: &mut Tx<'_>, sent: Vec<SourceItem>) -> Result<(), Fault> {
    if sent.is_empty() {
        return Err(no_input());
    }
    for item in &sent {
        let sku = item.sku.value().unwrap_or_default();
        let asked = item.source_code.value().unwrap_or_default();
        if let Some(source) = SourceRow::find(tx, &asked)? {
            remove(tx, source.code(), &sku)?;
        }
    }
    Ok(())
}

/// Lets the source of a fresh install follow a stock item. There is nothing of what was never there.
pub(crate) fn follow_stock_item(tx: &mut Tx<'_>, row: &StockRow) -> Result<(), Error> {
    if !row.is_counted() {
        return Ok(());
    }
    let (quantity, in_stock) = (row.quantity(), row.is_in_stock());
    let held = SourceItemRow::find(tx, sources::DEFAULT, &row.sku)?;
    if held.is_none() && !in_stock && quantity.is_zero() {
        return Ok(());
    }
    let status = if in_stock { IN_STOCK } else { OUT_OF_STOCK };
    rows::put(tx, held, sources::DEFAULT, &row.sku, quantity, status)
}
