//! `/V1/products/base-prices…`: the price of products.

use ferrite_base::{Amount, Fault};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Routes, Tx, dto};

use super::{Refused, amount, has, is_store, named, put, set_amount, shown};
use crate::products::rows::Product;
use crate::scoped::DEFAULT;

dto! {
    /// `Magento\Catalog\Api\Data\BasePriceInterface`
    pub struct BasePrice {
        price: Amount,
        store_id: i64,
        sku: String,
        extension_attributes: NoExtension [null],
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/products/base-prices", save);
    routes.bind("POST /V1/products/base-prices-information", list);
}

/// Whether products have a price of their own: not those that consist of others, and of bundles
/// only those whose price is fixed.
fn is_priced(product: &Product) -> bool {
    match product.type_id.as_str() {
        "simple" | "virtual" | "downloadable" => true,
        "bundle" => product.values.text(DEFAULT, "price_type") == "1",
        _ => false,
    }
}

fn save(call: &Call, tx: &mut Tx<'_>, prices: Vec<BasePrice>) -> Result<Vec<Refused>, Fault> {
    let stores = call.settings().stores();
    let mut refused = Vec::new();
    for row in prices {
        let sku = row.sku.value().unwrap_or_default();
        let found = Product::find(tx, &sku)?.filter(is_priced);
        let price = row.price.value();
        let store_id = row.store_id.value().unwrap_or(0);
        let before = refused.len();
        if found.is_none() {
            refused.push(Refused::field("SKU", sku.clone()));
        }
        if price.is_none_or(Amount::is_negative) {
            refused.push(Refused::field("Price", shown(price)));
        }
        if !is_store(&stores, store_id) {
            refused.push(Refused::store(&sku, store_id));
        }
        let (Some(mut product), Some(price)) = (found, price) else {
            continue;
        };
        if refused.len() > before || !has(tx, &product, "price")? {
            continue;
        }
        if set_amount(&mut product, "price", price) {
            put(tx, &product)?;
        } else {
            refused.push(Refused::field("Price", shown(Some(price))));
        }
    }
    Ok(refused)
}

fn list(_: &Call, tx: &mut Tx<'_>, skus: Vec<String>) -> Result<Vec<BasePrice>, Fault> {
    let found = named(tx, &skus)?;
    let price = |product: &Product| {
        Some(BasePrice {
            price: amount(product, "price")?.into(),
            store_id: DEFAULT.into(),
            sku: product.sku.as_str().into(),
            ..BasePrice::default()
        })
    };
    Ok(found
        .iter()
        .filter(|one| is_priced(one))
        .filter_map(price)
        .collect())
}
