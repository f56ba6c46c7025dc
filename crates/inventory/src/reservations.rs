//! Reservations: what was sold of a stock and has not left a source yet, or was given back.
//!
//! A sale appends a negative quantity, and what undoes it (a shipment, a cancellation) a positive
//! one; nothing that stands here is ever changed. Once all of a sku in a stock make up nothing, they
//! have done their work and go.

use ferrite_base::Fault;
use ferrite_storage::{Collection, Error, Field, Tx, serde_document};
use serde::{Deserialize, Serialize};

use crate::quantity::Quantity;
use crate::{key, stocks};

/// A reservation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reservation {
    /// Its row.
    pub(crate) id: i64,
    /// The stock.
    pub(crate) stock_id: i64,
    /// The sku.
    pub(crate) sku: String,
    /// How many: fewer than none where they were sold.
    pub(crate) quantity: Quantity,
    /// What made it.
    pub(crate) event: Event,
}

serde_document!(Reservation);

/// What makes a reservation, in Magento's words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// `order_placed`, `shipment_created`, `order_canceled`, …
    pub event_type: String,
    /// `order`, …
    pub object_type: String,
    /// Which one.
    pub object_id: String,
}

/// All reservations.
pub(crate) static RESERVATIONS: Collection<Reservation> = Collection {
    name: "inventory_reservation",
    fields: &[Field::text("stock_and_sku", |one: &Reservation| {
        Some(key(&one.stock_id.to_string(), &one.sku))
    })],
};

/// What all reservations of a sku in a stock make up.
pub(crate) fn sum(tx: &mut Tx<'_>, stock_id: i64, sku: &str) -> Result<Quantity, Error> {
    let all = RESERVATIONS.list_by(tx, "stock_and_sku", &key(&stock_id.to_string(), sku))?;
    Ok(all.iter().map(|one| one.quantity).sum())
}

/// Notes that these quantities of skus were sold by a website (fewer than none) or are free again.
///
/// Fails where the website sells from no stock.
pub fn append(
    tx: &mut Tx<'_>,
    website_code: &str,
    items: &[(&str, Quantity)],
    event: &Event,
) -> Result<(), Fault> {
    let stock_id = stocks::of_channel(tx, stocks::WEBSITE, website_code)?;
    for (sku, quantity) in items.iter().filter(|(_, quantity)| !quantity.is_zero()) {
        let mut reservation = Reservation {
            id: 0,
            stock_id,
            sku: (*sku).to_owned(),
            quantity: *quantity,
            event: event.clone(),
        };
        RESERVATIONS.insert(tx, &mut reservation)?;
        if sum(tx, stock_id, sku)?.is_zero() {
            let held = key(&stock_id.to_string(), sku);
            RESERVATIONS.delete_by(tx, "stock_and_sku", &held)?;
        }
    }
    Ok(())
}
