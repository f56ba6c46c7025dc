//! `/V1/products/cost…`: what products cost the merchant.

use ferrite_base::{Amount, Fault};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Routes, Tx, dto};

use super::{Refused, amount, has, is_store, named, put, set_amount, shown};
use crate::products::rows::Product;
use crate::scoped::DEFAULT;

const TYPES: [&str; 3] = ["simple", "virtual", "downloadable"];

dto! {
    /// `Magento\Catalog\Api\Data\CostInterface`
    pub struct Cost {
        cost: Amount,
        store_id: i64,
        sku: String,
        extension_attributes: NoExtension [null],
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/products/cost", save);
    routes.bind("POST /V1/products/cost-information", list);
    routes.bind("POST /V1/products/cost-delete", delete);
}

fn has_cost(product: &Product) -> bool {
    TYPES.contains(&product.type_id.as_str())
}

fn save(call: &Call, tx: &mut Tx<'_>, prices: Vec<Cost>) -> Result<Vec<Refused>, Fault> {
    let stores = call.settings().stores();
    let mut refused = Vec::new();
    for row in prices {
        let sku = row.sku.value().unwrap_or_default();
        let found = Product::find(tx, &sku)?.filter(has_cost);
        let cost = row.cost.value();
        let store_id = row.store_id.value().unwrap_or(0);
        let before = refused.len();
        if found.is_none() {
            refused.push(Refused::field("SKU", sku.clone()));
        }
        if cost.is_none_or(Amount::is_negative) {
            refused.push(Refused::field("Cost", shown(cost)));
        }
        if !is_store(&stores, store_id) {
            refused.push(Refused::store(&sku, store_id));
        }
        let (Some(mut product), Some(cost)) = (found, cost) else {
            continue;
        };
        if refused.len() > before || !has(tx, &product, "cost")? {
            continue;
        }
        if set_amount(&mut product, "cost", cost) {
            put(tx, &product)?;
        } else {
            refused.push(Refused::field("Cost", shown(Some(cost))));
        }
    }
    Ok(refused)
}

fn list(_: &Call, tx: &mut Tx<'_>, skus: Vec<String>) -> Result<Vec<Cost>, Fault> {
    let found = named(tx, &skus)?;
    let cost = |product: &Product| {
        Some(Cost {
            cost: amount(product, "cost")?.into(),
            store_id: DEFAULT.into(),
            sku: product.sku.as_str().into(),
            ..Cost::default()
        })
    };
    Ok(found
        .iter()
        .filter(|one| has_cost(one))
        .filter_map(cost)
        .collect())
}

/// Takes the costs of products away; those that are not there have none.
fn delete(_: &Call, tx: &mut Tx<'_>, skus: Vec<String>) -> Result<bool, Fault> {
    for mut product in named(tx, &skus)? {
        product.values.forget("cost");
        put(tx, &product)?;
    }
    Ok(true)
}
