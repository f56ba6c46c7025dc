use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

const OPTIONS: &str = "/V1/configurable-products/c/options";

/// A store with a configurable product `c` and two products with colours, `r` (id 2) and `g` (id 3).
fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let world = World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    let sent = json!({"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "color", "sortOrder": 1});
    world.ok("POST /V1/products/attribute-sets/attributes", &sent);
    for (sku, kind, color) in [
        ("c", "configurable", 0),
        ("r", "simple", 5),
        ("g", "simple", 6),
    ] {
        let mut product =
            json!({"sku": sku, "name": sku, "price": 1, "attribute_set_id": 4, "type_id": kind});
        if color > 0 {
            product["custom_attributes"] = json!([{"attribute_code": "color", "value": color}]);
        }
        world.ok("POST /V1/products", &json!({"product": product}));
    }
    world
}

fn option(attribute_id: i64) -> Value {
    json!({"attribute_id": attribute_id, "label": "Colour", "values": [{"value_index": 5}]})
}

fn put(world: &World, extension: &Value) -> (u16, Value) {
    world.admin(
        "PUT /V1/products/c",
        &json!({"product": {"extension_attributes": extension}}),
    )
}

fn shown(world: &World) -> Value {
    world.ok("GET /V1/products/c", &Value::Null)["extension_attributes"].clone()
}

#[test]
fn a_payload_replaces_options_and_links() {
    let world = world();
    let both =
        json!({"configurable_product_options": [option(93)], "configurable_product_links": [2, 3]});
    assert_eq!(put(&world, &both).0, 200);
    let first = shown(&world);
    assert_eq!(
        first["configurable_product_options"][0]["values"],
        json!([{"value_index": 5}, {"value_index": 6}])
    );
    assert_eq!(
        put(&world, &json!({"configurable_product_links": [3]})).0,
        200
    );
    let second = shown(&world);
    assert_eq!(second["configurable_product_links"], json!([3]));
    assert_eq!(
        second["configurable_product_options"][0]["id"],
        first["configurable_product_options"][0]["id"]
    );
    world.ok("DELETE /V1/products/g", &Value::Null);
    assert_eq!(shown(&world)["configurable_product_links"], json!([]));
}

/// Gives `g` a colour, or none.
fn paint(world: &World, color: &Value) {
    let custom = json!([{"attribute_code": "color", "value": color}]);
    let sent = json!({"product": {"custom_attributes": custom}});
    world.ok("PUT /V1/products/g", &sent);
}

#[test]
fn variations_have_a_value_each_and_none_the_same() {
    let world = world();
    let all = |links: Value| {
        let extension = json!({"configurable_product_options": [option(93)],
            "configurable_product_links": links});
        let product = json!({"type_id": "configurable", "extension_attributes": extension});
        world.admin("PUT /V1/products/c", &json!({"product": product}))
    };
    paint(&world, &json!(5));
    let (status, answer) = all(json!([2, 3]));
    assert_eq!((status, &answer["parameters"]), (400, &json!([3, 2])));
    paint(&world, &Value::Null);
    let (status, answer) = all(json!([3]));
    assert_eq!((status, &answer["parameters"]), (400, &json!([3, "color"])));
    assert_eq!(all(json!([9])).0, 404);
    assert_eq!(
        shown(&world).get("configurable_product_links"),
        Some(&json!([]))
    );
}

#[test]
fn variations_are_looked_at_where_the_type_is_named() {
    let world = world();
    let both =
        json!({"configurable_product_options": [option(93)], "configurable_product_links": [2]});
    assert_eq!(put(&world, &both).0, 200);
    paint(&world, &json!(5));
    let links = json!({"configurable_product_links": [2, 3]});
    assert_eq!(put(&world, &links).0, 200);
    let named = json!({"type_id": "configurable", "extension_attributes": links});
    let refused = world.refused("PUT /V1/products/c", &json!({"product": named}));
    assert_eq!(
        refused,
        "Products \"3\" and \"2\" have the same set of attribute values."
    );
    let missing = json!({"configurable_product_links": [9]});
    assert_eq!(put(&world, &missing).0, 400);
}

#[test]
fn a_variation_that_is_added_differs_from_the_others() {
    let world = world();
    world.ok(&format!("POST {OPTIONS}"), &json!({"option": option(93)}));
    let add = |sku: &str| {
        let sent = json!({"childSku": sku});
        world.admin("POST /V1/configurable-products/c/child", &sent)
    };
    assert_eq!(add("r").0, 200);
    paint(&world, &json!(5));
    let (status, answer) = add("g");
    assert_eq!((status, &answer["parameters"]), (400, &json!(["3", "2"])));
}

#[test]
fn a_variation_with_an_option_that_has_to_be_chosen_is_not_listed() {
    let world = world();
    let both =
        json!({"configurable_product_options": [option(93)], "configurable_product_links": [2, 3]});
    put(&world, &both);
    let wanted = json!({"product_sku": "g", "title": "T", "type": "field", "is_require": true,
        "price_type": "fixed"});
    world.ok("POST /V1/products/options", &json!({"option": wanted}));
    let children = world.ok("GET /V1/configurable-products/c/children", &Value::Null);
    let skus: Vec<&Value> = children
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["sku"])
        .collect();
    assert_eq!(skus, ["r"]);
}

