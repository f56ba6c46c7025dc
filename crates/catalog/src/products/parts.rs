//! What hangs on a product: websites, categories, links, tier prices, options.

use ferrite_base::Fault;
use ferrite_settings::Stores;
use ferrite_storage::Scalar;
use ferrite_webapi::Tx;
use ferrite_webapi::dto::{Wire as _, is_same_name, not_supported, while_processing};
use ferrite_webapi::extension::Providers;
use serde_json::{Map, Value};

use super::bundle::{self, BundleOption};
use super::configurable::{self, ConfigurableOption};
use super::downloadable::{self, DownloadLink, DownloadSample};
use super::elements;
use super::rows::Product;
use super::types::{CategoryLink, ProductInput};
use super::{links, options, tier_prices};
use crate::categories::{self, CATEGORY_PRODUCTS, CategoryProduct};

pub(in crate::products) fn unable() -> Fault {
    Fault::invalid("The product was unable to be saved. Please try again.")
}

/// The codes of extension attributes that this room knows itself.
const CODES: [&str; 8] = [
    "website_ids",
    "category_links",
    "discounts",
    configurable::OPTIONS_SENT,
    configurable::LINKS_SENT,
    bundle::OPTIONS_SENT,
    downloadable::LINKS_SENT,
    downloadable::SAMPLES_SENT,
];

/// The extension attributes that were sent, by code, each in its form.
pub(super) fn extension(
    sent: &ProductInput,
    providers: &Providers,
) -> Result<Map<String, Value>, Fault> {
    let mut out = Map::new();
    let entries = match sent.extension_attributes.get() {
        Some(Value::Object(entries)) => entries,
        Some(Value::Array(list)) if !list.is_empty() => return Err(not_supported("0")),
        _ => return Ok(out),
    };
    for (key, value) in entries {
        let mut known = CODES.into_iter().chain(providers.codes());
        let code = known.find(|code| is_same_name(key, code));
        let code = code.ok_or_else(|| not_supported(key))?;
        let checked = match code {
            "website_ids" => Vec::<i64>::from_value(value).map(|ids| ids.to_json()),
            configurable::OPTIONS_SENT => {
                Vec::<ConfigurableOption>::from_value(value).map(|options| options.to_json())
            }
            bundle::OPTIONS_SENT => {
                Vec::<BundleOption>::from_value(value).map(|options| options.to_json())
            }
            configurable::LINKS_SENT => Vec::<i64>::from_value(value).map(|ids| ids.to_json()),
            "category_links" => Vec::<CategoryLink>::from_value(value).map(|links| links.to_json()),
            downloadable::LINKS_SENT => {
                Vec::<DownloadLink>::from_value(value).map(|links| links.to_json())
            }
            downloadable::SAMPLES_SENT => {
                Vec::<DownloadSample>::from_value(value).map(|samples| samples.to_json())
            }
            // What a discount of a configurable product would be is nobody's yet.
            "discounts" => Ok(None),
            code => match providers.check(code, value) {
                Some(checked) => checked.map(|()| Some(value.clone())),
                None => return Err(not_supported(key)),
            },
        };
        let checked = checked.map_err(|fault| {
            while_processing("extension_attributes", while_processing(key, fault))
        })?;
        if let Some(value) = checked {
            out.insert(code.to_owned(), value);
        }
    }
    Ok(out)
}

trait ToJson {
    fn to_json(self) -> Option<Value>;
}

impl<T: ferrite_webapi::dto::Wire> ToJson for Option<Vec<T>> {
    fn to_json(self) -> Option<Value> {
        self.map(|list| list.to_value())
    }
}

/// Sets the websites: those that were sent, else for a new product those of the scope.
pub(super) fn set_websites(
    product: &mut Product,
    stores: &Stores,
    website_id: i64,
    extension: &Map<String, Value>,
) -> Result<(), Fault> {
    if let Some(sent) = extension.get("website_ids") {
        let mut ids: Vec<i64> = elements(Some(sent))
            .iter()
            .filter_map(Value::as_i64)
            .collect();
        let known = |id: &i64| stores.websites.iter().any(|site| site.id == *id);
        if !ids.iter().all(known) {
            return Err(unable());
        }
        ids.sort_unstable();
        ids.dedup();
        product.website_ids = ids;
    } else if product.id == 0 {
        let all = stores
            .websites
            .iter()
            .map(|site| site.id)
            .filter(|id| *id != 0);
        product.website_ids = match website_id {
            0 => all.collect(),
            id => vec![id],
        };
    }
    Ok(())
}

