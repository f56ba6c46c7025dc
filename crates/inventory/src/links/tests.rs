use serde_json::{Value, json};

use crate::testing::{source, stock, world};

const SAVE: &str = "POST /V1/inventory/stock-source-links";

#[test]
fn the_sources_of_a_stock_stand_by_priority() {
    let world = world();
    source(&world, "a");
    source(&world, "b");
    let id = stock(&world, "S", &["a", "b"]);
    let codes = || {
        let route = "GET /V1/inventory/get-sources-assigned-to-stock-ordered-by-priority";
        let sources = world.ok(&format!("{route}/{id}"), &Value::Null);
        let sources = sources.as_array().unwrap().clone();
        let code = |source: Value| source["source_code"].as_str().unwrap().to_owned();
        sources.into_iter().map(code).collect::<Vec<_>>()
    };
    assert_eq!(codes(), ["a", "b"]);
    let link = json!({"stock_id": id, "source_code": "A", "priority": 3});
    world.ok(SAVE, &json!({"links": [link]}));
    assert_eq!(codes(), ["b", "a"]);
    let none = "GET /V1/inventory/get-sources-assigned-to-stock-ordered-by-priority/77";
    assert_eq!(world.ok(none, &Value::Null), json!([]));
}

#[test]
fn what_belongs_to_the_default_stock_is_nobodys_to_change() {
    let world = world();
    source(&world, "a");
    let id = stock(&world, "S", &["a"]);
    for link in [
        json!({"stock_id": 1, "source_code": "a", "priority": 1}),
        json!({"stock_id": id, "source_code": "default", "priority": 1}),
    ] {
        let links = json!({"links": [link]});
        assert!(world.refused(SAVE, &links).starts_with("Can not save link"));
        let delete = "POST /V1/inventory/stock-source-links-delete";
        assert!(
            world
                .refused(delete, &links)
                .starts_with("Can not delete link")
        );
    }
}

#[test]
fn all_that_is_wrong_is_named_and_nothing_is_kept_of_half_a_list() {
    let world = world();
    source(&world, "a");
    source(&world, "b");
    let id = stock(&world, "S", &["a"]);
    let (_, answer) = world.admin(SAVE, &json!({"links": [{"priority": 0}]}));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 3);
    let link = |code: &str| json!({"stock_id": id, "source_code": code, "priority": 1});
    assert!(
        world
            .refused(SAVE, &json!({"links": [link("b"), link("nowhere")]}))
            .contains("save")
    );
    let links = "GET /V1/inventory/stock-source-links?searchCriteria=";
    assert_eq!(world.ok(links, &Value::Null)["total_count"], 2);
}

#[test]
fn a_link_may_name_its_source_and_nothing_else_beside() {
    let world = world();
    source(&world, "a");
    let id = stock(&world, "S", &["a"]);
    let link = |extension: Value| {
        json!({"links": [{"stock_id": id, "source_code": "a", "priority": 1,
            "extension_attributes": extension}]})
    };
    world.ok(SAVE, &link(json!({"source_name": "A"})));
    let (status, answer) = world.admin(SAVE, &link(json!({"source_colour": "red"})));
    let field = json!("SourceColour");
    assert_eq!((status, &answer["parameters"]["fieldName"]), (400, &field));
    let (status, _) = world.admin(SAVE, &link(json!({"source_name": ["A"]})));
    assert_eq!(status, 400);
}
