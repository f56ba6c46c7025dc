use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let install = |tx: &mut ferrite_storage::Tx<'_>| {
        ferrite_tax::install(tx)?;
        crate::install(tx)
    };
    World::new(tables, install, |routes| {
        crate::routes(routes, Providers::default());
    })
}

const ATTRIBUTES: &str = "POST /V1/products/attributes";

fn attribute(code: &str, input: &str, change: &[(&str, Value)]) -> Value {
    let mut attribute =
        json!({"attribute_code": code, "frontend_input": input, "default_frontend_label": code});
    for (field, value) in change {
        attribute[*field] = value.clone();
    }
    json!({"attribute": attribute})
}

/// Puts an attribute into the default set.
fn assign(world: &World, code: &str) {
    let sent =
        json!({"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": code, "sortOrder": 1});
    world.ok("POST /V1/products/attribute-sets/attributes", &sent);
}

fn product(sku: &str, values: &[(&str, Value)]) -> Value {
    let values: Vec<Value> = values
        .iter()
        .map(|(code, value)| json!({"attribute_code": code, "value": value}))
        .collect();
    json!({"product": {"sku": sku, "name": sku, "price": 1, "attribute_set_id": 4, "custom_attributes": values}})
}

fn value(product: &Value, code: &str) -> Value {
    let all = product["custom_attributes"].as_array().unwrap();
    let found = all.iter().find(|one| one["attribute_code"] == code);
    found.map_or(Value::Null, |one| one["value"].clone())
}

fn found(world: &World, field: &str, condition: &str, wanted: &str) -> Value {
    let filter = "searchCriteria[filter_groups][0][filters][0]";
    let query = format!(
        "{filter}[field]={field}&{filter}[value]={wanted}&{filter}[condition_type]={condition}"
    );
    let answer = world.ok(&format!("GET /V1/products?{query}"), &Value::Null);
    answer["total_count"].clone()
}

#[test]
fn products_have_the_attributes_of_their_set_and_are_found_by_them() {
    let world = world();
    world.ok(ATTRIBUTES, &attribute("len", "price", &[]));
    let post = "POST /V1/products";
    let before = world.ok(post, &product("a", &[("len", json!(5))]));
    assert_eq!(value(&before, "len"), Value::Null);
    assign(&world, "len");
    world.ok(post, &product("b", &[("len", json!("7.5"))]));
    let after = world.ok("GET /V1/products/b", &Value::Null);
    assert_eq!(value(&after, "len"), "7.500000");
    assert_eq!(found(&world, "len", "gt", "7"), 1);
    assert_eq!(found(&world, "len", "eq", "7"), 0);
    assert_eq!(found(&world, "len", "null", ""), 1);
    assert_eq!(found(&world, "len", "in", "7.5,8"), 1);
}

#[test]
fn products_come_in_the_order_of_an_attribute() {
    let world = world();
    world.ok(ATTRIBUTES, &attribute("len", "price", &[]));
    assign(&world, "len");
    for (sku, len) in [
        ("a", json!(10)),
        ("b", json!(9)),
        ("c", Value::Null),
        ("d", json!(10)),
    ] {
        world.ok("POST /V1/products", &product(sku, &[("len", len)]));
    }
    let order = "searchCriteria[sortOrders][0]";
    let skus = |rest: &str| {
        let query = format!("{order}[field]=len&{rest}&fields=items[sku]");
        let answer = world.ok(&format!("GET /V1/products?{query}"), &Value::Null);
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .filter_map(|one| one["sku"].as_str().map(str::to_owned))
            .collect::<String>()
    };
    assert_eq!(skus(&format!("{order}[direction]=ASC")), "cbad");
    let page = "searchCriteria[pageSize]=2&searchCriteria[currentPage]=";
    assert_eq!(skus(&format!("{order}[direction]=DESC&{page}1")), "ad");
    assert_eq!(skus(&format!("{order}[direction]=DESC&{page}2")), "bc");
    assert_eq!(skus(&format!("{order}[direction]=DESC&{page}3")), "");
}

#[test]
fn values_go_with_their_attribute() {
    let world = world();
    let text = attribute("note", "text", &[]);
    world.ok(ATTRIBUTES, &text);
    assign(&world, "note");
    world.ok("POST /V1/products", &product("a", &[("note", json!("x"))]));
    world.ok(
        "DELETE /V1/products/attribute-sets/4/attributes/note",
        &Value::Null,
    );
    assign(&world, "note");
    let read = || value(&world.ok("GET /V1/products/a", &Value::Null), "note");
    assert_eq!(read(), Value::Null);
    world.ok("PUT /V1/products/a", &product("a", &[("note", json!("y"))]));
    world.ok("DELETE /V1/products/attributes/note", &Value::Null);
    world.ok(ATTRIBUTES, &text);
    assign(&world, "note");
    assert_eq!(
        (read(), found(&world, "note", "notnull", "")),
        (Value::Null, json!(0))
    );
}

#[test]
fn required_and_unique_attributes_are_asked_for() {
    let world = world();
    let strict = [("is_required", json!(true)), ("is_unique", json!("1"))];
    world.ok(ATTRIBUTES, &attribute("ean", "text", &strict));
    assign(&world, "ean");
    let post = "POST /V1/products";
    assert!(
        world
            .refused(post, &product("a", &[]))
            .contains("\"ean\" attribute value is empty")
    );
    world.ok(post, &product("a", &[("ean", json!("1"))]));
    assert!(
        world
            .refused(post, &product("b", &[("ean", json!("1"))]))
            .contains("isn't unique")
    );
    world.ok("PUT /V1/products/a", &product("a", &[("ean", json!("1"))]));
}

