use serde_json::{Value, json};

use crate::testing::{found, source, world};

const POST: &str = "POST /V1/inventory/sources";

fn sent(code: &str, change: &[(&str, Value)]) -> Value {
    let mut source =
        json!({"source_code": code, "name": code, "country_id": "DE", "postcode": "1"});
    for (field, value) in change {
        source[*field] = value.clone();
    }
    json!({"source": source})
}

#[test]
fn what_was_not_sent_stays_but_what_customers_see() {
    let world = world();
    let pickup = json!({"is_pickup_location_active": true, "frontend_name": "Shop"});
    let extension = ("extension_attributes", pickup);
    world.ok(POST, &sent("a", &[("phone", json!("1")), extension]));
    world.ok(
        "PUT /V1/inventory/sources/A",
        &sent("A", &[("name", json!("b"))]),
    );
    let shown = world.ok("GET /V1/inventory/sources/a", &Value::Null);
    assert_eq!(
        (&shown["source_code"], &shown["phone"], &shown["enabled"]),
        (&json!("a"), &json!("1"), &json!(true))
    );
    assert_eq!(
        shown["extension_attributes"],
        json!({"is_pickup_location_active": false, "frontend_name": "b"})
    );
}

#[test]
fn what_no_column_holds_is_not_saved() {
    let world = world();
    source(&world, "a");
    for change in [
        ("name", json!("x".repeat(256))),
        ("name", json!("Default source")),
        ("country_id", json!("DEU")),
        ("latitude", json!(100)),
        ("longitude", json!(-1000)),
        ("street", json!("x".repeat(256))),
        ("description", json!("x".repeat(65_536))),
    ] {
        let said = world.refused(POST, &sent("b", std::slice::from_ref(&change)));
        assert_eq!(said, "Could not save Source", "{}", change.0);
    }
    let (status, _) = world.admin("GET /V1/inventory/sources/b", &Value::Null);
    assert_eq!(status, 404);
}

#[test]
fn sources_are_searched_by_their_fields_and_stand_by_code() {
    let world = world();
    let placed = [("latitude", json!(52.5)), ("city", json!("Berlin"))];
    world.ok(POST, &sent("z", &placed));
    world.ok(POST, &sent("a", &[("enabled", json!(false))]));
    let codes = |filters: &[(&str, &str, &str)]| {
        let answer = world.ok(&found("sources", filters), &Value::Null);
        let items = answer["items"].as_array().unwrap().clone();
        let code = |item: Value| item["source_code"].as_str().unwrap().to_owned();
        items.into_iter().map(code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[]), ["a", "default", "z"]);
    assert_eq!(
        codes(&[("latitude", "gt", "52.4"), ("city", "like", "ber%25")]),
        ["z"]
    );
    assert_eq!(codes(&[("enabled", "eq", "0")]), ["a"]);
    assert_eq!(codes(&[("city", "null", "")]), ["a", "default"]);
    assert_eq!(codes(&[("is_pickup_location_active", "eq", "1")]), [""; 0]);
    assert!(
        world
            .refused(&found("sources", &[("colour", "eq", "1")]), &Value::Null)
            .contains("colour")
    );
    let all = world.ok("GET /V1/inventory/sources", &Value::Null);
    assert_eq!(all["search_criteria"], json!({"filter_groups": []}));
}
