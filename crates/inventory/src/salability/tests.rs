use std::cell::Cell;

use ferrite_webapi::testing::World;
use proptest::prop_assert_eq;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::quantity::Quantity;
use crate::reservations::{self, Event};
use crate::testing::{product, put, put_as, source, stock, world};

fn salable(world: &World, sku: &str, stock_id: i64) -> (f64, bool) {
    let get = |what: &str| {
        world.ok(
            &format!("GET /V1/inventory/{what}/{sku}/{stock_id}"),
            &Value::Null,
        )
    };
    let quantity = get("get-product-salable-quantity").as_f64().unwrap();
    (quantity, get("is-product-salable").as_bool().unwrap())
}

fn requested(world: &World, sku: &str, stock_id: i64, quantity: f64) -> Vec<String> {
    let route = "GET /V1/inventory/is-product-salable-for-requested-qty";
    let answer = world.ok(
        &format!("{route}/{sku}/{stock_id}/{quantity}"),
        &Value::Null,
    );
    let errors = answer["errors"].as_array().unwrap().clone();
    assert_eq!(answer["salable"], errors.is_empty());
    errors
        .iter()
        .map(|error| error["code"].as_str().unwrap().to_owned())
        .collect()
}

fn reserve(world: &World, sku: &str, quantity: f64) {
    let sku = sku.to_owned();
    let event = Event {
        event_type: "order_placed".to_owned(),
        object_type: "order".to_owned(),
        object_id: "1".to_owned(),
    };
    let quantity = Quantity::of(quantity).unwrap();
    let append = move |tx: &mut ferrite_webapi::Tx<'_>| {
        reservations::append(tx, "base", &[(&sku, quantity)], &event)
    };
    world.db.write(append).unwrap();
}

#[test]
fn a_stock_has_what_its_sources_have() {
    let world = world();
    product(
        &world,
        "a",
        &json!({"qty": 4, "is_in_stock": true, "min_qty": 1, "use_config_min_qty": false}),
    );
    for code in ["b", "c", "d"] {
        source(&world, code);
    }
    let id = stock(&world, "S", &["b", "c"]);
    assert_eq!(salable(&world, "a", id), (0.0, false));
    assert!(requested_refused(&world, "a", id).contains("not assigned"));
    put(&world, "b", "a", 2.5);
    put(&world, "d", "a", 100.0);
    put_as(&world, "c", "a", 10.0, 0);
    assert_eq!(salable(&world, "a", id), (1.5, true));
    assert_eq!(salable(&world, "a", 1), (3.0, true));
    let off =
        json!({"source": {"name": "b", "country_id": "DE", "postcode": "1", "enabled": false}});
    world.ok("PUT /V1/inventory/sources/b", &off);
    assert_eq!(salable(&world, "a", id), (-1.0, false));
    assert_eq!(
        requested(&world, "a", id, 1.0),
        ["is_any_source_item_in_stock-no_source_items_in_stock"]
    );
}

fn requested_refused(world: &World, sku: &str, stock_id: i64) -> String {
    let route = "GET /V1/inventory/is-product-salable-for-requested-qty";
    world.refused(&format!("{route}/{sku}/{stock_id}/1"), &Value::Null)
}

#[test]
fn what_was_sold_is_not_there_until_it_is_given_back() {
    let world = world();
    product(&world, "a", &json!({"qty": 4, "is_in_stock": true}));
    reserve(&world, "a", -3.0);
    assert_eq!(salable(&world, "a", 1), (1.0, true));
    assert_eq!(requested(&world, "a", 1, 1.0), [""; 0]);
    assert_eq!(requested(&world, "a", 1, 2.0).len(), 3);
    reserve(&world, "a", -1.0);
    assert_eq!(salable(&world, "a", 1), (0.0, false));
    reserve(&world, "a", 4.0);
    assert_eq!(salable(&world, "a", 1), (4.0, true));
    let left = world.db.read(|tx| reservations::RESERVATIONS.count(tx));
    assert_eq!(left, Ok(0), "they make up nothing, and go");
}

#[test]
fn backorders_and_what_is_not_managed_are_always_there() {
    let world = world();
    product(
        &world,
        "b",
        &json!({"qty": 0, "is_in_stock": true, "backorders": 1, "use_config_backorders": false}),
    );
    product(
        &world,
        "m",
        &json!({"qty": 0, "is_in_stock": false, "manage_stock": false, "use_config_manage_stock": false}),
    );
    reserve(&world, "b", -5.0);
    assert_eq!(salable(&world, "b", 1), (-5.0, true));
    assert_eq!(salable(&world, "m", 1), (0.0, true));
    assert_eq!(requested(&world, "b", 1, 50.0), [""; 0]);
    assert_eq!(requested(&world, "m", 1, 50.0), [""; 0]);
    let status = world.ok("GET /V1/stockStatuses/m", &Value::Null);
    assert_eq!(status["stock_status"], 1);
}

#[test]
fn a_quantity_has_to_be_one_that_is_sold() {
    let world = world();
    let limits = json!({
        "qty": 100, "is_in_stock": true, "min_sale_qty": 2, "use_config_min_sale_qty": 0,
        "max_sale_qty": 20, "use_config_max_sale_qty": false, "qty_increments": 4,
        "use_config_qty_increments": false, "enable_qty_increments": true,
        "use_config_enable_qty_inc": false,
    });
    product(&world, "a", &limits);
    for (quantity, code) in [
        (1.5, Some("is_qty_decimal")),
        (1.0, Some("min_sale_qty")),
        (24.0, Some("max_sale_qty")),
        (6.0, Some("qty_increment")),
        (8.0, None),
    ] {
        let wanted: Vec<String> = code
            .iter()
            .map(|code| format!("is_correct_qty-{code}"))
            .collect();
        assert_eq!(requested(&world, "a", 1, quantity), wanted, "{quantity}");
    }
}

