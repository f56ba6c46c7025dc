//! `/V1/bundle-products/:sku/links` and `…/children`: the products that options offer, one at a
//! time.

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_webapi::{Call, Maybe, Routes, Tx};

use super::rows::{self, SELECTIONS};
use super::types::BundleLink;
use super::{TYPE, bundle, fresh, link, part};
use crate::products::by_sku;
use crate::products::rows::Product;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/bundle-products";
    routes.bind_kept(&format!("GET {path}/:productSku/children"), list);
    routes.bind(&format!("POST {path}/:sku/links/:optionId"), add);
    routes.bind(&format!("PUT {path}/:sku/links/:id"), update);
    let child = format!("DELETE {path}/:sku/options/:optionId/children/:childSku");
    routes.bind(&child, remove);
}

fn list(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    option_id: Maybe<i64>,
) -> Result<Vec<BundleLink>, Fault> {
    let product = bundle(tx, &sku)?;
    let mut links = Vec::new();
    for option in rows::options_of(tx, product.id)? {
        if option_id
            .0
            .is_some_and(|wanted| wanted != 0 && wanted != option.id)
        {
            continue;
        }
        for one in rows::selections_of(tx, option.id)? {
            links.extend(link(tx, &product, &one, false)?);
        }
    }
    Ok(links)
}

/// Puts a product into an option; the number of its row is answered.
fn add(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    option_id: i64,
    sent: BundleLink,
) -> Result<i64, Fault> {
    let product = bundle(tx, &sku)?;
    let child = part(tx, &sent.sku.value().unwrap_or_default())?;
    let options = rows::options_of(tx, product.id)?;
    if options.iter().all(|option| option.id != option_id) {
        let text = "Product with specified sku: \"%1\" does not contain option: \"%2\"";
        let values: [phrase::Value; 2] = [product.sku.into(), option_id.into()];
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
    }
    let held = rows::selections_of(tx, option_id)?;
    if held.iter().any(|one| one.product_id == child.id) {
        let text = "Child with specified sku: \"%1\" already assigned to product: \"%2\"";
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::list(text, [child.sku, product.sku]),
        ));
    }
    let mut row = fresh(product.id, option_id, child.id);
    row.lay_over(&sent);
    Ok(SELECTIONS.insert(tx, &mut row)?)
}

/// The bundle whose links are changed; said in other words than elsewhere.
fn parent(tx: &mut Tx<'_>, sku: &str) -> Result<Product, Fault> {
    let product = by_sku(tx, sku)?;
    if product.type_id == TYPE {
        return Ok(product);
    }
    let text = "The product with the \"%1\" SKU isn't a bundle product.";
    Err(Fault::new(Kind::Invalid, Phrase::list(text, [product.sku])))
}

fn update(_: &Call, tx: &mut Tx<'_>, sku: String, sent: BundleLink) -> Result<bool, Fault> {
    let product = parent(tx, &sku)?;
    let child = part(tx, &sent.sku.value().unwrap_or_default())?;
    let Some(id) = sent.id.value().filter(|id| !id.is_empty()) else {
        return Err(Fault::invalid(
            "The product link needs an ID field entered. Enter and try again.",
        ));
    };
    let found = match id.parse() {
        Ok(number) => SELECTIONS.get(tx, number)?,
        Err(_) => None,
    };
    let Some(mut row) = found.filter(|row| row.parent_id == product.id) else {
        let text = "The product link with the \"%1\" ID field wasn't found. \
                    Verify the ID and try again.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [id])));
    };
    row.product_id = child.id;
    if let Some(option_id) = sent.option_id.value() {
        let options = rows::options_of(tx, product.id)?;
        if options.iter().any(|option| option.id == option_id) {
            row.option_id = option_id;
        }
    }
    row.lay_over(&sent);
    SELECTIONS.put(tx, &row)?;
    Ok(true)
}

fn remove(
    _: &Call,
    tx: &mut Tx<'_>,
    sku: String,
    option_id: i64,
    child_sku: String,
) -> Result<bool, Fault> {
    let product = parent(tx, &sku)?;
    let child = Product::find(tx, &child_sku)?;
    let held = rows::selections_of(tx, option_id)?;
    let found = held.iter().find(|one| {
        one.parent_id == product.id
            && child
                .as_ref()
                .is_some_and(|child| child.id == one.product_id)
    });
    match found {
        Some(one) => Ok(SELECTIONS.delete(tx, one.id)?),
        None => Err(Fault::not_found(
            "The bundle product doesn't exist. Review your request and try again.",
        )),
    }
}
