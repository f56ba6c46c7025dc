//! What a product's payload says of its variations: each list that was sent replaces what there is.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Json, Tx};
use serde_json::Map;

use super::TYPE;
use super::options::{attribute_id, lay_over};
use super::rows::{self, SUPER_ATTRIBUTES, SuperAttribute};
use super::types::ConfigurableOption;
use crate::products::parts::unable;
use crate::products::rows::{PRODUCTS, Product};

/// The extension attribute that says by which attributes variations differ.
pub(in crate::products) const OPTIONS_SENT: &str = "configurable_product_options";

/// The one that says which products they are.
pub(in crate::products) const LINKS_SENT: &str = "configurable_product_links";

/// Takes what was sent for a configurable product; for others it says nothing.
pub(in crate::products) fn set(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &Map<String, Json>,
    store_id: i64,
) -> Result<(), Fault> {
    if product.type_id != TYPE {
        return Ok(());
    }
    if let Some(options) = sent.get(OPTIONS_SENT) {
        let options = Vec::<ConfigurableOption>::from_value(options)?.unwrap_or_default();
        set_options(tx, product, &options, store_id)?;
    }
    if let Some(links) = sent.get(LINKS_SENT) {
        let ids = Vec::<i64>::from_value(links)?.unwrap_or_default();
        check_links(tx, product, &ids)?;
        rows::set_links(tx, product.id, &ids)?;
    }
    Ok(())
}

fn set_options(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &[ConfigurableOption],
    store_id: i64,
) -> Result<(), Fault> {
    let held = rows::attributes_of(tx, product.id)?;
    let mut kept = Vec::new();
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
    Ok(())
}

/// Each variation is there, has a value of each attribute, and no two have the same.
fn check_links(tx: &mut Tx<'_>, product: &Product, ids: &[i64]) -> Result<(), Fault> {
    let mut codes = Vec::new();
    for one in rows::attributes_of(tx, product.id)? {
        codes.push(rows::attribute(tx, one.attribute_id)?.code);
    }
    let mut seen: Vec<(i64, Vec<i64>)> = Vec::new();
    for id in ids {
        let child = PRODUCTS
            .get(tx, *id)?
            .filter(|child| child.id != product.id);
        let child = child.ok_or_else(unable)?;
        let mut values = Vec::with_capacity(codes.len());
        for code in &codes {
            let Some(value) = rows::value(&child, code) else {
                let text = "Product with id \"%1\" does not contain required attribute \"%2\".";
                let values = [id.to_string(), code.clone()];
                return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
            };
            values.push(value);
        }
        let same =
            |(other, held): &&(i64, Vec<i64>)| other != id && !codes.is_empty() && *held == values;
        if let Some((other, _)) = seen.iter().find(same) {
            let text = "Products \"%1\" and \"%2\" have the same set of attribute values.";
            let phrase = Phrase::list(text, [id.to_string(), other.to_string()]);
            return Err(Fault::new(Kind::Invalid, phrase));
        }
        seen.push((*id, values));
    }
    Ok(())
}
