//! Links to other products: `/V1/products/:sku/links…`, and `product_links` in a product's payload.
//!
//! A link is kept by the other product's id: it follows a change of its sku and is gone with it.

use ferrite_base::phrase::Value as PhraseValue;
use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::by_sku;
use super::rows::{PRODUCTS, Product};
use super::types::{Coded, LinkType, ProductLink};

/// Types of links with their ids, in the order in which links are shown.
const TYPES: [(i64, &str); 4] = [
    (1, "related"),
    (5, "crosssell"),
    (4, "upsell"),
    (ASSOCIATED_ID, ASSOCIATED),
];

/// What a grouped product consists of; other products show none.
pub(super) const ASSOCIATED: &str = "associated";
const ASSOCIATED_ID: i64 = 3;

/// A link as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Its type.
    pub kind: String,
    /// The other product.
    pub product_id: i64,
    /// Its place among those of the type.
    pub position: i64,
    /// How many of it a grouped product suggests.
    pub qty: Option<f64>,
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/products/links/types", types);
    routes.bind("GET /V1/products/links/:type/attributes", attributes);
    routes.bind_kept("GET /V1/products/:sku/links/:type", list);
    routes.bind("POST /V1/products/:sku/links", add);
    routes.bind("PUT /V1/products/:sku/links", put);
    routes.bind(
        "DELETE /V1/products/:sku/links/:type/:linkedProductSku",
        remove,
    );
}

fn is_type(kind: &str) -> bool {
    TYPES.iter().any(|(_, name)| *name == kind)
}

fn types(_: &Call, _: &mut Tx<'_>) -> Result<Vec<LinkType>, Fault> {
    let shown = |(code, name): &(i64, &str)| LinkType {
        code: (*code).into(),
        name: (*name).into(),
    };
    Ok(TYPES.iter().map(shown).collect())
}

fn attributes(_: &Call, _: &mut Tx<'_>, kind: String) -> Result<Vec<Coded>, Fault> {
    let all = [("position", "int"), ("qty", "decimal")];
    let count = match kind.as_str() {
        ASSOCIATED => 2,
        kind if is_type(kind) => 1,
        _ => 0,
    };
    let shown = |(code, kind): &(&str, &str)| Coded {
        code: (*code).into(),
        r#type: (*kind).into(),
    };
    Ok(all.iter().take(count).map(shown).collect())
}

/// The links of a product, as they are read.
pub(super) fn shown(tx: &mut Tx<'_>, product: &Product) -> Result<Vec<Json>, Fault> {
    let mut out = Vec::with_capacity(product.links.len());
    for (_, kind) in TYPES {
        out.extend(of_type(tx, product, kind)?);
    }
    Ok(out)
}

fn of_type(tx: &mut Tx<'_>, product: &Product, kind: &str) -> Result<Vec<Json>, Fault> {
    let is_associated = kind == ASSOCIATED;
    if is_associated && product.type_id != "grouped" {
        return Ok(Vec::new());
    }
    let mut links: Vec<&Link> = product
        .links
        .iter()
        .filter(|link| link.kind == kind && link.product_id != product.id)
        .collect();
    if is_associated {
        links.sort_by_key(|link| link.position);
    }
    let mut out = Vec::with_capacity(links.len());
    for link in links {
        let Some(other) = PRODUCTS.get(tx, link.product_id)? else {
            continue; // gone with its product
        };
        let mut shown = json!({
            "sku": product.sku,
            "link_type": kind,
            "linked_product_sku": other.sku,
            "linked_product_type": other.type_id,
            "position": link.position,
        });
        if let (true, Value::Object(fields)) = (is_associated, &mut shown) {
            let qty = link.qty.unwrap_or(0.0);
            fields.insert("extension_attributes".into(), json!({"qty": qty}));
        }
        out.push(shown);
    }
    Ok(out)
}

fn list(_: &Call, tx: &mut Tx<'_>, sku: String, kind: String) -> Result<Vec<Json>, Fault> {
    let product = by_sku(tx, &sku)?;
    if !is_type(&kind) {
        return Err(unknown_type(&kind));
    }
    of_type(tx, &product, &kind)
}

