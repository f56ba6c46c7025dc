//! What products and categories have to do with one another: paths, places, who may change how they
//! look.

use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    })
}

fn custom(code: &str, value: &str) -> Value {
    json!([{"attribute_code": code, "value": value}])
}

fn product(sku: &str) -> Value {
    json!({"product": {"sku": sku, "name": sku, "price": 1, "attribute_set_id": 4}})
}

fn category(world: &World, name: &str, parent_id: i64) -> i64 {
    let sent = json!({"category": {"name": name, "parent_id": parent_id, "is_active": true}});
    world.ok("POST /V1/categories", &sent)["id"]
        .as_i64()
        .unwrap()
}

#[test]
fn products_and_categories_share_their_paths() {
    let world = world();
    let taken = "URL key for specified store already exists.";
    let top = category(&world, "Shirts", 2);
    assert_eq!(
        world.refused("POST /V1/products", &product("shirts")),
        taken
    );
    let inside = category(&world, "Hats", top);
    world.ok("POST /V1/products", &product("hats"));
    let sent = json!({"category": {"name": "Hats", "is_active": true}});
    let refused = world.refused("POST /V1/categories", &sent);
    assert_eq!(refused, format!("Could not save category: {taken}"));
    let move_up = format!("PUT /V1/categories/{inside}/move");
    assert_eq!(world.refused(&move_up, &json!({"parentId": 2})), taken);
    let hidden = json!({"product": {"visibility": 1}});
    world.ok("PUT /V1/products/hats", &hidden);
    world.ok(&move_up, &json!({"parentId": 2}));
}

#[test]
fn a_product_that_no_website_sells_has_no_path() {
    let world = world();
    let mut unsold = product("a");
    unsold["product"]["extension_attributes"] = json!({"website_ids": []});
    world.ok("POST /V1/products", &unsold);
    let mut same = product("b");
    same["product"]["custom_attributes"] = custom("url_key", "a");
    world.ok("POST /V1/products", &same);
    unsold["product"]["sku"] = json!("c");
    world.ok("POST /V1/products", &unsold);
}

/// The names of the categories right below one, with their places.
fn below(world: &World, id: i64) -> Vec<(String, i64)> {
    let tree = world.ok(
        &format!("GET /V1/categories?rootCategoryId={id}"),
        &Value::Null,
    );
    let children = tree["children_data"].as_array().unwrap().iter();
    let pair = |one: &Value| {
        let name = one["name"].as_str().unwrap().to_owned();
        (name, one["position"].as_i64().unwrap())
    };
    children.map(pair).collect()
}

#[test]
fn a_category_is_moved_behind_the_one_that_is_named() {
    let world = world();
    let top = category(&world, "Top", 2);
    let ids = ["A", "B", "C", "D"].map(|name| category(&world, name, top));
    let shift = |place: usize, after: Value| {
        let sent = json!({"parentId": top, "afterId": after});
        world.ok(&format!("PUT /V1/categories/{}/move", ids[place]), &sent);
        let names = below(&world, top).into_iter().map(|(name, _)| name);
        names.collect::<String>()
    };
    assert_eq!(shift(3, json!(0)), "DABC", "0 is the first place");
    assert_eq!(shift(2, json!(ids[3])), "DCAB");
    assert_eq!(shift(0, Value::Null), "DACB", "behind the youngest");
    assert_eq!(shift(1, json!(99_999)), "DBAC", "there is none as young");
    let places: Vec<i64> = below(&world, top).into_iter().map(|(_, at)| at).collect();
    assert_eq!(places, [1, 2, 3, 4]);
}

