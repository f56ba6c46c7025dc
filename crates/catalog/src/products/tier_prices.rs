//! Tier prices in a product's payload.

use ferrite_base::Fault;
use ferrite_settings::Stores;
use ferrite_webapi::Json;
use ferrite_webapi::dto::Wire as _;

use super::rows::Product;
use super::types::TierPrice;
use crate::scoped::DEFAULT;

/// All customers, whatever their group.
pub(super) const ALL_GROUPS: i64 = 32_000;

/// Checks what was sent and gives it as it is stored. `is_group` knows the groups.
pub(super) fn checked(
    prices: &[TierPrice],
    stores: &Stores,
    mut is_group: impl FnMut(i64) -> Result<bool, Fault>,
) -> Result<Vec<Json>, Fault> {
    let mut kept: Vec<TierPrice> = Vec::with_capacity(prices.len());
    for price in prices {
        let price = complete(price);
        let group = price.customer_group_id.value().unwrap_or(0);
        let extension = price.extension_attributes.value().unwrap_or_default();
        let website = extension.website_id.value().unwrap_or(0);
        let percentage = extension.percentage_value.value().unwrap_or(0.0);
        if !(0.0..=100.0).contains(&percentage) {
            return Err(Fault::invalid(
                "Percentage value must be a number between 0 and 100.",
            ));
        }
        let has_percentage = extension.percentage_value.value().is_some();
        if !has_percentage && price.value.value().is_none_or(|value| value < 0.0) {
            return Err(Fault::invalid(
                "Group price must be a number greater than 0.",
            ));
        }
        let is_known = stores.websites.iter().any(|site| site.id == website);
        if !is_known || (group != ALL_GROUPS && !is_group(group)?) {
            return Err(super::parts::unable());
        }
        if kept.iter().any(|other| key(other) == key(&price)) {
            return Err(Fault::invalid(
                "We found a duplicate website, tier price, customer group and quantity.",
            ));
        }
        kept.push(price);
    }
    Ok(kept.iter().map(TierPrice::to_value).collect())
}

/// With what counts where nothing was sent.
fn complete(price: &TierPrice) -> TierPrice {
    let mut price = price.clone();
    price.customer_group_id = price.customer_group_id.value().unwrap_or(0).into();
    price.qty = quantity(&price).into();
    let mut extension = price.extension_attributes.value().unwrap_or_default();
    extension.website_id = extension.website_id.value().unwrap_or(0).into();
    price.extension_attributes = extension.into();
    price
}

fn quantity(price: &TierPrice) -> f64 {
    price.qty.value().unwrap_or(0.0)
}

/// What no two tier prices of a product share.
fn key(price: &TierPrice) -> (Option<i64>, Option<f64>, Option<i64>) {
    let extension = price.extension_attributes.get();
    let website = extension.and_then(|extension| extension.website_id.value());
    (price.customer_group_id.value(), price.qty.value(), website)
}

/// The tier prices as they are read, by quantity: a percentage is taken off the price.
pub(super) fn shown(product: &Product) -> Json {
    let price = product.values.text(DEFAULT, "price").parse::<f64>();
    let of = |stored: &Json| {
        let mut shown = stored.clone();
        let percentage = stored["extension_attributes"]["percentage_value"].as_f64();
        if let (Some(percentage), Ok(price)) = (percentage, &price) {
            let value = price * (100.0 - percentage) / 100.0;
            shown["value"] = ((value * 1e6).round() / 1e6).into();
        }
        shown
    };
    let mut prices: Vec<Json> = product.tier_prices.iter().map(of).collect();
    let quantity = |price: &Json| price["qty"].as_f64().unwrap_or(0.0);
    prices.sort_by(|one, other| quantity(one).total_cmp(&quantity(other)));
    prices.into()
}

/// What a single piece costs by the tier prices for these groups, in a website.
pub(super) fn for_one(product: &Product, website_id: i64, groups: &[i64]) -> Vec<f64> {
    let prices = shown(product);
    let counts = |price: &&Json| {
        let group = price["customer_group_id"].as_i64().unwrap_or(0);
        let website = price["extension_attributes"]["website_id"].as_i64();
        let is_here = matches!(website, None | Some(0)) || website == Some(website_id);
        is_here && groups.contains(&group) && price["qty"].as_f64().is_none_or(|qty| qty <= 1.0)
    };
    let prices = prices.as_array().map_or(&[][..], Vec::as_slice);
    let prices = prices.iter().filter(counts);
    prices.filter_map(|price| price["value"].as_f64()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Json) -> Result<Vec<Json>, Fault> {
        let prices = Vec::<TierPrice>::from_value(value)?.unwrap_or_default();
        let site = ferrite_settings::Website {
            id: 0,
            code: "admin".into(),
            name: "Admin".to_owned(),
            default_group_id: 0,
            is_default: false,
        };
        let stores = Stores {
            websites: vec![site],
            ..Stores::default()
        };
        checked(&prices, &stores, |id| Ok((0..=3).contains(&id)))
    }

    #[test]
    fn prices_are_kept_as_sent_and_stand_once() {
        let kept = read(&json!([{"qty": 3, "value": 5}, {"qty": 1, "value": 6}])).expect("fit");
        assert_eq!(kept[0]["qty"], 3.0);
        assert_eq!(kept[0]["extension_attributes"], json!({"website_id": 0}));
        assert!(read(&json!([{"qty": 3, "value": 5}, {"qty": "3.0", "value": 6}])).is_err());
    }

    #[test]
    fn a_price_is_an_amount_or_a_percentage() {
        for price in [json!({"qty": 1}), json!({"qty": 1, "value": -1})] {
            let refused = read(&json!([price])).expect_err("no price");
            assert_eq!(
                refused.to_string(),
                "Group price must be a number greater than 0."
            );
        }
        let share = json!([{"qty": 1, "extension_attributes": {"percentage_value": 5}}]);
        assert!(read(&share).is_ok() && read(&json!([{"qty": 1, "value": 0}])).is_ok());
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        for extension in [json!({"website_id": 7}), json!({"percentage_value": 120})] {
            let price = json!([{"qty": 1, "value": 1, "extension_attributes": extension}]);
            assert!(read(&price).is_err());
        }
        assert!(read(&json!([{"customer_group_id": 99, "qty": 1, "value": 1}])).is_err());
    }
}