/// Adds links to those that are there.
fn add(_: &Call, tx: &mut Tx<'_>, sku: String, items: Vec<ProductLink>) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    if items.is_empty() {
        let text = "Invalid value of \"%value\" provided for the %fieldName field.";
        let values = [("fieldName", "items"), ("value", "empty array")];
        return Err(Fault::new(Kind::Invalid, Phrase::named(text, values)));
    }
    for item in &items {
        if item.link_type.get().is_none_or(String::is_empty) {
            return Err(Fault::required(["linkType"]));
        }
        let link = checked(tx, item)?;
        lay_in(&mut product.links, link);
    }
    PRODUCTS.put(tx, &product)?;
    Ok(true)
}

/// Adds a link, or changes the one that is there.
fn put(_: &Call, tx: &mut Tx<'_>, entity: ProductLink) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &entity.sku.value().unwrap_or_default())?;
    let linked = entity.linked_product_sku.value().unwrap_or_default();
    let other = by_sku(tx, &linked)?;
    if !is_type(entity.link_type.get().map_or("", String::as_str)) {
        return Err(Fault::invalid(
            "The linked products data is invalid. Verify the data and try again.",
        ));
    }
    lay_in(&mut product.links, stored(&entity, other.id));
    PRODUCTS.put(tx, &product)?;
    Ok(true)
}

fn remove(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    kind: String,
    linked: String,
) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    if !is_type(&kind) {
        return Err(unknown_type(&kind));
    }
    let other = Product::find(tx, &linked)?.map_or(0, |other| other.id);
    let count = product.links.len();
    product
        .links
        .retain(|link| link.kind != kind || link.product_id != other);
    if product.links.len() == count {
        let text = "Product %1 doesn't have linked %2 as %3";
        let values = [sku, linked, kind].map(PhraseValue::Text);
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, values)));
    }
    PRODUCTS.put(tx, &product)?;
    Ok(true)
}

/// The links of a payload, checked.
pub(super) fn all_checked(tx: &mut Tx<'_>, sent: &[ProductLink]) -> Result<Vec<Link>, Fault> {
    let mut links = Vec::with_capacity(sent.len());
    for link in sent {
        let link = checked(tx, link)?;
        lay_in(&mut links, link);
    }
    Ok(links)
}

fn checked(tx: &mut Tx<'_>, link: &ProductLink) -> Result<Link, Fault> {
    let kind = link.link_type.value().unwrap_or_default();
    if !is_type(&kind) {
        let text = "The \"%1\" link type wasn't found. Verify the type and try again.";
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, [kind])));
    }
    let linked = link.linked_product_sku.value().unwrap_or_default();
    let Some(other) = Product::find(tx, &linked)? else {
        let text = "The Product with the \"%1\" SKU doesn't exist.";
        return Err(Fault::new(Kind::NotFound, Phrase::list(text, [linked])));
    };
    Ok(stored(link, other.id))
}

fn stored(link: &ProductLink, product_id: i64) -> Link {
    let extension = link.extension_attributes.value().unwrap_or_default();
    Link {
        kind: link.link_type.value().unwrap_or_default(),
        product_id,
        position: link.position.value().unwrap_or(0),
        qty: extension.qty.value(),
    }
}

/// Puts a link in the place of the one to the same product, or behind the others.
fn lay_in(links: &mut Vec<Link>, link: Link) {
    let same = |held: &&mut Link| held.kind == link.kind && held.product_id == link.product_id;
    match links.iter_mut().find(same) {
        Some(held) => *held = link,
        None => links.push(link),
    }
}

fn unknown_type(kind: &str) -> Fault {
    let text = "The \"%1\" link type is unknown. Verify the type and try again.";
    Fault::new(Kind::NotFound, Phrase::list(text, [kind]))
}

#[cfg(test)]
mod tests {
    use ferrite_webapi::dto::Wire as _;

    use super::*;

    #[test]
    fn a_link_to_the_same_product_keeps_its_place() {
        let link = |kind: &str, product_id, position| Link {
            kind: kind.to_owned(),
            product_id,
            position,
            qty: None,
        };
        let mut links = vec![link("related", 1, 1), link("upsell", 1, 1)];
        lay_in(&mut links, link("related", 2, 1));
        lay_in(&mut links, link("related", 1, 9));
        let expected = [
            link("related", 1, 9),
            link("upsell", 1, 1),
            link("related", 2, 1),
        ];
        assert_eq!(links, expected);
    }

    #[test]
    fn a_quantity_may_be_sent_as_text() {
        let value = json!({"linked_product_sku": "a", "extension_attributes": {"qty": "2.5"}});
        let link = ProductLink::from_value(&value)
            .expect("fits")
            .expect("an object");
        assert_eq!(stored(&link, 4).qty, Some(2.5));
    }
}
