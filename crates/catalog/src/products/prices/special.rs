//! `/V1/products/special-price…`: a lower price for some time.

use ferrite_base::{Amount, DateTime, Fault};
use ferrite_settings::Stores;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Routes, Tx, dto};
use serde_json::Value;

use super::{Refused, amount, has, is_store, named, put, set_amount, shown};
use crate::products::rows::Product;
use crate::scoped::DEFAULT;

dto! {
    /// `Magento\Catalog\Api\Data\SpecialPriceInterface`
    pub struct SpecialPrice {
        price: Amount,
        store_id: i64,
        sku: String,
        price_from: String,
        price_to: String,
        extension_attributes: NoExtension [null],
    }
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/products/special-price", save);
    routes.bind("POST /V1/products/special-price-information", list);
    routes.bind("POST /V1/products/special-price-delete", delete);
}

/// A row whose parts are right.
struct Row {
    product: Product,
    price: Amount,
    store_id: i64,
    from: Option<DateTime>,
    to: Option<DateTime>,
}

/// A moment that may be left out; none where a text is no moment.
fn moment(text: Option<&str>) -> Option<Option<DateTime>> {
    match text.filter(|text| !text.is_empty()) {
        None => Some(None),
        Some(text) => DateTime::parse(text).map(Some),
    }
}

/// What is right in a row, or all that is wrong with it.
fn checked(
    tx: &mut Tx<'_>,
    stores: &Stores,
    row: &SpecialPrice,
) -> Result<Result<Row, Vec<Refused>>, Fault> {
    let sku = row.sku.value().unwrap_or_default();
    let store_id = row.store_id.value().unwrap_or(0);
    let (from, to) = (row.price_from.value(), row.price_to.value());
    let names = |text: &str, extra: [(&str, String); 1]| {
        let [extra] = extra;
        let of_row = [
            ("SKU", sku.clone()),
            ("storeId", store_id.to_string()),
            ("priceFrom", from.clone().unwrap_or_default()),
            ("priceTo", to.clone().unwrap_or_default()),
        ];
        let text = format!(
            "{text} Row ID: SKU = %SKU, Store ID: %storeId, \
             Price From: %priceFrom, Price To: %priceTo."
        );
        if extra.0.is_empty() {
            return Refused::rendered(&text, of_row);
        }
        let [sku, store, from, to] = of_row;
        Refused::rendered(&text, [extra, sku, store, from, to])
    };
    let nothing = || [("", String::new())];
    let mut wrong = Vec::new();
    let mut product = Product::find(tx, &sku)?;
    if let Some(found) = &product
        && !has(tx, found, "special_price")?
    {
        product = None;
    }
    if product.is_none() {
        wrong.push(names(
            "The product that was requested doesn't exist. Verify the product and try again.",
            nothing(),
        ));
    }
    let price = row.price.value();
    if price.is_none_or(Amount::is_negative) {
        let value = [("price", shown(price))];
        wrong.push(names("Invalid attribute Price = %price.", value));
    }
    if !is_store(stores, store_id) {
        wrong.push(names("Requested store is not found.", nothing()));
    }
    let (starts, ends) = (moment(from.as_deref()), moment(to.as_deref()));
    if starts.is_none() {
        wrong.push(names(
            "Invalid attribute Price From = %priceFrom.",
            nothing(),
        ));
    }
    if ends.is_none() {
        wrong.push(names("Invalid attribute Price To = %priceTo.", nothing()));
    }
    if let (Some(Some(starts)), Some(Some(ends))) = (&starts, &ends)
        && starts > ends
    {
        let text = "Invalid attributes Price From, Price To: \
                    the first is later than the second.";
        wrong.push(names(text, nothing()));
    }
    Ok(match (product, price, starts, ends) {
        (Some(product), Some(price), Some(from), Some(to)) if wrong.is_empty() => Ok(Row {
            product,
            price,
            store_id,
            from,
            to,
        }),
        _ => Err(wrong),
    })
}

const PRICE: &str = "special_price";
const FROM: &str = "special_from_date";
const TO: &str = "special_to_date";

fn save(call: &Call, tx: &mut Tx<'_>, prices: Vec<SpecialPrice>) -> Result<Vec<Refused>, Fault> {
    let stores = call.settings().stores();
    let mut refused = Vec::new();
    for sent in prices {
        let mut row = match checked(tx, &stores, &sent)? {
            Ok(row) => row,
            Err(wrong) => {
                refused.extend(wrong);
                continue;
            }
        };
        if !set_amount(&mut row.product, PRICE, row.price) {
            refused.push(Refused::field("Price", shown(Some(row.price))));
            continue;
        }
        for (code, moment) in [(FROM, &row.from), (TO, &row.to)] {
            let value = moment.as_ref().map_or(Value::Null, |at| at.as_str().into());
            row.product.values.set(row.store_id, code, value);
        }
        put(tx, &row.product)?;
    }
    Ok(refused)
}

fn list(_: &Call, tx: &mut Tx<'_>, skus: Vec<String>) -> Result<Vec<SpecialPrice>, Fault> {
    let mut prices = Vec::new();
    for product in named(tx, &skus)? {
        let Some(price) = amount(&product, PRICE) else {
            continue;
        };
        let text = |code: &str| {
            let text = product.values.text(DEFAULT, code);
            Some(text.to_owned()).filter(|text| !text.is_empty())
        };
        prices.push(SpecialPrice {
            price: price.into(),
            store_id: DEFAULT.into(),
            sku: product.sku.as_str().into(),
            price_from: text(FROM).into(),
            price_to: text(TO).into(),
            ..SpecialPrice::default()
        });
    }
    Ok(prices)
}

/// Takes special prices away where price and time are those that were sent.
fn delete(call: &Call, tx: &mut Tx<'_>, prices: Vec<SpecialPrice>) -> Result<Vec<Refused>, Fault> {
    let stores = call.settings().stores();
    let mut refused = Vec::new();
    for sent in prices {
        let mut row = match checked(tx, &stores, &sent)? {
            Ok(row) => row,
            Err(wrong) => {
                refused.extend(wrong);
                continue;
            }
        };
        let values = &row.product.values;
        let is_at = |code: &str, moment: &Option<DateTime>| {
            let wanted = moment.as_ref().map_or("", DateTime::as_str);
            values.text(row.store_id, code) == wanted
        };
        let is_price = amount(&row.product, PRICE) == Some(row.price.in_column());
        if !is_price || !is_at(FROM, &row.from) || !is_at(TO, &row.to) {
            continue;
        }
        for code in [PRICE, FROM, TO] {
            row.product.values.forget(code);
        }
        put(tx, &row.product)?;
    }
    Ok(refused)
}
