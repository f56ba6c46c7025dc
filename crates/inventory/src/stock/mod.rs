//! `/V1/stockItems`, `/V1/stockStatuses`, and a product's `stock_item`.
//!
//! A stock item is made with its product. What follows the configuration (`use_config_…`) shows the
//! configured value, whatever was sent for it.

mod item;
mod low_stock;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use item::NOTIFY_BELOW;
pub use item::{STOCK_ITEMS, StockRow};
pub(crate) use types::StockItem;

use ferrite_base::{Kind, Phrase};
use ferrite_catalog::products;
use ferrite_storage::{Direction, Error, Filter, Scalar, Search, Sort};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::extension::{Extended, Provider};
use ferrite_webapi::{Call, Fault, Json, Maybe, Routes, Tx};

use types::StockStatus;

use crate::quantity::Quantity;
use crate::{low_quantity, source_items};

const RESOURCE: &str = "Magento_CatalogInventory::cataloginventory";

/// The one stock that there is.
const STOCK: i64 = 1;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/stockItems/:productSku", get);
    routes.bind_kept("GET /V1/stockItems/lowStock/", low_stock::list);
    routes.bind_kept("GET /V1/stockStatuses/:productSku", status);
    routes.bind("PUT /V1/products/:productSku/stockItems/:itemId", put);
}

fn of_sku(tx: &mut Tx<'_>, sku: &str) -> Result<(StockRow, String), Fault> {
    let missing = || {
        let text = "The Product with the \"%1\" SKU doesn't exist.";
        Fault::new(Kind::NotFound, Phrase::list(text, [sku]))
    };
    let product = products::Product::find(tx, sku)?.ok_or_else(missing)?;
    let row = find(tx, product.id)?.ok_or_else(missing)?;
    Ok((row, product.type_id))
}

/// The stock item of a product.
pub(crate) fn by_product(tx: &mut Tx<'_>, product_id: i64) -> Result<Option<StockRow>, Fault> {
    find(tx, product_id)
}

fn find(tx: &mut Tx<'_>, product_id: i64) -> Result<Option<StockRow>, Fault> {
    Ok(STOCK_ITEMS.find(tx, "product_id", &Scalar::from(product_id))?)
}

fn get(_: &Call, tx: &mut Tx<'_>, sku: String, _: Maybe<i64>) -> Result<StockItem, Fault> {
    Ok(of_sku(tx, &sku)?.0.shown())
}

fn status(_: &Call, tx: &mut Tx<'_>, sku: String, _: Maybe<i64>) -> Result<StockStatus, Fault> {
    let (row, _) = of_sku(tx, &sku)?;
    let item = row.shown();
    Ok(StockStatus {
        product_id: row.product_id.into(),
        stock_id: STOCK.into(),
        qty: item.qty.value().unwrap_or(0.0).into(),
        stock_status: i64::from(row.is_salable()).into(),
        stock_item: item.into(),
        ..StockStatus::default()
    })
}

/// Changes the stock item of a product; answers with its id.
fn put(_: &Call, tx: &mut Tx<'_>, sku: String, item: StockItem) -> Result<i64, Fault> {
    let (mut row, type_id) = of_sku(tx, &sku)?;
    // The path's id has taken the place of the body's, and is not looked at: the sku says which.
    let item = StockItem {
        item_id: Opt::Absent,
        ..item
    };
    row.change(&type_id, &item, tx.now())?;
    STOCK_ITEMS.put(tx, &row)?;
    products::set_salable(tx, row.product_id, row.is_salable())?;
    source_items::follow_stock_item(tx, &row)?;
    Ok(row.id)
}

/// Tells the catalog anew of each of the next stock items whether its product can be sold: of at most
/// `most` above this id. The id to go on after, or none at the end.
pub fn rebuild_status(tx: &mut Tx<'_>, after: i64, most: i64) -> Result<Option<i64>, Error> {
    let above = Filter {
        field: "id".to_owned(),
        condition: "gt".to_owned(),
        value: after.to_string(),
    };
    let next = Search {
        groups: vec![vec![above]],
        sort: vec![Sort {
            field: "id".to_owned(),
            direction: Direction::Ascending,
        }],
        page_size: Some(most),
        page: 1,
    };
    let rows = STOCK_ITEMS.search(tx, &next)?.items;
    for row in &rows {
        products::set_salable(tx, row.product_id, row.is_salable())?;
    }
    Ok(rows.last().map(|row| row.id))
}

