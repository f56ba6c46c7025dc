//! Changing an address of an order (`Magento\Sales\Api\OrderAddressRepositoryInterface`).

use ferrite_webapi::dto::Opt;
use ferrite_webapi::{Call, Fault, Json, Tx};

use super::rows::ADDRESSES;
use super::types::OrderAddress;
use super::{load, read, save};

/// Stores an address of the order that it names.
pub(super) fn save(_: &Call, tx: &mut Tx<'_>, entity: OrderAddress) -> Result<Json, Fault> {
    let refused = || Fault::invalid("The order address couldn't be saved.");
    let given = |text: &Opt<String>| text.get().is_some_and(|text| !text.trim().is_empty());
    let required = [
        &entity.firstname,
        &entity.lastname,
        &entity.city,
        &entity.telephone,
        &entity.country_id,
    ];
    let street = entity.street.get().is_some_and(|lines| !lines.is_empty());
    let order_id = entity.parent_id.value().ok_or_else(refused)?;
    if !street || !required.into_iter().all(given) {
        return Err(refused());
    }
    load(tx, order_id)?;
    let id = save::put_address(tx, order_id, &entity)?;
    let row = ADDRESSES.get(tx, id)?.ok_or_else(refused)?;
    Ok(read::address(&row))
}
