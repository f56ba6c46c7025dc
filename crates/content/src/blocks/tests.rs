use ferrite_webapi::testing::World;
use serde_json::{Value, json};

fn world() -> World {
    World::new(crate::tables(), crate::install, crate::routes)
}

fn block(identifier: &str) -> Value {
    json!({"block": {"identifier": identifier, "title": "T", "content": "c"}})
}

#[test]
fn an_identifier_stands_once_where_it_is_seen() {
    let world = world();
    let here = world.ok("POST /V1/cmsBlock", &block("a"));
    let taken = world.refused("POST /V1/cmsBlock", &block("A"));
    assert!(
        taken.contains("already exists in the selected store"),
        "{taken}"
    );
    assert!(
        world
            .refused("POST /all/V1/cmsBlock", &block("a"))
            .contains("already exists")
    );
    world.ok(&format!("DELETE /V1/cmsBlock/{}", here["id"]), &Value::Null);
    world.ok("POST /all/V1/cmsBlock", &block("a"));
    assert!(
        world
            .refused("POST /V1/cmsBlock", &block("a"))
            .contains("already exists")
    );
}

#[test]
fn a_block_is_found_by_number_or_identifier_and_not_within_itself() {
    let world = world();
    let made = world.ok("POST /V1/cmsBlock", &block("a"));
    assert_eq!(
        (made["active"].clone(), made.get("creation_time")),
        (json!(false), None)
    );
    let read = world.ok("GET /V1/cmsBlock/a", &Value::Null);
    assert_eq!((&read["id"], &read["active"]), (&made["id"], &json!(true)));
    let id = &made["id"];
    let itself = json!({"block": {"content": format!("{{{{widget block_id=\"{id}\"}}}}")}});
    let refused = world.refused(&format!("PUT /V1/cmsBlock/{id}"), &itself);
    assert!(refused.starts_with("Make sure"), "{refused}");
    assert_eq!(world.ok("GET /V1/cmsBlock/a", &Value::Null)["content"], "c");
}

#[test]
fn what_is_missing_or_too_long_is_named() {
    let world = world();
    let (_, answer) = world.admin("POST /V1/cmsBlock", &json!({"block": {}}));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
    assert!(
        world
            .refused("POST /V1/cmsBlock", &block(&"i".repeat(256)))
            .contains("identifier")
    );
}

#[test]
fn a_filter_by_store_takes_the_number_its_value_begins_with() {
    let world = world();
    world.ok("POST /V1/cmsBlock", &block("here"));
    world.ok("POST /all/V1/cmsBlock", &block("all"));
    let found = |value: &str| {
        let filter = "searchCriteria[filter_groups][0][filters][0]";
        let query =
            format!("{filter}[field]=store_id&{filter}[value]={value}&fields=items[identifier]");
        world.ok(&format!("GET /V1/cmsBlock/search?{query}"), &Value::Null)["items"].clone()
    };
    assert_eq!(found("1"), json!([{"identifier": "here"}]));
    assert_eq!(found("0,1"), json!([{"identifier": "all"}]));
}
