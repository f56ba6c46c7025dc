//! Images and videos of products: `/V1/products/:sku/media…`, and `media_gallery_entries` in a
//! product's payload.
//!
//! An entry ([`rows`]) has label, place and visibility by store view. Which one a product shows
//! where ([`roles`]) is a value of the product. The bytes ([`FILES`]) are kept in the store, so
//! that they come and go with the product. [`image`] checks them when they come, [`served`] finds
//! them by the address under which a shop shows them, also in a smaller size.

mod image;
mod roles;
mod rows;
mod served;
#[cfg(test)]
mod tests;
mod types;

pub(super) use image::look_ahead;
pub use served::{Picture, picture};
pub(super) use types::MediaEntry;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ferrite_base::Fault;
use ferrite_storage::{Declared, Error, Scalar};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Call, Json, Routes, Tx};

use super::by_sku;
use super::files::{Files, Whole};
use super::rows::{PRODUCTS, Product, index_anew};
use crate::eav::known::Attributes;
use rows::{ENTRIES, Entry, Placed};
use types::MediaContent;

/// An entry that is a picture.
const IMAGE: &str = "image";

/// An entry that is a picture of a video elsewhere.
const VIDEO: &str = "external-video";

/// The bytes of images.
static FILES: Files = Files::new(
    "catalog_product_media_file",
    "catalog_product_media_file_piece",
);

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    let path = "/V1/products/:sku/media";
    routes.bind_kept(&format!("GET {path}"), list);
    routes.bind_kept(&format!("GET {path}/:entryId"), get);
    routes.bind_prepared(&format!("POST {path}"), look_ahead, add);
    routes.bind_prepared(&format!("PUT {path}/:entryId"), look_ahead, update);
    routes.bind(&format!("DELETE {path}/:entryId"), remove);
}

/// The tables.
pub(super) fn tables() -> Vec<&'static dyn Declared> {
    let mut tables: Vec<&'static dyn Declared> = vec![&ENTRIES];
    tables.extend(FILES.tables());
    tables.extend(served::SMALLER.tables());
    tables
}

