use serde_json::{Value, json};

use crate::testing::{source, stock, world};

const CHANNELS: &str = "extension_attributes";

fn with_channels(name: &str, codes: &[&str]) -> Value {
    let channel = |code: &&str| json!({"type": "website", "code": code});
    let channels: Vec<Value> = codes.iter().map(channel).collect();
    json!({"stock": {"name": name, CHANNELS: {"sales_channels": channels}}})
}

#[test]
fn a_website_sells_from_one_stock_and_from_the_default_one_where_it_has_none() {
    let world = world();
    let of_base = || {
        let route = "GET /V1/inventory/stock-resolver/website/base";
        world.ok(route, &Value::Null)["stock_id"].as_i64().unwrap()
    };
    let id = world.ok("POST /V1/inventory/stocks", &with_channels("A", &["base"]));
    let id = id.as_i64().unwrap();
    assert_eq!(of_base(), id);
    let put = format!("PUT /V1/inventory/stocks/{id}");
    world.ok(&put, &json!({"stock": {"name": "B"}}));
    assert_eq!(of_base(), id, "channels stay where none were sent");
    let delete = format!("DELETE /V1/inventory/stocks/{id}");
    assert!(
        world
            .refused(&delete, &Value::Null)
            .contains("sale channel")
    );
    world.ok(&put, &with_channels("B", &[]));
    assert_eq!(of_base(), 1);
    world.ok(
        "PUT /V1/inventory/stocks/1",
        &with_channels("Default Stock", &[]),
    );
    assert_eq!(of_base(), 1);
    assert_eq!(world.ok(&delete, &Value::Null), json!([]));
}

#[test]
fn links_go_with_their_stock() {
    let world = world();
    source(&world, "a");
    let id = stock(&world, "A", &["a"]);
    world.ok(&format!("DELETE /V1/inventory/stocks/{id}"), &Value::Null);
    let links = "GET /V1/inventory/stock-source-links?searchCriteria=";
    assert_eq!(world.ok(links, &Value::Null)["total_count"], 1);
    assert!(
        world
            .refused("DELETE /V1/inventory/stocks/1", &Value::Null)
            .starts_with("Default")
    );
}

#[test]
fn a_stock_is_made_under_the_id_that_was_sent() {
    let world = world();
    let put = |id: i64, name: &str| {
        let route = format!("PUT /V1/inventory/stocks/{id}");
        world.admin(&route, &json!({"stock": {"name": name}}))
    };
    assert_eq!(put(70, "A"), (200, json!(70)));
    assert_eq!(put(71, "a").0, 400, "the name is taken");
    assert_eq!(put(-1, "C").0, 400);
    assert_eq!(put(i64::MAX, "C").0, 400);
    assert_eq!(
        put(72, &"x".repeat(256)).1["message"],
        "Could not save Stock"
    );
    let (status, answer) = world.admin("GET /V1/inventory/stocks/71", &Value::Null);
    assert_eq!(
        (status, &answer["parameters"]),
        (404, &json!({"value": 71}))
    );
}
