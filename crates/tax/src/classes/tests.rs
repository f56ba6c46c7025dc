use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use super::*;

struct Everybody;

impl ClassUser for Everybody {
    fn class_type(&self) -> ClassType {
        ClassType::Customer
    }

    fn things(&self) -> &'static str {
        "customer group"
    }

    fn uses(&self, _: &mut Tx<'_>, class_id: i64) -> Result<bool, Fault> {
        Ok(class_id == 3)
    }
}

fn world() -> World {
    let mut users = ClassUsers::default();
    users.add(Everybody);
    World::new(crate::tables(), crate::install, |routes| {
        crate::routes(routes, users);
    })
}

fn class(name: &str, class_type: &str) -> Value {
    json!({"taxClass": {"class_name": name, "class_type": class_type}})
}

#[test]
fn an_extension_that_nobody_has_declared_is_refused() {
    let world = world();
    let mut sent = class("Books", "PRODUCT");
    sent["taxClass"]["extension_attributes"] = json!({"shelf_mark": 7});
    let (status, answer) = world.admin("POST /V1/taxClasses", &sent);
    let field = json!("ShelfMark");
    assert_eq!((status, &answer["parameters"]["fieldName"]), (400, &field));
}

#[test]
fn a_name_stands_once_for_each_type() {
    let world = world();
    let post = "POST /V1/taxClasses";
    assert_eq!(world.ok(post, &class("Books", "PRODUCT")), "4");
    world.ok(post, &class("Books", "CUSTOMER"));
    assert_eq!(
        world.refused(post, &class("BOOKS", "PRODUCT")),
        "A class with the same name already exists for ClassType PRODUCT."
    );
    // Its own name is nobody else's.
    assert_eq!(
        world.ok("PUT /V1/taxClasses/4", &class("books", "PRODUCT")),
        4
    );
    assert_eq!(
        world.ok("GET /V1/taxClasses/4", &Value::Null)["class_name"],
        "books"
    );
}

#[test]
fn a_type_is_one_of_two_and_stays() {
    let world = world();
    let post = "POST /V1/taxClasses";
    let (_, answer) = world.admin(post, &class("Books", "product"));
    assert_eq!(
        answer["parameters"],
        json!({"fieldName": "class_type", "value": "product"})
    );
    assert_eq!(
        world.refused("PUT /V1/taxClasses/2", &class("Goods", "CUSTOMER")),
        "Updating classType is not allowed."
    );
    let long = "n".repeat(NAME_LENGTH + 1);
    assert!(
        world
            .refused(post, &class(&long, "PRODUCT"))
            .contains("class_name")
    );
}

#[test]
fn what_is_used_stays() {
    let world = world();
    assert_eq!(
        world.refused("DELETE /V1/taxClasses/3", &Value::Null),
        "You cannot delete this tax class because it is used in existing customer group(s)."
    );
    assert_eq!(world.ok("DELETE /V1/taxClasses/2", &Value::Null), true);
    assert_eq!(world.admin("GET /V1/taxClasses/2", &Value::Null).0, 404);
}
