//! Groups, and what they mean for their customers.

use super::*;

fn group(code: &str) -> Value {
    json!({"group": {"code": code, "tax_class_id": 3}})
}

fn make(world: &World, code: &str) -> Value {
    let (status, made) = world.admin("POST /V1/customerGroups", &group(code));
    assert_eq!(status, 200, "{made}");
    made["id"].clone()
}

#[test]
fn new_customers_come_into_the_default_group_of_their_store() {
    let world = World::new();
    let id = make(&world, "VIP");
    assert_eq!(
        world
            .admin(
                &format!("PUT /V1/customerGroups/default/{id}"),
                &Value::Null
            )
            .0,
        200
    );
    let ada = json!({"customer": {"email": "a@example.com", "firstname": "A", "lastname": "L"}});
    let (_, made) = world.call(Caller::Guest, "POST /V1/customers", &ada);
    assert_eq!(made["group_id"], id);
}

#[test]
fn customers_of_a_group_that_goes_fall_back() {
    let world = World::new();
    let id = make(&world, "VIP");
    let mut ada = ada("a@example.com");
    ada["group_id"] = id.clone();
    world.create(ada).unwrap();
    let (status, _) = world.admin(&format!("DELETE /V1/customerGroups/{id}"), &Value::Null);
    assert_eq!(status, 200);
    let (_, found) = world.admin("GET /V1/customers/1", &Value::Null);
    assert_eq!(found["group_id"], 1);
}

#[test]
fn groups_that_everybody_may_fall_back_to_stay() {
    let world = World::new();
    for id in [0, 1] {
        let path = format!("DELETE /V1/customerGroups/{id}");
        assert_eq!(world.admin(&path, &Value::Null).0, 400);
    }
    let settings = Settings::new(world.db.clone());
    let path = "customer/create_account/default_group";
    settings.set_at("stores", 1, path, Some("2")).unwrap();
    let delete = |id: i64| {
        world
            .admin(&format!("DELETE /V1/customerGroups/{id}"), &Value::Null)
            .0
    };
    assert_eq!((delete(2), delete(3)), (400, 200));
}

#[test]
fn a_code_stands_once_and_is_cut_to_its_column() {
    let world = World::new();
    let id = make(&world, &"é".repeat(40));
    let (_, found) = world.admin(&format!("GET /V1/customerGroups/{id}"), &Value::Null);
    assert_eq!(found["code"], "é".repeat(32));
    let (status, again) = world.admin("POST /V1/customerGroups", &group("wholesale"));
    assert_eq!(
        (status, &again["message"]),
        (400, &json!("Customer Group already exists."))
    );
}

#[test]
fn the_path_names_the_group_whatever_else_the_body_has() {
    let world = World::new();
    let id = make(&world, "VIP");
    let mut body = group("Gold");
    body["other"] = json!({});
    body["group"]["id"] = json!(1);
    let (_, changed) = world.admin(&format!("PUT /V1/customerGroups/{id}"), &body);
    assert_eq!((&changed["id"], &changed["code"]), (&id, &json!("Gold")));
}

#[test]
fn a_group_that_there_is_not_has_no_customers() {
    let world = World::new();
    let refused = json!({"customer": {"email": "a@example.com", "firstname": "A",
        "lastname": "L", "group_id": 77}});
    let (status, answer) = world.admin("POST /V1/customers", &refused);
    let said = json!("The specified customer group id does not exist.");
    assert_eq!((status, &answer["message"]), (400, &said));
}

#[test]
fn searches_know_the_columns_names_too() {
    let world = World::new();
    let filter = "searchCriteria[filterGroups][0][filters][0]";
    for (field, value) in [
        ("code", "general"),
        ("customer_group_code", "General"),
        ("customer_group_id", "1"),
    ] {
        let path = format!(
            "GET /V1/customerGroups/search?{filter}[field]={field}&{filter}[value]={value}"
        );
        let (_, found) = world.admin(&path, &Value::Null);
        assert_eq!(found["items"][0]["id"], 1, "{field}: {found}");
        assert_eq!(
            found["search_criteria"]["filter_groups"][0]["filters"][0]["field"],
            field
        );
    }
}

#[test]
fn metadata_offers_what_there_is() {
    let world = World::new();
    make(&world, "VIP");
    let options = |path: &str| {
        let (_, found) = world.admin(&format!("GET /V1/attributeMetadata/{path}"), &Value::Null);
        found["options"].clone()
    };
    let groups = options("customer/attribute/group_id");
    assert_eq!(groups[3], json!({"label": "VIP", "value": "4"}));
    let countries = options("customerAddress/attribute/country_id");
    assert_eq!(countries[1], json!({"label": "Afghanistan", "value": "AF"}));
    assert_eq!(options("customer/attribute/email"), json!([]));
}

#[test]
fn a_store_from_before_there_were_groups_gets_them_once() {
    let world = World::new();
    let count = || world.db.read(|tx| crate::groups::GROUPS.count(tx)).unwrap();
    for id in 0..4 {
        world
            .db
            .write(move |tx| crate::groups::GROUPS.delete(tx, id))
            .unwrap();
    }
    assert_eq!(count(), 0);
    for _ in 0..2 {
        world.db.write(fill).unwrap();
        assert_eq!(count(), 4);
    }
}
