//! Tier prices in a product's payload.

use ferrite_base::{Amount, Fault};
use ferrite_settings::Stores;
use serde::{Deserialize, Serialize};

use super::rows::Product;
use super::types::{TierPrice, TierPriceExtension};
use crate::scoped::DEFAULT;

/// All customers, whatever their group.
pub(super) const ALL_GROUPS: i64 = 32_000;

/// A tier price as its product keeps it; in documents it has the shape that it has on the wire.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredTierPrice {
    /// The group of customers, or [`ALL_GROUPS`].
    pub(super) customer_group_id: i64,
    /// From how many pieces on.
    pub(super) qty: f64,
    /// What a piece costs, where that is an amount.
    pub(super) value: Option<Amount>,
    /// The rest.
    pub(super) extension_attributes: StoredExtension,
}

/// What stands among the extension attributes of a tier price.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredExtension {
    /// What is taken off the price, where that is a percentage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) percentage_value: Option<Amount>,
    /// The website; 0 is all of them.
    pub(super) website_id: i64,
}

impl StoredTierPrice {
    /// What was sent, with what counts where nothing was.
    fn of(sent: &TierPrice) -> Self {
        let extension = sent.extension_attributes.value().unwrap_or_default();
        Self {
            customer_group_id: sent.customer_group_id.value().unwrap_or(0),
            qty: sent.qty.value().unwrap_or(0.0),
            value: sent.value.value(),
            extension_attributes: StoredExtension {
                percentage_value: extension.percentage_value.value(),
                website_id: extension.website_id.value().unwrap_or(0),
            },
        }
    }

    /// The website; 0 is all of them.
    pub(super) fn website_id(&self) -> i64 {
        self.extension_attributes.website_id
    }

    /// Whether both would be the price of the same: group, website, quantity.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.customer_group_id == other.customer_group_id
            && self.website_id() == other.website_id()
            && (self.qty - other.qty).abs() < 1e-6
    }

    /// What a piece costs of a product of this price: a percentage is taken off it.
    fn charged(&self, price: Option<Amount>) -> Option<Amount> {
        match (self.extension_attributes.percentage_value, price) {
            (Some(off), Some(price)) => {
                let share = Amount::HUNDRED_PERCENT - off;
                Some(price.percent(share).in_column())
            }
            _ => self.value,
        }
    }
}

/// Checks what was sent and gives it as it is stored. `is_group` knows the groups.
pub(super) fn checked(
    prices: &[TierPrice],
    stores: &Stores,
    mut is_group: impl FnMut(i64) -> Result<bool, Fault>,
) -> Result<Vec<StoredTierPrice>, Fault> {
    let mut kept: Vec<StoredTierPrice> = Vec::with_capacity(prices.len());
    for price in prices.iter().map(StoredTierPrice::of) {
        let percentage = price.extension_attributes.percentage_value;
        let range = Amount::ZERO..=Amount::HUNDRED_PERCENT;
        if percentage.is_some_and(|percentage| !range.contains(&percentage)) {
            return Err(Fault::invalid(
                "Percentage value must be a number between 0 and 100.",
            ));
        }
        if percentage.is_none() && price.value.is_none_or(Amount::is_negative) {
            return Err(Fault::invalid(
                "Group price must be a number greater than 0.",
            ));
        }
        let (group, website) = (price.customer_group_id, price.website_id());
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
    Ok(kept)
}

/// What no two tier prices of a payload share.
fn key(price: &StoredTierPrice) -> (i64, f64, i64) {
    (price.customer_group_id, price.qty, price.website_id())
}

/// A product's own price, of which percentages are taken.
fn price_of(product: &Product) -> Option<Amount> {
    product.values.text(DEFAULT, "price").parse().ok()
}

/// The tier prices as they are read, by quantity: a percentage is taken off the price.
pub(super) fn shown(product: &Product) -> Vec<TierPrice> {
    let price = price_of(product);
    let of = |stored: &StoredTierPrice| {
        let held = &stored.extension_attributes;
        let mut extension = TierPriceExtension {
            website_id: held.website_id.into(),
            ..TierPriceExtension::default()
        };
        if let Some(percentage) = held.percentage_value {
            extension.percentage_value = percentage.into();
        }
        TierPrice {
            customer_group_id: stored.customer_group_id.into(),
            qty: stored.qty.into(),
            value: stored.charged(price).into(),
            extension_attributes: extension.into(),
        }
    };
    let mut stored: Vec<&StoredTierPrice> = product.tier_prices.iter().collect();
    stored.sort_by(|one, other| one.qty.total_cmp(&other.qty));
    stored.into_iter().map(of).collect()
}

/// What a single piece costs by the tier prices for these groups, in a website.
pub(super) fn for_one(product: &Product, website_id: i64, groups: &[i64]) -> Vec<Amount> {
    let price = price_of(product);
    let counts = |stored: &&StoredTierPrice| {
        let is_here = [0, website_id].contains(&stored.website_id());
        is_here && groups.contains(&stored.customer_group_id) && stored.qty <= 1.0
    };
    let prices = product.tier_prices.iter().filter(counts);
    prices.filter_map(|stored| stored.charged(price)).collect()
}

#[cfg(test)]
mod tests {
    use ferrite_webapi::Json;
    use ferrite_webapi::dto::Wire as _;
    use serde_json::json;

    use super::*;

    fn read(value: &Json) -> Result<Vec<StoredTierPrice>, Fault> {
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
        assert_eq!((kept[0].qty, kept[0].website_id()), (3.0, 0));
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
    #[test]
    fn numbers_of_earlier_documents_are_read_and_text_is_written() {
        let earlier = json!({"customer_group_id": 0, "qty": 2.0, "value": 9.99,
            "extension_attributes": {"percentage_value": 12.5, "website_id": 0}});
        let read: StoredTierPrice = serde_json::from_value(earlier).expect("a tier price");
        assert_eq!(read.value, "9.99".parse().ok());
        let written = serde_json::to_value(&read).expect("a document");
        assert_eq!(
            written,
            json!({"customer_group_id": 0, "qty": 2.0, "value": "9.99",
                "extension_attributes": {"percentage_value": "12.5", "website_id": 0}})
        );
        let none = json!({"customer_group_id": 0, "qty": 1, "value": null, "extension_attributes": {"website_id": 0}});
        let read: StoredTierPrice = serde_json::from_value(none).expect("a tier price");
        assert_eq!(read.value, None);
    }

    #[test]
    fn a_percentage_is_taken_off_exactly() {
        let mut product = crate::products::tests::plain("A");
        product.values.set(DEFAULT, "price", "0.500000".into());
        let share = |percentage: &str| {
            let sent =
                json!([{"qty": 1, "extension_attributes": {"percentage_value": percentage}}]);
            read(&sent).expect("fits")
        };
        // Of 33.3333 % there is 0.3333335 left, which a float takes for a little less.
        for (percentage, value) in [("5", "0.475"), ("33.3333", "0.333334")] {
            product.tier_prices = share(percentage);
            assert_eq!(
                shown(&product)[0].value.value(),
                value.parse().ok(),
                "{percentage}"
            );
        }
    }
}
