use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

fn world() -> World {
    let tables = [
        ferrite_tax::tables(),
        ferrite_customers::tables(),
        crate::tables(),
    ]
    .concat();
    let install = |tx: &mut ferrite_storage::Tx<'_>| {
        ferrite_tax::install(tx)?;
        ferrite_customers::install(tx)?;
        crate::install(tx)
    };
    let world = World::new(tables, install, |routes| {
        crate::routes(routes, Providers::default());
    });
    for (sku, kind) in [("a", "simple"), ("g", "grouped")] {
        let product = json!({"product": {"sku": sku, "name": sku, "price": 10, "attribute_set_id": 4, "type_id": kind}});
        world.ok("POST /V1/products", &product);
    }
    world
}

fn post(world: &World, path: &str, sent: &Value) -> Value {
    world.ok(&format!("POST /V1/products/{path}"), sent)
}

#[test]
fn wrong_rows_are_answered_and_the_others_saved() {
    let world = world();
    for (path, field) in [("base-prices", "price"), ("cost", "cost")] {
        let row = |sku: &str, amount: f64, store: i64| json!({"sku": sku, field: amount, "store_id": store});
        let rows = [
            row("A", 7.5, 0),
            row("g", 1.0, 0),
            row("a", -1.0, 0),
            row("a", 1.0, 99),
        ];
        let refused = post(&world, path, &json!({"prices": rows}));
        let messages: Vec<&str> = refused
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["message"].as_str())
            .collect();
        assert_eq!(messages.len(), 3, "{refused}");
        assert_eq!(refused[0]["parameters"], json!(["SKU", "g"]));
        assert!(messages[2].starts_with("Requested store is not found."));
        let held = post(
            &world,
            &format!("{path}-information"),
            &json!({"skus": ["a", "g", "z"]}),
        );
        assert_eq!(held, json!([{field: 7.5, "store_id": 0, "sku": "a"}]));
    }
    assert_eq!(world.ok("GET /V1/products/a", &Value::Null)["price"], 7.5);
}

#[test]
fn a_special_price_goes_only_where_it_is_the_one_that_is_meant() {
    let world = world();
    let row = |price: i64| {
        json!({"prices": [{"sku": "a", "price": price, "store_id": 0,
        "price_from": "2030-01-01 00:00:00", "price_to": "2030-02-01 00:00:00"}]})
    };
    assert_eq!(post(&world, "special-price", &row(5)), json!([]));
    assert_eq!(post(&world, "special-price-delete", &row(4)), json!([]));
    let held = || post(&world, "special-price-information", &json!({"skus": ["a"]}));
    assert_eq!(held(), row(5)["prices"].as_array().unwrap().iter().map(|one| {
        json!({"price": 5, "store_id": 0, "sku": "a", "price_from": one["price_from"], "price_to": one["price_to"]})
    }).collect::<Value>());
    post(&world, "special-price-delete", &row(5));
    assert_eq!(held(), json!([]));
    let reversed = json!({"prices": [{"sku": "a", "price": 1, "price_from": "2031-01-01", "price_to": "2030-01-01"}]});
    assert_eq!(
        post(&world, "special-price", &reversed)
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(held(), json!([]));
}

#[test]
fn tier_prices_are_for_groups_by_their_names() {
    let world = world();
    let tier = |price: f64, kind: &str, group: &str, quantity: f64| {
        json!({"sku": "a", "price": price,
        "price_type": kind, "website_id": 0, "customer_group": group, "quantity": quantity})
    };
    let rows = json!({"prices": [tier(9.0, "fixed", "wholesale", 2.0), tier(25.0, "discount", "All Groups", 4.0),
        tier(25.0, "discount", "All Groups", 0.5)]});
    let refused = post(&world, "tier-prices", &rows);
    assert_eq!(refused.as_array().unwrap().len(), 1);
    let held = post(&world, "tier-prices-information", &json!({"skus": ["a"]}));
    assert_eq!(
        (&held[0]["customer_group"], &held[1]["customer_group"]),
        (&json!("Wholesale"), &json!("all groups"))
    );
    let product = world.ok("GET /V1/products/a", &Value::Null);
    assert_eq!(product["tier_prices"][1]["value"], 7.5);
    let fewer = json!({"prices": [tier(8.0, "fixed", "wholesale", 2.0)]});
    world.ok("PUT /V1/products/tier-prices", &fewer);
    let held = post(&world, "tier-prices-information", &json!({"skus": ["a"]}));
    assert_eq!(held.as_array().unwrap().len(), 1);
    let unknown =
        json!({"prices": [{"sku": "z", "price": 1, "price_type": "fixed", "quantity": 1}]});
    assert_eq!(
        world.admin("POST /V1/products/tier-prices", &unknown).0,
        404
    );
}

#[test]
fn one_price_of_one_group_is_set_and_taken_away() {
    let world = world();
    let path = "/V1/products/a/group-prices";
    world.ok(&format!("POST {path}/1/tiers/1.5/price/9"), &Value::Null);
    world.ok(&format!("POST {path}/all/tiers/2/price/8"), &Value::Null);
    let of = |group: &str| world.ok(&format!("GET {path}/{group}/tiers"), &Value::Null);
    assert_eq!(
        of("1"),
        json!([{"customer_group_id": 1, "qty": 1.5, "value": 9}])
    );
    assert_eq!(of("all")[0]["customer_group_id"], 32_000);
    let (status, answer) = world.admin(&format!("DELETE {path}/1/tiers/2.5"), &Value::Null);
    assert_eq!(
        (status, &answer["parameters"]),
        (404, &json!(["1", 0, "2.5"]))
    );
    world.ok(&format!("DELETE {path}/1/tiers/1.5"), &Value::Null);
    assert_eq!(of("1"), json!([]));
}

#[test]
fn products_come_to_websites_and_leave_them() {
    let world = world();
    let link = |id: i64| json!({"productWebsiteLink": {"sku": "g", "website_id": id}});
    world.ok("DELETE /V1/products/a/websites/1", &Value::Null);
    let sites = |sku: &str| {
        world.ok(&format!("GET /V1/products/{sku}"), &Value::Null)["extension_attributes"]["website_ids"].clone()
    };
    assert_eq!(sites("a"), json!([]));
    let unknown = world.refused("POST /V1/products/a/websites", &link(9));
    assert!(unknown.starts_with("Could not assign product"), "{unknown}");
    world.ok("PUT /V1/products/a/websites", &link(1));
    assert_eq!((sites("a"), sites("g")), (json!([1]), json!([1])));
}
