//! Bundles: products that are put together of others by the customer.
//!
//! A bundle has options ([`options`]), each of which offers products ([`links`]); a product's
//! payload may say all of them at once ([`set`]). A bundle's price is fixed, or the sum of what is
//! chosen: then the price of a link is that of its product.

mod charged;
mod links;
mod options;
mod rows;
#[cfg(test)]
mod tests;
mod types;

pub(super) use charged::charged;
pub(super) use types::BundleOption;

use ferrite_base::Fault;
use ferrite_storage::{Declared, Error, Scalar};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Json, Routes, Tx};
use serde_json::Map;

use super::by_sku;
use super::rows::{PRODUCTS, Product};
use crate::scoped::DEFAULT;
use rows::{BUNDLE_OPTIONS, OptionRow, SELECTIONS, Selection};
use types::BundleLink;

/// The type of these products.
const TYPE: &str = "bundle";

/// The types of products that consist of others.
const COMPOSITE: [&str; 3] = [TYPE, "configurable", "grouped"];

/// The extension attribute that says what a bundle consists of.
pub(super) const OPTIONS_SENT: &str = "bundle_product_options";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    options::routes(routes);
    links::routes(routes);
}

/// The tables.
pub(super) fn tables() -> Vec<&'static dyn Declared> {
    vec![&BUNDLE_OPTIONS, &SELECTIONS]
}

/// What each option of a bundle offers of which something has to be chosen; of a bundle without
/// such options, all that it offers.
pub(super) fn choices_of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<Vec<i64>>, Error> {
    let (mut required, mut all) = (Vec::new(), Vec::new());
    for option in rows::options_of(tx, product_id)? {
        let selections = rows::selections_of(tx, option.id)?;
        let ids: Vec<i64> = selections.iter().map(|one| one.product_id).collect();
        all.extend(&ids);
        if option.required {
            required.push(ids);
        }
    }
    Ok(if required.is_empty() {
        vec![all]
    } else {
        required
    })
}

/// The bundle of a sku.
fn bundle(tx: &mut Tx<'_>, sku: &str) -> Result<Product, Fault> {
    let product = by_sku(tx, sku)?;
    if product.type_id == TYPE {
        return Ok(product);
    }
    Err(Fault::invalid(
        "This is implemented for bundle products only.",
    ))
}

fn has_fixed_price(bundle: &Product) -> bool {
    bundle.values.text(DEFAULT, "price_type") == "1"
}

/// A product that an option offers, as it is shown. In lists of whole options of a bundle without
/// a price of its own, the price is that of the product.
fn link(
    tx: &mut Tx<'_>,
    bundle: &Product,
    one: &Selection,
    is_whole: bool,
) -> Result<Option<BundleLink>, Fault> {
    let Some(product) = PRODUCTS.get(tx, one.product_id)? else {
        return Ok(None);
    };
    let is_fixed = has_fixed_price(bundle);
    let price = match (is_fixed, is_whole) {
        (true, _) => Some(one.price),
        (false, true) => product.values.text(DEFAULT, "price").parse().ok(),
        (false, false) => None,
    };
    Ok(Some(BundleLink {
        id: one.id.to_string().as_str().into(),
        sku: product.sku.as_str().into(),
        option_id: one.option_id.into(),
        qty: one.qty.into(),
        position: one.position.into(),
        is_default: one.is_default.into(),
        price: price.into(),
        price_type: is_fixed.then_some(one.price_type).into(),
        can_change_quantity: one.can_change_quantity.into(),
        extension_attributes: Opt::Absent,
    }))
}

/// An option as it is shown.
fn option(
    tx: &mut Tx<'_>,
    bundle: &Product,
    one: &OptionRow,
    store_id: i64,
    is_whole: bool,
) -> Result<BundleOption, Fault> {
    let mut shown = Vec::new();
    for selection in rows::selections_of(tx, one.id)? {
        shown.extend(link(tx, bundle, &selection, is_whole)?);
    }
    Ok(BundleOption {
        option_id: one.id.into(),
        title: one.title(store_id).into(),
        required: one.required.into(),
        r#type: one.input.as_str().into(),
        position: one.position.into(),
        sku: bundle.sku.as_str().into(),
        product_links: shown.into(),
        extension_attributes: Opt::Absent,
    })
}

