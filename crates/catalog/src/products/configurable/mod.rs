//! Configurable products: one that is chosen by some attributes, each choice a product of its own.
//!
//! [`options`] says by which attributes, [`children`] which products; [`payload`] takes both from a
//! product's payload, [`variations`] makes up the products that there could be. Which values an
//! attribute offers is what its variations have.

mod children;
mod options;
mod payload;
mod rows;
#[cfg(test)]
mod tests;
mod types;
mod variations;

pub(super) use payload::{LINKS_SENT, OPTIONS_SENT, set};
pub(super) use rows::children_of;
pub(super) use types::ConfigurableOption;

use ferrite_base::Fault;
use ferrite_storage::{Declared, Error, Scalar};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Json, Routes, Tx};
use serde_json::Map;

use super::rows::{PRODUCTS, Product};
use rows::{SUPER_ATTRIBUTES, SUPER_LINKS, SuperAttribute};
use types::OptionValue;

/// The type of these products.
const TYPE: &str = "configurable";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    options::routes(routes);
    children::routes(routes);
    variations::routes(routes);
}

/// The tables.
pub(super) fn tables() -> Vec<&'static dyn Declared> {
    vec![&SUPER_ATTRIBUTES, &SUPER_LINKS]
}

/// The variations of a product.
pub(super) fn variations_of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<i64>, Error> {
    let links = rows::links_of(tx, product_id)?;
    Ok(links.iter().map(|link| link.product_id).collect())
}

/// Adds what a configurable product shows of its variations.
pub(super) fn extend(
    tx: &mut Tx<'_>,
    product: &Product,
    store_id: i64,
    out: &mut Map<String, Json>,
) -> Result<(), Fault> {
    if product.type_id != TYPE {
        return Ok(());
    }
    let options = shown(tx, product.id, store_id)?;
    out.insert(OPTIONS_SENT.to_owned(), options.to_value());
    let links = rows::links_of(tx, product.id)?;
    let ids: Vec<i64> = links.iter().map(|link| link.product_id).collect();
    out.insert(LINKS_SENT.to_owned(), ids.into());
    Ok(())
}

/// The attributes of a product with the values that its variations have.
fn shown(
    tx: &mut Tx<'_>,
    product_id: i64,
    store_id: i64,
) -> Result<Vec<ConfigurableOption>, Fault> {
    let attributes = rows::attributes_of(tx, product_id)?;
    let children = rows::children_of(tx, product_id)?;
    let mut options = Vec::with_capacity(attributes.len());
    for one in attributes {
        let code = rows::attribute(tx, one.attribute_id)?.code;
        let mut indexes: Vec<i64> = Vec::new();
        for index in children
            .iter()
            .filter_map(|child| rows::value(child, &code))
        {
            if !indexes.contains(&index) {
                indexes.push(index);
            }
        }
        options.push(option(&one, indexes, store_id));
    }
    Ok(options)
}

fn option(one: &SuperAttribute, indexes: Vec<i64>, store_id: i64) -> ConfigurableOption {
    let label = one.labels.get(&store_id).or_else(|| one.labels.get(&0));
    let value = |index: i64| OptionValue {
        value_index: index.into(),
        ..OptionValue::default()
    };
    ConfigurableOption {
        id: one.id.into(),
        attribute_id: one.attribute_id.to_string().as_str().into(),
        label: label.cloned().into(),
        position: one.position.into(),
        is_use_default: Opt::Absent,
        values: indexes.into_iter().map(value).collect::<Vec<_>>().into(),
        extension_attributes: Opt::Absent,
        product_id: one.product_id.into(),
    }
}

/// Refuses to take an attribute away, or out of a set, while products are chosen by it.
pub(crate) fn check_free(
    tx: &mut Tx<'_>,
    attribute_id: i64,
    set_id: Option<i64>,
) -> Result<(), Fault> {
    let users = SUPER_ATTRIBUTES.list_by(tx, "attribute_id", &Scalar::from(attribute_id))?;
    for user in users {
        let product = PRODUCTS.get(tx, user.product_id)?;
        let meant = |product: Product| set_id.is_none_or(|id| id == product.attribute_set_id);
        if product.is_some_and(meant) {
            return Err(Fault::invalid(
                "This attribute is used in configurable products.",
            ));
        }
    }
    Ok(())
}

/// Takes away what is known of a product as a configurable one and as a variation.
pub(super) fn forget_all(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    let id = Scalar::from(product_id);
    SUPER_ATTRIBUTES.delete_by(tx, "product_id", &id)?;
    SUPER_LINKS.delete_by(tx, "parent_id", &id)?;
    SUPER_LINKS.delete_by(tx, "product_id", &id)?;
    Ok(())
}