/// The stock item of a product's sku.
pub(crate) fn by_sku(tx: &mut Tx<'_>, sku: &str) -> Result<Option<StockRow>, Fault> {
    match products::Product::find(tx, sku)? {
        Some(product) => find(tx, product.id),
        None => Ok(None),
    }
}

/// Lets the stock item of a product follow what lies in the default source.
pub(crate) fn follow_source(
    tx: &mut Tx<'_>,
    sku: &str,
    quantity: Quantity,
    in_stock: bool,
) -> Result<(), Fault> {
    let found = by_sku(tx, sku)?;
    let Some(mut row) = found.filter(StockRow::is_counted) else {
        return Ok(());
    };
    let was_salable = row.is_salable();
    row.set(quantity, in_stock);
    STOCK_ITEMS.put(tx, &row)?;
    if row.is_salable() != was_salable {
        products::set_salable(tx, row.product_id, row.is_salable())?;
    }
    Ok(())
}

/// Gives the stock items of an earlier version what they did not know of their products.
pub(crate) fn fill(tx: &mut Tx<'_>) -> Result<(), Error> {
    for mut row in STOCK_ITEMS.all(tx)? {
        if let Some(product) = products::PRODUCTS.get(tx, row.product_id)? {
            (row.sku, row.type_id) = (product.sku, product.type_id);
            STOCK_ITEMS.put(tx, &row)?;
            source_items::follow_stock_item(tx, &row)?;
        }
    }
    Ok(())
}

/// Takes over what a product is called now, and of which type it is.
fn follow_product(tx: &mut Tx<'_>, row: &mut StockRow, of: &Extended<'_>) -> Result<(), Fault> {
    if row.sku != of.key {
        source_items::rename(tx, &row.sku, of.key)?;
        low_quantity::rename(tx, &row.sku, of.key)?;
        of.key.clone_into(&mut row.sku);
    }
    of.type_id.clone_into(&mut row.type_id);
    Ok(())
}

/// `stock_item` of products.
pub struct StockItems;

impl Provider for StockItems {
    fn code(&self) -> &'static str {
        "stock_item"
    }

    fn resource(&self) -> Option<&'static str> {
        Some(RESOURCE)
    }

    fn check(&self, sent: &Json) -> Result<(), Fault> {
        StockItem::from_value(sent).map(|_| ())
    }

    fn read(&self, tx: &mut Tx<'_>, of: &Extended<'_>) -> Result<Option<Json>, Fault> {
        Ok(find(tx, of.id)?.map(|row| row.shown().to_value()))
    }

    fn write(
        &self,
        tx: &mut Tx<'_>,
        of: &Extended<'_>,
        sent: Option<&Json>,
    ) -> Result<Option<bool>, Fault> {
        let held = if of.is_new { None } else { find(tx, of.id)? };
        let is_new = held.is_none();
        let mut row = held.unwrap_or_else(|| StockRow::of(of.id, of.key, of.type_id));
        follow_product(tx, &mut row, of)?;
        let sent = sent.map(StockItem::from_value).transpose()?.flatten();
        // Each save but the first looks at the stock, also where nothing was sent for it.
        if sent.is_some() || !is_new {
            let nothing = StockItem::default();
            row.change(of.type_id, sent.as_ref().unwrap_or(&nothing), tx.now())?;
        }
        if let Some(sent) = &sent {
            row.forget_unsent_threshold(sent);
        }
        if is_new {
            STOCK_ITEMS.insert(tx, &mut row)?;
        } else {
            STOCK_ITEMS.put(tx, &row)?;
        }
        source_items::follow_stock_item(tx, &row)?;
        Ok(Some(row.is_salable()))
    }

    fn delete(&self, tx: &mut Tx<'_>, of: &Extended<'_>) -> Result<(), Fault> {
        STOCK_ITEMS.delete_by(tx, "product_id", &Scalar::from(of.id))?;
        Ok(())
    }
}
