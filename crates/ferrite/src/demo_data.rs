//! What the demo's store holds: calls of the Web API, in order.

use serde_json::{Value, json};

/// Names of products, with sku, price in dollars and quantity.
const PRODUCTS: [(&str, &str, f64, i64); 10] = [
    ("24-MB01", "Joust Duffle Bag", 34.0, 100),
    ("24-MB02", "Fusion Backpack", 59.0, 80),
    ("24-MB03", "Crown Summit Backpack", 38.0, 60),
    ("24-UG01", "Quest Lumaflex Band", 19.0, 140),
    ("24-UG02", "Pursuit Lumaflex Tone Band", 16.0, 0),
    ("24-WG01", "Sprite Yoga Strap 6 foot", 14.0, 200),
    ("24-WG02", "Sprite Stasis Ball 65 cm", 27.0, 45),
    ("24-WB01", "Voyage Yoga Bag", 32.0, 75),
    ("24-WB02", "Compete Track Tote", 32.0, 12),
    ("24-MG01", "Endurance Watch", 49.0, 30),
];

const CUSTOMERS: [(&str, &str, &str); 3] = [
    ("veronica@example.com", "Veronica", "Costello"),
    ("roni@example.com", "Roni", "Cost"),
    ("max@example.com", "Max", "Mustermann"),
];

/// States of orders, with their statuses.
const ORDERS: [(&str, &str); 5] = [
    ("new", "pending"),
    ("processing", "processing"),
    ("complete", "complete"),
    ("holded", "holded"),
    ("canceled", "canceled"),
];

/// Paths with their bodies.
pub fn requests() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |path: &str, body: Value| all.push((path.to_owned(), body.to_string()));
    for name in ["Gear", "Training", "What's New"] {
        let category = json!({"name": name, "parent_id": 2, "is_active": true});
        add("/all/V1/categories", json!({"category": category}));
    }
    for (index, product) in PRODUCTS.iter().enumerate() {
        add("/all/V1/products", self::product(product, index));
    }
    for (email, first, last) in CUSTOMERS {
        add("/V1/customers", customer(email, first, last));
    }
    for (index, state) in ORDERS.iter().enumerate() {
        add("/V1/orders", order(index, *state));
    }
    all
}

/// A product in one of the three categories.
fn product((sku, name, price, qty): &(&str, &str, f64, i64), index: usize) -> Value {
    let category = (3 + index % 3).to_string();
    json!({"product": {
        "sku": sku, "name": name, "price": price, "attribute_set_id": 4, "type_id": "simple",
        "status": 1, "visibility": 4, "weight": 1,
        "extension_attributes": {
            "category_links": [{"position": index, "category_id": category}],
            "stock_item": {"qty": qty, "is_in_stock": *qty > 0},
        },
    }})
}

fn address(first: &str, last: &str) -> Value {
    json!({
        "firstname": first, "lastname": last, "street": ["6146 Honey Bluff Parkway"],
        "city": "Calder", "postcode": "49628-7978", "country_id": "US", "telephone": "555-229-3326",
        "region": {"region_id": 33, "region": "Michigan", "region_code": "MI"},
    })
}

fn customer(email: &str, first: &str, last: &str) -> Value {
    let mut home = address(first, last);
    home["default_billing"] = true.into();
    home["default_shipping"] = true.into();
    json!({
        "customer": {"email": email, "firstname": first, "lastname": last, "addresses": [home]},
        "password": "Customer123!",
    })
}

fn order(index: usize, (state, status): (&str, &str)) -> Value {
    let (email, first, last) = CUSTOMERS[index % CUSTOMERS.len()];
    let (sku, name, price, _) = PRODUCTS[index % PRODUCTS.len()];
    let (qty, shipping) = (2.0, 10.0);
    let rows = price * qty;
    let mut to = address(first, last);
    to["region"] = "Michigan".into();
    to["region_code"] = "MI".into();
    to["region_id"] = 33.into();
    let total = rows + shipping;
    let paid = if status == "complete" { total } else { 0.0 };
    let item = json!({
        "sku": sku, "name": name, "product_type": "simple", "qty_ordered": qty, "price": price,
        "base_price": price, "row_total": rows, "base_row_total": rows,
    });
    json!({"entity": {
        "state": state, "status": status, "customer_email": email, "customer_firstname": first,
        "customer_lastname": last, "customer_is_guest": 0, "customer_group_id": 1,
        "customer_id": 1 + index % CUSTOMERS.len(), "store_id": 1,
        "base_currency_code": "USD", "order_currency_code": "USD",
        "subtotal": rows, "base_subtotal": rows, "shipping_amount": shipping,
        "base_shipping_amount": shipping, "grand_total": total, "base_grand_total": total,
        "total_paid": paid, "base_total_paid": paid, "total_qty_ordered": qty,
        "billing_address": to, "payment": {"method": "checkmo"}, "items": [item],
        "extension_attributes": {"shipping_assignments": [{
            "shipping": {"address": to, "method": "flatrate_flatrate"}, "items": [item],
        }]},
    }})
}
