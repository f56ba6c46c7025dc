//! Saving a product (`Magento\Catalog\Api\ProductRepositoryInterface::save`): an id or a sku that is
//! there is changed, another one is made.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::dto::Opt;
use ferrite_webapi::extension::Providers;
use ferrite_webapi::{Call, Tx};

use super::rows::{self, PRODUCTS, Product};
use super::search::words;
use super::types::ProductInput;
use super::{bundle, configurable, downloadable, extended, media, own_values, parts, url, values};
use crate::attributes::{Backend, Fact};
use crate::design::{Design, refused_layout};
use crate::eav::known::{Attributes, BySet};
use crate::scoped::{DEFAULT, Scoped};

const LONGEST_SKU: usize = 64;

/// Saves a product and gives it back as it is stored, with the attributes that it has.
pub(super) fn save(
    call: &Call,
    tx: &mut Tx<'_>,
    sent: &ProductInput,
    providers: &Providers,
) -> Result<(Product, BySet), Fault> {
    let all = Attributes::all(tx)?;
    values::check_types(&all, sent)?;
    let extension = parts::extension(sent, providers)?;
    media::check_kinds(sent.media_gallery_entries.get().map(Vec::as_slice))?;
    let stores = call.settings().stores();
    let sku = sent.sku.value().unwrap_or_default();
    let held = held(tx, sent, sku.trim())?;
    check_design(call, &all, sent, held.as_ref())?;
    let is_new = held.is_none();
    let set_id = sent.attribute_set_id.value();
    let set_id = set_id.or(held.as_ref().map(|held| held.attribute_set_id));
    let known = Attributes::of_set(tx, set_id.unwrap_or(0))?.ok_or_else(bad_set)?;
    let mut product = match held {
        Some(held) => changed(tx, held, sent, sku.trim(), &known)?,
        None => fresh(tx, sent, &sku, &known)?,
    };
    for foreign in all.added().filter(|one| known.find(&one.code).is_none()) {
        product.values.forget(&foreign.code);
    }
    let store_id = if is_new { DEFAULT } else { call.store.store_id };
    product.updated_at = tx.now().clone();
    product.values.forget_empty(store_id);
    values::lay_over(&mut product, &known, sent, store_id)?;
    require(&product, &known, sent, is_new)?;
    own_values::check_unique(tx, &product, &known, store_id)?;
    parts::set_websites(&mut product, &stores, call.store.website_id, &extension)?;
    parts::set_lists(tx, &mut product, sent, &stores)?;
    url::settle(tx, &mut product, sent, store_id)?;
    if is_new {
        PRODUCTS.insert(tx, &mut product)?;
    } else {
        PRODUCTS.put(tx, &product)?;
    }
    bundle::set(tx, &product, &extension, store_id)?;
    downloadable::set(call, tx, &product, &extension)?;
    let names_type = sent.type_id.get().is_some();
    configurable::set(tx, &product, &extension, store_id, names_type)?;
    if let Some(entries) = sent.media_gallery_entries.get() {
        media::replace(tx, &mut product, &known, entries, call.store.store_id)?;
        PRODUCTS.put(tx, &product)?;
    }
    parts::set_categories(tx, product.id, sent, &extension)?;
    let is_salable = providers.write(tx, &extended(&product, is_new), &extension)?;
    if let Some(is_salable) = is_salable.filter(|flag| *flag != product.is_salable) {
        product.is_salable = is_salable;
        PRODUCTS.put(tx, &product)?;
    }
    index(tx, &product, &known, is_new)?;
    let by_set = BySet::of(product.attribute_set_id, known);
    Ok((product, by_set))
}

/// Puts a saved product into what it is found by; of a new one nothing is there yet.
fn index(
    tx: &mut Tx<'_>,
    product: &Product,
    known: &Attributes,
    is_new: bool,
) -> Result<(), Fault> {
    if !is_new {
        rows::unindex(tx, product.id)?;
        own_values::unindex(tx, product.id)?;
        words::forget(tx, product.id)?;
    }
    rows::index(tx, product)?;
    own_values::index(tx, product, known)?;
    Ok(words::index(tx, product, known)?)
}

const DESIGN: Design = Design {
    resource: "Magento_Catalog::edit_product_design",
    refusal: "Not allowed to edit the product's design attributes",
    attributes: &[
        "custom_design",
        "page_layout",
        "options_container",
        "custom_layout_update",
        "custom_design_from",
        "custom_design_to",
        "custom_layout_update_file",
    ],
};

/// Whether the caller may change how a product looks, and whether it can be changed so.
fn check_design(
    call: &Call,
    all: &Attributes,
    sent: &ProductInput,
    held: Option<&Product>,
) -> Result<(), Fault> {
    let attributes = sent.custom_attributes.get();
    let stored = |code: &str| held.map(|held| held.values.text(call.store.store_id, code));
    DESIGN.permit(call, attributes, |code| {
        stored(code).or_else(|| Some(all.find(code)?.fact(Fact::Default)))
    })?;
    let current = stored("custom_layout_update").unwrap_or_default();
    refused_layout(attributes, current).map_or(Ok(()), |why| Err(Fault::invalid(why)))
}

