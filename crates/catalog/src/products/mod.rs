//! `/V1/products…`: saving, reading, listing and deleting products of every type.
//!
//! [`save`] checks and stores what a client sends, [`values`] its attributes and [`parts`] what
//! hangs on a product; [`read`] puts an answer together, [`list`] searches the index ([`rows`]).

pub(crate) mod attributes;
mod bundle;
mod charged;
mod composite;
mod configurable;
mod downloadable;
mod files;
mod links;
mod list;
mod media;
mod new_views;
mod options;
mod own_values;
mod parts;
mod prices;
mod read;
mod render;
mod rows;
mod save;
mod search;
#[cfg(test)]
mod tests;
mod tier_prices;
mod types;
mod url;
mod values;
mod websites;

pub use composite::parts;
pub(crate) use configurable::check_free;
pub use list::page;
pub use media::{Picture, picture};
pub(crate) use new_views::install;
pub use new_views::{index_new_views, rebuild_index};
pub(crate) use own_values::forget_attribute;
pub use rows::{INDEX, INDEXED_VIEWS, PRODUCTS, Product, ProductsOfTaxClass, set_salable};
pub(crate) use search::words::fill;
pub(crate) use url::is_path_taken;

use std::sync::Arc;

use ferrite_storage::{Declared, Scalar};
use ferrite_webapi::extension::{Extended, Providers};
use ferrite_webapi::{Call, Fault, Json, Maybe, Routes, SearchCriteria, Tx};

use crate::categories::CATEGORY_PRODUCTS;
use crate::eav::known::BySet;
use types::{ProductInput, ProductType};

/// Binds the routes; `extensions` add what other families know of a product.
pub fn routes(routes: &mut Routes, extensions: Providers) {
    let extensions = Arc::new(extensions);
    links::routes(routes);
    options::routes(routes);
    bundle::routes(routes);
    configurable::routes(routes);
    downloadable::routes(routes);
    media::routes(routes);
    prices::routes(routes);
    websites::routes(routes);
    render::routes(routes);
    search::routes(routes);
    routes.bind("GET /V1/products/types", product_types);
    let post = Arc::clone(&extensions);
    routes.bind_prepared(
        "POST /V1/products",
        media::look_ahead,
        move |call: &Call, tx: &mut Tx<'_>, product: ProductInput| {
            let shape = read::Shape::Posted(&product);
            let (saved, mut by_set) = save::save(call, tx, &product, &post)?;
            read::product(
                call,
                tx,
                &saved,
                call.store.store_id,
                &post,
                &mut by_set,
                shape,
            )
        },
    );
    let put = Arc::clone(&extensions);
    routes.bind_prepared(
        "PUT /V1/products/:sku",
        media::look_ahead,
        move |call: &Call, tx: &mut Tx<'_>, product: ProductInput| {
            let (saved, mut by_set) = save::save(call, tx, &product, &put)?;
            let shape = read::Shape::Whole;
            read::product(
                call,
                tx,
                &saved,
                call.store.store_id,
                &put,
                &mut by_set,
                shape,
            )
        },
    );
    let get = Arc::clone(&extensions);
    routes.bind_kept(
        "GET /V1/products/:sku",
        move |call: &Call,
              tx: &mut Tx<'_>,
              sku: String,
              _edit_mode: bool,
              store: Maybe<i64>,
              _force_reload: bool| {
            let product = by_sku(tx, &sku)?;
            let store_id = store.0.unwrap_or(call.store.store_id);
            let shape = read::Shape::Whole;
            read::product(
                call,
                tx,
                &product,
                store_id,
                &get,
                &mut BySet::default(),
                shape,
            )
        },
    );
    let delete = Arc::clone(&extensions);
    routes.bind(
        "DELETE /V1/products/:sku",
        move |_: &Call, tx: &mut Tx<'_>, sku: String| remove(tx, &sku, &delete),
    );
    routes.bind_kept(
        "GET /V1/products",
        |call: &Call, tx: &mut Tx<'_>, criteria: SearchCriteria| list::list(call, tx, criteria),
    );
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    let mut tables: Vec<&'static dyn Declared> =
        vec![&PRODUCTS, &INDEX, &INDEXED_VIEWS, &own_values::OWN_VALUES];
    tables.push(&search::words::WORDS);
    tables.extend(options::tables());
    tables.extend(media::tables());
    tables.extend(bundle::tables());
    tables.extend(configurable::tables());
    tables.extend(downloadable::tables());
    tables
}

fn product_types(_: &Call, _: &mut Tx<'_>) -> Result<Vec<ProductType>, Fault> {
    let shown = |(name, label): &(&str, &str)| ProductType {
        name: (*name).into(),
        label: (*label).into(),
    };
    Ok(attributes::TYPES.iter().map(shown).collect())
}

fn remove(tx: &mut Tx<'_>, sku: &str, extensions: &Providers) -> Result<bool, Fault> {
    let product = by_sku(tx, sku)?;
    extensions.delete(tx, &extended(&product, false))?;
    CATEGORY_PRODUCTS.delete_by(tx, "product_id", &Scalar::from(product.id))?;
    media::forget_all(tx, product.id)?;
    bundle::forget_all(tx, product.id)?;
    configurable::forget_all(tx, product.id)?;
    downloadable::forget_all(tx, product.id)?;
    rows::unindex(tx, product.id)?;
    own_values::unindex(tx, product.id)?;
    search::words::forget(tx, product.id)?;
    PRODUCTS.delete(tx, product.id)?;
    Ok(true)
}

/// The product of a sku, or Magento's sentence.
pub fn by_sku(tx: &mut Tx<'_>, sku: &str) -> Result<Product, Fault> {
    Product::find(tx, sku)?.ok_or_else(missing)
}

/// A product was named that is not there.
fn missing() -> Fault {
    Fault::not_found(
        "The product that was requested doesn't exist. Verify the product and try again.",
    )
}

fn extended(product: &Product, is_new: bool) -> Extended<'_> {
    Extended {
        id: product.id,
        key: &product.sku,
        type_id: &product.type_id,
        is_new,
    }
}

/// A JSON list's elements.
fn elements(value: Option<&Json>) -> &[Json] {
    value.and_then(Json::as_array).map_or(&[], Vec::as_slice)
}
