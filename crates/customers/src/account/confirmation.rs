//! Accounts whose e-mail address has to be confirmed (`customer/create_account/confirm`).

use ferrite_base::{Fault, phrase};
use ferrite_settings::{Settings, StoreView};
use ferrite_webapi::{Call, Json, Routes, Tx};
use subtle::ConstantTimeEq as _;

use crate::read::{load, shown};
use crate::rows::{CONFIRMATION, CUSTOMERS, Row, find};
use crate::save::no_such_account;

/// Whether accounts of a store view have to be confirmed.
pub(crate) const REQUIRED: &str = "customer/create_account/confirm";

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/customers/:customerId/confirm", status);
    routes.bind("POST /V1/customers/confirm", resend);
    routes.bind("PUT /V1/customers/me/activate", activate_own);
    routes.bind("PUT /V1/customers/:email/activate", activate);
}

/// Whether an account's e-mail address had to be confirmed, and was.
fn status(call: &Call, tx: &mut Tx<'_>, id: i64) -> Result<String, Fault> {
    let row = load(tx, id)?;
    let state = match (is_required(call.settings(), &row), is_open(&row)) {
        (false, _) => "account_confirmation_not_required",
        (true, true) => "account_confirmation_required",
        (true, false) => "account_confirmed",
    };
    Ok(state.to_owned())
}

/// Whether accounts of the customer's store view have to be confirmed.
fn is_required(settings: &Settings, row: &Row) -> bool {
    let stores = settings.stores();
    let view = stores.view(row.number("store_id"));
    let scope = view.map_or_else(|| stores.default_scope(), StoreView::scope);
    settings.flag(REQUIRED, &scope)
}

fn is_open(row: &Row) -> bool {
    !row.text(CONFIRMATION).is_empty()
}

/// Whether nobody may sign in before the account is confirmed.
pub(crate) fn is_awaited(settings: &Settings, row: &Row) -> bool {
    is_open(row) && is_required(settings, row)
}

fn resend(
    call: &Call,
    tx: &mut Tx<'_>,
    email: String,
    website_id: i64,
    _redirect: String,
) -> Result<bool, Fault> {
    let found = find(tx, call.settings(), &email, website_id)?;
    let row = found.ok_or_else(|| no_such_account(&email, phrase::Value::Number(website_id)))?;
    if !is_open(&row) {
        return Err(Fault::invalid("Confirmation isn't needed."));
    }
    Ok(true)
}

fn activate_own(_: &Call, tx: &mut Tx<'_>, id: i64, key: String) -> Result<Json, Fault> {
    let row = load(tx, id)?;
    confirm(tx, row, &key)
}

fn activate(call: &Call, tx: &mut Tx<'_>, email: String, key: String) -> Result<Json, Fault> {
    let website_id = call.store.website_id;
    let found = find(tx, call.settings(), &email, website_id)?;
    let row = found.ok_or_else(|| no_such_account(&email, website_id.to_string().into()))?;
    confirm(tx, row, &key)
}

/// Confirms an account by its key.
fn confirm(tx: &mut Tx<'_>, mut row: Row, key: &str) -> Result<Json, Fault> {
    let held = row.text(CONFIRMATION);
    if held.is_empty() {
        return Err(Fault::invalid("The account is already active."));
    }
    if !bool::from(held.as_bytes().ct_eq(key.as_bytes())) {
        let text = "The confirmation token is invalid. Verify the token and try again.";
        return Err(Fault::invalid(text));
    }
    row.values.remove(CONFIRMATION);
    CUSTOMERS.put(tx, &row)?;
    shown(tx, &row)
}
