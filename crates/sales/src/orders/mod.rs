//! `/V1/orders…`: creating, changing and reading orders, and their comments.
//!
//! An order is a row of its columns; items, addresses, payment and comments are rows of their own
//! ([`rows`]). [`save`] stores what a client sends, [`read`] puts an order together.

mod addresses;
mod comments;
mod pickup;
mod read;
mod rows;
mod save;
mod sequence;
#[cfg(test)]
mod tests;
pub mod types;

pub use rows::{ORDERS, Row};
pub use save::create;

use ferrite_storage::Declared;
use ferrite_webapi::{Call, Fault, Json, Routes, SearchCriteria, SearchResults, Tx};

use types::Order;

/// Binds the routes.
pub fn routes(routes: &mut Routes) {
    routes.bind("POST /V1/orders", post);
    routes.bind("PUT /V1/orders/create", post);
    routes.bind("PUT /V1/orders/:parent_id", addresses::save);
    routes.bind_kept("GET /V1/orders", list);
    routes.bind_kept("GET /V1/orders/:id", get);
    routes.bind_kept("GET /V1/orders/:id/statuses", status);
    routes.bind_kept("GET /V1/orders/items", items);
    routes.bind_kept("GET /V1/orders/items/:id", item);
    routes.bind_kept("GET /V1/orders/:id/comments", comments::list);
    routes.bind("POST /V1/orders/:id/comments", comments::add);
    let ready = "POST /V1/order/notify-orders-are-ready-for-pickup";
    routes.bind(ready, pickup::notify);
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![
        &rows::ORDERS,
        &rows::ITEMS,
        &rows::ADDRESSES,
        &rows::PAYMENTS,
        &rows::COMMENTS,
        &sequence::Sequence,
    ]
}

fn post(call: &Call, tx: &mut Tx<'_>, entity: Order) -> Result<Json, Fault> {
    save::save(call, tx, &entity)
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Json, Fault> {
    let row = load(tx, id)?;
    read::order(tx, &row)
}

fn status(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Json, Fault> {
    let row = load(tx, id)?;
    Ok(row.values.get("status").cloned().unwrap_or(Json::Null))
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let search = criteria.search(call.settings(), &call.store)?;
    let page = rows::ORDERS.search(tx, &search)?;
    let mut found = Vec::with_capacity(page.items.len());
    for row in &page.items {
        found.push(read::order(tx, row)?);
    }
    Ok(SearchResults {
        items: found,
        criteria,
        total: page.total,
    })
}

fn items(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let search = criteria.search(call.settings(), &call.store)?;
    let page = rows::ITEMS.search(tx, &search)?;
    Ok(SearchResults {
        items: page.items.iter().map(read::item).collect(),
        criteria,
        total: page.total,
    })
}

fn item(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Json, Fault> {
    let row = rows::ITEMS.get(tx, id)?.ok_or_else(missing)?;
    Ok(read::item(&row))
}

/// The order of an id, or Magento's sentence.
fn load(tx: &mut Tx<'_>, id: i64) -> Result<Row, Fault> {
    if id == 0 {
        return Err(Fault::invalid("An ID is needed. Set the ID and try again."));
    }
    rows::ORDERS.get(tx, id)?.ok_or_else(missing)
}

fn missing() -> Fault {
    Fault::not_found(
        "The entity that was requested doesn't exist. Verify the entity and try again.",
    )
}
