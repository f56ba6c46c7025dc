//! The addresses of a customer: what is wrong with one, how they are stored and shown.

mod rules;

pub(crate) use rules::Rules;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Error, Scalar};
use ferrite_store::countries;
use ferrite_webapi::dto::{Opt, Wire as _, merge};
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde_json::{Map, Value, json};

use crate::rows::{ADDRESSES, CUSTOMERS, Row};
use crate::types::{Address, Customer, Region};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/customers/addresses/:addressId", get);
    routes.bind("DELETE /V1/addresses/:addressId", delete);
    for path in ["me", ":customerId"] {
        let billing = format!("GET /V1/customers/{path}/billingAddress");
        routes.bind(&billing, |_: &Call, tx: &mut Tx<'_>, id: i64| {
            default(tx, id, "default_billing")
        });
        let shipping = format!("GET /V1/customers/{path}/shippingAddress");
        routes.bind(&shipping, |_: &Call, tx: &mut Tx<'_>, id: i64| {
            default(tx, id, "default_shipping")
        });
    }
}

fn load(tx: &mut Tx<'_>, id: i64) -> Result<Row, Fault> {
    let found = ADDRESSES.get(tx, id)?;
    found.ok_or_else(|| Fault::no_such_entity("addressId", id))
}

fn get(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<Json, Fault> {
    let row = load(tx, id)?;
    let customer = CUSTOMERS.get(tx, row.number("customer_id"))?;
    Ok(shown(&row, &customer.unwrap_or_default()))
}

/// Takes an address away, also one that is a default.
fn delete(_: &Call, tx: &mut Tx<'_>, id: i64) -> Result<bool, Fault> {
    let row = load(tx, id)?;
    if let Some(mut customer) = CUSTOMERS.get(tx, row.number("customer_id"))? {
        for field in ["default_billing", "default_shipping"] {
            if customer.text(field) == id.to_string() {
                customer.values.remove(field);
            }
        }
        note_billing(tx, &mut customer)?;
        CUSTOMERS.put(tx, &customer)?;
    }
    ADDRESSES.delete(tx, id)?;
    Ok(true)
}

/// A default address; nothing is an empty list.
fn default(tx: &mut Tx<'_>, id: i64, which: &str) -> Result<Json, Fault> {
    let customer = crate::read::load(tx, id)?;
    let address = own(tx, &customer, customer.text(which))?;
    Ok(address.map_or_else(|| json!([]), |row| shown(&row, &customer)))
}

/// The address of this id, if it is the customer's.
fn own(tx: &mut Tx<'_>, customer: &Row, id: &str) -> Result<Option<Row>, Error> {
    let found = match id.parse() {
        Ok(id) => ADDRESSES.get(tx, id)?,
        Err(_) => None,
    };
    Ok(found.filter(|address| address.number("customer_id") == customer.id))
}

/// Takes over the default addresses that were sent with a customer who is there; both must be the
/// customer's own. None, or 0, takes a default away.
pub(crate) fn set_defaults(
    tx: &mut Tx<'_>,
    customer: &mut Row,
    sent: &Customer,
) -> Result<(), Fault> {
    for (field, id) in [
        ("default_billing", sent.default_billing.get()),
        ("default_shipping", sent.default_shipping.get()),
    ] {
        let Some(id) = id else { continue };
        if matches!(id.as_str(), "" | "0") {
            customer.values.remove(field);
            continue;
        }
        let Some(address) = own(tx, customer, id)? else {
            return Err(not_a_default(field));
        };
        customer.set(field, address.id.to_string());
    }
    Ok(note_billing(tx, customer)?)
}

/// `The %fieldName value is invalid. Set the correct value and try again.`
fn not_a_default(field: &str) -> Fault {
    let text = "The %fieldName value is invalid. Set the correct value and try again.";
    Fault::new(Kind::Invalid, Phrase::named(text, [("fieldName", field)]))
}

/// The region that is meant, by its id or else by its code; none where none was chosen.
fn region_id(address: &Address, regions: &[countries::Region]) -> Option<i64> {
    let region = address.region.get();
    let inner = region.and_then(|region| region.region_id.value());
    let chosen = inner.or_else(|| address.region_id.value());
    let code = region.and_then(|region| region.region_code.get());
    let by_code = || regions.iter().find(|one| Some(&one.code) == code);
    chosen
        .filter(|id| *id != 0)
        .or_else(|| by_code().map(|one| one.id))
}

/// Replaces the addresses of a customer: those that are not among them go.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    customer: &mut Row,
    addresses: &[Address],
    rules: &Rules,
) -> Result<(), Fault> {
    let held = ADDRESSES.list_by(tx, "customer_id", &Scalar::from(customer.id))?;
    refuse_lost_default(customer, addresses)?;
    let mut kept = Vec::with_capacity(addresses.len());
    for address in addresses {
        let id = address.id.value().filter(|id| *id != 0);
        let mut row = match id {
            Some(id) => match held.iter().find(|row| row.id == id) {
                Some(row) => row.clone(),
                None => return Err(Fault::no_such_entity("addressId", id)),
            },
            None => Row::default(),
        };
        let merged = laid_over(&row, address);
        rules.check(&merged)?;
        row.values = columns(&merged, customer.id);
        if row.id == 0 {
            ADDRESSES.insert(tx, &mut row)?;
        } else {
            ADDRESSES.put(tx, &row)?;
        }
        for (field, wanted) in [
            ("default_billing", address.default_billing.value()),
            ("default_shipping", address.default_shipping.value()),
        ] {
            match wanted {
                Some(true) => customer.set(field, row.id.to_string()),
                Some(false) if customer.text(field) == row.id.to_string() => {
                    customer.values.remove(field);
                }
                _ => {}
            }
        }
        kept.push(row.id);
    }
    for row in held.iter().filter(|row| !kept.contains(&row.id)) {
        ADDRESSES.delete(tx, row.id)?;
        for field in ["default_billing", "default_shipping"] {
            if customer.text(field) == row.id.to_string() {
                customer.values.remove(field);
            }
        }
    }
    Ok(note_billing(tx, customer)?)
}

