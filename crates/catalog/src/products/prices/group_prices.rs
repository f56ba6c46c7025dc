//! `/V1/products/:sku/group-prices/:customerGroupId/tiers…`: the tier prices of one product for
//! one group of customers. They hold on all websites.

use ferrite_base::{Amount, Fault, Kind, Phrase, phrase};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Routes, Tx};

use super::{put, tiers};
use crate::products::by_sku;
use crate::products::tier_prices::{self, ALL_GROUPS, StoredTierPrice};
use crate::products::types::TierPrice;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/:sku/group-prices/:customerGroupId/tiers";
    routes.bind_kept(&format!("GET {path}"), list);
    routes.bind(&format!("POST {path}/:qty/price/:price"), add);
    routes.bind(&format!("DELETE {path}/:qty"), remove);
}

/// A group as the path names it: by its id, or all of them.
fn group_id(name: &str) -> Option<i64> {
    if name == "all" {
        return Some(ALL_GROUPS);
    }
    name.trim().parse().ok()
}

fn list(_: &Call, tx: &mut Tx<'_>, sku: String, group: String) -> Result<Vec<TierPrice>, Fault> {
    let product = by_sku(tx, &sku)?;
    let wanted = group_id(&group);
    let of_group = tier_prices::shown(&product)
        .into_iter()
        .filter(|one| one.customer_group_id.value() == wanted);
    Ok(of_group
        .map(|one| TierPrice {
            extension_attributes: Opt::Absent,
            ..one
        })
        .collect())
}

/// A price in all websites.
fn everywhere(group_id: i64, qty: f64, value: Option<Amount>) -> StoredTierPrice {
    StoredTierPrice {
        customer_group_id: group_id,
        qty,
        value,
        ..StoredTierPrice::default()
    }
}

fn add(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    group: String,
    price: Amount,
    qty: f64,
) -> Result<bool, Fault> {
    if price <= Amount::ZERO || qty <= 0.0 {
        return Err(Fault::invalid(
            "The data was invalid. Verify the data and try again.",
        ));
    }
    let mut product = by_sku(tx, &sku)?;
    let id = group_id(&group);
    let known = match id {
        Some(ALL_GROUPS) => true,
        Some(id) => ferrite_customers::group_name(tx, id)?.is_some(),
        None => false,
    };
    let Some(id) = id.filter(|_| known) else {
        return Err(Fault::no_such_entity("id", group));
    };
    let tier = everywhere(id, qty, Some(price));
    tiers::set(&mut product.tier_prices, tier);
    put(tx, &product)?;
    Ok(true)
}

fn remove(_: &Call, tx: &mut Tx<'_>, sku: String, group: String, qty: f64) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    let id = group_id(&group);
    let before = product.tier_prices.len();
    if let Some(id) = id {
        let wanted = everywhere(id, qty, None);
        product.tier_prices.retain(|tier| !tier.meets(&wanted));
    }
    if product.tier_prices.len() == before {
        let text = "Product hasn't group price with such data: customerGroupId = '%1', \
                    website = %2, qty = %3";
        let values: [phrase::Value; 3] = [group.into(), 0.into(), number(qty)];
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, values)));
    }
    put(tx, &product)?;
    Ok(true)
}

/// A quantity as a value of a sentence: a number where it is whole.
fn number(qty: f64) -> phrase::Value {
    let text = qty.to_string();
    text.parse::<i64>().map_or(text.into(), Into::into)
}