/// Replaces the categories that a product stands in, where some were sent.
pub(super) fn set_categories(
    tx: &mut Tx<'_>,
    product_id: i64,
    sent: &ProductInput,
    extension: &Map<String, Value>,
) -> Result<(), Fault> {
    let mut wanted: Option<Vec<(i64, i64)>> = None;
    if let Some(links) = extension.get("category_links") {
        let mut found = Vec::new();
        for link in elements(Some(links)) {
            let id = link.get("category_id").and_then(Value::as_str);
            let id = id.and_then(|id| id.parse::<i64>().ok()).unwrap_or(0);
            // A category that is not there is passed over here, and refused among the ids.
            if categories::CATEGORIES.get(tx, id)?.is_some() {
                let position = link.get("position").and_then(Value::as_i64);
                found.push((id, position.unwrap_or(0)));
            }
        }
        wanted = Some(found);
    }
    let ids = sent
        .custom_attributes
        .get()
        .and_then(|all| all.get("category_ids"));
    if let Some(ids) = ids.filter(|ids| !ids.is_null()) {
        let mut found = Vec::new();
        for id in ids_of(ids) {
            categories::load(tx, id)?;
            found.push((id, 0));
        }
        wanted = Some(found);
    }
    let Some(wanted) = wanted else {
        return Ok(());
    };
    let by_product = Scalar::from(product_id);
    let held = CATEGORY_PRODUCTS.list_by(tx, "product_id", &by_product)?;
    for link in &held {
        if !wanted.iter().any(|(id, _)| *id == link.category_id) {
            CATEGORY_PRODUCTS.delete(tx, link.id)?;
        }
    }
    let is_by_id = ids.is_some();
    for (category_id, position) in wanted {
        match held.iter().find(|link| link.category_id == category_id) {
            Some(_) if is_by_id => {}
            Some(link) => {
                let link = CategoryProduct {
                    position,
                    ..link.clone()
                };
                CATEGORY_PRODUCTS.put(tx, &link)?;
            }
            None => {
                let mut link = CategoryProduct {
                    id: 0,
                    category_id,
                    product_id,
                    position,
                };
                CATEGORY_PRODUCTS.insert(tx, &mut link)?;
            }
        }
    }
    Ok(())
}

/// Ids in a list, or in a text with commas between them.
fn ids_of(value: &Value) -> Vec<i64> {
    match value {
        Value::Array(list) => list.iter().flat_map(ids_of).collect(),
        // One alone in XML: `<item>2</item>`.
        Value::Object(map) => map.values().flat_map(ids_of).collect(),
        Value::Number(number) => number.as_i64().into_iter().collect(),
        Value::String(text) => text
            .split(',')
            .filter_map(|id| id.trim().parse().ok())
            .collect(),
        _ => Vec::new(),
    }
}

/// Replaces links, tier prices and options, each where it was sent.
pub(super) fn set_lists(
    tx: &mut Tx<'_>,
    product: &mut Product,
    sent: &ProductInput,
    stores: &Stores,
) -> Result<(), Fault> {
    if let Some(prices) = sent.tier_prices.get() {
        let is_group = |id| Ok(ferrite_customers::group_name(tx, id)?.is_some());
        product.tier_prices = tier_prices::checked(prices, stores, is_group)?;
    }
    if let Some(links) = sent.product_links.get() {
        product.links = links::all_checked(tx, links)?;
    }
    if let Some(sent) = sent.options.get() {
        product.options = options::replaced(tx, product, sent)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn extension_attributes_are_found_in_any_writing() {
        let read = |sent: Value| {
            let product = ProductInput {
                extension_attributes: sent.into(),
                ..ProductInput::default()
            };
            extension(&product, &Providers::default())
        };
        let found = read(json!({"websiteIDs": ["1"], "Category_links": []})).unwrap();
        assert_eq!(
            Value::Object(found),
            json!({"website_ids": [1], "category_links": []})
        );
        assert_eq!(read(json!(["a"])), Err(not_supported("0")));
        assert_eq!(read(json!({"x_y": null})), Err(not_supported("x_y")));
        assert_eq!(read(json!("x")), Ok(Map::new()));
    }

    #[test]
    fn ids_are_read_in_every_form() {
        for sent in [json!(["2", 3]), json!("2, 3,x"), json!({"0": "2", "1": 3})] {
            assert_eq!(ids_of(&sent), [2, 3], "{sent}");
        }
        assert_eq!(ids_of(&json!({"item": "2"})), [2]);
        assert_eq!(ids_of(&json!(null)), [0; 0]);
    }
}