#[test]
fn a_list_of_one_category_has_the_order_of_its_places() {
    let world = world();
    let id = category(&world, "Places", 2);
    for (sku, position) in [("a", 3), ("b", 1), ("c", 2)] {
        world.ok("POST /V1/products", &product(sku));
        let link = json!({"sku": sku, "category_id": id.to_string(), "position": position});
        let route = format!("POST /V1/categories/{id}/products");
        world.ok(&route, &json!({"productLink": link}));
    }
    let listed = |category: &str, rest: &str| {
        let criteria = "searchCriteria[filterGroups][0][filters][0]";
        let route = format!(
            "GET /V1/products?{criteria}[field]=category_id&{criteria}[value]={category}\
             &{criteria}[conditionType]=in&searchCriteria[sortOrders][0][field]=position\
             &searchCriteria[sortOrders][0][direction]={rest}"
        );
        let found = world.ok(&route, &Value::Null);
        let items = found["items"].as_array().unwrap().iter();
        items
            .map(|one| one["sku"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(listed(&id.to_string(), "ASC"), "bca");
    assert_eq!(listed(&id.to_string(), "DESC"), "acb");
    let second = "ASC&searchCriteria[pageSize]=2&searchCriteria[currentPage]=2";
    assert_eq!(listed(&id.to_string(), second), "a");
    assert_eq!(listed(&format!("2,{id}"), "ASC"), "abc", "none is the one");
}

#[test]
fn how_things_look_is_a_right_of_its_own() {
    let world = world();
    world.ok("POST /V1/products", &product("a"));
    let id = category(&world, "C", 2);
    let catalog = ["Magento_Catalog::products", "Magento_Catalog::categories"];
    for (route, kind, refusal) in [
        (
            "PUT /V1/products/a".to_owned(),
            "product",
            "Not allowed to edit the product's design attributes",
        ),
        (
            format!("PUT /V1/categories/{id}"),
            "category",
            "Not allowed to edit the category's design attributes",
        ),
    ] {
        let sent = |value: &str| json!({kind: {"custom_attributes": custom("page_layout", value)}});
        let (status, answer) = world.call(&catalog, &route, &sent("1column"));
        assert_eq!((status, &answer["message"]), (401, &json!(refusal)));
        world.ok(&route, &sent("1column"));
        for same in ["1column", ""] {
            assert_eq!(world.call(&catalog, &route, &sent(same)).0, 200, "{same}");
        }
    }
    let mut fresh = product("b");
    fresh["product"]["custom_attributes"] = custom("options_container", "container2");
    let (status, _) = world.call(&catalog, "POST /V1/products", &fresh);
    assert_eq!(status, 200, "it is what a product has anyway");
    let both = [
        catalog.as_slice(),
        &["Magento_Catalog::edit_product_design"],
    ]
    .concat();
    fresh["product"]["custom_attributes"] = custom("options_container", "container1");
    assert_eq!(world.call(&catalog, "POST /V1/products", &fresh).0, 401);
    assert_eq!(world.call(&both, "POST /V1/products", &fresh).0, 200);
}

#[test]
fn a_layout_is_not_changed_by_texts_and_files() {
    let world = world();
    world.ok("POST /V1/products", &product("a"));
    let id = category(&world, "C", 2);
    for (code, value, refusal) in [
        (
            "custom_layout_update",
            "<body/>",
            "Custom layout update text cannot be changed, only removed",
        ),
        (
            "custom_layout_update_file",
            "x",
            "Selected layout update is not available",
        ),
    ] {
        let attributes = custom(code, value);
        let sent = json!({"product": {"custom_attributes": attributes}});
        assert_eq!(world.refused("PUT /V1/products/a", &sent), refusal);
        let sent = json!({"category": {"custom_attributes": attributes}});
        assert_eq!(
            world.refused(&format!("PUT /V1/categories/{id}"), &sent),
            format!("Could not save category: {refusal}")
        );
    }
    let none = custom("custom_layout_update_file", "__no_update__");
    let sent = json!({"product": {"custom_attributes": none}});
    let saved = world.ok("PUT /V1/products/a", &sent);
    assert!(!saved.to_string().contains("custom_layout_update_file"));
}

#[test]
fn what_has_no_id_is_said_to_have_none() {
    let world = world();
    world.ok("POST /V1/products", &product("a"));
    let path = "/V1/products/attributes/color/options/0";
    let label = json!({"option": {"label": "Red"}});
    assert_eq!(
        world.refused(&format!("PUT {path}"), &label),
        "The option id is empty. Enter the value and try again."
    );
    assert_eq!(
        world.refused(&format!("DELETE {path}"), &Value::Null),
        "Invalid option id 0"
    );
    let option = json!({"product_sku": "a", "option_id": 99, "title": "T", "type": "field",
        "price_type": "fixed"});
    for (route, sent) in [
        ("PUT /V1/products/options/99", json!({"option": option})),
        (
            "PUT /V1/products/a",
            json!({"product": {"options": [option]}}),
        ),
    ] {
        let (status, answer) = world.admin(route, &sent);
        assert_eq!(
            (status, answer),
            (404, json!({"message": "No such entity."}))
        );
    }
    let link = json!({"productWebsiteLink": {"sku": "a", "website_id": 99}});
    let (status, answer) = world.admin("POST /V1/products/a/websites", &link);
    assert_eq!((status, &answer["parameters"]), (400, &json!(["1", 99])));
}

#[test]
fn lists_show_what_products_consist_of() {
    let world = world();
    for kind in ["configurable", "downloadable"] {
        let mut sent = product(kind);
        sent["product"]["type_id"] = json!(kind);
        world.ok("POST /V1/products", &sent);
    }
    let found = world.ok("GET /V1/products?searchCriteria[pageSize]=9", &Value::Null);
    let names = |place: usize| -> Vec<String> {
        let shown = &found["items"][place]["extension_attributes"];
        shown.as_object().unwrap().keys().cloned().collect()
    };
    let (chosen, loaded) = (
        ["configurable_product_options", "configurable_product_links"],
        ["downloadable_product_links", "downloadable_product_samples"],
    );
    assert_eq!(names(0), [&["website_ids"][..], &chosen].concat());
    assert_eq!(names(1), [&["website_ids"][..], &loaded].concat());
}

#[test]
fn a_new_key_changes_the_paths_below() {
    let world = world();
    let top = category(&world, "Top", 2);
    let below = category(&world, "Below", top);
    let sent = json!({"category": {"custom_attributes": custom("url_key", "new")}});
    let path = |scope: &str| {
        let read = world.ok(&format!("GET {scope}/V1/categories/{below}"), &Value::Null);
        let all = read["custom_attributes"].as_array().unwrap().clone();
        let found = all
            .into_iter()
            .find(|one| one["attribute_code"] == "url_path");
        found.unwrap()["value"].clone()
    };
    world.ok(&format!("PUT /default/V1/categories/{top}"), &sent);
    assert_eq!(
        (path("/default"), path("/all")),
        (json!("new/below"), json!("top/below"))
    );
    world.ok(&format!("PUT /all/V1/categories/{top}"), &sent);
    assert_eq!(path("/all"), "new/below");
}
