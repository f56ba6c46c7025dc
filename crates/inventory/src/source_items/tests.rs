use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::testing::{found, lying, product, put, put_as, source, world, world_with};

fn stock_item(world: &World, sku: &str) -> (Value, Value) {
    let item = world.ok(&format!("GET /V1/stockItems/{sku}"), &Value::Null);
    (item["qty"].clone(), item["is_in_stock"].clone())
}

#[test]
fn the_default_source_follows_the_stock_item() {
    let world = world();
    product(&world, "none", &json!({}));
    assert_eq!(lying(&world, "none"), [""; 0], "nothing is known of it");
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    assert_eq!(lying(&world, "a"), ["default 3 1"]);
    let change = json!({"stockItem": {"qty": 0}});
    world.ok("PUT /V1/products/a/stockItems/1", &change);
    assert_eq!(lying(&world, "a"), ["default 0 0"]);
}

#[test]
fn the_stock_item_follows_the_default_source() {
    let world = world();
    source(&world, "b");
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    put(&world, "default", "A", 7.25);
    assert_eq!(stock_item(&world, "a"), (json!(7.25), json!(true)));
    put(&world, "b", "a", 9.0);
    assert_eq!(stock_item(&world, "a"), (json!(7.25), json!(true)));
    put_as(&world, "default", "a", 7.0, 0);
    assert_eq!(stock_item(&world, "a"), (json!(7), json!(false)));
    put(&world, "default", "a", 0.0);
    assert_eq!(
        stock_item(&world, "a"),
        (json!(0), json!(false)),
        "it is used up"
    );
    put(&world, "default", "a", 2.0);
    let gone = json!({"sourceItems": [{"sku": "a", "source_code": "default"}]});
    world.ok("POST /V1/inventory/source-items-delete", &gone);
    assert_eq!(stock_item(&world, "a"), (json!(0), json!(false)));
    assert_eq!(lying(&world, "a"), ["b 9 1"]);
}

#[test]
fn items_follow_a_product_to_its_new_sku_and_stay_behind_when_it_goes() {
    let world = world();
    source(&world, "b");
    let id = product(&world, "a", &json!({"qty": 3, "is_in_stock": true}))["id"].clone();
    put(&world, "b", "a", 1.0);
    put(&world, "b", "new", 5.0);
    let renamed = json!({"product": {"id": id, "sku": "new"}});
    world.ok("POST /V1/products", &renamed);
    assert_eq!(lying(&world, "a"), [""; 0]);
    assert_eq!(lying(&world, "new"), ["default 3 1", "b 1 1"]);
    world.ok("DELETE /V1/products/new", &Value::Null);
    assert_eq!(lying(&world, "new").len(), 2);
}

#[test]
fn a_list_is_saved_whole_or_not_at_all() {
    let world = world();
    let item = |sku: &str, source: &str, quantity: Value| json!({"sku": sku, "source_code": source, "quantity": quantity, "status": 1});
    let save = |items: Value| {
        world.refused(
            "POST /V1/inventory/source-items",
            &json!({"sourceItems": items}),
        )
    };
    let not_saved = "Could not save Source Item";
    let long = "x".repeat(255);
    assert_eq!(
        save(json!([
            item("a", "default", json!(1)),
            item("a", "nowhere", json!(1))
        ])),
        not_saved
    );
    assert_eq!(
        save(json!([
            item("a", "default", json!(1)),
            item("a", "default", json!(1e9))
        ])),
        not_saved
    );
    assert_eq!(save(json!([item(&long, "default", json!(1))])), not_saved);
    assert!(
        save(json!([item(" a", "default", json!(1))])).ends_with("leading or trailing spaces.")
    );
    assert!(save(json!([item("a", "default", json!("few"))])).contains("\"few\""));
    assert_eq!(lying(&world, "a"), [""; 0]);
}

#[test]
fn items_are_searched_by_their_fields() {
    let world = world();
    source(&world, "b");
    put(&world, "b", "x", 2.5);
    put_as(&world, "default", "x", 3.0, 0);
    put(&world, "default", "y", 10.0);
    let count = |filters: &[(&str, &str, &str)]| {
        world.ok(&found("source-items", filters), &Value::Null)["total_count"].clone()
    };
    assert_eq!(count(&[]), 3);
    assert_eq!(count(&[("quantity", "gteq", "3")]), 2);
    assert_eq!(
        count(&[("status", "eq", "1"), ("source_code", "eq", "B")]),
        1
    );
    assert_eq!(count(&[("source_item_id", "notnull", "")]), 3);
    assert_eq!(count(&[("sku", "in", "x,y"), ("quantity", "lt", "2.6")]), 1);
}

#[test]
fn what_is_no_list_of_items_is_read_as_magento_reads_it() {
    let world = world();
    // The values of an object count as items: none of these four is one.
    let object =
        json!({"sourceItems": {"sku": "a", "source_code": "default", "quantity": 1, "status": 1}});
    let (status, answer) = world.admin("POST /V1/inventory/source-items", &object);
    assert_eq!(status, 400);
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(16));
    let unknown = json!({"sourceItems": [{"sku": "a", "extension_attributes": {"shelf": 1}}]});
    let refused = world.refused("POST /V1/inventory/source-items", &unknown);
    assert!(
        refused.starts_with("\"Shelf\" is not supported"),
        "{refused}"
    );
}

fn limit(world: &World, name: &str, value: &str) {
    let settings = &world.api().services().settings;
    let path = format!("webapi/validation/{name}");
    settings.set(&path, Some(value)).expect("the store");
}

fn source_items(many: usize) -> Value {
    let item = json!({"sku": "a", "source_code": "default", "quantity": 1, "status": 1});
    json!({"sourceItems": vec![item; many]})
}

#[test]
fn a_route_that_is_declared_anew_has_the_limit_of_its_module() {
    let declared = ferrite_webapi::route::declared();
    let mut row = declared
        .into_iter()
        .find(|row| row.name() == "POST /V1/inventory/source-items")
        .expect("a row");
    row.module = "Acme_Stock".to_owned();
    row.most_items = Some(2);
    let world = world_with(&[row]);
    limit(&world, "complex_array_limit", "1");
    world.ok("POST /V1/inventory/source-items", &source_items(3));
    limit(&world, "input_limit_enabled", "1");
    world.ok("POST /V1/inventory/source-items", &source_items(2));
    let refused = world.refused("POST /V1/inventory/source-items", &source_items(3));
    assert!(refused.ends_with("SourceItemInterface\" is 2"), "{refused}");
}

#[test]
fn a_list_longer_than_the_configured_limit_is_refused() {
    let world = world();
    let two = source_items(2);
    limit(&world, "complex_array_limit", "1");
    world.ok("POST /V1/inventory/source-items", &two);
    limit(&world, "input_limit_enabled", "1");
    let refused = world.refused("POST /V1/inventory/source-items", &two);
    assert!(refused.ends_with("SourceItemInterface\" is 1"), "{refused}");
    let later = world.refused("POST /async/V1/inventory/source-items", &two);
    assert_eq!(later, refused);
    world.ok("POST /V1/inventory/source-items", &source_items(1));
}
