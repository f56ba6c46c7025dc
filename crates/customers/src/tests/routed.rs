//! Routes as callers meet them.

use super::*;

fn me(body: Value) -> Value {
    let mut customer = json!({"email": "a@example.com", "firstname": "A", "lastname": "B"});
    let more = body.as_object().cloned().unwrap_or_default();
    customer.as_object_mut().unwrap().extend(more);
    json!({ "customer": customer })
}

#[test]
fn a_customer_changes_nobody_else() {
    let world = World::new();
    let own = world.create(ada("a@example.com")).unwrap()["id"].clone();
    let other = world.create(ada("b@example.com")).unwrap()["id"].clone();
    let caller = || customer(own.as_i64().unwrap());
    for body in [
        json!({"id": other}),
        json!({"Id": other}),
        json!({"id": own, "Id": other}),
        json!({"Id": own, "id": other}),
    ] {
        let (status, answer) = world.call(caller(), "PUT /V1/customers/me", &me(body));
        assert_eq!((status, &answer["id"]), (200, &own));
    }
    let row = world.db.read(|tx| CUSTOMERS.get(tx, 2)).unwrap().unwrap();
    assert_eq!(row.text("email"), "b@example.com");
}

#[test]
fn a_customer_keeps_group_and_website() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let chosen = json!({"group_id": 3, "websiteId": 0, "store_id": 0, "disableAutoGroupChange": 1});
    let caller = customer(1);
    let (_, answer) = world.call(caller, "PUT /V1/customers/me", &me(chosen));
    for (field, kept) in [
        ("group_id", 1),
        ("website_id", 1),
        ("store_id", 1),
        ("disable_auto_group_change", 0),
    ] {
        assert_eq!(answer[field], kept, "{field}");
    }
}

#[test]
fn a_default_address_is_one_of_the_customers_own() {
    let world = World::new();
    let own = world.create(ada("a@example.com")).unwrap()["addresses"][0]["id"].clone();
    let other = world.create(ada("b@example.com")).unwrap()["addresses"][0]["id"].clone();
    let save = |id: &Value| {
        let sent = me(json!({"default_shipping": id.to_string()}));
        world.call(customer(1), "PUT /V1/customers/me", &sent)
    };
    let (status, answer) = save(&other);
    assert_eq!(
        (status, &answer["parameters"]["fieldName"]),
        (400, &json!("default_shipping"))
    );
    assert_eq!(save(&own).1["default_shipping"], own.to_string());
    let (_, answer) = world.admin("GET /V1/customers/1/shippingAddress", &Value::Null);
    assert_eq!(answer["id"], own);
}

#[test]
fn the_path_says_whom_an_admin_changes() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let (status, answer) = world.admin("PUT /V1/customers/abc", &me(json!({"id": 1})));
    assert_eq!(status, 400, "{answer}");
    let (status, answer) = world.admin("PUT /V1/customers/7", &me(json!({"id": 1})));
    assert_eq!(
        (status, &answer["parameters"]["fieldValue"]),
        (404, &json!(7))
    );
}

#[test]
fn what_does_not_fit_its_column_is_refused() {
    let world = World::new();
    let long = format!("{}@{}de", "q".repeat(60), "x.".repeat(100));
    for (field, value) in [("email", long.as_str()), ("created_at", "x"), ("dob", "x")] {
        let (status, answer) = world.admin("POST /V1/customers", &me(json!({ field: value })));
        assert_eq!(status, 400, "{field}: {answer}");
    }
}

#[test]
fn an_account_counts_in_its_website_alone() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let own = world.call(customer(1), "GET /V1/customers/me", &Value::Null);
    assert_eq!(own.0, 200);
    let elsewhere = Caller::Customer {
        id: 1,
        website_id: Some(2),
    };
    let (status, answer) = world.call(elsewhere, "GET /V1/customers/me", &Value::Null);
    assert_eq!(
        (status, &answer["parameters"]["resources"]),
        (401, &json!("self"))
    );
    let admin_scope = world.call(customer(1), "GET /all/V1/customers/me", &Value::Null);
    assert_eq!(admin_scope.0, 401);
}

#[test]
fn null_takes_away_what_may_be_missing() {
    let world = World::new();
    world.create(ada("a@example.com")).unwrap();
    let sent = json!({"customer": {"email": "a@example.com", "dob": null}});
    let (status, changed) = world.admin("PUT /V1/customers/1", &sent);
    assert_eq!((status, changed.get("dob")), (200, None));
    let sent = json!({"customer": {"email": "a@example.com", "store_id": 77}});
    assert_eq!(world.admin("PUT /V1/customers/1", &sent).0, 404);
}

#[test]
fn an_address_that_is_there_is_checked_with_what_it_keeps() {
    let world = World::new();
    let made = world.create(ada("a@example.com")).unwrap();
    let address = json!({"id": made["addresses"][0]["id"], "city": "Dallas"});
    let put = |address: &Value| {
        let sent = json!({"customer": {"email": "a@example.com", "addresses": [address]}});
        world.admin("PUT /V1/customers/1", &sent)
    };
    let (status, changed) = put(&address);
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["addresses"][0]["city"], "Dallas");
    assert_eq!(changed["addresses"][0]["postcode"], "78701");
    let mut stateless = address;
    stateless["region"] = json!({"region": "Somewhere"});
    let (status, refused) = put(&stateless);
    assert_eq!(
        (status, &refused["parameters"]["fieldName"]),
        (400, &json!("regionId"))
    );
}

#[test]
fn a_group_excludes_websites_that_there_are() {
    let world = World::new();
    let sent = json!({"group": {"code": "VIP", "tax_class_id": 0,
        "extension_attributes": {"exclude_website_ids": [9]}}});
    assert_eq!(world.admin("POST /V1/customerGroups", &sent).0, 404);
}

#[test]
fn searches_by_the_billing_address_follow_it() {
    let world = World::new();
    let made = world.create(ada("a@example.com")).unwrap();
    let found = || {
        let filter = "searchCriteria[filter_groups][0][filters][0]";
        let query = format!("{filter}[field]=billing_postcode&{filter}[value]=78701");
        let route = format!("GET /V1/customers/search?{query}");
        world.admin(&route, &Value::Null).1["total_count"].clone()
    };
    assert_eq!(found(), 1);
    let route = format!("DELETE /V1/addresses/{}", made["addresses"][0]["id"]);
    assert_eq!(world.admin(&route, &Value::Null), (200, json!(true)));
    assert_eq!(found(), 0);
}

#[test]
fn shared_accounts_have_one_address_of_mail_in_all_websites() {
    let world = World::new();
    let second = world.db.write(|tx| {
        let mut site = ferrite_settings::WEBSITES.get(tx, 1)?.unwrap();
        (site.code, site.id) = ("second".to_owned(), 0);
        ferrite_settings::WEBSITES.insert(tx, &mut site)?;
        tx.raise_generation();
        Ok::<_, Fault>(site.id)
    });
    let second = second.unwrap();
    let settings = Settings::new(world.db.clone());
    let share = |value: &str| settings.set("customer/account_share/scope", Some(value));
    let create = |email: &str, website_id: i64| {
        let sent = json!({"customer": {"email": email, "firstname": "A", "lastname": "L",
            "website_id": website_id}});
        world.admin("POST /V1/customers", &sent).0
    };
    assert_eq!(create("a@example.com", 1), 200);
    assert_eq!(create("a@example.com", second), 200);
    share("0").unwrap();
    assert_eq!(create("b@example.com", 1), 200);
    assert_eq!(create("B@example.com", second), 400);
}
