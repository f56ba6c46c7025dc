//! Storing an order: the columns that were sent, with what hangs on it.
//!
//! No totals, stock or state are worked out; an order that names its `entity_id` is changed in the
//! columns that were sent (`Magento\Sales\Api\OrderRepositoryInterface::save`).

use ferrite_base::{Fault, Randomness, StoreScope};
use ferrite_settings::Stores;
use ferrite_webapi::dto::{Opt, Wire as _, encode};
use ferrite_webapi::{Call, Json, Tx};
use serde_json::{Map, Value, json};

use super::rows::{ADDRESSES, COMMENTS, ITEMS, ORDERS, PAYMENTS, Row};
use super::types::{Order, OrderAddress, OrderItem, OrderPayment, StatusHistory};
use super::{load, pickup, read, sequence};

/// Parts of an order that are no columns of its row.
const PARTS: [&str; 6] = [
    "entity_id",
    "items",
    "billing_address",
    "payment",
    "status_histories",
    "extension_attributes",
];

/// What the columns of an item hold where nothing was sent.
const ITEM_DEFAULTS: [&str; 29] = [
    "amount_refunded",
    "base_amount_refunded",
    "base_cost",
    "base_discount_amount",
    "base_discount_invoiced",
    "base_price",
    "base_row_invoiced",
    "base_row_total",
    "base_tax_amount",
    "base_tax_invoiced",
    "discount_amount",
    "discount_invoiced",
    "discount_percent",
    "free_shipping",
    "no_discount",
    "price",
    "qty_backordered",
    "qty_canceled",
    "qty_invoiced",
    "qty_ordered",
    "qty_refunded",
    "qty_shipped",
    "row_invoiced",
    "row_total",
    "row_weight",
    "tax_amount",
    "tax_invoiced",
    "tax_percent",
    "weight",
];

/// Stores an order for a call.
pub(super) fn save(call: &Call, tx: &mut Tx<'_>, order: &Order) -> Result<Json, Fault> {
    if let Some(id) = order.entity_id.value().filter(|id| *id != 0) {
        return change(tx, id, order);
    }
    create(tx, &call.settings().stores(), &call.store, order)
}

/// Stores a new order; answers as the Web API does.
pub fn create(
    tx: &mut Tx<'_>,
    stores: &Stores,
    scope: &StoreScope,
    order: &Order,
) -> Result<Json, Fault> {
    check(order)?;
    let now = Value::from(tx.now().as_str());
    let mut row = Row {
        id: 0,
        values: columns(order),
    };
    let store_id = order.store_id.value().unwrap_or(scope.store_id);
    let values = &mut row.values;
    values.insert("store_id".into(), store_id.into());
    values.entry("created_at").or_insert_with(|| now.clone());
    values.insert("updated_at".into(), now.clone());
    if !values.contains_key("increment_id") {
        let next = sequence::next(tx, store_id)?;
        values.insert("increment_id".into(), next.into());
    }
    values.insert("store_name".into(), store_name(stores, store_id).into());
    let items = order.items.get().map_or(&[][..], Vec::as_slice);
    let parents = items
        .iter()
        .filter(|item| item.parent_item_id.get().is_none());
    values.insert("total_item_count".into(), parents.count().into());
    let code = Randomness::system().hex::<16>();
    values.entry("protect_code").or_insert_with(|| code.into());
    set_due(&mut row);
    ORDERS.insert(tx, &mut row)?;
    attach(tx, &mut row, order, &now)?;
    let mut answer = answer(tx, &row)?;
    answer.insert("items".into(), saved_items(tx, row.id, items)?);
    show_payment(&mut answer, order);
    if let Some(sent) = order.extension_attributes.get() {
        answer.insert(
            "extension_attributes".into(),
            saved_extension(tx, &row, sent.to_value())?,
        );
    }
    Ok(Value::Object(answer))
}

/// An order without payment or lines cannot be saved.
fn check(order: &Order) -> Result<(), Fault> {
    let method = order.payment.get().and_then(|payment| payment.method.get());
    if method.is_none_or(String::is_empty) {
        return Err(Fault::invalid("Please provide payment for the order."));
    }
    let items = order.items.get().map_or(&[][..], Vec::as_slice);
    if items.is_empty() {
        return Err(Fault::invalid("Please specify order items."));
    }
    Ok(())
}

