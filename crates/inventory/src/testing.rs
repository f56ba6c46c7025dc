//! A store for this room's tests, with the routes of products beside its own.

use ferrite_webapi::extension::Providers;
use ferrite_webapi::route::Row;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::StockItems;

pub(crate) fn world() -> World {
    world_with(&[])
}

/// The same with rows that modules on disk declare.
pub(crate) fn world_with(rows: &[Row]) -> World {
    let tables = [
        ferrite_tax::tables(),
        ferrite_catalog::tables(),
        crate::tables(),
    ]
    .concat();
    let install = |tx: &mut ferrite_webapi::Tx<'_>| {
        ferrite_tax::install(tx)?;
        ferrite_catalog::install(tx)?;
        crate::install(tx)
    };
    World::new(tables, install, |routes| {
        let mut of_products = Providers::default();
        of_products.add(StockItems);
        ferrite_catalog::routes(routes, of_products);
        crate::routes(routes);
        routes.declare(rows);
    })
}

/// Makes or changes a simple product, with this stock item.
pub(crate) fn product(world: &World, sku: &str, stock_item: &Value) -> Value {
    let body = json!({"product": {
        "sku": sku, "name": sku, "price": 1, "attribute_set_id": 4, "type_id": "simple",
        "extension_attributes": {"stock_item": stock_item},
    }});
    world.ok("POST /V1/products", &body)
}

/// Makes a source.
pub(crate) fn source(world: &World, code: &str) {
    let body = json!({"source": {
        "source_code": code, "name": code, "country_id": "DE", "postcode": "1",
    }});
    assert_eq!(world.ok("POST /V1/inventory/sources", &body), json!([]));
}

/// Makes a stock of these sources, the first counting most; gives back its id.
pub(crate) fn stock(world: &World, name: &str, sources: &[&str]) -> i64 {
    let body = json!({"stock": {"name": name}});
    let id = world
        .ok("POST /V1/inventory/stocks", &body)
        .as_i64()
        .expect("an id");
    let link = |(priority, code): (i64, &&str)| json!({"stock_id": id, "source_code": code, "priority": priority});
    let links: Vec<Value> = (1..).zip(sources).map(link).collect();
    world.ok(
        "POST /V1/inventory/stock-source-links",
        &json!({"links": links}),
    );
    id
}

/// Puts so many of a sku into a source, in stock.
pub(crate) fn put(world: &World, source: &str, sku: &str, quantity: f64) {
    put_as(world, source, sku, quantity, 1);
}

/// The same, with a status.
pub(crate) fn put_as(world: &World, source: &str, sku: &str, quantity: f64, status: i64) {
    let item = json!({"sku": sku, "source_code": source, "quantity": quantity, "status": status});
    world.ok(
        "POST /V1/inventory/source-items",
        &json!({"sourceItems": [item]}),
    );
}

/// The address of a list, searched by fields and conditions.
pub(crate) fn found(list: &str, filters: &[(&str, &str, &str)]) -> String {
    let filter = |(at, (field, condition, value)): (usize, &(&str, &str, &str))| {
        let one = format!("searchCriteria[filter_groups][{at}][filters][0]");
        format!("&{one}[field]={field}&{one}[condition_type]={condition}&{one}[value]={value}")
    };
    let filters: String = filters.iter().enumerate().map(filter).collect();
    format!("GET /V1/inventory/{list}?searchCriteria=1{filters}")
        .replace("searchCriteria=1&", "")
        .replace("searchCriteria=1", "searchCriteria=")
}

/// What lies of a sku, as `source quantity status`.
pub(crate) fn lying(world: &World, sku: &str) -> Vec<String> {
    let answer = world.ok(&found("source-items", &[("sku", "eq", sku)]), &Value::Null);
    let items = answer["items"].as_array().expect("a list");
    let shown = |item: &Value| {
        let code = item["source_code"].as_str().unwrap_or_default();
        format!("{code} {} {}", item["quantity"], item["status"])
    };
    items.iter().map(shown).collect()
}
