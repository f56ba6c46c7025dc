//! What is stored of a bundle: its options, and the products that each offers.

use std::collections::BTreeMap;

use ferrite_base::Amount;
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use super::types::{BundleLink, BundleOption};
use crate::scoped::DEFAULT;

/// An option of a bundle.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OptionRow {
    /// Its row.
    pub(super) id: i64,
    /// The bundle.
    pub(super) product_id: i64,
    /// Its titles by store view; 0 is all that say nothing of their own.
    pub(super) titles: BTreeMap<i64, String>,
    /// Whether something has to be chosen.
    pub(super) required: bool,
    /// How it is entered.
    pub(super) input: String,
    /// Its place.
    pub(super) position: i64,
}

serde_document!(OptionRow);

/// All options.
pub static BUNDLE_OPTIONS: Collection<OptionRow> = Collection {
    name: "catalog_product_bundle_option",
    fields: &[Field::int("product_id", |one: &OptionRow| {
        Some(Scalar::from(one.product_id))
    })],
};

/// A product that an option offers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Selection {
    /// Its row.
    pub(super) id: i64,
    /// The bundle.
    pub(super) parent_id: i64,
    /// The option.
    pub(super) option_id: i64,
    /// The product.
    pub(super) product_id: i64,
    /// How many of it.
    pub(super) qty: f64,
    /// Its place.
    pub(super) position: i64,
    /// Whether it is chosen where nothing is said.
    pub(super) is_default: bool,
    /// What it adds to the price of a bundle whose price is fixed.
    pub(super) price: Amount,
    /// 0 where that is an amount, 1 where it is a percentage.
    pub(super) price_type: i64,
    /// 1 where a customer may choose how many.
    pub(super) can_change_quantity: i64,
}

serde_document!(Selection);

/// All selections.
pub static SELECTIONS: Collection<Selection> = Collection {
    name: "catalog_product_bundle_selection",
    fields: &[
        Field::int("parent_id", |one: &Selection| {
            Some(Scalar::from(one.parent_id))
        }),
        Field::int("option_id", |one: &Selection| {
            Some(Scalar::from(one.option_id))
        }),
        Field::int("product_id", |one: &Selection| {
            Some(Scalar::from(one.product_id))
        }),
    ],
};

/// The options of a bundle, by place.
pub(super) fn options_of(tx: &mut Tx<'_>, product_id: i64) -> Result<Vec<OptionRow>, Error> {
    let mut options = BUNDLE_OPTIONS.list_by(tx, "product_id", &Scalar::from(product_id))?;
    options.sort_by_key(|option| (option.position, option.id));
    Ok(options)
}

/// What an option offers, by place.
pub(super) fn selections_of(tx: &mut Tx<'_>, option_id: i64) -> Result<Vec<Selection>, Error> {
    let mut selections = SELECTIONS.list_by(tx, "option_id", &Scalar::from(option_id))?;
    selections.sort_by_key(|one| (one.position, one.id));
    Ok(selections)
}

/// Takes an option away, with what it offers.
pub(super) fn forget_option(tx: &mut Tx<'_>, id: i64) -> Result<(), Error> {
    SELECTIONS.delete_by(tx, "option_id", &Scalar::from(id))?;
    BUNDLE_OPTIONS.delete(tx, id)?;
    Ok(())
}

impl OptionRow {
    /// Its title in a store view.
    pub(super) fn title(&self, store_id: i64) -> Option<String> {
        let own = self.titles.get(&store_id);
        own.or_else(|| self.titles.get(&DEFAULT)).cloned()
    }

    /// Lays what was sent over it.
    pub(super) fn lay_over(&mut self, sent: &BundleOption, store_id: i64) {
        if let Some(title) = sent.title.value() {
            if self.titles.is_empty() {
                self.titles.insert(DEFAULT, title.clone());
            }
            self.titles.insert(store_id, title);
        }
        if let Some(required) = sent.required.value() {
            self.required = required;
        }
        if let Some(input) = sent.r#type.value() {
            self.input = input;
        }
        if let Some(position) = sent.position.value() {
            self.position = position;
        }
    }
}

impl Selection {
    /// Lays what was sent over it.
    pub(super) fn lay_over(&mut self, sent: &BundleLink) {
        if let Some(qty) = sent.qty.value() {
            self.qty = qty;
        }
        if let Some(position) = sent.position.value() {
            self.position = position;
        }
        if let Some(is_default) = sent.is_default.value() {
            self.is_default = is_default;
        }
        if let Some(price) = sent.price.value() {
            self.price = price;
        }
        if let Some(price_type) = sent.price_type.value() {
            self.price_type = price_type;
        }
        if let Some(can_change) = sent.can_change_quantity.value() {
            self.can_change_quantity = can_change;
        }
    }
}