/// The product that is meant, where it is there: by its id, else by its sku.
fn held(tx: &mut Tx<'_>, sent: &ProductInput, sku: &str) -> Result<Option<Product>, Fault> {
    match sent.id.value().filter(|id| *id != 0) {
        Some(id) => Ok(PRODUCTS.get(tx, id)?),
        None if sku.is_empty() => Ok(None),
        None => Ok(Product::find(tx, sku)?),
    }
}

fn bad_set() -> Fault {
    let text = "Invalid product data: %1";
    Fault::new(
        Kind::Invalid,
        Phrase::list(text, ["Invalid attribute set entity type"]),
    )
}

fn fresh(
    tx: &mut Tx<'_>,
    sent: &ProductInput,
    sku: &str,
    known: &Attributes,
) -> Result<Product, Fault> {
    check_sku(sku)?;
    if sku.trim().is_empty() {
        return Err(Fault::invalid(
            "The stock item was unable to be saved. Please try again.",
        ));
    }
    let now = tx.now().clone();
    let created_at = sent
        .created_at
        .get()
        .and_then(|at| ferrite_base::DateTime::parse(at));
    let mut product = Product {
        id: 0,
        sku: free_sku(tx, sku.trim(), 0)?,
        attribute_set_id: sent.attribute_set_id.value().unwrap_or(0),
        type_id: sent.type_id.value().unwrap_or_else(|| "simple".to_owned()),
        created_at: created_at.unwrap_or_else(|| now.clone()),
        updated_at: now,
        values: Scoped::default(),
        website_ids: Vec::new(),
        is_salable: false,
        links: Vec::new(),
        options: Vec::new(),
        tier_prices: Vec::new(),
    };
    values::set_defaults(&mut product, known);
    Ok(product)
}

fn changed(
    tx: &mut Tx<'_>,
    mut product: Product,
    sent: &ProductInput,
    sku: &str,
    known: &Attributes,
) -> Result<Product, Fault> {
    if let Some(id) = sent.attribute_set_id.value() {
        product.attribute_set_id = id;
    }
    if !sku.is_empty() {
        check_sku(sku)?;
        product.sku = free_sku(tx, sku, product.id)?;
    }
    if let Some(type_id) = sent.type_id.get() {
        type_id.clone_into(&mut product.type_id);
        values::drop_foreign(&mut product, known);
    }
    Ok(product)
}

/// A sku that no other product has: the one that was sent, or one with a number behind it.
fn free_sku(tx: &mut Tx<'_>, sku: &str, id: i64) -> Result<String, Fault> {
    let mut free = sku.to_owned();
    let mut number = 0;
    while Product::find(tx, &free)?.is_some_and(|other| other.id != id) {
        number += 1;
        let end = format!("-{number}");
        let kept = sku.chars().take(LONGEST_SKU - end.len());
        free = kept.chain(end.chars()).collect();
    }
    Ok(free)
}

fn check_sku(sku: &str) -> Result<(), Fault> {
    if sku.is_empty() {
        return Err(Fault::invalid(
            "The \"sku\" attribute value is empty. Set the attribute and try again.",
        ));
    }
    if sku.chars().count() > LONGEST_SKU {
        return Err(Fault::invalid(
            "SKU length should be 64 characters maximum.",
        ));
    }
    Ok(())
}

/// Every attribute that a type cannot do without has a value, unless an update takes it away.
fn require(
    product: &Product,
    known: &Attributes,
    sent: &ProductInput,
    is_new: bool,
) -> Result<(), Fault> {
    if is_new && sent.name == Opt::Null {
        return Err(Fault::invalid(
            "The product was unable to be saved. Please try again.",
        ));
    }
    for attribute in known.iter() {
        let wanted = attribute.fact(Fact::Required) == "1"
            && !attribute.fact(Fact::Input).is_empty()
            && attribute.backend != Backend::Static
            && attribute.applies_to(&product.type_id)
            && attribute.fact(Fact::Default).is_empty();
        // What is sold in parts gets its price from them.
        let in_parts = ["configurable", "bundle"].contains(&product.type_id.as_str());
        if !wanted || (attribute.code == "price" && in_parts) {
            continue;
        }
        let emptied =
            attribute.code == "name" && sent.name.get().is_some_and(|name| name.trim().is_empty());
        let taken_away = !is_new && is_null(sent, &attribute.code);
        let is_empty = product.values.text(DEFAULT, &attribute.code).is_empty();
        if emptied || (is_empty && !taken_away) {
            let label = attribute.fact(Fact::Label);
            return Err(Fault::invalid(format!(
                "The \"{label}\" attribute value is empty. Set the attribute and try again."
            )));
        }
    }
    Ok(())
}

/// Whether null was sent for an attribute.
fn is_null(sent: &ProductInput, code: &str) -> bool {
    match code {
        "name" => sent.name == Opt::Null,
        "price" => sent.price == Opt::Null,
        code => {
            let all = sent.custom_attributes.get();
            all.and_then(|all| all.get(code))
                .is_some_and(serde_json::Value::is_null)
        }
    }
}
