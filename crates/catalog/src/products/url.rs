//! URL keys of products: one that can be seen has its key for itself.

use ferrite_base::Fault;
use ferrite_storage::{Filter, Scalar};
use ferrite_webapi::Tx;
use serde_json::Value;

use super::rows::{INDEX, Product};
use super::types::ProductInput;
use crate::categories;
use crate::scoped::DEFAULT;
use ferrite_base::url_key;

const INVISIBLE: &str = "1";

/// Sets the key of a new product, or the one that was sent; it must be free where the product can
/// be seen.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    product: &mut Product,
    sent: &ProductInput,
    store_id: i64,
) -> Result<(), Fault> {
    let given = sent
        .custom_attributes
        .get()
        .and_then(|all| all.get("url_key"));
    let scope = if product.id == 0 { DEFAULT } else { store_id };
    let current = product.values.text(scope, "url_key").to_owned();
    let is_new = product.id == 0;
    let key = match given.and_then(Value::as_str).filter(|key| !key.is_empty()) {
        Some(given) => url_key(given),
        None if is_new => url_key(product.values.text(scope, "name")),
        // An empty key hides the default one, null brings it back: the values have it already.
        None => current.clone(),
    };
    if key.is_empty() {
        return Ok(());
    }
    if product.values.text(scope, "visibility") != INVISIBLE
        && !product.website_ids.is_empty()
        && (is_held(tx, product.id, &key)? || categories::has_url_path(tx, &key)?)
    {
        return Err(Fault::invalid(
            "URL key for specified store already exists.",
        ));
    }
    if key != current {
        product.values.set(scope, "url_key", key.into());
    }
    Ok(())
}

/// Whether a product is shown under this path.
pub(crate) fn is_path_taken(tx: &mut Tx<'_>, path: &str) -> Result<bool, Fault> {
    is_held(tx, 0, path)
}

/// Whether another product that can be seen somewhere has this key.
fn is_held(tx: &mut Tx<'_>, id: i64, key: &str) -> Result<bool, Fault> {
    if INDEX.find(tx, "url_key", &Scalar::from(key))?.is_none() {
        return Ok(false); // as with nearly every new product
    }
    let filter = |field: &str, condition: &str, value: &str| {
        vec![Filter {
            field: field.to_owned(),
            condition: condition.to_owned(),
            value: value.to_owned(),
        }]
    };
    let groups = [
        filter("url_key", "eq", key),
        filter("visibility", "neq", INVISIBLE),
        filter("website_ids", "neq", ""),
        filter("store_id", "neq", "0"), // nothing is shown there
        filter("product_id", "neq", &id.to_string()),
    ];
    Ok(INDEX.finds(tx, &groups)?)
}
