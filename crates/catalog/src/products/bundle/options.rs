//! `/V1/bundle-products…/options`: what a customer chooses in a bundle.

use ferrite_base::Fault;
use ferrite_storage::Error;
use ferrite_webapi::{Call, Json, Routes, Tx};

use super::rows::{self, OptionRow};
use super::types::{BundleInput, BundleOption};
use super::{all, bundle, option, put_option};

/// How options are entered, with their labels.
const INPUTS: [(&str, &str); 4] = [
    ("select", "Drop-down"),
    ("radio", "Radio Buttons"),
    ("checkbox", "Checkbox"),
    ("multi", "Multiple Select"),
];

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/bundle-products";
    routes.bind(&format!("GET {path}/options/types"), inputs);
    routes.bind_kept(&format!("GET {path}/:sku/options/all"), list);
    routes.bind_kept(&format!("GET {path}/:sku/options/:optionId"), get);
    routes.bind(&format!("POST {path}/options/add"), save);
    routes.bind(&format!("PUT {path}/options/:optionId"), save);
    routes.bind(&format!("DELETE {path}/:sku/options/:optionId"), delete);
}

fn inputs(_: &Call, _: &mut Tx<'_>) -> Result<Vec<BundleInput>, Fault> {
    let shown = |(code, label): &(&str, &str)| BundleInput {
        label: (*label).into(),
        code: (*code).into(),
    };
    Ok(INPUTS.iter().map(shown).collect())
}

fn list(call: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<BundleOption>, Fault> {
    let product = bundle(tx, &sku)?;
    all(tx, &product, call.store.store_id)
}

/// The option of a bundle, where it has it.
fn held(tx: &mut Tx<'_>, product_id: i64, id: i64) -> Result<Option<OptionRow>, Error> {
    let found = rows::BUNDLE_OPTIONS.get(tx, id)?;
    Ok(found.filter(|row| row.product_id == product_id))
}

/// The same, or Magento's sentence.
fn own(tx: &mut Tx<'_>, product_id: i64, id: i64) -> Result<OptionRow, Fault> {
    held(tx, product_id, id)?.ok_or_else(|| {
        Fault::not_found(
            "The option that was requested doesn't exist. Verify the entity and try again.",
        )
    })
}

fn get(call: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<BundleOption, Fault> {
    let product = bundle(tx, &sku)?;
    let row = own(tx, product.id, id)?;
    option(tx, &product, &row, call.store.store_id, false)
}

/// Changes the option whose id was sent; without one, or where the bundle has none of it, an option
/// is added, its id answered as text. All of it is saved or nothing.
fn save(call: &Call, tx: &mut Tx<'_>, sent: BundleOption) -> Result<Json, Fault> {
    let product = bundle(tx, &sent.sku.value().unwrap_or_default())?;
    let held = match sent.option_id.value().filter(|id| *id != 0) {
        Some(id) => held(tx, product.id, id)?,
        None => None,
    };
    let is_new = held.is_none();
    let id = put_option(tx, &product, held, &sent, call.store.store_id)?;
    Ok(if is_new {
        id.to_string().into()
    } else {
        id.into()
    })
}

fn delete(_: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<bool, Fault> {
    let product = bundle(tx, &sku)?;
    let row = own(tx, product.id, id)?;
    rows::forget_option(tx, row.id)?;
    Ok(true)
}