#[test]
fn several_are_asked_at_once() {
    let world = world();
    product(&world, "a", &json!({"qty": 1, "is_in_stock": true}));
    product(&world, "b", &json!({"qty": 5, "is_in_stock": true}));
    let route = "GET /V1/inventory/are-product-salable-for-requested-qty/?stockId=1";
    let asked =
        "&skuRequests[0][sku]=a&skuRequests[0][qty]=2&skuRequests[1][sku]=b&skuRequests[1][qty]=2";
    let answer = world.ok(&format!("{route}{asked}"), &Value::Null);
    assert_eq!(
        (&answer[0]["salable"], &answer[1]["salable"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        answer[1],
        json!({"sku": "b", "stock_id": 1, "salable": true, "errors": []})
    );
    let without = world.refused(&format!("{route}&skuRequests[0][sku]=a"), &Value::Null);
    assert!(without.contains("qty"), "{without}");
    let (status, _) = world.admin(
        &format!("{route}&skuRequests[0][sku]=z&skuRequests[0][qty]=1"),
        &Value::Null,
    );
    assert_eq!(status, 404);
}

#[test]
fn a_grouped_product_is_salable_with_one_of_its_parts() {
    let world = world();
    product(&world, "part", &json!({"qty": 1, "is_in_stock": true}));
    let link = json!({"sku": "g", "link_type": "associated", "linked_product_sku": "part",
        "linked_product_type": "simple", "position": 1, "extension_attributes": {"qty": 1}});
    let grouped = json!({"product": {"sku": "g", "name": "g", "attribute_set_id": 4,
        "type_id": "grouped", "product_links": [link],
        "extension_attributes": {"stock_item": {"is_in_stock": true}}}});
    world.ok("POST /V1/products", &grouped);
    let ask = || world.ok("GET /V1/inventory/is-product-salable/g/1", &Value::Null);
    assert_eq!(ask(), json!(true));
    world.ok(
        "PUT /V1/products/part/stockItems/1",
        &json!({"stockItem": {"qty": 0}}),
    );
    assert_eq!(ask(), json!(false));
}

#[test]
fn a_bundle_is_salable_with_something_of_each_required_option() {
    let world = world();
    let there = json!({"qty": 1, "is_in_stock": true});
    for sku in ["a", "b", "c"] {
        product(&world, sku, &there);
    }
    let option = |title: &str, required: bool, skus: &[&str]| {
        let link = |sku: &&str| json!({"sku": sku, "qty": 1, "option_id": 0});
        let links: Vec<Value> = skus.iter().map(link).collect();
        json!({"title": title, "required": required, "type": "select", "product_links": links})
    };
    let options = [
        option("One", true, &["a", "b"]),
        option("More", false, &["c"]),
    ];
    let bundle = json!({"product": {"sku": "w", "name": "w", "attribute_set_id": 4,
        "type_id": "bundle", "price": 1,
        "custom_attributes": [{"attribute_code": "price_view", "value": "0"}],
        "extension_attributes": {
            "stock_item": {"is_in_stock": true}, "bundle_product_options": options}}});
    world.ok("POST /V1/products", &bundle);
    let sold_out = |sku: &str| {
        let nothing = json!({"stockItem": {"qty": 0}});
        world.ok(&format!("PUT /V1/products/{sku}/stockItems/1"), &nothing);
        world.ok("GET /V1/inventory/is-product-salable/w/1", &Value::Null)
    };
    assert_eq!(sold_out("c"), json!(true));
    assert_eq!(sold_out("a"), json!(true));
    assert_eq!(sold_out("b"), json!(false));
}

#[test]
fn a_stock_and_its_reservations_add_up() {
    let world = world();
    let codes = ["b", "c"];
    for code in codes {
        source(&world, code);
    }
    let id = stock(&world, "S", &codes);
    let channel = json!({"stock": {"name": "S", "extension_attributes":
        {"sales_channels": [{"type": "website", "code": "base"}]}}});
    world.ok(&format!("PUT /V1/inventory/stocks/{id}"), &channel);
    let cases = Cell::new(0);
    let moves = proptest::collection::vec((-40_i32..40, 0..3_usize), 1..10);
    let mut runner = TestRunner::new(Config::with_cases(12));
    let held = runner.run(&moves, |moves| {
        cases.set(cases.get() + 1);
        let sku = format!("s{}", cases.get());
        product(&world, &sku, &json!({"qty": 0, "is_in_stock": false}));
        let (mut lies, mut reserved) = ([None, None], 0.0);
        for (quarters, to) in moves {
            let quantity = f64::from(quarters) / 4.0;
            if let Some(place) = lies.get_mut(to) {
                put(&world, codes[to], &sku, quantity);
                *place = Some(quantity);
            } else {
                reserve(&world, &sku, quantity);
                reserved += quantity;
            }
            let is_there = lies.iter().any(Option::is_some);
            let sum: f64 = lies.iter().flatten().sum::<f64>() + reserved;
            let wanted = if is_there {
                (sum, sum > 0.0)
            } else {
                (0.0, false)
            };
            prop_assert_eq!(salable(&world, &sku, id), wanted);
        }
        Ok(())
    });
    held.unwrap();
}