/// Changes the columns that were sent.
fn change(tx: &mut Tx<'_>, id: i64, order: &Order) -> Result<Json, Fault> {
    let mut row = load(tx, id)?;
    let sent = columns(order);
    for (name, value) in &sent {
        row.values.insert(name.clone(), value.clone());
    }
    let now = Value::from(tx.now().as_str());
    row.values.insert("updated_at".into(), now.clone());
    set_due(&mut row);
    let kept = Order {
        items: Opt::Absent,
        ..order.clone()
    };
    attach(tx, &mut row, &kept, &now)?;
    // The answer shows what was sent, with what a save sets by itself.
    let mut shown = sent;
    for name in ["created_at", "updated_at", "billing_address_id"] {
        if let Some(value) = row.values.get(name) {
            shown.insert(name.to_owned(), value.clone());
        }
    }
    let shown = Row { id, values: shown };
    let mut answer = answer(tx, &shown)?;
    answer.insert("total_due".into(), due(&shown, "").into());
    answer.insert("base_total_due".into(), due(&shown, "base_").into());
    read::in_order(&mut answer);
    Ok(Value::Object(answer))
}

/// The columns that were sent.
fn columns(order: &Order) -> Map<String, Value> {
    let mut columns = without_nulls(encode(order));
    columns.retain(|name, _| !PARTS.contains(&name.as_str()));
    columns
}