/// All options of a bundle.
fn all(tx: &mut Tx<'_>, bundle: &Product, store_id: i64) -> Result<Vec<BundleOption>, Fault> {
    let options = rows::options_of(tx, bundle.id)?;
    let shown = options
        .iter()
        .map(|one| option(tx, bundle, one, store_id, true));
    shown.collect()
}

/// Adds what a bundle shows of its options, where it has some.
pub(super) fn extend(
    tx: &mut Tx<'_>,
    product: &Product,
    store_id: i64,
    out: &mut Map<String, Json>,
) -> Result<(), Fault> {
    if product.type_id == TYPE {
        let options = all(tx, product, store_id)?;
        if !options.is_empty() {
            out.insert(OPTIONS_SENT.to_owned(), options.to_value());
        }
    }
    Ok(())
}

/// Makes the options of a payload those of a bundle; for other products it says nothing.
pub(super) fn set(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &Map<String, Json>,
    store_id: i64,
) -> Result<(), Fault> {
    let Some(options) = sent.get(OPTIONS_SENT).filter(|_| product.type_id == TYPE) else {
        return Ok(());
    };
    let sent = Vec::<BundleOption>::from_value(options)?.unwrap_or_default();
    let held = rows::options_of(tx, product.id)?;
    let named = |row: &OptionRow| sent.iter().any(|one| one.option_id.value() == Some(row.id));
    for gone in held.iter().filter(|row| !named(row)) {
        rows::forget_option(tx, gone.id)?;
    }
    for one in &sent {
        let row = held
            .iter()
            .find(|row| one.option_id.value() == Some(row.id))
            .cloned();
        put_option(tx, product, row, one, store_id)?;
    }
    Ok(())
}

/// Adds an option or changes one, and makes the links that were sent those that it has.
fn put_option(
    tx: &mut Tx<'_>,
    bundle: &Product,
    held: Option<OptionRow>,
    sent: &BundleOption,
    store_id: i64,
) -> Result<i64, Fault> {
    let is_new = held.is_none();
    let mut row = held.unwrap_or_else(|| OptionRow {
        product_id: bundle.id,
        ..OptionRow::default()
    });
    row.lay_over(sent, store_id);
    if is_new {
        BUNDLE_OPTIONS.insert(tx, &mut row)?;
    } else {
        BUNDLE_OPTIONS.put(tx, &row)?;
    }
    if let Some(sent) = sent.product_links.get() {
        put_links(tx, bundle, row.id, sent)?;
    }
    Ok(row.id)
}

fn put_links(
    tx: &mut Tx<'_>,
    bundle: &Product,
    option_id: i64,
    sent: &[BundleLink],
) -> Result<(), Fault> {
    let held = rows::selections_of(tx, option_id)?;
    let mut kept = Vec::new();
    for one in sent {
        let product = part(tx, &one.sku.value().unwrap_or_default())?;
        let by_id = |row: &&Selection| one.id.value() == Some(row.id.to_string());
        let by_product = |row: &&Selection| row.product_id == product.id;
        let found = held
            .iter()
            .find(by_id)
            .or_else(|| held.iter().find(by_product));
        let mut row = found
            .cloned()
            .unwrap_or_else(|| fresh(bundle.id, option_id, product.id));
        row.product_id = product.id;
        row.lay_over(one);
        if found.is_some() {
            SELECTIONS.put(tx, &row)?;
        } else {
            SELECTIONS.insert(tx, &mut row)?;
        }
        kept.push(row.id);
    }
    for gone in held.iter().filter(|row| !kept.contains(&row.id)) {
        SELECTIONS.delete(tx, gone.id)?;
    }
    Ok(())
}

fn fresh(parent_id: i64, option_id: i64, product_id: i64) -> Selection {
    Selection {
        parent_id,
        option_id,
        product_id,
        ..Selection::default()
    }
}

/// A product that can be part of a bundle.
fn part(tx: &mut Tx<'_>, sku: &str) -> Result<Product, Fault> {
    let product = by_sku(tx, sku)?;
    if COMPOSITE.contains(&product.type_id.as_str()) {
        return Err(Fault::invalid(
            "The bundle product can't contain another composite product.",
        ));
    }
    Ok(product)
}

/// Takes away what is known of a product as a bundle and as a part of others.
pub(super) fn forget_all(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    let id = Scalar::from(product_id);
    BUNDLE_OPTIONS.delete_by(tx, "product_id", &id)?;
    SELECTIONS.delete_by(tx, "parent_id", &id)?;
    SELECTIONS.delete_by(tx, "product_id", &id)?;
    Ok(())
}
