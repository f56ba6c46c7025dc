//! `/V1/inventory/low-quantity-notification…`: below how many in a source an admin wants to hear of it.
//!
//! Where nothing was said of a sku in a source, the configured quantity counts, whatever they are.

#[cfg(test)]
mod tests;

use ferrite_base::{Fault, Phrase};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Call, Opt, Routes, dto};
use serde::{Deserialize, Serialize};

use crate::key;
use crate::quantity::Quantity;
use crate::refusals::{VALIDATION, empty, is_blank, no_input, not_saved, refuse};
use crate::source_items::SourceItem;
use crate::stock::NOTIFY_BELOW;

dto! {
    /// `Magento\InventoryLowQuantityNotificationApi\Api\Data\SourceItemConfigurationInterface`
    pub struct SourceItemConfiguration {
        source_code: String [null],
        notify_stock_qty: f64 [null],
        sku: String [null],
        extension_attributes: NoExtension [null],
    }
}

/// What was said of a sku in a source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConfigurationRow {
    /// Its row.
    pub(crate) id: i64,
    /// The source.
    pub(crate) source_code: String,
    /// The sku.
    pub(crate) sku: String,
    /// The quantity; none where the configured one counts.
    pub(crate) notify_below: Option<Quantity>,
}

serde_document!(ConfigurationRow);

/// All that was said.
pub(crate) static CONFIGURATIONS: Collection<ConfigurationRow> = Collection {
    name: "inventory_low_stock_notification_configuration",
    fields: &[
        Field::unique_text("source_and_sku", |row: &ConfigurationRow| {
            Some(key(&row.source_code, &row.sku))
        }),
        Field::text("sku", |row: &ConfigurationRow| {
            Some(Scalar::from(row.sku.as_str()))
        }),
    ],
};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept(
        "GET /V1/inventory/low-quantity-notification/:sourceCode/:sku",
        get,
    );
    routes.bind("POST /V1/inventory/low-quantity-notification", save);
    routes.bind(
        "POST /V1/inventory/low-quantity-notifications-delete",
        delete,
    );
}

fn find(tx: &mut Tx<'_>, code: &str, sku: &str) -> Result<Option<ConfigurationRow>, Error> {
    CONFIGURATIONS.find(tx, "source_and_sku", &key(code, sku))
}

fn get(
    _: &Call,
    tx: &mut Tx<'_>,
    source_code: String,
    sku: String,
) -> Result<SourceItemConfiguration, Fault> {
    let held = find(tx, &source_code, &sku)?;
    let notify_below = match &held {
        Some(held) => held.notify_below.map(Quantity::number).into(),
        None => Opt::Is(NOTIFY_BELOW),
    };
    // What is kept is shown as it was written.
    let named = held.map_or((source_code, sku), |held| (held.source_code, held.sku));
    Ok(SourceItemConfiguration {
        source_code: named.0.into(),
        notify_stock_qty: notify_below,
        sku: named.1.into(),
        ..SourceItemConfiguration::default()
    })
}

fn save(_: &Call, tx: &mut Tx<'_>, sent: Vec<SourceItemConfiguration>) -> Result<(), Fault> {
    const NOT_SAVED: &str = "Could not save Source Item Configuration";
    if sent.is_empty() {
        return Err(no_input());
    }
    refuse(VALIDATION, sent.iter().flat_map(wrong).collect())?;
    for one in &sent {
        let below = one.notify_stock_qty.value();
        let notify_below =
            below.map(|below| Quantity::of(below).ok_or_else(|| Fault::invalid(NOT_SAVED)));
        let mut row = ConfigurationRow {
            id: 0,
            source_code: one.source_code.value().unwrap_or_default(),
            sku: one.sku.value().unwrap_or_default(),
            notify_below: notify_below.transpose()?,
        };
        match find(tx, &row.source_code, &row.sku)? {
            Some(held) => {
                row.id = held.id;
                CONFIGURATIONS.put(tx, &row)?;
            }
            None => {
                let added = CONFIGURATIONS.insert(tx, &mut row);
                added.map_err(not_saved(NOT_SAVED))?;
            }
        }
    }
    Ok(())
}

/// All that is wrong with what was sent.
fn wrong(one: &SourceItemConfiguration) -> Vec<Phrase> {
    [("source_code", &one.source_code), ("sku", &one.sku)]
        .into_iter()
        .filter(|(_, value)| is_blank(value.get()))
        .map(|(field, _)| empty(field))
        .collect()
}

fn delete(_: &Call, tx: &mut Tx<'_>, sent: Vec<SourceItem>) -> Result<(), Fault> {
    if sent.is_empty() {
        return Err(no_input());
    }
    for item in &sent {
        let code = item.source_code.value().unwrap_or_default();
        let sku = item.sku.value().unwrap_or_default();
        CONFIGURATIONS.delete_by(tx, "source_and_sku", &key(&code, &sku))?;
    }
    Ok(())
}

/// Takes what was said of a sku over to another one, in place of what was said of that.
pub(crate) fn rename(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<(), Error> {
    for mut row in CONFIGURATIONS.list_by(tx, "sku", &Scalar::from(from))? {
        to.clone_into(&mut row.sku);
        if let Some(other) = find(tx, &row.source_code, to)?
            && other.id != row.id
        {
            CONFIGURATIONS.delete(tx, other.id)?;
        }
        CONFIGURATIONS.put(tx, &row)?;
    }
    Ok(())
}
