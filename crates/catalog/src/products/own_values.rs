//! The values of attributes that clients have added: found through an index of their own, since
//! the columns of the product index are fixed.

use std::collections::HashMap;

use ferrite_base::{Amount, Fault};
use ferrite_storage::fold::fold;
use ferrite_storage::{
    Collection, Direction, Error, Field, Filter, Page, Scalar, Search, Tx, serde_document,
};
use serde::{Deserialize, Serialize};

use super::rows::{self, INDEX, PRODUCTS, Product};
use super::search::words;
use crate::attributes::{Attribute, Backend, Fact};
use crate::eav::known::{Attributes, BySet};

/// The value of an attribute that counts for a product in a store view.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnValue {
    /// Its row.
    id: i64,
    /// The product.
    product_id: i64,
    /// The store view.
    store_id: i64,
    /// The attribute's code.
    code: String,
    /// The value.
    value: String,
}

serde_document!(OwnValue);

impl OwnValue {
    fn number(&self) -> Option<Scalar> {
        let number: Amount = self.value.parse().ok()?;
        Some(Scalar::from(number.scaled(rows::MILLIONTHS)))
    }
}

/// All such values.
pub static OWN_VALUES: Collection<OwnValue> = Collection {
    name: "catalog_product_own_value",
    fields: &[
        Field::int("product_id", |one: &OwnValue| {
            Some(Scalar::from(one.product_id))
        }),
        Field::int("store_id", |one: &OwnValue| {
            Some(Scalar::from(one.store_id))
        })
        .without_index(),
        Field::text("code", |one: &OwnValue| {
            Some(Scalar::from(one.code.as_str()))
        }),
        Field::text("text", |one: &OwnValue| {
            Some(Scalar::from(one.value.as_str()))
        }),
        Field::decimal("number", OwnValue::number),
    ],
};

/// Whether an attribute's values are found here.
fn is_here(attribute: &Attribute) -> bool {
    !rows::is_field(&attribute.code) && attribute.backend != Backend::Static
}

/// Puts the values of a product anew into the index.
pub(super) fn index_anew(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
) -> Result<(), Error> {
    unindex(tx, product.id)?;
    index(tx, product, known)
}

/// Puts the values of a product of which none is there into the index, for all store views.
pub(super) fn index(tx: &mut Tx<'_>, product: &Product, known: &Attributes) -> Result<(), Error> {
    let views = rows::views(tx)?;
    for attribute in known.added().filter(|one| is_here(one)) {
        for view in &views.0 {
            let value = product.values.text(*view, &attribute.code);
            if value.is_empty() {
                continue;
            }
            let mut row = OwnValue {
                id: 0,
                product_id: product.id,
                store_id: *view,
                code: attribute.code.clone(),
                value: value.to_owned(),
            };
            OWN_VALUES.insert(tx, &mut row)?;
        }
    }
    Ok(())
}

/// Takes a product's values out of the index.
pub(super) fn unindex(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    OWN_VALUES.delete_by(tx, "product_id", &Scalar::from(product_id))?;
    Ok(())
}

fn filter(field: &str, condition: &str, value: &str) -> Filter {
    Filter {
        field: field.to_owned(),
        condition: condition.to_owned(),
        value: value.to_owned(),
    }
}

/// A filter by such an attribute, as one by the ids of the products that it finds in a store view.
pub(super) fn products(
    tx: &mut Tx<'_>,
    attribute: &Attribute,
    one: &Filter,
    view: i64,
) -> Result<Filter, Error> {
    let is_number = matches!(attribute.backend, Backend::Int | Backend::Decimal);
    let asks_nothing = one.condition == "null";
    let field = if is_number { "number" } else { "text" };
    // A set of numbers is compared as a list.
    let condition = match (is_number, one.condition.as_str()) {
        (_, "null") => "notnull",
        (true, "finset") => "eq",
        (true, "nfinset") => "neq",
        (_, other) => other,
    };
    let search = Search {
        groups: vec![
            vec![filter("code", "eq", &attribute.code)],
            vec![filter("store_id", "eq", &view.to_string())],
            vec![filter(field, condition, &one.value)],
        ],
        ..Search::default()
    };
    let found = OWN_VALUES.search(tx, &search)?.items;
    let mut ids: Vec<String> = found.iter().map(|row| row.product_id.to_string()).collect();
    ids.push("0".to_owned()); // no product: a list is never empty
    let condition = if asks_nothing { "nin" } else { "in" };
    Ok(filter("product_id", condition, &ids.join(",")))
}