/// An address that is there keeps what was not sent.
fn laid_over(row: &Row, sent: &Address) -> Address {
    let held = Address::from_value(&Value::Object(row.values.clone()));
    let mut address = held.ok().flatten().unwrap_or_default();
    merge(&mut address, sent);
    if sent.region.is_sent() && !sent.region_id.is_sent() {
        address.region_id = Opt::Absent;
    }
    address
}

/// Of several addresses, one that is a default cannot be dropped.
fn refuse_lost_default(customer: &Row, addresses: &[Address]) -> Result<(), Fault> {
    if addresses.is_empty() {
        return Ok(());
    }
    for field in ["default_billing", "default_shipping"] {
        let Ok(id) = customer.text(field).parse::<i64>() else {
            continue;
        };
        if !addresses
            .iter()
            .any(|address| address.id.value() == Some(id))
        {
            return Err(not_a_default(field));
        }
    }
    Ok(())
}

/// Keeps what searches ask of the default billing address beside the customer.
fn note_billing(tx: &mut Tx<'_>, customer: &mut Row) -> Result<(), Error> {
    let address = own(tx, customer, customer.text("default_billing"))?;
    let address = address.unwrap_or_default();
    for name in ["postcode", "city", "telephone", "country_id", "company"] {
        let value = address.values.get(name).cloned().unwrap_or(Value::Null);
        customer.set(&format!("billing_{name}"), value);
    }
    let region = address
        .values
        .get("region")
        .and_then(|region| region.get("region"));
    customer.set("billing_region", region.cloned().unwrap_or(Value::Null));
    Ok(())
}

fn columns(address: &Address, customer_id: i64) -> Map<String, Value> {
    let mut values = match address.to_value() {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    let apart = [
        "id",
        "default_billing",
        "default_shipping",
        "extension_attributes",
        "custom_attributes",
    ];
    values.retain(|name, value| !value.is_null() && !apart.contains(&name.as_str()));
    values.insert("customer_id".into(), customer_id.into());
    let region = known_region(address);
    values.insert(
        "region_id".into(),
        region.region_id.value().unwrap_or(0).into(),
    );
    values.insert("region".into(), region.to_value());
    values
}

/// The region with what is known of it in its country.
fn known_region(address: &Address) -> Region {
    let sent = address.region.value().unwrap_or_default();
    let country = address.country_id.get().and_then(|id| countries::find(id));
    let regions = country.map_or(&[][..], |country| country.regions.as_slice());
    let id = region_id(address, regions);
    match regions.iter().find(|one| Some(one.id) == id) {
        Some(found) => Region {
            region_code: found.code.as_str().into(),
            region: found.name.as_str().into(),
            region_id: found.id.into(),
            ..Region::default()
        },
        // A name that is no known region's stands for its code too.
        None => Region {
            region_code: sent.region.value().into(),
            region: sent.region.value().into(),
            region_id: 0.into(),
            ..Region::default()
        },
    }
}

/// `Magento\Customer\Api\Data\AddressInterface`
pub(crate) fn shown(row: &Row, customer: &Row) -> Json {
    let values = Value::Object(row.values.clone());
    let read = Address::from_value(&values).ok().flatten();
    let mut address = read.unwrap_or_default();
    address.id = row.id.into();
    let is = |field: &str| customer.text(field) == row.id.to_string();
    if is("default_shipping") {
        address.default_shipping = true.into();
    }
    if is("default_billing") {
        address.default_billing = true.into();
    }
    address.to_value()
}
