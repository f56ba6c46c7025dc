//! `POST /V1/order/notify-orders-are-ready-for-pickup`: orders that customers collect from a shop.
//!
//! An order is ready when it names the shop (`pickup_location_code`), can still be shipped, and all
//! that is left of it lies there. Each that is not comes back with what is wrong; the others note that
//! their customer has been told.

use ferrite_storage::Scalar;
use ferrite_webapi::{Call, Fault, Json, Opt, Tx, dto};
use serde_json::json;

use super::load;
use super::rows::{ITEMS, ORDERS, Row};

dto! {
    /// `Magento\InventoryInStorePickupSalesApi\Api\Data\ResultInterface`
    pub struct PickupResult {
        successful: bool,
        errors: Vec<String>,
        extension_attributes: Json [null],
    }
}

/// The columns of an order that are about collecting it.
pub(super) const COLUMNS: [&str; 3] = [
    "pickup_location_code",
    "notification_sent",
    "send_notification",
];

/// States of an order of which nothing is shipped.
const SHIPS_NOTHING: [&str; 5] = ["holded", "payment_review", "canceled", "closed", "complete"];

/// Notes which customers are told. An error is a pair, which Magento writes as text within its list.
pub(super) fn notify(
    _: &Call,
    tx: &mut Tx<'_>,
    order_ids: Vec<i64>,
) -> Result<PickupResult, Fault> {
    let mut errors = Vec::new();
    for id in order_ids {
        if let Err(message) = tell(tx, id)? {
            errors.push(json!({"id": id, "message": message}).to_string());
        }
    }
    Ok(PickupResult {
        successful: errors.is_empty().into(),
        errors: errors.into(),
        extension_attributes: Opt::Absent,
    })
}

/// Notes that the customer of an order is told; or what is wrong with it.
fn tell(tx: &mut Tx<'_>, id: i64) -> Result<Result<(), String>, Fault> {
    let mut order = match load(tx, id) {
        Ok(order) => order,
        Err(fault) => return Ok(Err(fault.phrase.rendered())),
    };
    if !is_ready(tx, &order)? {
        return Ok(Err("The order is not ready for pickup".to_owned()));
    }
    for name in ["notification_sent", "send_notification"] {
        order.values.insert(name.to_owned(), 1.into());
    }
    ORDERS.put(tx, &order)?;
    Ok(Ok(()))
}

fn is_ready(tx: &mut Tx<'_>, order: &Row) -> Result<bool, Fault> {
    let text = |name: &str| order.values.get(name).and_then(Json::as_str);
    let Some(shop) = text("pickup_location_code") else {
        return Ok(false);
    };
    if text("state").is_some_and(|state| SHIPS_NOTHING.contains(&state)) {
        return Ok(false);
    }
    let items = ITEMS.list_by(tx, "order_id", &Scalar::from(order.id))?;
    let mut is_any_left = false;
    for item in items.iter().filter(|item| is_shipped(item, &items)) {
        let gone = ["qty_shipped", "qty_canceled", "qty_refunded"];
        let gone: f64 = gone.iter().map(|name| item.amount(name)).sum();
        let left = item.amount("qty_ordered") - gone;
        if left <= 0.0 {
            continue;
        }
        is_any_left = true;
        let sku = item.values.get("sku").and_then(Json::as_str);
        if !ferrite_inventory::lies_in(tx, shop, sku.unwrap_or_default(), left)? {
            return Ok(false);
        }
    }
    Ok(is_any_left)
}

/// Whether it is a thing, and not what stands for several.
fn is_shipped(item: &Row, all: &[Row]) -> bool {
    let number = |row: &Row, name: &str| row.values.get(name).and_then(Json::as_i64);
    let is_parent = |other: &Row| number(other, "parent_item_id") == Some(item.id);
    number(item, "is_virtual") != Some(1) && !all.iter().any(is_parent)
}

