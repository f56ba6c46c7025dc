use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

/// A store with two simple products, `a` and `b`, and a bundle of each kind of price.
fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let world = World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    for (sku, kind, price_type) in [
        ("a", "simple", ""),
        ("b", "simple", ""),
        ("fixed", "bundle", "1"),
        ("sum", "bundle", "0"),
    ] {
        let mut product =
            json!({"sku": sku, "name": sku, "price": 4, "attribute_set_id": 4, "type_id": kind});
        if kind == "bundle" {
            let value = |code: &str, value: &str| json!({"attribute_code": code, "value": value});
            product["custom_attributes"] = json!([
                value("price_type", price_type),
                value("price_view", "0"),
                value("sku_type", "0"),
                value("weight_type", "0"),
                value("shipment_type", "0")
            ]);
        }
        world.ok("POST /V1/products", &json!({"product": product}));
    }
    world
}

#[test]
fn a_selection_of_an_earlier_document_has_its_price() {
    let mut document = json!({"id": 1, "parent_id": 1, "option_id": 1, "product_id": 2, "qty": 1.0,
        "position": 0, "is_default": false, "price": 12.99, "price_type": 0, "can_change_quantity": 0});
    let read: super::rows::Selection = serde_json::from_value(document.clone()).unwrap();
    document["price"] = json!("12.99");
    assert_eq!(serde_json::to_value(&read).unwrap(), document);
}

fn option(sku: &str, links: &Value) -> Value {
    json!({"option": {"title": "T", "type": "select", "required": true, "sku": sku, "product_links": links}})
}

#[test]
fn the_price_of_a_link_is_its_own_or_that_of_its_product() {
    let world = world();
    let links = json!([{"sku": "a", "qty": 2, "price": 1.5, "price_type": 1}]);
    for (sku, price, price_type) in [
        ("fixed", json!(1.5), json!(1)),
        ("sum", json!(4), Value::Null),
    ] {
        world.ok("POST /V1/bundle-products/options/add", &option(sku, &links));
        let all = world.ok(
            &format!("GET /V1/bundle-products/{sku}/options/all"),
            &Value::Null,
        );
        let link = &all[0]["product_links"][0];
        assert_eq!(
            (&link["price"], &link["price_type"]),
            (&price, &price_type),
            "{sku}"
        );
    }
}

#[test]
fn an_option_with_a_wrong_link_is_not_saved_at_all() {
    let world = world();
    for (wrong, status) in [("zz", 404), ("fixed", 400)] {
        let sent = option(
            "sum",
            &json!([{"sku": "a", "qty": 1}, {"sku": wrong, "qty": 1}]),
        );
        assert_eq!(
            world.admin("POST /V1/bundle-products/options/add", &sent).0,
            status
        );
    }
    assert_eq!(
        world.ok("GET /V1/bundle-products/sum/options/all", &Value::Null),
        json!([])
    );
}

#[test]
fn a_payload_keeps_the_options_that_it_names() {
    let world = world();
    let first = world.ok(
        "POST /V1/bundle-products/options/add",
        &option("sum", &json!([{"sku": "a", "qty": 1}])),
    );
    world.ok(
        "POST /V1/bundle-products/options/add",
        &option("sum", &json!([{"sku": "b", "qty": 1}])),
    );
    let id: i64 = first.as_str().unwrap().parse().unwrap();
    let kept = json!({"option_id": id, "title": "Kept", "product_links": [{"sku": "b", "qty": 3}]});
    let sent = json!({"product": {"extension_attributes": {"bundle_product_options": [kept]}}});
    world.ok("PUT /V1/products/sum", &sent);
    let all = world.ok("GET /V1/bundle-products/sum/options/all", &Value::Null);
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["option_id"]),
        (1, &json!(id))
    );
    assert_eq!(
        (&all[0]["title"], &all[0]["product_links"][0]["sku"]),
        (&json!("Kept"), &json!("b"))
    );
    world.ok("DELETE /V1/products/b", &Value::Null);
    assert_eq!(
        world.ok("GET /V1/bundle-products/sum/children", &Value::Null),
        json!([])
    );
}

#[test]
fn links_move_between_options_of_their_bundle_only() {
    let world = world();
    let add = "POST /V1/bundle-products/options/add";
    let ids = ["sum", "sum", "fixed"].map(|sku| world.ok(add, &option(sku, &json!([]))));
    let ids = ids.map(|id| id.as_str().unwrap().parse::<i64>().unwrap());
    let sent = json!({"linkedProduct": {"sku": "a", "qty": 1}});
    let link = world.ok(
        &format!("POST /V1/bundle-products/sum/links/{}", ids[0]),
        &sent,
    );
    let moved = |option: i64| {
        let sent = json!({"linkedProduct": {"sku": "a", "qty": 5, "option_id": option}});
        world.ok(&format!("PUT /V1/bundle-products/sum/links/{link}"), &sent);
        let all = world.ok("GET /V1/bundle-products/sum/children", &Value::Null);
        all[0]["option_id"].clone()
    };
    assert_eq!(
        (moved(ids[1]), moved(ids[2])),
        (json!(ids[1]), json!(ids[1]))
    );
    let refused = world.refused(
        &format!("DELETE /V1/bundle-products/a/options/{}/children/b", ids[0]),
        &Value::Null,
    );
    assert!(refused.contains("isn't a bundle product"), "{refused}");
}

#[test]
fn a_link_is_looked_at_in_order() {
    let world = world();
    let put = |sku: &str, link: &Value| {
        let sent = json!({"linkedProduct": link});
        world.admin(&format!("PUT /V1/bundle-products/{sku}/links/99"), &sent)
    };
    let (status, answer) = put("a", &json!({"sku": "zz"}));
    assert_eq!((status, &answer["parameters"]), (400, &json!(["a"])));
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("isn't a bundle product")
    );
    assert_eq!(put("sum", &json!({"sku": "zz"})).0, 404);
    let (status, answer) = put("sum", &json!({"sku": "fixed"}));
    assert_eq!(status, 400);
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .contains("another composite product")
    );
    let (status, answer) = put("sum", &json!({"sku": "a"}));
    assert_eq!((status, &answer["parameters"]), (400, &json!(["99"])));
}

#[test]
fn an_option_that_the_bundle_has_not_is_added() {
    let world = world();
    let mut sent = option("sum", &json!([{"sku": "a", "qty": 1}]));
    sent["option"]["option_id"] = json!(99);
    let id = world.ok("PUT /V1/bundle-products/options/99", &sent);
    assert!(id.as_str().is_some_and(|id| id != "99"), "{id}");
    let all = world.ok("GET /V1/bundle-products/sum/options/all", &Value::Null);
    assert_eq!(all[0]["product_links"][0]["sku"], "a");
}
