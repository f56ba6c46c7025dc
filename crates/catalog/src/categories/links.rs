//! Which products stand in a category (`Magento\Catalog\Api\CategoryLinkRepositoryInterface`).

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_storage::Scalar;
use ferrite_webapi::{Call, Routes, Tx};

use super::load;
use super::rows::{CATEGORY_PRODUCTS, CategoryProduct};
use super::types::CategoryProductLink;
use crate::products::{self, PRODUCTS};

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/categories/:categoryId/products", list);
    routes.bind("POST /V1/categories/:categoryId/products", put);
    routes.bind("PUT /V1/categories/:categoryId/products", put);
    routes.bind("DELETE /V1/categories/:categoryId/products/:sku", remove);
}

fn list(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Vec<CategoryProductLink>, Fault> {
    load(tx, id)?;
    let links = CATEGORY_PRODUCTS.list_by(tx, "category_id", &Scalar::from(id))?;
    let mut shown = Vec::with_capacity(links.len());
    for link in links {
        if let Some(product) = PRODUCTS.get(tx, link.product_id)? {
            shown.push(CategoryProductLink {
                sku: product.sku.into(),
                position: link.position.into(),
                category_id: id.to_string().into(),
                ..CategoryProductLink::default()
            });
        }
    }
    Ok(shown)
}

fn put(_: &Call, tx: &mut Tx<'_>, link: CategoryProductLink) -> Result<bool, Fault> {
    let category_id = existing_category(tx, link.category_id.get())?;
    let product = products::by_sku(tx, &link.sku.value().unwrap_or_default())?;
    let position = link.position.value().unwrap_or(0);
    match find(tx, category_id, product.id)? {
        Some(mut held) => {
            held.position = position;
            CATEGORY_PRODUCTS.put(tx, &held)?;
        }
        None => {
            let mut link = CategoryProduct {
                id: 0,
                category_id,
                product_id: product.id,
                position,
            };
            CATEGORY_PRODUCTS.insert(tx, &mut link)?;
        }
    }
    Ok(true)
}

/// The category that a link names; what does not exist is named as it was sent.
fn existing_category(tx: &mut Tx<'_>, sent: Option<&String>) -> Result<i64, Fault> {
    let id = sent.and_then(|id| id.trim().parse::<i64>().ok());
    if let Some(id) = id
        && load(tx, id).is_ok()
    {
        return Ok(id);
    }
    let value = sent.map_or(phrase::Value::Null, |id| id.as_str().into());
    let text = "No such entity with %fieldName = %fieldValue";
    let values = [("fieldName", "id".into()), ("fieldValue", value)];
    Err(Fault::new(Kind::NotFound, Phrase::named(text, values)))
}

fn remove(_: &Call, tx: &mut Tx<'_>, id: i64, sku: String) -> Result<bool, Fault> {
    load(tx, id)?;
    let product = products::by_sku(tx, &sku)?;
    let Some(link) = find(tx, id, product.id)? else {
        return Err(Fault::invalid(
            "The category doesn't contain the specified product.",
        ));
    };
    CATEGORY_PRODUCTS.delete(tx, link.id)?;
    Ok(true)
}

fn find(
    tx: &mut Tx<'_>,
    category_id: i64,
    product_id: i64,
) -> Result<Option<CategoryProduct>, Fault> {
    let links = CATEGORY_PRODUCTS.list_by(tx, "product_id", &Scalar::from(product_id))?;
    Ok(links
        .into_iter()
        .find(|link| link.category_id == category_id))
}
