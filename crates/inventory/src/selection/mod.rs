//! `/V1/inventory/source-selection-algorithm…`: which sources to ship an order from.
//!
//! Sources are gone through in an order, each giving what it has until enough is found. The order is
//! that of their priority; by distance it is the same for all sources whose distance cannot be told,
//! and without a provider ([`crate::distance`]) that is all of them.

#[cfg(test)]
mod tests;
mod types;

pub(crate) use types::Address;

use std::collections::HashMap;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::fold::fold;
use ferrite_webapi::{Call, Json, Routes, Tx};

use crate::distance::ADDRESS;
use crate::quantity::Quantity;
use crate::source_items::{IN_STOCK, SourceItemRow};
use crate::{constructed, links};
use types::{Algorithm, InventoryRequest, ItemRequest, Selection, SelectionItem};

const PRIORITY: &str = "priority";
const DISTANCE: &str = "distance";

/// Code, title and description of the algorithms.
const ALGORITHMS: [(&str, &str, &str); 2] = [
    (
        DISTANCE,
        "Distance Priority",
        "Algorithm which provides Source Selections based on shipping address distance from the source",
    ),
    (
        PRIORITY,
        "Source Priority",
        "Algorithm which provides Source Selections based on predefined priority of Source",
    ),
];

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/inventory/source-selection-algorithm-list", list);
    // It is a POST that changes nothing.
    routes.bind_outside(
        "POST /V1/inventory/source-selection-algorithm-result",
        result,
    );
}

fn list(_: &Call, _: &mut Tx<'_>) -> Result<Vec<Algorithm>, Fault> {
    let shown = |(code, title, description): &(&str, &str, &str)| Algorithm {
        code: (*code).into(),
        title: (*title).into(),
        description: (*description).into(),
        ..Algorithm::default()
    };
    Ok(ALGORITHMS.iter().map(shown).collect())
}

fn result(call: &Call, request: Json, algorithm: String) -> Result<Selection, Fault> {
    let request: InventoryRequest = constructed::read(&request, &["stockId", "items"])?;
    let items: Vec<ItemRequest> = constructed::read_all(request.items.get(), &["sku", "qty"])?;
    if !ALGORITHMS.iter().any(|(code, ..)| *code == algorithm) {
        let text = "The source selection algorithm \"%1\" does not exist.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [algorithm])));
    }
    if algorithm == DISTANCE {
        let extension = request.extension_attributes.get();
        let address = extension.and_then(|extension| extension.destination_address.get());
        let missing = || Fault::invalid("No destination address was provided in the request");
        constructed::read::<Address>(address.ok_or_else(missing)?, &ADDRESS)?;
    }
    let stock_id = request.stock_id.value().unwrap_or(0);
    call.read(|tx| select(tx, stock_id, &items))
}

/// Takes what is wanted from the sources of a stock, one after the other.
fn select(tx: &mut Tx<'_>, stock_id: i64, items: &[ItemRequest]) -> Result<Selection, Fault> {
    let sources = links::sources_of(tx, stock_id)?;
    let enabled: Vec<&str> = sources
        .iter()
        .filter(|one| one.is_enabled())
        .map(|one| one.code())
        .collect();
    let mut wanted: HashMap<String, Quantity> = HashMap::new();
    let mut lying: Vec<(usize, SourceItemRow)> = Vec::new();
    for item in items {
        let sku = item.sku.value().unwrap_or_default();
        let quantity = Quantity::clamped(item.qty.value().unwrap_or(0.0));
        let folded = fold(&sku);
        if let Some(sum) = wanted.get_mut(&folded) {
            *sum = *sum + quantity;
            continue;
        }
        wanted.insert(folded, quantity);
        for held in SourceItemRow::of_sku(tx, &sku)? {
            let place = enabled.iter().position(|code| *code == held.source_code);
            lying.extend(
                place
                    .filter(|_| held.status == IN_STOCK)
                    .map(|place| (place, held)),
            );
        }
    }
    lying.sort_by_key(|(place, held)| (*place, held.id));
    let mut selected = Vec::with_capacity(lying.len());
    for (_, held) in lying {
        let available = held.quantity;
        let missing = wanted.entry(fold(&held.sku)).or_default();
        let taken = available.min(*missing).max(Quantity::ZERO);
        *missing = *missing - taken;
        selected.push(SelectionItem {
            source_code: held.source_code.into(),
            sku: held.sku.into(),
            qty_to_deduct: taken.number().into(),
            qty_available: available.number().into(),
            ..SelectionItem::default()
        });
    }
    Ok(Selection {
        source_selection_items: selected.into(),
        shippable: wanted
            .values()
            .all(|missing| *missing <= Quantity::ZERO)
            .into(),
        ..Selection::default()
    })
}
