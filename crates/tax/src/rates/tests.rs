use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::ClassUsers;

fn world() -> World {
    World::new(crate::tables(), crate::install, |routes| {
        crate::routes(routes, ClassUsers::default());
    })
}

const POST: &str = "POST /V1/taxRates";

fn rate(code: &str) -> Value {
    json!({"code": code, "rate": 7.25, "tax_country_id": "US", "tax_region_id": 12, "tax_postcode": "90*"})
}

fn sent(code: &str, change: &[(&str, Value)]) -> Value {
    let mut rate = rate(code);
    for (field, value) in change {
        rate[*field] = value.clone();
    }
    json!({"taxRate": rate})
}

#[test]
fn a_range_is_its_postcode_and_goes_with_it() {
    let world = world();
    let range = [
        ("zip_is_range", json!(1)),
        ("zip_from", json!(10)),
        ("zip_to", json!(10)),
    ];
    let made = world.ok(POST, &sent("A", &range));
    assert_eq!(
        (&made["tax_postcode"], &made["zip_to"]),
        (&json!("10-10"), &json!(10))
    );
    let plain = world.ok(
        "PUT /V1/taxRates",
        &sent("A", &[("id", made["id"].clone())]),
    );
    assert_eq!(
        (&plain["tax_postcode"], plain.get("zip_is_range")),
        (&json!("90*"), None)
    );
}

#[test]
fn ends_of_a_range_are_numbers_of_nine_digits_in_order() {
    let world = world();
    let ends = |from: Value, to: Value| {
        sent(
            "A",
            &[
                ("zip_is_range", json!(1)),
                ("zip_from", from),
                ("zip_to", to),
            ],
        )
    };
    let refused = |from: Value, to: Value| world.refused(POST, &ends(from, to));
    assert_eq!(
        refused(json!(-5), json!(5)),
        "Invalid value of \"-5\" provided for the zip_from field."
    );
    assert!(refused(json!(5), Value::Null).contains("zip_to"));
    assert!(refused(json!(6), json!(5)).starts_with("Range To"));
    assert!(refused(json!(6), json!(1_000_000_000)).starts_with("The ZIP Code length"));
}

#[test]
fn a_region_of_another_country_is_none_and_one_that_is_nowhere_is_wrong() {
    let world = world();
    let made = world.ok(POST, &sent("A", &[("tax_country_id", json!("DE"))]));
    assert_eq!(
        (&made["tax_region_id"], made.get("region_name")),
        (&json!(0), None)
    );
    let nowhere = sent("B", &[("tax_region_id", json!(99_999))]);
    assert!(world.refused(POST, &nowhere).contains("region_id"));
    let long = world.ok(POST, &sent("B", &[("tax_postcode", json!("12345678901"))]));
    assert_eq!(long["tax_postcode"], "1234567890");
}

#[test]
fn titles_stay_until_others_are_sent() {
    let world = world();
    let titles = json!([{"store_id": "1", "value": "VAT"}, {"store_id": 0, "value": "T"}]);
    let made = world.ok(POST, &sent("A", &[("titles", titles)]));
    let id = ("id", made["id"].clone());
    let put = |change: &[(&str, Value)]| world.ok("PUT /V1/taxRates", &sent("A", change));
    assert_eq!(
        put(std::slice::from_ref(&id))["titles"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(put(&[id, ("titles", json!([]))])["titles"], json!([]));
    let nowhere = sent("B", &[("titles", json!([{"store_id": "9", "value": "x"}]))]);
    assert!(world.refused(POST, &nowhere).contains("store_id"));
}

#[test]
fn percentages_have_four_digits_and_fit_their_column() {
    let world = world();
    let made = world.ok(POST, &sent("A", &[("rate", json!("8.12345"))]));
    assert_eq!(made["rate"], 8.1235);
    assert!(
        world
            .refused(POST, &sent("B", &[("rate", json!(1e9))]))
            .contains("percentage_rate")
    );
    assert!(
        world
            .refused(POST, &sent(&"x".repeat(256), &[]))
            .contains("code")
    );
}
