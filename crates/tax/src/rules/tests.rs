use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use crate::ClassUsers;

fn world() -> World {
    World::new(crate::tables(), crate::install, |routes| {
        crate::routes(routes, ClassUsers::default());
    })
}

const POST: &str = "POST /V1/taxRules";

fn sent(code: &str, change: &[(&str, Value)]) -> Value {
    let mut rule = json!({"code": code, "priority": 0, "position": 0, "customer_tax_class_ids": [3],
        "product_tax_class_ids": [2], "tax_rate_ids": [1]});
    for (field, value) in change {
        rule[*field] = value.clone();
    }
    json!({"rule": rule})
}

fn found(world: &World, field: &str, condition: &str, value: &str) -> Value {
    let filter = "searchCriteria[filter_groups][0][filters][0]";
    let query = format!(
        "{filter}[field]={field}&{filter}[value]={value}&{filter}[condition_type]={condition}"
    );
    let answer = world.ok(&format!("GET /V1/taxRules/search?{query}"), &Value::Null);
    answer["total_count"].clone()
}

#[test]
fn rules_are_found_by_what_they_name() {
    let world = world();
    world.ok(POST, &sent("A", &[]));
    world.ok(POST, &sent("B", &[("tax_rate_ids", json!([2, 1, 2]))]));
    assert_eq!(found(&world, "tax_calculation_rate_id", "eq", "1"), 2);
    assert_eq!(found(&world, "tax_rate_ids", "eq", "2"), 1);
    assert_eq!(found(&world, "cd.product_tax_class_id", "in", "2,9"), 2);
    assert_eq!(found(&world, "customer_tax_class_ids", "eq", "4"), 0);
}

#[test]
fn what_a_rule_names_no_longer_is_free_again() {
    let world = world();
    let made = world.ok(POST, &sent("A", &[("tax_rate_ids", json!([1, 2]))]));
    assert_eq!(world.admin("DELETE /V1/taxRates/2", &Value::Null).0, 400);
    world.ok(
        "PUT /V1/taxRules",
        &sent("A", &[("id", made["id"].clone())]),
    );
    assert_eq!(world.ok("DELETE /V1/taxRates/2", &Value::Null), true);
    assert!(
        world
            .refused("DELETE /V1/taxClasses/2", &Value::Null)
            .contains("Tax Rules")
    );
    world.ok(&format!("DELETE /V1/taxRules/{}", made["id"]), &Value::Null);
    assert_eq!(world.ok("DELETE /V1/taxClasses/2", &Value::Null), true);
}

#[test]
fn several_things_wrong_are_one_sentence() {
    let world = world();
    let (status, answer) = world.admin(POST, &json!({"rule": {}}));
    let text = "One or more input exceptions have occurred.";
    assert_eq!((status, answer), (400, json!({"message": text})));
    for (field, value, said) in [
        (
            "position",
            json!(-2),
            "The position value of \"-2\" must be greater than or equal to 0.",
        ),
        (
            "priority",
            Value::Null,
            "\"priority\" is required. Enter and try again.",
        ),
        (
            "tax_rate_ids",
            json!([9]),
            "No such entity with taxRateId = 9",
        ),
        (
            "customer_tax_class_ids",
            json!([2]),
            "No such entity with customer_tax_class_ids = %fieldValue",
        ),
    ] {
        assert_eq!(world.refused(POST, &sent("A", &[(field, value)])), said);
    }
}
