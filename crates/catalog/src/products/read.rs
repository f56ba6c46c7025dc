//! A product as a client reads it in a store view.

use ferrite_base::Amount;
use ferrite_storage::Scalar;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::extension::Providers;
use ferrite_webapi::{Call, Fault, Json, Tx};
use serde_json::{Map, Value, json};

use super::rows::Product;
use super::types::ProductInput;
use super::{bundle, configurable, downloadable, extended, links, media, tier_prices};
use crate::categories::{CATEGORY_PRODUCTS, CategoryProduct};
use crate::eav::known::{Attributes, BySet};

/// What an answer shows.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    /// Everything.
    Whole,
    /// What a save by POST shows: no links and tier prices where there are none and none were sent.
    Posted(&'a ProductInput),
    /// What a list shows: no extension attributes of other families.
    Listed,
}

/// Attributes that are fields of the type itself, or are never shown.
const NOT_CUSTOM: [&str; 13] = [
    "name",
    "sku",
    "price",
    "weight",
    "status",
    "visibility",
    "media_gallery",
    "gallery",
    "tier_price",
    "created_at",
    "updated_at",
    "quantity_and_stock_status",
    "links_exist",
];

/// `Magento\Catalog\Api\Data\ProductInterface`
pub(super) fn product(
    call: &Call,
    tx: &mut Tx<'_>,
    product: &Product,
    store_id: i64,
    providers: &Providers,
    by_set: &mut BySet,
    shape: Shape<'_>,
) -> Result<Json, Fault> {
    let mut categories = CATEGORY_PRODUCTS.list_by(tx, "product_id", &Scalar::from(product.id))?;
    categories.sort_by_key(|link| (link.position, link.category_id));
    let mut extension = Map::new();
    extension.insert("website_ids".into(), product.website_ids.clone().into());
    if !categories.is_empty() {
        let link = |link: &CategoryProduct| json!({"position": link.position, "category_id": link.category_id.to_string()});
        extension.insert(
            "category_links".into(),
            categories.iter().map(link).collect(),
        );
    }
    if !matches!(shape, Shape::Listed) {
        providers.read(call, tx, &extended(product, false), &mut extension)?;
    }
    bundle::extend(tx, product, store_id, &mut extension)?;
    configurable::extend(tx, product, store_id, &mut extension)?;
    downloadable::extend(tx, product, &mut extension)?;
    let known = by_set.get(tx, product.attribute_set_id)?;
    let known = known.as_deref();
    let mut out = fields(product, store_id, known.is_some());
    out.insert("extension_attributes".into(), Value::Object(extension));
    let linked = links::shown(tx, product)?;
    let (links, prices) = match shape {
        Shape::Posted(sent) if !is_number_key(&product.sku) => (
            !linked.is_empty() || sent.product_links.is_sent(),
            !product.tier_prices.is_empty() || sent.tier_prices.is_sent(),
        ),
        _ => (true, true),
    };
    if links {
        out.insert("product_links".into(), linked.into());
    }
    out.insert("options".into(), product.options.clone().into());
    let media = media::shown(tx, product, known, store_id)?;
    out.insert("media_gallery_entries".into(), media);
    if prices {
        out.insert("tier_prices".into(), tier_prices::shown(product).to_value());
    }
    out.insert(
        "custom_attributes".into(),
        custom(product, known, store_id, &categories),
    );
    Ok(Value::Object(out))
}

/// Whether PHP keeps a key of this text as a number: such a product is read anew after a save.
fn is_number_key(sku: &str) -> bool {
    let digits = sku.strip_prefix('-').unwrap_or(sku);
    let canonical = digits == "0" || !digits.starts_with('0');
    canonical && sku.parse::<i64>().is_ok() && sku != "-0" && !sku.starts_with('+')
}

/// The fields before the extension attributes. Without a set nothing is known of its values but
/// whether it is switched on.
fn fields(product: &Product, store_id: i64, has_set: bool) -> Map<String, Value> {
    let values = &product.values;
    let number = |code: &str| {
        let text = values.get(store_id, code)?.as_str()?;
        Some(text.parse::<Amount>().ok()?.to_value())
    };
    let whole = |code: &str| {
        let text = values.get(store_id, code)?.as_str()?;
        Some(Value::from(text.parse::<i64>().ok()?))
    };
    let pairs = [
        ("id", Some(product.id.into())),
        ("sku", Some(product.sku.as_str().into())),
        (
            "name",
            values.get(store_id, "name").cloned().filter(|_| has_set),
        ),
        ("attribute_set_id", Some(product.attribute_set_id.into())),
        (
            "price",
            number("price")
                .or_else(|| no_price(&product.type_id))
                .filter(|_| has_set),
        ),
        ("status", whole("status")),
        ("visibility", whole("visibility").filter(|_| has_set)),
        ("type_id", Some(product.type_id.as_str().into())),
        ("created_at", Some(product.created_at.as_str().into())),
        ("updated_at", Some(product.updated_at.as_str().into())),
        ("weight", number("weight").filter(|_| has_set)),
    ];
    let there = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    there.collect()
}

/// What is read as the price of a product that has none of its own.
fn no_price(type_id: &str) -> Option<Value> {
    matches!(type_id, "configurable" | "bundle").then(|| json!(0))
}

fn custom(
    product: &Product,
    known: Option<&Attributes>,
    store_id: i64,
    categories: &[CategoryProduct],
) -> Value {
    let mut out = Vec::new();
    let codes = match known {
        Some(known) => known.as_shown().map(|one| one.code.as_str()).collect(),
        None => vec!["required_options", "has_options", "category_ids"],
    };
    for code in codes {
        if NOT_CUSTOM.contains(&code) {
            continue;
        }
        let flag = |flag: bool| Some(Value::from(if flag { "1" } else { "0" }));
        let value = match code {
            "required_options" => flag(product.has_required_options()),
            "has_options" => flag(product.has_options()),
            "category_ids" => {
                let ids = categories.iter().map(|link| link.category_id.to_string());
                Some(ids.collect())
            }
            code => product.values.get(store_id, code).cloned(),
        };
        if let Some(value) = value.filter(|value| value != "") {
            out.push(json!({"attribute_code": code, "value": value}));
        }
    }
    Value::Array(out)
}
