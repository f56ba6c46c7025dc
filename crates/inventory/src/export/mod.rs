//! `/V1/inventory/export-stock-salable-qty/…`, `dump-stock-index-data/…`: what a sales channel can
//! sell, of products that are searched for or of all.
//!
//! A quantity is left open where stock is not managed, or where a product is not counted.

#[cfg(test)]
mod tests;

use ferrite_base::Fault;
use ferrite_catalog::products;
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults, Tx, dto};

use crate::quantity::Quantity;
use crate::salability::stocked::Stocked;
use crate::stock::{self, StockRow};
use crate::stocks;

dto! {
    /// `Magento\InventoryExportStockApi\Api\Data\ProductStockIndexDataInterface`
    pub struct StockIndexData {
        sku: String,
        qty: f64,
        is_salable: bool,
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept(
        "GET /V1/inventory/export-stock-salable-qty/:salesChannelType/:salesChannelCode",
        of_found,
    );
    routes.bind(
        "GET /V1/inventory/dump-stock-index-data/:salesChannelType/:salesChannelCode",
        of_all,
    );
}

fn of_found(
    call: &Call,
    tx: &mut Tx<'_>,
    kind: String,
    code: String,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<StockIndexData>, Fault> {
    let stock_id = stocks::of_channel(tx, &kind, &code)?;
    let stocked = Stocked::open(tx, stock_id)?;
    let mut items = Vec::new();
    for product in products::page(call, tx, &mut criteria)?.items {
        let Some(row) = stock::by_sku(tx, &product.sku)? else {
            continue;
        };
        if row.is_counted() && !stocked.is_assigned(tx, &row.sku)? {
            continue;
        }
        items.push(shown(tx, &stocked, &row)?);
    }
    Ok(SearchResults {
        total: i64::try_from(items.len()).unwrap_or(i64::MAX),
        items,
        criteria,
    })
}

fn of_all(
    _: &Call,
    tx: &mut Tx<'_>,
    kind: String,
    code: String,
) -> Result<Vec<StockIndexData>, Fault> {
    let stock_id = stocks::of_channel(tx, &kind, &code)?;
    let stocked = Stocked::open(tx, stock_id)?;
    let mut items = Vec::new();
    for row in stocked.products(tx)? {
        if !row.is_counted() || stocked.held(tx, &row)?.is_some() {
            items.push(shown(tx, &stocked, &row)?);
        }
    }
    Ok(items)
}

fn shown(tx: &mut Tx<'_>, stocked: &Stocked, row: &StockRow) -> Result<StockIndexData, Fault> {
    let is_managed = row.shown().manage_stock != Opt::Is(false);
    let qty = if is_managed && row.is_counted() {
        Some(stocked.salable_quantity(tx, row)?)
    } else {
        None
    };
    Ok(StockIndexData {
        sku: row.sku.as_str().into(),
        qty: qty.map(Quantity::number).into(),
        is_salable: stocked.is_salable(tx, row)?.into(),
    })
}