/// A page of products in the order of such an attribute; those without a value are the smallest.
pub(super) fn sorted(
    tx: &mut Tx<'_>,
    search: Search,
    attribute: &Attribute,
    direction: Direction,
    view: i64,
) -> Result<Page<rows::Indexed>, Error> {
    let values = Search {
        groups: vec![
            vec![filter("code", "eq", &attribute.code)],
            vec![filter("store_id", "eq", &view.to_string())],
        ],
        ..Search::default()
    };
    let is_number = matches!(attribute.backend, Backend::Int | Backend::Decimal);
    let key = |row: &OwnValue| match row.number() {
        Some(Scalar::Int(number)) if is_number => (number, String::new()),
        _ => (0, fold(&row.value)),
    };
    let values = OWN_VALUES.search(tx, &values)?.items;
    let keys: HashMap<i64, _> = values
        .iter()
        .map(|row| (row.product_id, key(row)))
        .collect();
    sorted_by(tx, search, &keys, direction)
}

/// A page of products in the order of keys by product; those without a key are the smallest.
pub(super) fn sorted_by<K: Ord>(
    tx: &mut Tx<'_>,
    search: Search,
    keys: &HashMap<i64, K>,
    direction: Direction,
) -> Result<Page<rows::Indexed>, Error> {
    let all = Search {
        page_size: None,
        ..search.clone()
    };
    let mut found = INDEX.search(tx, &all)?;
    found.items.sort_by(|one, other| {
        let order = keys
            .get(&one.product_id())
            .cmp(&keys.get(&other.product_id()));
        match direction {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    });
    if let Some(size) = search.page_size.filter(|size| *size != 0) {
        let size = usize::try_from(size.max(1)).unwrap_or(usize::MAX);
        let page = usize::try_from(search.page.max(1) - 1).unwrap_or(usize::MAX);
        let rest = found.items.into_iter().skip(page.saturating_mul(size));
        found.items = rest.take(size).collect();
    }
    Ok(found)
}

/// Refuses a value that another product has, where an attribute has each value once.
pub(super) fn check_unique(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
    store_id: i64,
) -> Result<(), Fault> {
    let unique = |one: &&Attribute| one.fact(Fact::Unique) == "1" && is_here(one);
    for attribute in known.added().filter(unique) {
        let value = product.values.text(store_id, &attribute.code);
        if value.is_empty() {
            continue;
        }
        let search = Search {
            groups: vec![
                vec![filter("code", "eq", &attribute.code)],
                vec![filter("text", "eq", value)],
                vec![filter("product_id", "neq", &product.id.to_string())],
            ],
            page_size: Some(1),
            page: 1,
            ..Search::default()
        };
        if OWN_VALUES.search(tx, &search)?.total > 0 {
            let label = attribute.fact(Fact::Label);
            return Err(Fault::invalid(format!(
                "The value of the \"{label}\" attribute isn't unique. \
                 Set a unique value and try again."
            )));
        }
    }
    Ok(())
}

/// Takes the values of an attribute from all products, or from those of one attribute set.
pub(crate) fn forget_attribute(
    tx: &mut Tx<'_>,
    code: &str,
    set_id: Option<i64>,
) -> Result<(), Error> {
    let mut by_set = BySet::default();
    for product_id in with_value(tx, code)? {
        let Some(mut product) = PRODUCTS.get(tx, product_id)? else {
            continue;
        };
        if set_id.is_some_and(|set_id| set_id != product.attribute_set_id) {
            continue;
        }
        product.values.forget(code);
        PRODUCTS.put(tx, &product)?;
        if rows::kind(code).is_some() {
            rows::index_anew(tx, &product)?;
        }
        let own = Search {
            groups: vec![
                vec![filter("product_id", "eq", &product_id.to_string())],
                vec![filter("code", "eq", code)],
            ],
            ..Search::default()
        };
        OWN_VALUES.delete_found(tx, &own.groups)?;
        if let Some(known) = by_set.get(tx, product.attribute_set_id)? {
            words::forget(tx, product.id)?;
            words::index(tx, &product, &known)?;
        }
    }
    Ok(())
}

/// The products that have a value of an attribute in any store view.
fn with_value(tx: &mut Tx<'_>, code: &str) -> Result<Vec<i64>, Error> {
    let mut ids: Vec<i64> = if rows::kind(code).is_some() {
        let search = Search {
            groups: vec![vec![filter(code, "notnull", "")]],
            ..Search::default()
        };
        let found = INDEX.search(tx, &search)?.items;
        found.iter().map(rows::Indexed::product_id).collect()
    } else {
        let found = OWN_VALUES.list_by(tx, "code", &Scalar::from(code))?;
        found.iter().map(|row| row.product_id).collect()
    };
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
