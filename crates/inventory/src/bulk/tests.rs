use serde_json::{Value, json};

use crate::testing::{lying, product, put, source, world};

#[test]
fn sources_are_given_and_taken_away_once() {
    let world = world();
    source(&world, "b");
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    let grouped = json!({"sku": "g", "name": "g", "attribute_set_id": 4, "type_id": "grouped"});
    world.ok("POST /V1/products", &json!({"product": grouped}));
    let bulk = |what: &str, sources: Value| {
        let body = json!({"skus": ["A", "g", "nothing"], "sourceCodes": sources});
        world.admin(
            &format!("POST /V1/inventory/bulk-product-source-{what}"),
            &body,
        )
    };
    assert_eq!(bulk("assign", json!(["b", "default"])), (200, json!(1)));
    assert_eq!(lying(&world, "a"), ["default 3 1", "b 0 0"]);
    assert_eq!(bulk("unassign", json!(["b", "default"])), (200, json!(2)));
    assert_eq!(bulk("unassign", json!(["b"])), (200, json!(0)));
    let item = world.ok("GET /V1/stockItems/a", &Value::Null);
    assert_eq!(
        (&item["qty"], &item["is_in_stock"]),
        (&json!(0), &json!(false))
    );
    let (status, answer) = bulk("unassign", json!(["c", "d"]));
    assert_eq!(
        (status, answer["errors"].as_array().unwrap().len()),
        (400, 2)
    );
}

#[test]
fn a_transfer_moves_all_and_leaves_the_source_empty_or_not_there() {
    let world = world();
    source(&world, "b");
    for sku in ["x", "y"] {
        product(&world, sku, &json!({"qty": 3, "is_in_stock": true}));
        put(&world, "b", sku, 1.5);
    }
    let transfer = |sku: &str, unassign: bool| {
        let body = json!({"skus": [sku, "nothing"], "originSource": "b",
            "destinationSource": "default", "unassignFromOrigin": unassign});
        world.ok("POST /V1/inventory/bulk-product-source-transfer", &body)
    };
    assert_eq!(transfer("x", false), json!(true));
    assert_eq!(lying(&world, "x"), ["default 4.5 1", "b 0 0"]);
    transfer("y", true);
    assert_eq!(lying(&world, "y"), ["default 4.5 1"]);
    assert_eq!(world.ok("GET /V1/stockItems/y", &Value::Null)["qty"], 4.5);
}

#[test]
fn a_part_is_moved_where_it_is_there() {
    let world = world();
    source(&world, "b");
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    let move_some = |quantity: f64, origin: &str| {
        let body = json!({"originSourceCode": origin, "destinationSourceCode": "b",
            "items": [{"sku": "a", "qty": quantity}]});
        world.admin("POST /V1/inventory/bulk-partial-source-transfer", &body)
    };
    assert_eq!(move_some(3.0, "default").0, 200);
    assert_eq!(lying(&world, "a"), ["default 0 0", "b 3 1"]);
    for quantity in [0.5, -1.0] {
        let (status, answer) = move_some(quantity, "default");
        assert_eq!(status, 400);
        assert_eq!(answer["errors"][0]["parameters"], json!({"sku": "a"}));
    }
    let (_, answer) = move_some(1.0, "nowhere");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}
