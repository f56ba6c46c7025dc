use ferrite_webapi::Fault;
use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::products::set_salable;

/// A store with four products that can be had: ids 1 to 4 in category 3, prices 10 to 40.
fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let world = World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    let category = json!({"category": {"name": "Watches", "parent_id": 2, "is_active": true}});
    assert_eq!(world.ok("POST /V1/categories", &category)["id"], 3);
    for (place, name) in ["Digital watch", "Watch strap", "Crème", "Thermometer"]
        .iter()
        .enumerate()
    {
        let product = json!({"product": {
            "sku": format!("S{place}"), "name": name, "price": (place + 1) * 10,
            "attribute_set_id": 4, "type_id": "simple", "status": 1, "visibility": 4,
            "extension_attributes": {"category_links": [{"position": 0, "category_id": "3"}]},
            "custom_attributes": [{"attribute_code": "description", "value": "<b>gift</b>"}],
        }});
        let id = world.ok("POST /V1/products", &product)["id"].as_i64();
        let made = world
            .db
            .write(move |tx| Ok::<_, Fault>(set_salable(tx, id.unwrap_or(0), true)?));
        made.unwrap();
    }
    world
}

fn search(world: &World, container: &str, filters: &[(&str, &str)], rest: &str) -> Value {
    let filter = |(place, (field, value)): (usize, &(&str, &str))| {
        let key = format!("searchCriteria[filter_groups][{place}][filters][0]");
        format!("&{key}[field]={field}&{key}[value]={value}")
    };
    let filters: String = filters.iter().enumerate().map(filter).collect();
    let path = format!("/V1/search?searchCriteria[requestName]={container}{filters}{rest}");
    world.ok(&format!("GET {path}"), &Value::Null)
}

fn ids(answer: &Value) -> Vec<i64> {
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

fn words(world: &World, text: &str) -> Vec<i64> {
    let term = [("search_term", text)];
    ids(&search(world, "quick_search_container", &term, ""))
}

#[test]
fn words_find_the_best_first_and_follow_their_product() {
    let world = world();
    assert_eq!(words(&world, "digital+watch"), [1, 2]);
    assert_eq!(words(&world, "creme"), [3]);
    assert_eq!(words(&world, "gif"), [1, 2, 3, 4]);
    assert!(words(&world, "b").is_empty(), "a tag is no word");
    let renamed = json!({"product": {"name": "Clock"}});
    world.ok("PUT /V1/products/S2", &renamed);
    assert_eq!(words(&world, "clock"), [3]);
    world.ok("DELETE /V1/products/S0", &Value::Null);
    assert_eq!(words(&world, "watch"), [2]);
}

#[test]
fn only_what_a_shop_shows_is_found() {
    let world = world();
    for (sku, change) in [
        ("S0", json!({"status": 2})),
        ("S1", json!({"visibility": 1})),
        ("S2", json!({"extension_attributes": {"website_ids": []}})),
    ] {
        world.ok(
            &format!("PUT /V1/products/{sku}"),
            &json!({"product": change}),
        );
    }
    assert_eq!(words(&world, "gift"), [4]);
    let sold = world
        .db
        .write(|tx| Ok::<_, Fault>(set_salable(tx, 4, false)?));
    sold.unwrap();
    assert!(words(&world, "gift").is_empty());
}

#[test]
fn a_category_shows_what_lies_below_it_and_how_it_spreads() {
    let world = world();
    let filters = [
        ("category_ids", "2"),
        ("price.from", "15"),
        ("price.to", "30"),
    ];
    let answer = search(&world, "catalog_view_container", &filters, "");
    assert_eq!(
        (ids(&answer), &answer["total_count"]),
        (vec![2, 3], &json!(2))
    );
    let buckets = &answer["aggregations"]["buckets"];
    assert_eq!(
        buckets[0]["values"],
        json!([{"value": "20_30", "metrics": ["20_30", 1]},
               {"value": "30_40", "metrics": ["30_40", 1]}])
    );
    assert_eq!(
        buckets[1]["values"][1],
        json!({"value": "3", "metrics": [3, 2]})
    );
}

#[test]
fn pages_are_counted_from_zero() {
    let world = world();
    let page = |number: &str| {
        let rest = format!(
            "&searchCriteria[sortOrders][0][field]=price&searchCriteria[sortOrders][0][direction]=DESC\
             &searchCriteria[pageSize]=3&searchCriteria[currentPage]={number}"
        );
        let filters = [("sku", "s")];
        ids(&search(
            &world,
            "advanced_search_container",
            &filters,
            &rest,
        ))
    };
    assert_eq!(
        (page("0"), page("1"), page("2")),
        (vec![4, 3, 2], vec![1], vec![])
    );
}

#[test]
fn a_request_has_to_be_one_that_is_known() {
    let world = world();
    let refused = |query: &str| {
        world.refused(
            &format!("GET /V1/search?searchCriteria{query}"),
            &Value::Null,
        )
    };
    assert_eq!(
        refused("[requestName]=nope"),
        "The \"nope\" request name doesn't exist. Verify the name and try again."
    );
    assert_eq!(refused("[pageSize]=1"), "Request name not defined.");
}

#[test]
fn a_page_shows_the_range_of_a_grouped_product() {
    let world = world();
    let parent = json!({"product": {
        "sku": "G", "name": "Set", "attribute_set_id": 4, "type_id": "grouped",
        "product_links": [
            {"sku": "G", "link_type": "associated", "linked_product_sku": "S1", "position": 1},
            {"sku": "G", "link_type": "associated", "linked_product_sku": "S3", "position": 2},
        ],
    }});
    let id = world.ok("POST /V1/products", &parent)["id"].clone();
    let key = "searchCriteria[filter_groups][0][filters][0]";
    let path = format!(
        "/V1/products-render-info?{key}[field]=entity_id&{key}[value]={id}&storeId=1&currencyCode="
    );
    let shown = world.ok(&format!("GET {path}USD"), &Value::Null);
    let prices = &shown["items"][0]["price_info"];
    assert_eq!(
        (&prices["minimal_price"], &prices["max_price"]),
        (&json!(20), &json!(40))
    );
    assert_eq!(
        prices["formatted_prices"]["final_price"],
        "<span class=\"price\">$20.00</span>"
    );
    assert_eq!(
        world.refused(&format!("GET {path}EUR"), &Value::Null),
        "Undefined rate from \"USD-EUR\"."
    );
}

#[test]
fn a_store_of_an_earlier_version_gets_its_words() {
    let world = world();
    let write = |run: fn(&mut ferrite_webapi::Tx<'_>) -> Result<(), Fault>| {
        world.db.write(run).unwrap();
    };
    write(|tx| Ok((1..=4).try_for_each(|id| super::words::forget(tx, id))?));
    assert!(words(&world, "watch").is_empty());
    write(|tx| Ok(super::words::fill(tx)?));
    crate::products::index_new_views(&world.db).unwrap();
    assert_eq!(words(&world, "digital+watch"), [1, 2]);
}
