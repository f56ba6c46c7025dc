//! Reading customers, deleting them, and the small questions about them.

use ferrite_base::Fault;
use ferrite_storage::Scalar;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Call, Json, Maybe, Routes, SearchCriteria, SearchResults, Tx};
use serde_json::{Value, json};

use super::addresses;
use super::rows::{ACCOUNT, ADDRESSES, CUSTOMERS, Row, find};
use super::types::Customer;

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/customers/:customerId", get);
    routes.bind("GET /V1/customers/me", get);
    routes.bind_kept("GET /V1/customers/search", list);
    routes.bind("DELETE /V1/customers/:customerId", delete);
    routes.bind(
        "GET /V1/customers/:customerId/permissions/readonly",
        is_readonly,
    );
    routes.bind("POST /V1/customers/isEmailAvailable", is_email_available);
}

/// The customer of an id, or Magento's sentence.
pub(crate) fn load(tx: &mut Tx<'_>, id: i64) -> Result<Row, Fault> {
    let found = CUSTOMERS.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("customerId", id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Json, Fault> {
    let row = load(tx, id)?;
    shown(tx, &row)
}

fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    if search
        .groups
        .iter()
        .flatten()
        .any(|one| one.field == ACCOUNT)
    {
        return Err(ferrite_storage::Error::UnknownField(ACCOUNT.to_owned()).into());
    }
    // A sort order by what is no attribute changes nothing.
    let known = |name: &str| {
        name == "entity_id"
            || CUSTOMERS
                .fields
                .iter()
                .any(|one| one.name == name && name != ACCOUNT)
    };
    search.sort.retain(|order| known(&order.field));
    let page = CUSTOMERS.search(tx, &search)?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in &page.items {
        items.push(shown(tx, row)?);
    }
    Ok(SearchResults {
        items,
        criteria,
        total: page.total,
    })
}

fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    ADDRESSES.delete_by(tx, "customer_id", &Scalar::from(id))?;
    CUSTOMERS.delete(tx, id)?;
    tx.raise_generation();
    Ok(true)
}

fn is_readonly(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    load(tx, id)?;
    Ok(false)
}

/// Always yes, unless the checkout is to ask known customers to sign in: otherwise nobody is told
/// who has an account.
fn is_email_available(
    call: &Call,
    tx: &mut Tx<'_>,
    email: String,
    website: Maybe<i64>,
) -> Result<bool, Fault> {
    let tells = "checkout/options/enable_guest_checkout_login";
    if !call.settings().flag(tells, &call.store) {
        return Ok(true);
    }
    let website_id = website.0.unwrap_or(call.store.website_id);
    Ok(find(tx, call.settings(), &email, website_id)?.is_none())
}

/// `Magento\Customer\Api\Data\CustomerInterface`
pub(crate) fn shown(tx: &mut Tx<'_>, row: &Row) -> Result<Json, Fault> {
    let values = Value::Object(row.values.clone());
    let read = Customer::from_value(&without_ours(values))?;
    let mut customer = read.unwrap_or_default();
    customer.id = row.id.into();
    customer.disable_auto_group_change.or_set(0);
    let mut out = customer.to_value();
    let addresses = ADDRESSES.list_by(tx, "customer_id", &Scalar::from(row.id))?;
    let addresses: Vec<Json> = addresses
        .iter()
        .map(|one| addresses::shown(one, row))
        .collect();
    let is_subscribed = row.values.get("is_subscribed") == Some(&Value::Bool(true));
    if let Value::Object(map) = &mut out {
        // Both stand where the type has them: the keys are there in order, or are the last ones.
        map.remove("disable_auto_group_change");
        map.insert("addresses".into(), addresses.into());
        let group_change = row.number("disable_auto_group_change");
        map.insert("disable_auto_group_change".into(), group_change.into());
        map.insert(
            "extension_attributes".into(),
            json!({"is_subscribed": is_subscribed}),
        );
    }
    Ok(out)
}

/// Columns that are no fields of the type.
pub(crate) fn without_ours(values: Value) -> Value {
    let Value::Object(mut map) = values else {
        return values;
    };
    map.retain(|name, _| {
        !name.starts_with("billing_") && !super::save::OURS.contains(&name.as_str())
    });
    Value::Object(map)
}
