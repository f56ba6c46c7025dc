use serde_json::{Value, json};

use super::STOCK_ITEMS;
use crate::testing::{lying, product, world};
use crate::{links, source_items, sources, stocks};

#[test]
fn a_store_from_before_there_were_sources_gets_them_from_its_stock_items() {
    let world = world();
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    product(&world, "none", &json!({}));
    let forget = |tx: &mut ferrite_webapi::Tx<'_>| {
        sources::SOURCES.delete_found(tx, &[])?;
        stocks::STOCKS.delete_found(tx, &[])?;
        stocks::CHANNELS.delete_found(tx, &[])?;
        links::LINKS.delete_found(tx, &[])?;
        source_items::SOURCE_ITEMS.delete_found(tx, &[])?;
        for mut row in STOCK_ITEMS.all(tx)? {
            row.sku.clear();
            row.type_id.clear();
            STOCK_ITEMS.put(tx, &row)?;
        }
        Ok::<(), ferrite_storage::Error>(())
    };
    world.db.write(forget).unwrap();
    world.db.write(crate::fill).unwrap();
    assert_eq!(lying(&world, "a"), ["default 3 1"]);
    assert_eq!(lying(&world, "none"), [""; 0]);
    let route = "GET /V1/inventory/get-product-salable-quantity/a/1";
    assert_eq!(world.ok(route, &Value::Null), 3);
    world.db.write(crate::fill).unwrap();
    assert_eq!(lying(&world, "a").len(), 1, "it is done once");
}

#[test]
fn what_runs_low_is_found_in_the_scope_of_all() {
    let world = world();
    product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
    product(&world, "b", &json!({"qty": 30, "is_in_stock": true}));
    product(&world, "none", &json!({}));
    let low = |query: &str| {
        let answer = world.ok(
            &format!("GET /V1/stockItems/lowStock/?{query}"),
            &Value::Null,
        );
        (
            answer["total_count"].clone(),
            answer["items"].as_array().unwrap().len(),
        )
    };
    assert_eq!(low("scopeId=0&qty=3"), (json!(1), 1));
    assert_eq!(low("scopeId=0&qty=2.9"), (json!(0), 0));
    assert_eq!(
        low("scopeId=0&qty=99&pageSize=1&currentPage=2"),
        (json!(2), 1)
    );
    assert_eq!(low("scopeId=1&qty=99"), (json!(0), 0));
}