/// The paths of a product's files.
pub(super) fn paths(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<String>, Error> {
    let entries = rows::of(tx, product_id)?;
    Ok(entries.into_iter().map(|entry| entry.file).collect())
}

/// The attributes of a product's set.
fn known(tx: &mut Tx<'_>, product: &Product) -> Result<Option<Arc<Attributes>>, Error> {
    Attributes::of_set(tx, product.attribute_set_id)
}

/// The entries of a product as a store view shows them, by their places.
fn placed(
    tx: &mut Tx<'_>,
    product: &Product,
    known: Option<&Attributes>,
    store_id: i64,
) -> Result<Vec<MediaEntry>, Fault> {
    let entries = rows::of(tx, product.id)?;
    let roles = roles::names(known);
    let placed = Placed::all(&entries, store_id);
    let shown = placed.iter().map(|one| {
        let own = roles
            .iter()
            .filter(|role| product.values.text(store_id, role) == one.entry.file);
        one.shown(own.cloned().collect())
    });
    Ok(shown.collect())
}

/// The entries as a product shows them.
pub(super) fn shown(
    tx: &mut Tx<'_>,
    product: &Product,
    known: Option<&Attributes>,
    store_id: i64,
) -> Result<Json, Fault> {
    Ok(placed(tx, product, known, store_id)?.to_value())
}

/// With its bytes.
fn with_content(tx: &mut Tx<'_>, mut entry: MediaEntry) -> Result<MediaEntry, Fault> {
    let path = entry.file.value().unwrap_or_default();
    if let Some(file) = FILES.find(tx, &path)? {
        let Whole { file, bytes } = FILES.whole(tx, file)?;
        entry.content = Opt::Is(MediaContent {
            base64_encoded_data: STANDARD.encode(bytes).into(),
            r#type: file.mime.as_str().into(),
            name: path.rsplit('/').next().unwrap_or_default().into(),
        });
    }
    Ok(entry)
}

/// Refuses entries that are neither images nor videos.
pub(super) fn check_kinds(sent: Option<&[MediaEntry]>) -> Result<(), Fault> {
    let is_known = |entry: &MediaEntry| {
        let kind = entry.media_type.get().map_or("", String::as_str);
        [IMAGE, VIDEO].contains(&kind)
    };
    if sent.is_none_or(|sent| sent.iter().all(is_known)) {
        return Ok(());
    }
    Err(Fault::invalid(
        "There is no MediaGalleryEntryConverter for given type",
    ))
}

fn list(call: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<MediaEntry>, Fault> {
    let product = by_sku(tx, &sku)?;
    let known = known(tx, &product)?;
    let entries = placed(tx, &product, known.as_deref(), call.store.store_id)?;
    entries
        .into_iter()
        .map(|entry| with_content(tx, entry))
        .collect()
}

fn get(call: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<MediaEntry, Fault> {
    let Some(product) = Product::find(tx, &sku)? else {
        return Err(Fault::not_found(
            "The product doesn't exist. Verify and try again.",
        ));
    };
    let known = known(tx, &product)?;
    let entries = placed(tx, &product, known.as_deref(), call.store.store_id)?;
    let found = entries
        .into_iter()
        .find(|entry| entry.id.value() == Some(id));
    let found =
        found.ok_or_else(|| Fault::not_found("The image doesn't exist. Verify and try again."))?;
    with_content(tx, found)
}

/// The entry of a product, or Magento's sentence.
fn own(tx: &mut Tx<'_>, product: &Product, id: Option<i64>) -> Result<Entry, Fault> {
    let found = match id {
        Some(id) => ENTRIES.get(tx, id)?,
        None => None,
    };
    found
        .filter(|entry| entry.product_id == product.id)
        .ok_or_else(|| {
            let text = "No image with the provided ID was found. Verify the ID and try again.";
            Fault::not_found(text)
        })
}

/// Adds an entry; its id is answered as text. The first one without roles gets all of them.
fn add(call: &Call, tx: &mut Tx<'_>, sku: String, mut sent: MediaEntry) -> Result<String, Fault> {
    let bytes = image::checked(sent.content.get())?;
    let mut product = by_sku(tx, &sku)?;
    check_kinds(Some(std::slice::from_ref(&sent)))?;
    let known = known(tx, &product)?;
    let has_roles = sent.types.get().is_some_and(|types| !types.is_empty());
    if !has_roles && rows::of(tx, product.id)?.is_empty() {
        sent.types = Opt::Is(roles::names(known.as_deref()));
    }
    let store_id = call.store.store_id;
    let entry = insert(tx, &product, &sent, &bytes, store_id)?;
    roles::assign(&mut product, known.as_deref(), &entry, &sent);
    finish(tx, &mut product, known.as_deref(), store_id)?;
    Ok(entry.id.to_string())
}

fn insert(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &MediaEntry,
    image: &image::Image,
    store_id: i64,
) -> Result<Entry, Fault> {
    let file = FILES.keep(tx, &image.name, image.mime, &image.bytes)?;
    let mut entry = Entry {
        id: 0,
        product_id: product.id,
        media_type: sent.media_type.value().unwrap_or_default(),
        file,
        extension: sent.extension_attributes.value(),
        views: std::collections::BTreeMap::new(),
    };
    entry.lay_over(sent, store_id);
    ENTRIES.insert(tx, &mut entry)?;
    Ok(entry)
}

fn update(call: &Call, tx: &mut Tx<'_>, sku: String, sent: MediaEntry) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    let known = known(tx, &product)?;
    let entry = own(tx, &product, sent.id.value())?;
    check_kinds(Some(std::slice::from_ref(&sent)))?;
    if sent.content.get().is_some() && image::checked(sent.content.get()).is_err() {
        return Err(Fault::invalid("The product can't be saved."));
    }
    let store_id = call.store.store_id;
    change(tx, &mut product, known.as_deref(), entry, &sent, store_id)?;
    finish(tx, &mut product, known.as_deref(), store_id)?;
    Ok(true)
}

/// Lays what was sent over an entry, its roles and its bytes included.
fn change(
    tx: &mut Tx<'_>,
    product: &mut Product,
    known: Option<&Attributes>,
    mut entry: Entry,
    sent: &MediaEntry,
    store_id: i64,
) -> Result<(), Fault> {
    if sent.content.get().is_some() {
        let image = image::checked(sent.content.get())?;
        let file = FILES.keep(tx, &image.name, image.mime, &image.bytes)?;
        roles::rename(product, known, &entry.file, &file);
        served::forget(tx, &entry.file)?;
        entry.file = file;
    }
    entry.lay_over(sent, store_id);
    ENTRIES.put(tx, &entry)?;
    roles::assign(product, known, &entry, sent);
    Ok(())
}

/// Notes what the images in a product's roles are called, and keeps the product.
fn finish(
    tx: &mut Tx<'_>,
    product: &mut Product,
    known: Option<&Attributes>,
    store_id: i64,
) -> Result<(), Fault> {
    let entries = rows::of(tx, product.id)?;
    roles::set_labels(product, known, &Placed::all(&entries, store_id), store_id);
    PRODUCTS.put(tx, product)?;
    Ok(index_anew(tx, product)?)
}

fn remove(call: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    let known = known(tx, &product)?;
    let entry = own(tx, &product, Some(id))?;
    forget(tx, &entry)?;
    roles::clear(&mut product, known.as_deref(), &entry.file);
    finish(tx, &mut product, known.as_deref(), call.store.store_id)?;
    Ok(true)
}

fn forget(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Error> {
    served::forget(tx, &entry.file)?;
    ENTRIES.delete(tx, entry.id)?;
    Ok(())
}

/// Takes all entries of a product away.
pub(super) fn forget_all(tx: &mut Tx<'_>, product_id: i64) -> Result<(), Error> {
    for entry in ENTRIES.list_by(tx, "product_id", &Scalar::from(product_id))? {
        forget(tx, &entry)?;
    }
    Ok(())
}

/// Makes the entries of a payload those of a product: one with the id of an entry changes it, any
/// other is added. Those that are left out go, or lose their roles where something was added.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    product: &mut Product,
    known: &Attributes,
    sent: &[MediaEntry],
    store_id: i64,
) -> Result<(), Fault> {
    let known = Some(known);
    let held = rows::of(tx, product.id)?;
    let id_of = |one: &MediaEntry| one.id.value().filter(|id| held.iter().any(|e| e.id == *id));
    let named: Vec<i64> = sent.iter().filter_map(id_of).collect();
    let adds = sent.iter().any(|one| id_of(one).is_none());
    for entry in held.iter().filter(|entry| !named.contains(&entry.id)) {
        roles::clear(product, known, &entry.file);
        if !adds {
            forget(tx, entry)?;
        }
    }
    for one in sent {
        let entry = held
            .iter()
            .find(|entry| Some(entry.id) == id_of(one))
            .cloned();
        match entry {
            Some(entry) => change(tx, product, known, entry, one, store_id)?,
            None => {
                let image = image::checked(one.content.get())?;
                let entry = insert(tx, product, one, &image, store_id)?;
                roles::assign(product, known, &entry, one);
            }
        }
    }
    let entries = rows::of(tx, product.id)?;
    roles::set_labels(product, known, &Placed::all(&entries, store_id), store_id);
    Ok(())
}
