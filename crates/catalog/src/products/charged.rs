//! What a guest is charged for a product: its price, what is taken off it at a time, and the range
//! that the parts of a composite product span.
//!
//! In: a product with what it consists of, the website, the day. Out: [`Charged`].

use ferrite_base::{Amount, DateTime};
use ferrite_webapi::{Fault, Tx};

use super::rows::{PRODUCTS, Product};
use super::tier_prices::{self, ALL_GROUPS};
use super::{bundle, configurable};

/// The group of customers who are not logged in.
const GUESTS: i64 = 0;

/// For whom a price is asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The store view.
    pub(super) store_id: i64,
    /// Its website.
    pub(super) website_id: i64,
    /// The moment.
    pub(super) now: &'a DateTime,
}

/// Prices in the base currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Charged {
    /// Before anything is taken off; of a composite product the lowest.
    pub(super) regular: Amount,
    /// The special price, while it counts.
    pub(super) special: Option<Amount>,
    /// The lowest that is charged.
    pub(super) lowest: Amount,
    /// The highest that is charged.
    pub(super) highest: Amount,
}

/// What is charged for one piece of a product.
pub(super) fn charged(
    tx: &mut Tx<'_>,
    product: &Product,
    asked: Asked<'_>,
) -> Result<Charged, Fault> {
    let own = of_its_own(product, asked);
    let parts = match product.type_id.as_str() {
        "configurable" => configurable::children_of(tx, product.id)?,
        "grouped" => {
            let mut parts = Vec::new();
            for id in product.associated() {
                parts.extend(PRODUCTS.get(tx, id)?);
            }
            parts
        }
        "bundle" => return bundle::charged(tx, product, asked, own),
        _ => return Ok(own),
    };
    let parts = parts.iter().filter(|part| can_be_bought(part, asked));
    let parts: Vec<Charged> = parts.map(|part| of_its_own(part, asked)).collect();
    Ok(range(&parts).unwrap_or(own))
}

/// Whether a part counts: it is switched on and there is some of it.
pub(super) fn can_be_bought(part: &Product, asked: Asked<'_>) -> bool {
    part.is_salable && part.values.text(asked.store_id, "status") == "1"
}

/// One of several: from the cheapest to the dearest.
fn range(parts: &[Charged]) -> Option<Charged> {
    let joined = |one: Charged, other: &Charged| Charged {
        regular: one.regular.min(other.regular),
        special: None,
        lowest: one.lowest.min(other.lowest),
        highest: one.highest.max(other.highest),
    };
    let first = Charged {
        special: None,
        ..*parts.first()?
    };
    Some(parts.iter().fold(first, joined))
}

/// What is charged for a product by its own prices.
pub(super) fn of_its_own(product: &Product, asked: Asked<'_>) -> Charged {
    let amount = |code: &str| {
        let text = product.values.text(asked.store_id, code);
        text.parse::<Amount>().ok()
    };
    let regular = amount("price").unwrap_or_default();
    let special = amount("special_price").filter(|_| is_special(product, asked));
    // A bundle's special price is a share of its price.
    let special = special.map(|special| match product.type_id.as_str() {
        "bundle" => regular.percent(special).in_column(),
        _ => special,
    });
    let tiers = tier_prices::for_one(product, asked.website_id, &[GUESTS, ALL_GROUPS]);
    let charged = special.into_iter().chain(tiers).fold(regular, Amount::min);
    Charged {
        regular,
        special,
        lowest: charged,
        highest: charged,
    }
}

/// Whether the special price counts on the day: both ends are whole days, and either may be open.
fn is_special(product: &Product, asked: Asked<'_>) -> bool {
    let day = |text: &str| text.get(..10).map(str::to_owned);
    let today = day(asked.now.as_str());
    let bound = |code: &str| day(product.values.text(asked.store_id, code));
    let (from, to) = (bound("special_from_date"), bound("special_to_date"));
    from.is_none_or(|from| Some(from) <= today) && to.is_none_or(|to| Some(to) >= today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::tests::plain;
    use crate::products::tier_prices::{StoredExtension, StoredTierPrice};
    use crate::scoped::DEFAULT;

    fn priced(values: &[(&str, &str)]) -> Product {
        let mut product = plain("A");
        for (code, value) in values {
            product.values.set(DEFAULT, code, (*value).into());
        }
        product
    }

    fn on(day: &str, product: &Product) -> Charged {
        let now = DateTime::parse(&format!("{day} 12:00:00")).unwrap();
        let asked = Asked {
            store_id: 1,
            website_id: 1,
            now: &now,
        };
        of_its_own(product, asked)
    }

    #[test]
    fn a_special_price_counts_on_its_days() {
        let product = priced(&[
            ("price", "15.000000"),
            ("special_price", "12.000000"),
            ("special_from_date", "2026-03-02 00:00:00"),
            ("special_to_date", "2026-03-04 00:00:00"),
        ]);
        for (day, lowest) in [
            ("2026-03-01", 15),
            ("2026-03-02", 12),
            ("2026-03-04", 12),
            ("2026-03-05", 15),
        ] {
            assert_eq!(on(day, &product).lowest, Amount::from(lowest), "{day}");
        }
    }

    #[test]
    fn a_tier_price_for_one_piece_counts_where_it_is_meant() {
        let tier = |group: i64, qty: u8, value: i64, website: i64| StoredTierPrice {
            customer_group_id: group,
            qty: f64::from(qty),
            value: Some(value.into()),
            extension_attributes: StoredExtension {
                website_id: website,
                percentage_value: None,
            },
        };
        let mut product = priced(&[("price", "15.000000")]);
        for (tiers, lowest) in [
            (vec![tier(ALL_GROUPS, 1, 9, 0)], 9),
            (vec![tier(GUESTS, 1, 8, 1)], 8),
            (vec![tier(1, 1, 7, 0)], 15),
            (vec![tier(GUESTS, 2, 7, 0)], 15),
            (vec![tier(GUESTS, 1, 7, 2)], 15),
            (vec![tier(GUESTS, 1, 20, 0)], 15),
        ] {
            product.tier_prices = tiers;
            assert_eq!(on("2026-03-01", &product).lowest, Amount::from(lowest));
        }
        let mut share = tier(GUESTS, 1, 0, 0);
        share.extension_attributes.percentage_value = Some(10.into());
        product.tier_prices = vec![share];
        assert_eq!(on("2026-03-01", &product).lowest, "13.5".parse().unwrap());
    }

    #[test]
    fn variations_span_a_range() {
        let parts = ["12", "9", "15"].map(|price| on("2026-03-01", &priced(&[("price", price)])));
        let range = range(&parts).unwrap();
        assert_eq!(
            (range.regular, range.lowest, range.highest),
            (9.into(), 9.into(), 15.into())
        );
    }
}
