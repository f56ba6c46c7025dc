//! `/V1/products/tier-prices…`: prices by quantity, website and group of customers, of many
//! products at once.

use ferrite_base::{Amount, Fault};
use ferrite_settings::Stores;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Routes, Tx, dto};

use super::{Refused, named, put, shown};
use crate::products::by_sku;
use crate::products::rows::Product;
use crate::products::tier_prices::{ALL_GROUPS, StoredExtension, StoredTierPrice};

/// The types of products that have such prices.
const TYPES: [&str; 4] = ["simple", "virtual", "downloadable", "bundle"];

/// The name of all groups, as a client writes it in any case, and as it is answered.
const EVERYBODY: &str = "all groups";

const FIXED: &str = "fixed";
const DISCOUNT: &str = "discount";

dto! {
    /// `Magento\Catalog\Api\Data\TierPriceInterface`
    pub struct Tier {
        price: Amount,
        price_type: String,
        website_id: i64,
        sku: String,
        customer_group: String,
        quantity: f64,
        extension_attributes: NoExtension [null],
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/products/tier-prices", add);
    routes.bind("PUT /V1/products/tier-prices", replace);
    routes.bind("POST /V1/products/tier-prices-delete", delete);
    routes.bind("POST /V1/products/tier-prices-information", list);
}

/// A row that can be saved.
struct Row {
    product_id: i64,
    tier: StoredTierPrice,
}

impl Tier {
    fn website(&self) -> i64 {
        self.website_id.value().unwrap_or(0)
    }

    fn quantity(&self) -> f64 {
        self.quantity.value().unwrap_or(0.0)
    }

    fn group(&self) -> String {
        self.customer_group.value().unwrap_or_default()
    }

    /// Whether both would be the price of the same thing.
    fn meets(&self, other: &Self) -> bool {
        self.website() == other.website()
            && self.sku.value() == other.sku.value()
            && self.group().eq_ignore_ascii_case(&other.group())
            && (self.quantity() - other.quantity()).abs() < 1e-6
    }

    /// What is wrong, with the row's values behind it.
    fn refused(&self, text: &str, extra: Option<String>) -> Refused {
        let text = format!(
            "{text} Row ID: SKU = %SKU, Website ID: %websiteId, \
             Customer Group: %customerGroup, Quantity: %qty."
        );
        let of_row = [
            self.sku.value().unwrap_or_default(),
            self.website().to_string(),
            self.group(),
            shown(self.quantity.value()),
        ];
        Refused::new(text, extra.into_iter().chain(of_row).collect())
    }

    /// As a product keeps it.
    fn stored(&self, group_id: i64) -> StoredTierPrice {
        let price = self.price.value().unwrap_or_default();
        let is_discount = self.price_type.value().as_deref() == Some(DISCOUNT);
        StoredTierPrice {
            customer_group_id: group_id,
            qty: self.quantity(),
            value: Some(if is_discount { Amount::ZERO } else { price }),
            extension_attributes: StoredExtension {
                percentage_value: is_discount.then_some(price),
                website_id: self.website(),
            },
        }
    }
}

/// The id of a group of customers, by its name.
fn group_id(tx: &mut Tx<'_>, name: &str) -> Result<Option<i64>, Fault> {
    if name.trim().eq_ignore_ascii_case(EVERYBODY) {
        return Ok(Some(ALL_GROUPS));
    }
    Ok(ferrite_customers::group_named(tx, name)?)
}

/// The rows that can be saved, and what is wrong with the others. A product that is not there ends
/// all of it.
fn checked(
    tx: &mut Tx<'_>,
    stores: &Stores,
    sent: &[Tier],
) -> Result<(Vec<Row>, Vec<Refused>), Fault> {
    let mut products: Vec<Product> = Vec::with_capacity(sent.len());
    for one in sent {
        products.push(by_sku(tx, &one.sku.value().unwrap_or_default())?);
    }
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for (place, (one, product)) in sent.iter().zip(&products).enumerate() {
        let before = refused.len();
        if !TYPES.contains(&product.type_id.as_str()) {
            refused.push(one.refused("Invalid attribute SKU = %SKU.", None));
        }
        let price = one.price.value();
        let kind = one.price_type.value().unwrap_or_default();
        let is_too_much = |price| kind == DISCOUNT && price > Amount::HUNDRED_PERCENT;
        if price.is_none_or(|price| price.is_negative() || is_too_much(price)) {
            let value = Some(shown(price));
            refused.push(one.refused("Invalid attribute Price = %price.", value));
        }
        let of_bundle = product.type_id == "bundle" && kind == FIXED;
        if of_bundle || ![FIXED, DISCOUNT].contains(&kind.as_str()) {
            refused.push(one.refused("Invalid attribute Price Type = %priceType.", Some(kind)));
        }
        if one.quantity() < 1.0 {
            refused.push(one.refused("Invalid attribute Quantity = %qty.", None));
        }
        if !stores.websites.iter().any(|site| site.id == one.website()) {
            refused.push(one.refused("Invalid attribute Website ID = %websiteId.", None));
        }
        let others = sent.iter().enumerate().filter(|(at, _)| *at != place);
        for _ in others.filter(|(_, other)| one.meets(other)) {
            let text = "We found a duplicate website, tier price, customer group and quantity: \
                        Customer Group = %customerGroup, Website ID = %websiteId, Quantity = %qty.";
            refused.push(one.refused(text, None));
        }
        let group = group_id(tx, &one.group())?;
        if group.is_none() {
            let text = "No such entity with Customer Group = %customerGroup.";
            refused.push(one.refused(text, None));
        }
        if let (Some(group), true) = (group, refused.len() == before) {
            rows.push(Row {
                product_id: product.id,
                tier: one.stored(group),
            });
        }
    }
    Ok((rows, refused))
}

/// Puts a price in the place of the one of the same key, or behind all.
pub(super) fn set(tiers: &mut Vec<StoredTierPrice>, tier: StoredTierPrice) {
    match tiers.iter_mut().find(|held| held.meets(&tier)) {
        Some(held) => *held = tier,
        None => tiers.push(tier),
    }
}

/// Changes the tier prices of each product that the rows are of.
fn change(
    tx: &mut Tx<'_>,
    rows: &[Row],
    with: impl Fn(&mut Vec<StoredTierPrice>, Vec<StoredTierPrice>),
) -> Result<(), Fault> {
    let mut ids: Vec<i64> = rows.iter().map(|row| row.product_id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let own = rows.iter().filter(|row| row.product_id == id);
        let tiers = own.map(|row| row.tier.clone()).collect();
        if let Some(mut product) = crate::products::PRODUCTS.get(tx, id)? {
            with(&mut product.tier_prices, tiers);
            put(tx, &product)?;
        }
    }
    Ok(())
}

/// Adds prices; one of the same key is replaced.
fn add(call: &Call, tx: &mut Tx<'_>, sent: Vec<Tier>) -> Result<Vec<Refused>, Fault> {
    let (rows, refused) = checked(tx, &call.settings().stores(), &sent)?;
    change(tx, &rows, |held, new| {
        for tier in new {
            set(held, tier);
        }
    })?;
    Ok(refused)
}

/// Puts prices in the place of all that their products had.
fn replace(call: &Call, tx: &mut Tx<'_>, sent: Vec<Tier>) -> Result<Vec<Refused>, Fault> {
    let (rows, refused) = checked(tx, &call.settings().stores(), &sent)?;
    change(tx, &rows, |held, new| *held = new)?;
    Ok(refused)
}

/// Takes the prices of these keys away, where there are such.
fn delete(call: &Call, tx: &mut Tx<'_>, sent: Vec<Tier>) -> Result<Vec<Refused>, Fault> {
    let (rows, refused) = checked(tx, &call.settings().stores(), &sent)?;
    change(tx, &rows, |held, old| {
        held.retain(|one| !old.iter().any(|other| one.meets(other)));
    })?;
    Ok(refused)
}

fn list(_: &Call, tx: &mut Tx<'_>, skus: Vec<String>) -> Result<Vec<Tier>, Fault> {
    let mut tiers = Vec::new();
    for product in named(tx, &skus)? {
        for stored in &product.tier_prices {
            let group = match stored.customer_group_id {
                ALL_GROUPS => Some(EVERYBODY.to_owned()),
                id => ferrite_customers::group_name(tx, id)?,
            };
            let percentage = stored.extension_attributes.percentage_value;
            let price = percentage.or(stored.value);
            tiers.push(Tier {
                price: price.into(),
                price_type: if percentage.is_some() {
                    DISCOUNT
                } else {
                    FIXED
                }
                .into(),
                website_id: stored.website_id().into(),
                sku: product.sku.as_str().into(),
                customer_group: group.into(),
                quantity: stored.qty.into(),
                ..Tier::default()
            });
        }
    }
    Ok(tiers)
}
