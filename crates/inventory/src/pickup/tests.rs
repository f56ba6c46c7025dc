use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::testing::{put, source, stock, world};

fn shop(world: &World, code: &str, city: &str) {
    let extension = json!({"is_pickup_location_active": true, "frontend_name": format!("Shop {code}"),
        "frontend_description": "D"});
    let body = json!({"source": {"source_code": code, "name": code, "country_id": "DE",
        "postcode": "1", "city": city, "extension_attributes": extension}});
    world.ok("POST /V1/inventory/sources", &body);
}

fn with_shops() -> World {
    let world = world();
    shop(&world, "a", "Berlin");
    shop(&world, "b", "Bonn");
    shop(&world, "elsewhere", "Berlin");
    source(&world, "no-shop");
    let id = stock(&world, "S", &["b", "a", "no-shop"]);
    let body = json!({"stock": {"name": "S", "extension_attributes":
        {"sales_channels": [{"type": "website", "code": "base"}]}}});
    world.ok(&format!("PUT /V1/inventory/stocks/{id}"), &body);
    world
}

const ROUTE: &str =
    "GET /V1/inventory/in-store-pickup/pickup-locations/?searchRequest[scopeCode]=base";

fn codes(world: &World, rest: &str) -> Vec<String> {
    let answer = world.ok(&format!("{ROUTE}{rest}"), &Value::Null);
    let items = answer["items"].as_array().unwrap();
    assert!(answer["total_count"].as_u64().unwrap() >= items.len() as u64);
    let code = |item: &Value| item["pickup_location_code"].as_str().unwrap().to_owned();
    items.iter().map(code).collect()
}

#[test]
fn customers_collect_from_shops_of_their_websites_stock() {
    let world = with_shops();
    assert_eq!(codes(&world, ""), ["a", "b"]);
    assert_eq!(
        codes(&world, "&searchRequest[filters][city][value]=berlin"),
        ["a"]
    );
    let like = "&searchRequest[filters][name][value]=shop%25&searchRequest[filters][name][conditionType]=like";
    let sorted = "&searchRequest[sort][0][field]=name&searchRequest[sort][0][direction]=DESC";
    assert_eq!(codes(&world, &format!("{like}{sorted}")), ["b", "a"]);
    let page = "&searchRequest[pageSize]=1&searchRequest[currentPage]=2";
    assert_eq!(codes(&world, page), ["b"]);
    let all = world.ok(ROUTE, &Value::Null);
    assert_eq!(
        all["items"][0],
        json!({"pickup_location_code": "a", "name": "Shop a", "description": "D",
            "country_id": "DE", "city": "Berlin", "postcode": "1"})
    );
    assert_eq!(
        all["search_request"],
        json!({"current_page": 1, "scope_type": "website", "scope_code": "base"})
    );
}

#[test]
fn what_has_no_setter_is_taken_under_its_constructors_name_alone() {
    let world = with_shops();
    for (written, name) in [
        ("[page_size]=1", "PageSize"),
        (
            "[filters][pickup_location_code][value]=a",
            "PickupLocationCode",
        ),
        ("[filters][city][Value]=a", "Value"),
    ] {
        let route = format!("{ROUTE}&searchRequest{written}");
        let refused = world.refused(&route, &Value::Null);
        assert!(
            refused.starts_with(&format!("\"{name}\" is not supported")),
            "{refused}"
        );
    }
    let empty = format!("{ROUTE}&searchRequest[page_size]=");
    world.ok(&empty, &Value::Null);
    let nothing = format!("{ROUTE}&searchRequest[filters][city][conditionType]=eq");
    assert!(world.refused(&nothing, &Value::Null).contains("value"));
}

#[test]
fn a_shop_has_to_have_what_is_collected() {
    let world = with_shops();
    put(&world, "b", "x", 1.0);
    let asked = "&searchRequest[extensionAttributes][productsInfo][0][sku]=x";
    assert_eq!(codes(&world, asked), ["b"]);
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let world = with_shops();
    let area = "&searchRequest[area][radius]=5&searchRequest[area][searchTerm]=10115:DE";
    assert!(
        world
            .refused(&format!("{ROUTE}{area}"), &Value::Null)
            .contains("API key")
    );
    let long = format!("&searchRequest[filters][name][value]={}", "x".repeat(1_001));
    let like = format!("{ROUTE}{long}&searchRequest[filters][name][conditionType]=like");
    assert!(world.refused(&like, &Value::Null).contains("longer"));
    let nowhere = "GET /V1/inventory/in-store-pickup/pickup-locations/?searchRequest[scopeCode]=x";
    assert_eq!(world.admin(nowhere, &Value::Null).0, 404);
    let without = "GET /V1/inventory/in-store-pickup/pickup-locations/?searchRequest[pageSize]=1";
    assert!(world.refused(without, &Value::Null).contains("scopeCode"));
}
