//! `/V1/inventory/…salable…`: how many of a product a stock can sell, and whether it can at all.
//!
//! [`stocked`] says what a stock has, [`requested`] whether so many can be sold.

mod requested;
pub(crate) mod stocked;
#[cfg(test)]
mod tests;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Json, Routes, Tx, dto};

use crate::constructed;
use crate::quantity::Quantity;
use crate::stock::{self, StockRow};
use stocked::Stocked;

dto! {
    /// `Magento\InventorySalesApi\Api\Data\ProductSalabilityErrorInterface`
    pub struct SalabilityError {
        code: String,
        message: String,
        extension_attributes: NoExtension [null],
    }
}

impl SalabilityError {
    fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            ..Self::default()
        }
    }
}

dto! {
    /// `Magento\InventorySalesApi\Api\Data\ProductSalableResultInterface`
    pub struct ProductSalableResult {
        salable: bool,
        errors: Vec<SalabilityError>,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySalesApi\Api\Data\IsProductSalableResultInterface`
    pub struct IsProductSalableResult {
        sku: String,
        stock_id: i64,
        salable: bool,
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySalesApi\Api\Data\IsProductSalableForRequestedQtyRequestInterface`
    pub struct RequestedQty {
        sku: String [made],
        qty: f64 [made],
        extension_attributes: NoExtension [null],
    }
}

dto! {
    /// `Magento\InventorySalesApi\Api\Data\IsProductSalableForRequestedQtyResultInterface`
    pub struct RequestedQtyResult {
        sku: String,
        stock_id: i64,
        salable: bool,
        errors: Vec<SalabilityError>,
        extension_attributes: NoExtension [null],
    }
}

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept(
        "GET /V1/inventory/get-product-salable-quantity/:sku/:stockId",
        quantity,
    );
    routes.bind_kept("GET /V1/inventory/is-product-salable/:sku/:stockId", one);
    routes.bind_kept("GET /V1/inventory/are-products-salable", several);
    routes.bind_kept(
        "GET /V1/inventory/is-product-salable-for-requested-qty/:sku/:stockId/:requestedQty",
        one_for_quantity,
    );
    routes.bind_kept(
        "GET /V1/inventory/are-product-salable-for-requested-qty/",
        several_for_quantity,
    );
}

/// The stock item of a product that is counted, or Magento's sentence.
fn counted(tx: &mut Tx<'_>, sku: &str) -> Result<StockRow, Fault> {
    let row = stock::by_sku(tx, sku)?.ok_or_else(|| {
        Fault::not_found(
            "The product that was requested doesn't exist. Verify the product and try again.",
        )
    })?;
    if !row.is_counted() {
        let text = "Can't check requested quantity for products without Source Items support.";
        return Err(Fault::new(Kind::Invalid, Phrase::new(text)));
    }
    Ok(row)
}

/// How many of a product a stock can sell.
///
/// Fails with Magento's sentences where there is no such product, or where it is not counted.
pub fn salable_quantity(tx: &mut Tx<'_>, sku: &str, stock_id: i64) -> Result<Quantity, Fault> {
    let row = counted(tx, sku)?;
    Ok(Stocked::open(tx, stock_id)?.salable_quantity(tx, &row)?)
}

/// Whether a stock can sell a product; of what is no product or no stock it cannot.
pub fn is_salable(tx: &mut Tx<'_>, sku: &str, stock_id: i64) -> Result<bool, Fault> {
    let Some(row) = stock::by_sku(tx, sku)? else {
        return Ok(false);
    };
    Stocked::open(tx, stock_id)?.is_salable(tx, &row)
}

fn quantity(_: &Call, tx: &mut Tx<'_>, sku: String, stock_id: i64) -> Result<f64, Fault> {
    Ok(salable_quantity(tx, &sku, stock_id)?.number())
}

fn one(_: &Call, tx: &mut Tx<'_>, sku: String, stock_id: i64) -> Result<bool, Fault> {
    is_salable(tx, &sku, stock_id)
}

fn several(
    _: &Call,
    tx: &mut Tx<'_>,
    skus: Vec<String>,
    stock_id: i64,
) -> Result<Vec<IsProductSalableResult>, Fault> {
    let mut results = Vec::with_capacity(skus.len());
    for sku in skus {
        let salable = is_salable(tx, &sku, stock_id)?;
        results.push(IsProductSalableResult {
            sku: sku.into(),
            stock_id: stock_id.into(),
            salable: salable.into(),
            ..IsProductSalableResult::default()
        });
    }
    Ok(results)
}

fn one_for_quantity(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    stock_id: i64,
    quantity: f64,
) -> Result<ProductSalableResult, Fault> {
    let row = counted(tx, &sku)?;
    let errors = requested::errors(tx, stock_id, &row, quantity)?;
    Ok(ProductSalableResult {
        salable: errors.is_empty().into(),
        errors: errors.into(),
        ..ProductSalableResult::default()
    })
}

fn several_for_quantity(
    _: &Call,
    tx: &mut Tx<'_>,
    requests: Json,
    stock_id: i64,
) -> Result<Vec<RequestedQtyResult>, Fault> {
    let requests: Vec<RequestedQty> = constructed::read_all(Some(&requests), &["sku", "qty"])?;
    let mut results = Vec::with_capacity(requests.len());
    for request in requests {
        let sku = request.sku.value().unwrap_or_default();
        let row = counted(tx, &sku)?;
        let quantity = request.qty.value().unwrap_or(0.0);
        let errors = requested::errors(tx, stock_id, &row, quantity)?;
        results.push(RequestedQtyResult {
            sku: sku.into(),
            stock_id: stock_id.into(),
            salable: errors.is_empty().into(),
            errors: errors.into(),
            ..RequestedQtyResult::default()
        });
    }
    Ok(results)
}
