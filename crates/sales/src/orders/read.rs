//! Putting an order together from its rows.

use ferrite_storage::Scalar;
use ferrite_webapi::dto::Dto;
use ferrite_webapi::{Fault, Tx};
use serde_json::{Map, Value, json};

use super::pickup;
use super::rows::{ADDRESSES, COMMENTS, ITEMS, PAYMENTS, Row};
use super::types::{Order, OrderAddress, OrderItem, OrderPayment, StatusHistory, Total};

/// Columns of payments that are read as null where they are empty.
const EMPTY_IS_NULL: [&str; 2] = ["account_status", "cc_last4"];

/// The order with everything that hangs on it.
pub(super) fn order(tx: &mut Tx<'_>, row: &Row) -> Result<Value, Fault> {
    let by_order = Scalar::from(row.id);
    let items: Vec<Value> = ITEMS
        .list_by(tx, "order_id", &by_order)?
        .iter()
        .map(item)
        .collect();
    let addresses = ADDRESSES.list_by(tx, "parent_id", &by_order)?;
    let payment = PAYMENTS.find(tx, "parent_id", &by_order)?;
    let mut comments = COMMENTS.list_by(tx, "parent_id", &by_order)?;
    comments.reverse();

    let of = |name: &str| {
        let id = row.values.get(name).and_then(Value::as_i64)?;
        addresses.iter().find(|address| address.id == id)
    };
    let mut values = row.values.clone();
    values.insert("entity_id".into(), row.id.into());
    values.insert("items".into(), Value::Array(Vec::new()));
    let mut out = shaped::<Order>(values);
    out.insert("items".into(), Value::Array(items.clone()));
    if let Some(billing) = of("billing_address_id") {
        out.insert("billing_address".into(), address(billing));
    }
    if let Some(payment) = &payment {
        out.insert("payment".into(), pay(payment));
    }
    let comments = comments.iter().map(comment).collect();
    out.insert("status_histories".into(), Value::Array(comments));
    let extension = extension(row, of("shipping_address_id"), items, payment.as_ref());
    out.insert("extension_attributes".into(), extension);
    in_order(&mut out);
    Ok(Value::Object(out))
}

fn extension(
    row: &Row,
    shipped_to: Option<&Row>,
    items: Vec<Value>,
    payment: Option<&Row>,
) -> Value {
    let mut shipping = Map::new();
    if let Some(to) = shipped_to {
        shipping.insert("address".into(), address(to));
    }
    if let Some(method) = row.values.get("shipping_method") {
        shipping.insert("method".into(), method.clone());
    }
    let total = shaped::<Total>(row.values.clone());
    if !total.is_empty() {
        shipping.insert("total".into(), Value::Object(total));
    }
    let assignment = json!({"shipping": shipping, "items": items});
    let mut out = Map::new();
    out.insert("shipping_assignments".into(), json!([assignment]));
    let additional = additional(payment).into();
    out.insert("payment_additional_info".into(), additional);
    for name in pickup::COLUMNS {
        if let Some(value) = row.values.get(name) {
            out.insert(name.into(), value.clone());
        }
    }
    out.insert("applied_taxes".into(), json!([]));
    out.insert("item_applied_taxes".into(), json!([]));
    out.insert("converting_from_quote".into(), false.into());
    out.insert("taxes".into(), json!([]));
    out.insert("additional_itemized_taxes".into(), json!([]));
    Value::Object(out)
}

/// What a payment says beside its columns, as pairs.
fn additional(payment: Option<&Row>) -> Vec<Value> {
    let held = payment.and_then(|payment| payment.values.get("additional_information"));
    let list = held
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let pair = |(key, value): (usize, &Value)| json!({"key": key.to_string(), "value": value});
    list.iter().enumerate().map(pair).collect()
}

/// A line, as it is read.
pub(super) fn item(row: &Row) -> Value {
    let mut values = row.values.clone();
    values.insert("item_id".into(), row.id.into());
    values.insert("extension_attributes".into(), json!({"itemized_taxes": []}));
    net(values)
}

/// A line as it is shown: the price stands for an original price that is not known, and totals have
/// the discount taken off. Totals that are not there are put at the end.
pub(super) fn net(mut values: Map<String, Value>) -> Value {
    if let Some(price) = values.get("price").cloned() {
        values.entry("original_price").or_insert(price);
    }
    let mut item = shaped::<OrderItem>(values);
    for prefix in ["", "base_"] {
        let amount = |item: &Map<String, Value>, name: &str| {
            let found = item.get(&format!("{prefix}{name}"));
            found.and_then(Value::as_f64).unwrap_or(0.0)
        };
        let total = amount(&item, "row_total") - amount(&item, "discount_amount");
        item.insert(format!("{prefix}row_total"), total.into());
    }
    for prefix in ["", "base_"] {
        let amount = |item: &Map<String, Value>, name: &str| {
            let found = item.get(&format!("{prefix}{name}"));
            found.and_then(Value::as_f64)
        };
        let discount = amount(&item, "discount_amount").unwrap_or(0.0);
        let gross = match amount(&item, "row_total_incl_tax") {
            Some(gross) => gross - discount,
            None => {
                let total = amount(&item, "row_total").unwrap_or(0.0);
                total + amount(&item, "tax_amount").unwrap_or(0.0)
            }
        };
        item.insert(format!("{prefix}row_total_incl_tax"), gross.into());
    }
    Value::Object(item)
}

/// An address, as it is read.
pub(super) fn address(row: &Row) -> Value {
    let mut values = row.values.clone();
    values.insert("entity_id".into(), row.id.into());
    Value::Object(shaped::<OrderAddress>(values))
}

fn pay(row: &Row) -> Value {
    let mut values = row.values.clone();
    values.insert("entity_id".into(), row.id.into());
    for name in EMPTY_IS_NULL {
        if values.get(name).is_some_and(|value| value == "") {
            values.remove(name);
        }
    }
    Value::Object(shaped::<OrderPayment>(values))
}

/// A comment, as it is read.
pub(super) fn comment(row: &Row) -> Value {
    let mut values = row.values.clone();
    values.insert("entity_id".into(), row.id.into());
    Value::Object(shaped::<StatusHistory>(values))
}

/// Columns in the order of a type, nulls as the type says; columns that it does not have are left.
fn shaped<T: Dto + Default>(mut values: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for field in T::default().fields() {
        match values.remove(field.name) {
            Some(Value::Null) | None if field.omitted_when_null => {}
            value => {
                out.insert(field.name.to_owned(), value.unwrap_or(Value::Null));
            }
        }
    }
    out
}

/// Puts the keys of an order into the order of its type.
pub(super) fn in_order(order: &mut Map<String, Value>) {
    let mut sorted = Map::new();
    for field in Order::default().fields() {
        if let Some(value) = order.remove(field.name) {
            sorted.insert(field.name.to_owned(), value);
        }
    }
    *order = sorted;
}
