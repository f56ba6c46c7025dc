//! `/V1/configurable-products/:sku/options`: by which attributes the variations of a product differ.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::{Call, Json, Routes, Tx};

use super::rows::{self, SUPER_ATTRIBUTES, SuperAttribute};
use super::types::ConfigurableOption;
use super::{TYPE, shown};
use crate::products::by_sku;
use crate::scoped::DEFAULT;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/configurable-products/:sku/options";
    routes.bind_kept(&format!("GET {path}/all"), list);
    routes.bind_kept(&format!("GET {path}/:id"), get);
    routes.bind(&format!("POST {path}"), save);
    routes.bind(&format!("PUT {path}/:id"), save);
    routes.bind(&format!("DELETE {path}/:id"), delete);
}

fn list(call: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<ConfigurableOption>, Fault> {
    let product = by_sku(tx, &sku)?;
    shown(tx, product.id, call.store.store_id)
}

fn get(call: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<ConfigurableOption, Fault> {
    let product = by_sku(tx, &sku)?;
    let all = shown(tx, product.id, call.store.store_id)?;
    let found = all.into_iter().find(|option| option.id.value() == Some(id));
    found.ok_or_else(|| {
        let text = "The \"%1\" entity that was requested doesn't exist. \
                    Verify the entity and try again.";
        Fault::new(Kind::NotFound, Phrase::list(text, [id]))
    })
}

/// The attribute that an option names.
pub(super) fn attribute_id(option: &ConfigurableOption) -> Option<i64> {
    let text = option.attribute_id.value()?;
    text.trim().parse().ok().filter(|id| *id != 0)
}

/// Takes label and place from what was sent. A label that is none is the attribute's.
pub(super) fn lay_over(one: &mut SuperAttribute, sent: &ConfigurableOption, store_id: i64) {
    if let Some(label) = sent.label.value().filter(|label| !label.is_empty()) {
        if one.id == 0 {
            one.labels.insert(DEFAULT, label.clone());
        }
        one.labels.insert(store_id, label);
    }
    if let Some(position) = sent.position.value() {
        one.position = position;
    }
}

/// Adds an attribute, its id answered as text, or changes the one whose id was sent.
fn save(
    call: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    sent: ConfigurableOption,
) -> Result<Json, Fault> {
    let product = by_sku(tx, &sku)?;
    let store_id = call.store.store_id;
    if let Some(id) = sent.id.value().filter(|id| *id != 0) {
        let held = rows::attributes_of(tx, product.id)?;
        let Some(held) = held.into_iter().find(|held| held.id == id) else {
            let phrase = Phrase::list("Option with id \"%1\" not found", [id]);
            return Err(Fault::new(Kind::NotFound, phrase));
        };
        let mut one = held;
        // What was said for a store view before counts no more than what is said for all now.
        if store_id == DEFAULT {
            one.labels.retain(|store, _| *store == DEFAULT);
        }
        lay_over(&mut one, &sent, store_id);
        SUPER_ATTRIBUTES.put(tx, &one)?;
        return Ok(id.into());
    }
    let attribute_id = check(&sent)?;
    rows::attribute(tx, attribute_id)?;
    let held = rows::attributes_of(tx, product.id)?;
    if held.iter().any(|held| held.attribute_id == attribute_id) {
        return Err(Fault::invalid(
            "An error occurred while saving the option. Please try to save again.",
        ));
    }
    let mut one = SuperAttribute {
        id: 0,
        product_id: product.id,
        attribute_id,
        labels: std::collections::BTreeMap::new(),
        position: 0,
    };
    lay_over(&mut one, &sent, store_id);
    let id = SUPER_ATTRIBUTES.insert(tx, &mut one)?;
    Ok(id.to_string().into())
}

/// What a new option has to say; gives back the attribute.
fn check(sent: &ConfigurableOption) -> Result<i64, Fault> {
    let mut wrong = Vec::new();
    let attribute_id = attribute_id(sent);
    if attribute_id.is_none() {
        wrong.push(Phrase::new("Option attribute ID is not specified."));
    }
    if sent.label.get().is_none_or(String::is_empty) {
        wrong.push(Phrase::new("Option label is not specified."));
    }
    let values = sent.values.get().map_or(&[][..], Vec::as_slice);
    if values.is_empty() {
        wrong.push(Phrase::new("Option values are not specified."));
    }
    for value in values {
        if value.value_index.get().is_none() {
            wrong.push(Phrase::new("Value index is not specified for an option."));
        }
    }
    match attribute_id {
        Some(id) if wrong.is_empty() => Ok(id),
        _ => Err(Fault::several(wrong)),
    }
}

/// Takes an attribute away, and with it all variations.
fn delete(_: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<bool, Fault> {
    let product = by_sku(tx, &sku)?;
    if product.type_id != TYPE {
        let text = "This is implemented for the \"%1\" configurable product only.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [sku])));
    }
    let held = rows::attributes_of(tx, product.id)?;
    if held.iter().all(|held| held.id != id) {
        return Err(Fault::not_found(
            "The option that was requested doesn't exist. Verify the entity and try again.",
        ));
    }
    rows::set_links(tx, product.id, &[])?;
    Ok(SUPER_ATTRIBUTES.delete(tx, id)?)
}