#[test]
fn the_scope_of_an_attribute_by_which_products_are_chosen_stays() {
    let world = world();
    let change = |scope: &str| {
        let sent = json!({"attribute": {"attribute_id": 93, "attribute_code": "color",
            "default_frontend_label": "Color", "scope": scope}});
        world.admin("PUT /V1/products/attributes/color", &sent)
    };
    assert_eq!(change("global").0, 200);
    world.ok(&format!("POST {OPTIONS}"), &json!({"option": option(93)}));
    let (status, answer) = change("store");
    let why = json!(["This attribute is used in configurable products."]);
    assert_eq!((status, &answer["parameters"]), (400, &why));
    assert_eq!(answer["message"], "Do not change the scope. %1");
    assert_eq!(change("global").0, 200);
}

#[test]
fn options_say_what_they_need_and_stand_once() {
    let world = world();
    let id = world.ok(&format!("POST {OPTIONS}"), &json!({"option": option(93)}));
    assert!(
        world
            .refused(&format!("POST {OPTIONS}"), &json!({"option": option(93)}))
            .starts_with("An error occurred")
    );
    let (status, answer) = world.admin(&format!("POST {OPTIONS}"), &json!({"option": {}}));
    assert_eq!(
        (status, answer["errors"].as_array().unwrap().len()),
        (400, 3)
    );
    assert_eq!(
        world
            .admin(&format!("POST {OPTIONS}"), &json!({"option": option(9999)}))
            .0,
        404
    );
    assert_eq!(
        world.admin(&format!("GET {OPTIONS}/99"), &Value::Null).0,
        404
    );
    let id = id.as_str().unwrap();
    world.ok(
        &format!("PUT {OPTIONS}/{id}"),
        &json!({"option": {"label": "Farbe"}}),
    );
    assert_eq!(
        world.ok(&format!("GET {OPTIONS}/{id}"), &Value::Null)["label"],
        "Farbe"
    );
    assert!(
        world
            .refused("DELETE /V1/configurable-products/r/options/1", &Value::Null)
            .contains("configurable product only")
    );
}

#[test]
fn without_its_attribute_a_product_has_no_variations() {
    let world = world();
    world.ok(&format!("POST {OPTIONS}"), &json!({"option": option(93)}));
    world.ok(
        "POST /V1/configurable-products/c/child",
        &json!({"childSku": "r"}),
    );
    let options = world.ok(&format!("GET {OPTIONS}/all"), &Value::Null);
    assert_eq!(options[0]["label"], "Color", "the attribute's own label");
    let children = world.ok("GET /V1/configurable-products/c/children", &Value::Null);
    assert_eq!(
        children[0]["custom_attributes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["attribute_code"] == "color")
            .count(),
        1
    );
    world.ok(
        &format!("DELETE {OPTIONS}/{}", options[0]["id"]),
        &Value::Null,
    );
    assert_eq!(
        world.ok("GET /V1/configurable-products/c/children", &Value::Null),
        json!([])
    );
}

#[test]
fn every_combination_is_made_up_and_none_stored() {
    let world = world();
    let axis = |id: i64, count: i64| {
        let values: Vec<Value> = (1..=count)
            .map(|index| json!({"value_index": index}))
            .collect();
        json!({"attribute_id": id, "values": values})
    };
    let made = |axes: Value| {
        let sent = json!({"product": {"sku": "v", "name": "V", "price": 3, "type_id": "simple"}, "options": axes});
        world.admin("PUT /V1/configurable-products/variation", &sent)
    };
    let (status, all) = made(json!([axis(93, 2), axis(83, 3)]));
    assert_eq!((status, all.as_array().unwrap().len()), (200, 6));
    assert_eq!(
        (&all[5]["sku"], &all[5]["price"]),
        (&json!("v-2-3"), &json!(3))
    );
    assert_eq!(made(json!([axis(93, 200), axis(83, 200)])).0, 400);
    assert_eq!(world.admin("GET /V1/products/v-2-3", &Value::Null).0, 404);
}

#[test]
fn an_attribute_by_which_products_are_chosen_stays() {
    let world = world();
    world.ok(&format!("POST {OPTIONS}"), &json!({"option": option(93)}));
    let refused = |route: &str| world.refused(route, &Value::Null);
    let used = "This attribute is used in configurable products.";
    assert_eq!(refused("DELETE /V1/products/attributes/color"), used);
    let out_of_set = refused("DELETE /V1/products/attribute-sets/4/attributes/color");
    assert_eq!(out_of_set, format!("Attribute 'color' is locked. {used}"));
    world.ok("DELETE /V1/products/c", &Value::Null);
    world.ok("DELETE /V1/products/attributes/color", &Value::Null);
}