#[cfg(test)]
mod tests {
    use ferrite_webapi::testing::World;
    use serde_json::{Value, json};

    fn world() -> World {
        let families = [
            ferrite_tax::tables(),
            ferrite_catalog::tables(),
            ferrite_inventory::tables(),
            crate::tables(),
        ];
        let install = |tx: &mut ferrite_storage::Tx<'_>| {
            ferrite_catalog::install(tx)?;
            ferrite_inventory::install(tx)
        };
        let world = World::new(families.concat(), install, |routes| {
            ferrite_inventory::routes(routes);
            crate::routes(routes);
        });
        let shop = json!({"source_code": "shop", "name": "S", "country_id": "DE", "postcode": "1",
            "extension_attributes": {"is_pickup_location_active": true}});
        world.ok("POST /V1/inventory/sources", &json!({"source": shop}));
        world
    }

    fn order(world: &World, extension: &Value) -> i64 {
        let item = json!({"sku": "A", "name": "A", "qty_ordered": 2, "price": 30});
        let order = json!({"grand_total": 60, "base_grand_total": 60, "state": "new",
            "customer_email": "a@example.com", "payment": {"method": "checkmo"}, "items": [item],
            "extension_attributes": extension});
        let made = world.ok("POST /V1/orders", &json!({"entity": order}));
        made["entity_id"].as_i64().unwrap()
    }

    fn stocked(world: &World, quantity: i64) {
        let item = json!({"sku": "A", "source_code": "shop", "quantity": quantity, "status": 1});
        let body = json!({"sourceItems": [item]});
        world.ok("POST /V1/inventory/source-items", &body);
    }

    fn notified(world: &World, ids: &[i64]) -> (bool, Vec<Value>) {
        let route = "POST /V1/order/notify-orders-are-ready-for-pickup";
        let answer = world.ok(route, &json!({"orderIds": ids}));
        let errors = answer["errors"].as_array().unwrap().iter();
        let errors = errors.map(|one| serde_json::from_str(one.as_str().unwrap()).unwrap());
        (answer["successful"].as_bool().unwrap(), errors.collect())
    }

    #[test]
    fn what_is_not_ready_is_told_and_the_others_are_noted() {
        let world = world();
        let for_pickup = json!({"pickup_location_code": "shop"});
        let ready = order(&world, &for_pickup);
        let sent_home = order(&world, &json!({}));
        stocked(&world, 2);
        let unready = |id: i64| json!({"id": id, "message": "The order is not ready for pickup"});
        let missing = json!({"id": 99,
            "message": "The entity that was requested doesn't exist. Verify the entity and try again."});
        let told = notified(&world, &[ready, sent_home, 99]);
        assert_eq!(told, (false, vec![unready(sent_home), missing]));
        assert_eq!(notified(&world, &[ready]), (true, vec![]));
        let extension = |id: i64| {
            let read = world.ok(&format!("GET /V1/orders/{id}"), &Value::Null);
            let all = &read["extension_attributes"];
            ["pickup_location_code", "notification_sent"].map(|name| all[name].clone())
        };
        assert_eq!(extension(ready), [json!("shop"), json!(1)]);
        assert_eq!(extension(sent_home), [Value::Null, Value::Null]);
        stocked(&world, 1);
        assert_eq!(notified(&world, &[ready]), (false, vec![unready(ready)]));
    }

    #[test]
    fn an_order_that_is_held_or_without_ids_is_nothing_to_collect() {
        let world = world();
        stocked(&world, 9);
        let id = order(&world, &json!({"pickup_location_code": "shop"}));
        let held = json!({"entity": {"entity_id": id, "state": "holded"}});
        world.ok("POST /V1/orders", &held);
        assert!(!notified(&world, &[id]).0);
        assert_eq!(notified(&world, &[]), (true, vec![]));
        let route = "POST /V1/order/notify-orders-are-ready-for-pickup";
        assert!(world.refused(route, &json!({})).contains("orderIds"));
    }
}
