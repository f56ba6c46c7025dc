//! What is stored of a configurable product: by which attributes its variations differ, and which
//! products they are.

use std::collections::BTreeMap;

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::eav::attributes::{ATTRIBUTES, AttributeRow};
use crate::products::rows::{PRODUCTS, Product};
use crate::scoped::DEFAULT;

/// An attribute by which variations differ.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuperAttribute {
    /// Its row.
    pub(super) id: i64,
    /// The configurable product.
    pub(super) product_id: i64,
    /// The attribute.
    pub(super) attribute_id: i64,
    /// What it is called, by store view; 0 is all that say nothing of their own.
    pub(super) labels: BTreeMap<i64, String>,
    /// Its place.
    pub(super) position: i64,
}

serde_document!(SuperAttribute);

/// All of them.
pub static SUPER_ATTRIBUTES: Collection<SuperAttribute> = Collection {
    name: "catalog_product_super_attribute",
    fields: &[
        Field::int("product_id", |one: &SuperAttribute| {
            Some(Scalar::from(one.product_id))
        }),
        Field::int("attribute_id", |one: &SuperAttribute| {
            Some(Scalar::from(one.attribute_id))
        }),
    ],
};

/// That a product is a variation of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SuperLink {
    /// Its row.
    pub(super) id: i64,
    /// The configurable product.
    pub(super) parent_id: i64,
    /// The variation.
    pub(super) product_id: i64,
}

serde_document!(SuperLink);

/// All of them.
pub static SUPER_LINKS: Collection<SuperLink> = Collection {
    name: "catalog_product_super_link",
    fields: &[
        Field::int("parent_id", |one: &SuperLink| {
            Some(Scalar::from(one.parent_id))
        }),
        Field::int("product_id", |one: &SuperLink| {
            Some(Scalar::from(one.product_id))
        }),
    ],
};

/// The attributes by which variations of a product differ, by id.
pub(super) fn attributes_of(
    tx: &mut Tx<'_>,
    product_id: i64,
) -> Result<Vec<SuperAttribute>, Error> {
    SUPER_ATTRIBUTES.list_by(tx, "product_id", &Scalar::from(product_id))
}

/// The links to the variations of a product.
pub(super) fn links_of(tx: &mut Tx<'_>, parent_id: i64) -> Result<Vec<SuperLink>, Error> {
    SUPER_LINKS.list_by(tx, "parent_id", &Scalar::from(parent_id))
}

/// The variations of a product.
pub(in crate::products) fn children_of(
    tx: &mut Tx<'_>,
    parent_id: i64,
) -> Result<Vec<Product>, Error> {
    let mut children = Vec::new();
    for link in links_of(tx, parent_id)? {
        children.extend(PRODUCTS.get(tx, link.product_id)?);
    }
    Ok(children)
}

/// Makes these products the variations of another.
pub(super) fn set_links(tx: &mut Tx<'_>, parent_id: i64, ids: &[i64]) -> Result<(), Error> {
    for link in links_of(tx, parent_id)? {
        if !ids.contains(&link.product_id) {
            SUPER_LINKS.delete(tx, link.id)?;
        }
    }
    let held = links_of(tx, parent_id)?;
    for id in ids {
        if held.iter().all(|link| link.product_id != *id) {
            let mut link = SuperLink {
                id: 0,
                parent_id,
                product_id: *id,
            };
            SUPER_LINKS.insert(tx, &mut link)?;
        }
    }
    Ok(())
}

/// The attribute of an id, or Magento's sentence.
pub(super) fn attribute(tx: &mut Tx<'_>, id: i64) -> Result<AttributeRow, Fault> {
    let found = ATTRIBUTES.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "The attribute with a \"%1\" ID doesn't exist. \
                    Verify the attribute and try again.";
        Fault::new(
            ferrite_base::Kind::NotFound,
            ferrite_base::Phrase::list(text, [id]),
        )
    })
}

/// The option that a product has of an attribute.
pub(super) fn value(product: &Product, code: &str) -> Option<i64> {
    product.values.text(DEFAULT, code).parse().ok()
}
