use serde_json::{Value, json};

use crate::testing::{product, world};

const SAVE: &str = "POST /V1/inventory/low-quantity-notification";

#[test]
fn what_was_said_counts_until_it_is_taken_back() {
    let world = world();
    let get = |sku: &str| {
        let route = format!("GET /V1/inventory/low-quantity-notification/default/{sku}");
        world.ok(&route, &Value::Null)
    };
    let say = |value: Value| {
        let one = json!({"source_code": "default", "sku": "a", "notify_stock_qty": value});
        world.ok(SAVE, &json!({"sourceItemConfigurations": [one]}))
    };
    assert_eq!(get("a")["notify_stock_qty"], 1.0);
    say(json!(2.5));
    say(json!(3.5));
    assert_eq!(get("a")["notify_stock_qty"], 3.5);
    say(Value::Null);
    assert_eq!(get("a"), json!({"source_code": "default", "sku": "a"}));
    let gone = json!({"sourceItems": [{"source_code": "default", "sku": "a"}]});
    world.ok(
        "POST /V1/inventory/low-quantity-notifications-delete",
        &gone,
    );
    assert_eq!(get("a")["notify_stock_qty"], 1.0);
}

#[test]
fn it_follows_a_product_to_its_new_sku() {
    let world = world();
    let id = product(&world, "a", &json!({"qty": 1}))["id"].clone();
    let one = json!({"source_code": "default", "sku": "a", "notify_stock_qty": 4});
    world.ok(SAVE, &json!({"sourceItemConfigurations": [one]}));
    world.ok(
        "POST /V1/products",
        &json!({"product": {"id": id, "sku": "b"}}),
    );
    let route = "GET /V1/inventory/low-quantity-notification/default/b";
    assert_eq!(world.ok(route, &Value::Null)["notify_stock_qty"], 4.0);
}

#[test]
fn what_names_nothing_is_refused() {
    let world = world();
    let (status, answer) = world.admin(SAVE, &json!({"sourceItemConfigurations": [{}]}));
    assert_eq!(
        (status, answer["errors"].as_array().unwrap().len()),
        (400, 2)
    );
    let one = json!({"source_code": "default", "sku": "a", "notify_stock_qty": 1e12});
    let said = world.refused(SAVE, &json!({"sourceItemConfigurations": [one]}));
    assert_eq!(said, "Could not save Source Item Configuration");
}

#[test]
fn what_is_kept_is_shown_as_it_was_written() {
    let world = world();
    let body = json!({"sourceItemConfigurations":
        [{"source_code": "default", "sku": "Ab", "notify_stock_qty": 3}]});
    world.ok("POST /V1/inventory/low-quantity-notification", &body);
    let route = "GET /V1/inventory/low-quantity-notification/DEFAULT/aB";
    let shown = world.ok(route, &Value::Null);
    let written = json!({"source_code": "default", "notify_stock_qty": 3, "sku": "Ab"});
    assert_eq!(shown, written);
}