fn without_nulls(value: Value) -> Map<String, Value> {
    let mut out = match value {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    out.retain(|_, value| !value.is_null());
    out
}

fn set_due(row: &mut Row) {
    for prefix in ["", "base_"] {
        let due = due(row, prefix);
        row.values.insert(format!("{prefix}total_due"), due.into());
    }
}

fn due(row: &Row, prefix: &str) -> f64 {
    row.amount(&format!("{prefix}grand_total")) - row.amount(&format!("{prefix}total_paid"))
}

/// Website, group and store view, one a line.
fn store_name(stores: &Stores, store_id: i64) -> String {
    let Some(view) = stores.view(store_id) else {
        return String::new();
    };
    let site = stores
        .websites
        .iter()
        .find(|site| site.id == view.website_id);
    let group = stores
        .groups
        .iter()
        .find(|group| group.id == view.store_group_id);
    let names = [
        site.map_or("", |site| site.name.as_str()),
        group.map_or("", |group| group.name.as_str()),
        view.name.as_str(),
    ];
    names.join("\n")
}

/// Stores what hangs on the order, and the order again with what it says of that.
fn attach(tx: &mut Tx<'_>, row: &mut Row, order: &Order, now: &Value) -> Result<(), Fault> {
    if let Some(address) = order.billing_address.get() {
        let id = put_address(tx, row.id, &addressed(address, row))?;
        row.values.insert("billing_address_id".into(), id.into());
    }
    if let Some(payment) = order.payment.get() {
        put_payment(tx, row.id, payment)?;
    }
    for item in order.items.get().into_iter().flatten() {
        put_item(tx, row.id, item, now)?;
    }
    for comment in order.status_histories.get().into_iter().flatten() {
        if comment.entity_id.get().is_none() {
            put_comment(tx, row.id, comment)?;
        }
    }
    let extension = order.extension_attributes.get();
    if let Some(Value::Object(sent)) = extension.map(|sent| sent.to_value()) {
        let about_pickup = |(name, value): &(String, Value)| {
            pickup::COLUMNS.contains(&name.as_str()) && !value.is_null()
        };
        row.values.extend(sent.into_iter().filter(about_pickup));
    }
    let assignments = extension.and_then(|sent| sent.shipping_assignments.get());
    if let Some(assignment) = assignments.and_then(|list| list.first())
        && let Some(shipping) = assignment.shipping.get()
    {
        if let Some(method) = shipping.method.get() {
            row.values
                .insert("shipping_method".into(), method.as_str().into());
        }
        if let Some(address) = shipping.address.get() {
            let id = put_address(tx, row.id, &addressed(address, row))?;
            row.values.insert("shipping_address_id".into(), id.into());
        }
    }
    ORDERS.put(tx, row)?;
    Ok(())
}

/// An address of an order has the e-mail address of its customer.
fn addressed(address: &OrderAddress, order: &Row) -> OrderAddress {
    let mut address = address.clone();
    if let Some(email) = order.values.get("customer_email").and_then(Value::as_str) {
        address.email = email.into();
    }
    address
}

/// Stores an address of an order; one that names its id is replaced.
pub(super) fn put_address(
    tx: &mut Tx<'_>,
    order_id: i64,
    address: &OrderAddress,
) -> Result<i64, Fault> {
    let mut values = without_nulls(address.to_value());
    values.remove("entity_id");
    values.remove("extension_attributes");
    values.insert("parent_id".into(), order_id.into());
    let held = match address.entity_id.value() {
        Some(id) => ADDRESSES.get(tx, id)?,
        None => None,
    };
    let ours = |row: &Row| row.values.get("parent_id") == Some(&Value::from(order_id));
    if let Some(held) = held.filter(ours) {
        ADDRESSES.put(tx, &Row { values, ..held })?;
        return Ok(address.entity_id.value().unwrap_or(0));
    }
    Ok(ADDRESSES.insert(tx, &mut Row { id: 0, values })?)
}

fn put_payment(tx: &mut Tx<'_>, order_id: i64, payment: &OrderPayment) -> Result<(), Fault> {
    let mut values = without_nulls(payment.to_value());
    values.remove("entity_id");
    values.remove("extension_attributes");
    values.insert("parent_id".into(), order_id.into());
    let by_order = ferrite_storage::Scalar::from(order_id);
    match PAYMENTS.find(tx, "parent_id", &by_order)? {
        Some(mut held) => {
            held.values.extend(values);
            PAYMENTS.put(tx, &held)?;
        }
        None => {
            PAYMENTS.insert(tx, &mut Row { id: 0, values })?;
        }
    }
    Ok(())
}

fn put_item(tx: &mut Tx<'_>, order_id: i64, item: &OrderItem, now: &Value) -> Result<(), Fault> {
    let mut values = without_nulls(item.to_value());
    for part in ["item_id", "parent_item", "extension_attributes"] {
        values.remove(part);
    }
    values.insert("order_id".into(), order_id.into());
    values.entry("created_at").or_insert_with(|| now.clone());
    values.insert("updated_at".into(), now.clone());
    for name in ITEM_DEFAULTS {
        values.entry(name).or_insert_with(|| json!(0));
    }
    ITEMS.insert(tx, &mut Row { id: 0, values })?;
    Ok(())
}

/// Stores a comment on an order.
pub(super) fn put_comment(
    tx: &mut Tx<'_>,
    order_id: i64,
    comment: &StatusHistory,
) -> Result<(), Fault> {
    let mut values = without_nulls(comment.to_value());
    values.remove("entity_id");
    values.remove("extension_attributes");
    values.insert("parent_id".into(), order_id.into());
    values.insert("created_at".into(), tx.now().as_str().into());
    for flag in ["is_customer_notified", "is_visible_on_front"] {
        values.entry(flag).or_insert_with(|| json!(0));
    }
    COMMENTS.insert(tx, &mut Row { id: 0, values })?;
    Ok(())
}

/// The order without its extension attributes.
fn answer(tx: &mut Tx<'_>, row: &Row) -> Result<Map<String, Value>, Fault> {
    let mut answer = match read::order(tx, row)? {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    answer.remove("extension_attributes");
    if let Some(Value::Array(items)) = answer.get_mut("items") {
        for item in items.iter_mut().filter_map(Value::as_object_mut) {
            item.remove("extension_attributes");
        }
    }
    if let Some(Value::Array(list)) = answer.get_mut("status_histories") {
        list.reverse();
    }
    Ok(answer)
}

/// The items as they were sent, with what they got: a save does not read them again.
fn saved_items(tx: &mut Tx<'_>, order_id: i64, sent: &[OrderItem]) -> Result<Value, Fault> {
    let by_order = ferrite_storage::Scalar::from(order_id);
    let stored = ITEMS.list_by(tx, "order_id", &by_order)?;
    let mut out = Vec::with_capacity(sent.len());
    for (item, row) in sent.iter().zip(&stored) {
        let mut shown = item.clone();
        shown.item_id = row.id.into();
        shown.order_id = order_id.into();
        let text = |name: &str| {
            row.values
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        shown.created_at = text("created_at").into();
        shown.updated_at = text("updated_at").into();
        out.push(read::net(without_nulls(shown.to_value())));
    }
    Ok(Value::Array(out))
}

/// What was sent of the payment is shown as it was sent, also where it is empty.
fn show_payment(answer: &mut Map<String, Value>, order: &Order) {
    let sent = order
        .payment
        .get()
        .map(|payment| without_nulls(payment.to_value()));
    if let Some(Value::Object(shown)) = answer.get_mut("payment") {
        shown.extend(sent.unwrap_or_default());
    }
}

/// The extension attributes as they were sent, the shipping address with its id.
fn saved_extension(tx: &mut Tx<'_>, row: &Row, mut sent: Value) -> Result<Value, Fault> {
    let id = row
        .values
        .get("shipping_address_id")
        .and_then(Value::as_i64);
    let address = match id {
        Some(id) => ADDRESSES.get(tx, id)?,
        None => None,
    };
    let first = sent.pointer_mut("/shipping_assignments/0");
    if let Some(Value::Object(assignment)) = first {
        if let (Some(address), Some(Value::Object(shipping))) =
            (address, assignment.get_mut("shipping"))
        {
            shipping.insert("address".into(), read::address(&address));
        }
        if let Some(Value::Array(items)) = assignment.get_mut("items") {
            let sent = std::mem::take(items).into_iter();
            *items = sent.map(|item| read::net(without_nulls(item))).collect();
        }
    }
    Ok(sent)
}