#[test]
fn defaults_are_what_a_new_product_has() {
    let world = world();
    let options = json!([{"label": "A"}, {"label": "B", "is_default": true}]);
    let made = world.ok(
        ATTRIBUTES,
        &attribute("kind", "select", &[("options", options)]),
    );
    assign(&world, "kind");
    let product = world.ok("POST /V1/products", &product("a", &[]));
    assert_eq!(value(&product, "kind"), made["default_value"]);
    for (input, default, said) in [
        ("price", "much", "The default decimal value is invalid"),
        ("date", "soon", "The default date is invalid"),
    ] {
        let sent = attribute("other", input, &[("default_value", json!(default))]);
        assert!(world.refused(ATTRIBUTES, &sent).starts_with(said));
    }
}

#[test]
fn a_change_keeps_code_input_and_backend() {
    let world = world();
    let made = world.ok(ATTRIBUTES, &attribute("note", "text", &[]));
    let id = &made["attribute_id"];
    assert!(id.as_i64().unwrap() > 136, "{id}");
    let sent = json!({"attribute": {"attribute_id": id, "frontend_input": "date",
        "backend_type": "datetime", "is_user_defined": false, "frontend_labels": [{"store_id": 1, "label": "N"}]}});
    let changed = world.ok("PUT /V1/products/attributes/note", &sent);
    assert_eq!(
        (&changed["frontend_input"], &changed["backend_type"]),
        (&json!("text"), &json!("varchar"))
    );
    assert_eq!(changed["is_user_defined"], true);
    assert_eq!(changed["default_frontend_label"], "note");
    // What the shop itself knows can be renamed too.
    let name = json!({"attribute": {"attribute_id": 73, "default_frontend_label": "Title"}});
    world.ok("PUT /V1/products/attributes/name", &name);
    let refused = world.refused(
        "POST /V1/products",
        &json!({"product": {"sku": "x", "attribute_set_id": 4, "price": 1}}),
    );
    assert!(refused.contains("\"Title\""), "{refused}");
}

#[test]
fn options_have_labels_for_store_views() {
    let world = world();
    let path = "/V1/products/attributes/color/options";
    let red =
        json!({"option": {"label": "Red", "store_labels": [{"store_id": 1, "label": "Rouge"}]}});
    let id = world.ok(&format!("POST {path}"), &red);
    let label = |at: &str| world.ok(&format!("GET {at}{path}"), &Value::Null)[1]["label"].clone();
    assert_eq!((label(""), label("/all")), (json!("Rouge"), json!("Red")));
    let blue = json!({"option": {"label": "Blue"}});
    world.ok(&format!("POST {path}"), &blue);
    let id = id.as_str().unwrap();
    assert!(
        world
            .refused(&format!("PUT {path}/{id}"), &blue)
            .contains("already exists")
    );
    assert_eq!(
        world
            .admin(
                "DELETE /V1/products/attributes/manufacturer/options/1",
                &Value::Null
            )
            .0,
        404
    );
}

#[test]
fn groups_with_what_cannot_be_taken_out_stay() {
    let world = world();
    let refused = world.refused("DELETE /V1/products/attribute-sets/groups/7", &Value::Null);
    assert!(refused.contains("contains system attributes"), "{refused}");
    let made = world.ok(
        "POST /V1/products/attribute-sets/groups",
        &json!({"group": {"attribute_group_name": "Mine", "attribute_set_id": 4}}),
    );
    let id: i64 = made["attribute_group_id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let sent = json!({"attributeSetId": 4, "attributeGroupId": id, "attributeCode": "color", "sortOrder": 1});
    world.ok("POST /V1/products/attribute-sets/attributes", &sent);
    world.ok("POST /V1/products", &product("a", &[("color", json!(5))]));
    world.ok(
        &format!("DELETE /V1/products/attribute-sets/groups/{id}"),
        &Value::Null,
    );
    assert_eq!(
        value(&world.ok("GET /V1/products/a", &Value::Null), "color"),
        Value::Null
    );
    assert_eq!(found(&world, "color", "notnull", ""), 0);
}

#[test]
fn image_roles_and_types_are_listed() {
    let world = world();
    let roles = world.ok("GET /V1/products/media/types/Default", &Value::Null);
    let codes: Vec<&str> = roles
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["attribute_code"].as_str())
        .collect();
    assert_eq!(codes, ["image", "small_image", "thumbnail", "swatch_image"]);
    assert_eq!(
        world.ok("GET /V1/products/media/types/None", &Value::Null),
        json!([])
    );
    let set = world.refused("POST /V1/eav/attribute-sets",
        &json!({"entityTypeCode": "catalog_product", "attributeSet": {"attribute_set_name": "X"}, "skeletonId": 0}));
    assert!(set.contains("skeletonId"), "{set}");
}

#[test]
fn defaults_are_kept_in_one_form() {
    let world = world();
    for (input, sent, kept) in [
        ("price", "10.50", "10.5"),
        ("date", "2030-05-06", "2030-05-06 00:00:00"),
        ("text", "10.50", "10.50"),
    ] {
        let made = attribute(
            &format!("d_{input}"),
            input,
            &[("default_value", json!(sent))],
        );
        assert_eq!(
            world.ok(ATTRIBUTES, &made)["default_value"],
            kept,
            "{input}"
        );
    }
    for (input, sent) in [("price", "cheap"), ("date", "never")] {
        let made = attribute("wrong", input, &[("default_value", json!(sent))]);
        assert!(world.refused(ATTRIBUTES, &made).starts_with("The default"));
    }
}
