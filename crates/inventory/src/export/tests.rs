use serde_json::{Value, json};

use crate::testing::{product, put, source, stock, world};

#[test]
fn a_channel_sells_what_its_stock_has() {
    let world = world();
    product(
        &world,
        "a",
        &json!({"qty": 4, "is_in_stock": true, "min_qty": 1, "use_config_min_qty": false}),
    );
    product(
        &world,
        "m",
        &json!({"qty": 1, "manage_stock": false, "use_config_manage_stock": false}),
    );
    product(&world, "none", &json!({}));
    let all = |what: &str, rest: &str| {
        world.ok(
            &format!("GET /V1/inventory/{what}/website/base{rest}"),
            &Value::Null,
        )
    };
    let of_a = json!({"sku": "a", "qty": 3, "is_salable": true});
    let of_m = json!({"sku": "m", "qty": null, "is_salable": true});
    let found = all("export-stock-salable-qty", "?searchCriteria=");
    assert_eq!(found["items"], json!([of_a, of_m]));
    assert_eq!(found["total_count"], 2);
    let of_none = json!({"sku": "none", "qty": 0, "is_salable": false});
    assert_eq!(
        all("dump-stock-index-data", ""),
        json!([of_a, of_m, of_none])
    );

    source(&world, "b");
    let id = stock(&world, "S", &["b"]);
    let body = json!({"stock": {"name": "S", "extension_attributes":
        {"sales_channels": [{"type": "website", "code": "base"}]}}});
    world.ok(&format!("PUT /V1/inventory/stocks/{id}"), &body);
    put(&world, "b", "none", 2.0);
    let of_none = json!({"sku": "none", "qty": 2, "is_salable": true});
    assert_eq!(all("dump-stock-index-data", ""), json!([of_none]));
    assert_eq!(
        all("export-stock-salable-qty", "?searchCriteria=")["items"],
        json!([of_none])
    );
    let (status, _) = world.admin(
        "GET /V1/inventory/dump-stock-index-data/website/x",
        &Value::Null,
    );
    assert_eq!(status, 404);
}
