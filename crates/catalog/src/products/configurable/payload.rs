//! What a product's payload says of its variations: each list that was sent replaces what there is.

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Json, Tx};
use serde_json::Map;

use super::TYPE;
use super::options::{attribute_id, lay_over};
use super::rows::{self, SUPER_ATTRIBUTES, SuperAttribute};
use super::types::ConfigurableOption;
use crate::products::missing;
use crate::products::parts::unable;
use crate::products::rows::{PRODUCTS, Product};

/// The extension attribute that says by which attributes variations differ.
pub(in crate::products) const OPTIONS_SENT: &str = "configurable_product_options";

/// The one that says which products they are.
pub(in crate::products) const LINKS_SENT: &str = "configurable_product_links";

/// Takes what was sent for a configurable product; for others it says nothing. Whether variations
/// fit is looked at where the payload names the product's type, by the attributes that it names.
pub(in crate::products) fn set(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &Map<String, Json>,
    store_id: i64,
    names_type: bool,
) -> Result<(), Fault> {
    if product.type_id != TYPE {
        return Ok(());
    }
    let mut codes = Vec::new();
    if let Some(options) = sent.get(OPTIONS_SENT) {
        let options = Vec::<ConfigurableOption>::from_value(options)?.unwrap_or_default();
        codes = set_options(tx, product, &options, store_id)?;
    }
    if let Some(links) = sent.get(LINKS_SENT) {
        let ids = Vec::<i64>::from_value(links)?.unwrap_or_default();
        if names_type {
            check_links(tx, &codes, &ids, phrase::Value::from)?;
        }
        for id in &ids {
            let child = PRODUCTS.get(tx, *id)?;
            child
                .filter(|child| child.id != product.id)
                .ok_or_else(unable)?;
        }
        rows::set_links(tx, product.id, &ids)?;
    }
    Ok(())
}

/// Makes these attributes those of a product; gives back their codes.
fn set_options(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &[ConfigurableOption],
    store_id: i64,
) -> Result<Vec<String>, Fault> {
    let held = rows::attributes_of(tx, product.id)?;
    let (mut kept, mut codes) = (Vec::new(), Vec::new());
    for option in sent {
        let by_id = held.iter().find(|one| Some(one.id) == option.id.value());
        let attribute_id = attribute_id(option).or(by_id.map(|one| one.attribute_id));
        let attribute_id = attribute_id.ok_or_else(unable)?;
        let attribute = rows::attribute(tx, attribute_id)?;
        if kept.contains(&attribute_id) {
            return Err(unable());
        }
        kept.push(attribute_id);
        let found = held.iter().find(|one| one.attribute_id == attribute_id);
        let mut one = found.cloned().unwrap_or_else(|| SuperAttribute {
            id: 0,
            product_id: product.id,
            attribute_id,
            labels: std::collections::BTreeMap::new(),
            position: 0,
        });
        lay_over(&mut one, option, store_id);
        codes.push(attribute.code.clone());
        let label = attribute.text("default_frontend_label").to_owned();
        one.labels.entry(crate::scoped::DEFAULT).or_insert(label);
        if found.is_some() {
            SUPER_ATTRIBUTES.put(tx, &one)?;
        } else {
            SUPER_ATTRIBUTES.insert(tx, &mut one)?;
        }
    }
    for gone in held.iter().filter(|one| !kept.contains(&one.attribute_id)) {
        SUPER_ATTRIBUTES.delete(tx, gone.id)?;
    }
    Ok(codes)
}

/// Each variation is there, has a value of each attribute, and no two have the same. `shown` is how
/// refusals name their ids.
pub(super) fn check_links(
    tx: &mut Tx<'_>,
    codes: &[String],
    ids: &[i64],
    shown: impl Fn(i64) -> phrase::Value,
) -> Result<(), Fault> {
    let mut seen: Vec<(i64, Vec<i64>)> = Vec::new();
    for id in ids {
        let child = PRODUCTS.get(tx, *id)?.ok_or_else(missing)?;
        let mut values = Vec::with_capacity(codes.len());
        for code in codes {
            let Some(value) = rows::value(&child, code) else {
                let text = "Product with id \"%1\" does not contain required attribute \"%2\".";
                let values = [shown(*id), code.as_str().into()];
                return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
            };
            values.push(value);
        }
        if let Some((other, _)) = seen.iter().find(|(_, held)| *held == values) {
            let text = "Products \"%1\" and \"%2\" have the same set of attribute values.";
            let phrase = Phrase::list(text, [shown(*id), shown(*other)]);
            return Err(Fault::new(Kind::Invalid, phrase));
        }
        seen.push((*id, values));
    }
    Ok(())
}
