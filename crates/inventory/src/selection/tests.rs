use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::testing::{put, put_as, source, stock, world};

const ROUTE: &str = "POST /V1/inventory/source-selection-algorithm-result";

fn ask(algorithm: &str, stock_id: i64, items: &Value, address: Option<&Value>) -> Value {
    let mut request = json!({"stockId": stock_id, "items": items});
    if let Some(address) = address {
        request["extension_attributes"] = json!({"destination_address": address});
    }
    json!({"inventoryRequest": request, "algorithmCode": algorithm})
}

/// What is taken, as `source sku taken/there`.
fn taken(answer: &Value) -> Vec<String> {
    let items = answer["source_selection_items"].as_array().unwrap();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let shown = |item: &Value| {
        let (source, sku) = (text(item, "source_code"), text(item, "sku"));
        format!(
            "{source} {sku} {}/{}",
            item["qty_to_deduct"], item["qty_available"]
        )
    };
    items.iter().map(shown).collect()
}

fn with_stock() -> (World, i64) {
    let world = world();
    for code in ["near", "far", "off", "out"] {
        source(&world, code);
    }
    let id = stock(&world, "S", &["off", "near", "out", "far"]);
    let off =
        json!({"source": {"name": "off", "country_id": "DE", "postcode": "1", "enabled": false}});
    world.ok("PUT /V1/inventory/sources/off", &off);
    put(&world, "far", "a", 5.0);
    put(&world, "near", "a", 2.0);
    put(&world, "off", "a", 50.0);
    put_as(&world, "out", "a", 50.0, 0);
    put(&world, "far", "b", 1.0);
    (world, id)
}

#[test]
fn sources_give_what_they_have_in_their_order() {
    let (world, id) = with_stock();
    let items = json!([{"sku": "a", "qty": 3}, {"sku": "b", "qty": 1}, {"sku": "A", "qty": 1}]);
    let answer = world.ok(ROUTE, &ask("priority", id, &items, None));
    assert_eq!(taken(&answer), ["near a 2/2", "far a 2/5", "far b 1/1"]);
    assert_eq!(answer["shippable"], true);
    let more = json!([{"sku": "a", "qty": 8}, {"sku": "nothing", "qty": 1}]);
    let answer = world.ok(ROUTE, &ask("priority", id, &more, None));
    assert_eq!(taken(&answer), ["near a 2/2", "far a 5/5"]);
    assert_eq!(answer["shippable"], false);
}

#[test]
fn by_distance_an_address_is_needed_and_nobody_can_tell_it() {
    let (world, id) = with_stock();
    let items = json!([{"sku": "a", "qty": 3}]);
    assert!(
        world
            .refused(ROUTE, &ask("distance", id, &items, None))
            .starts_with("No destination")
    );
    let half = json!({"country": "DE"});
    let (status, answer) = world.admin(ROUTE, &ask("distance", id, &items, Some(&half)));
    assert_eq!(
        (status, answer["errors"].as_array().unwrap().len()),
        (400, 4)
    );
    let address =
        json!({"country": "DE", "postcode": "1", "street": "S", "region": "R", "city": "C"});
    let answer = world.ok(ROUTE, &ask("distance", id, &items, Some(&address)));
    assert_eq!(taken(&answer), ["near a 2/2", "far a 1/5"]);
}

#[test]
fn names_are_those_of_constructors() {
    let (world, id) = with_stock();
    let snake =
        json!({"inventoryRequest": {"stock_id": id, "items": []}, "algorithmCode": "priority"});
    assert!(world.refused(ROUTE, &snake).contains("stockId"));
    let half = ask("priority", id, &json!([{"sku": "a"}]), None);
    assert!(world.refused(ROUTE, &half).contains("qty"));
    assert!(
        world
            .refused(ROUTE, &ask("weird", id, &json!([]), None))
            .contains("weird")
    );
}
