//! What is stored of a source item.

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::key;
use crate::quantity::Quantity;

/// It may be sold.
pub(crate) const IN_STOCK: i64 = 1;

/// It may not.
pub(crate) const OUT_OF_STOCK: i64 = 0;

/// How many of a sku lie in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceItemRow {
    /// Its row.
    pub(crate) id: i64,
    /// The source.
    pub(crate) source_code: String,
    /// The sku.
    pub(crate) sku: String,
    /// How many there are.
    pub(crate) quantity: Quantity,
    /// [`IN_STOCK`] or [`OUT_OF_STOCK`].
    pub(crate) status: i64,
}

serde_document!(SourceItemRow);

/// All source items.
pub(crate) static SOURCE_ITEMS: Collection<SourceItemRow> = Collection {
    name: "inventory_source_item",
    fields: &[
        Field::unique_text("source_and_sku", |item: &SourceItemRow| {
            Some(key(&item.source_code, &item.sku))
        }),
        Field::text("sku", |item: &SourceItemRow| {
            Some(Scalar::from(item.sku.as_str()))
        }),
        Field::text("source_code", |item: &SourceItemRow| {
            Some(Scalar::from(item.source_code.as_str()))
        }),
        Field::decimal("quantity", |item: &SourceItemRow| {
            Some(item.quantity.scalar())
        })
        .without_index(),
        Field::int("status", |item: &SourceItemRow| {
            Some(Scalar::from(item.status))
        })
        .without_index(),
    ],
};

impl SourceItemRow {
    /// What is known of a sku in a source.
    pub(crate) fn find(
        tx: &mut Tx<'_>,
        source_code: &str,
        sku: &str,
    ) -> Result<Option<Self>, Error> {
        SOURCE_ITEMS.find(tx, "source_and_sku", &key(source_code, sku))
    }

    /// All that is known of a sku.
    pub(crate) fn of_sku(tx: &mut Tx<'_>, sku: &str) -> Result<Vec<Self>, Error> {
        SOURCE_ITEMS.list_by(tx, "sku", &Scalar::from(sku))
    }
}

/// Whether so many of a sku lie in a source and may be sold.
pub fn lies_in(tx: &mut Tx<'_>, source_code: &str, sku: &str, many: f64) -> Result<bool, Error> {
    let held = SourceItemRow::find(tx, source_code, sku)?;
    let is_enough = |held: SourceItemRow| held.status == IN_STOCK && held.quantity.number() >= many;
    Ok(held.is_some_and(is_enough))
}

/// Adds what lies of a sku in a source, or changes it. Where somebody else has just added it, the
/// store is busy: the same once more changes it.
pub(super) fn set(
    tx: &mut Tx<'_>,
    source_code: &str,
    sku: &str,
    quantity: Quantity,
    status: i64,
) -> Result<(), Error> {
    let held = SourceItemRow::find(tx, source_code, sku)?;
    put(tx, held, source_code, sku, quantity, status)
}

/// The same where it is known what was there.
pub(super) fn put(
    tx: &mut Tx<'_>,
    held: Option<SourceItemRow>,
    source_code: &str,
    sku: &str,
    quantity: Quantity,
    status: i64,
) -> Result<(), Error> {
    let mut row = SourceItemRow {
        id: held.as_ref().map_or(0, |held| held.id),
        source_code: source_code.to_owned(),
        sku: sku.to_owned(),
        quantity,
        status,
    };
    match held {
        Some(held) if held == row => Ok(()),
        Some(_) => SOURCE_ITEMS.put(tx, &row),
        None => match SOURCE_ITEMS.insert(tx, &mut row) {
            Err(Error::Duplicate(_)) => Err(Error::Busy),
            added => added.map(|_| ()),
        },
    }
}

/// Takes what is known of a sku over to another one, in place of what was known of that.
pub(crate) fn rename(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(), Error> {
    for mut item in SourceItemRow::of_sku(tx, from)? {
        to.clone_into(&mut item.sku);
        if let Some(other) = SourceItemRow::find(tx, &item.source_code, to)?
            && other.id != item.id
        {
            SOURCE_ITEMS.delete(tx, other.id)?;
        }
        SOURCE_ITEMS.put(tx, &item)?;
    }
    Ok(())
}
