//! Roles of images: which one a product shows in a list, in a cart, … Each is an attribute of the
//! product that holds the path of a file, the same in all store views.

use super::rows::{Entry, Placed};
use super::types::MediaEntry;
use crate::attributes::Fact;
use crate::eav::known::Attributes;
use crate::products::rows::Product;
use crate::scoped::DEFAULT;

/// What stands in a role that no image has.
const NOTHING: &str = "no_selection";

/// The codes of the attributes that are roles.
pub(super) fn names(known: Option<&Attributes>) -> Vec<String> {
    let attributes = known.into_iter().flat_map(Attributes::iter);
    let roles = attributes.filter(|one| one.fact(Fact::Input) == "media_image");
    roles.map(|one| one.code.clone()).collect()
}

fn set(product: &mut Product, role: &str, file: &str) {
    product.values.forget(role);
    product.values.set(DEFAULT, role, file.into());
}

/// Gives an entry the roles that were sent, and takes all others from it.
pub(super) fn assign(
    product: &mut Product,
    known: Option<&Attributes>,
    entry: &Entry,
    sent: &MediaEntry,
) {
    let wanted = sent.types.value().unwrap_or_default();
    for role in names(known) {
        let has = product.values.text(DEFAULT, &role) == entry.file;
        if wanted.contains(&role) {
            set(product, &role, &entry.file);
        } else if has {
            set(product, &role, NOTHING);
        } else if product.values.text(DEFAULT, &role).is_empty() {
            // A product with an image says of each role whether it has one.
            set(product, &role, NOTHING);
        }
    }
}

/// Takes all roles from a file.
pub(super) fn clear(product: &mut Product, known: Option<&Attributes>, file: &str) {
    rename(product, known, file, NOTHING);
}

/// Gives the roles of one file to another.
pub(super) fn rename(product: &mut Product, known: Option<&Attributes>, from: &str, to: &str) {
    for role in names(known) {
        if product.values.text(DEFAULT, &role) == from {
            set(product, &role, to);
        }
    }
}

/// Notes what the images in the roles are called; what was noted of one that is gone stays.
pub(super) fn set_labels(
    product: &mut Product,
    known: Option<&Attributes>,
    placed: &[Placed<'_>],
    store_id: i64,
) {
    for role in names(known) {
        let code = format!("{role}_label");
        if known.is_none_or(|known| known.find(&code).is_none()) {
            continue;
        }
        let file = product.values.text(DEFAULT, &role).to_owned();
        let shown = placed.iter().find(|one| one.entry.file == file);
        let label = shown.and_then(|one| one.view.label.clone());
        if let Some(label) = label {
            product.values.set(store_id, &code, label.into());
        }
    }
}
