use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use super::FILES;

const PATH: &str = "/V1/products/d/downloadable-links";

fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let world = World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    for sku in ["d", "e"] {
        let product = json!({"sku": sku, "name": sku, "price": 4, "attribute_set_id": 4, "type_id": "downloadable",
            "custom_attributes": [{"attribute_code": "links_title", "value": "L"}, {"attribute_code": "samples_title", "value": "S"},
                {"attribute_code": "links_purchased_separately", "value": "0"}]});
        world.ok("POST /V1/products", &json!({"product": product}));
    }
    world
}

fn file(name: &str) -> Value {
    json!({"file_data": "aGVsbG8=", "name": name})
}

fn link(change: &[(&str, Value)]) -> Value {
    let mut link = json!({"title": "L", "link_type": "file", "link_file_content": file("a.txt"),
        "price": 2, "number_of_downloads": 0, "sort_order": 1});
    for (field, value) in change {
        link[*field] = value.clone();
    }
    json!({"link": link})
}

fn files(world: &World) -> i64 {
    world
        .db
        .read(|tx| Ok::<_, ferrite_base::Fault>(FILES.count(tx)?))
        .unwrap()
}

#[test]
fn files_come_and_go_with_what_they_belong_to() {
    let world = world();
    let both = link(&[
        ("sample_type", json!("file")),
        ("sample_file_content", file("b.txt")),
    ]);
    let id = world.ok(&format!("POST {PATH}"), &both);
    assert_eq!(files(&world), 2);
    let held = world.ok(&format!("GET {PATH}"), &Value::Null)[0].clone();
    // What is kept already can be named by its path; the sample is not named any more.
    let kept = link(&[
        ("id", id.clone()),
        ("link_file_content", Value::Null),
        ("link_file", held["link_file"].clone()),
    ]);
    world.ok(&format!("PUT {PATH}/{id}"), &kept);
    assert_eq!(files(&world), 1);
    world.ok("DELETE /V1/products/d", &Value::Null);
    assert_eq!(files(&world), 0);
}

#[test]
fn addresses_are_those_of_the_shop() {
    let world = world();
    let url = |url: &str| link(&[("link_type", json!("url")), ("link_url", json!(url))]);
    world.ok(&format!("POST {PATH}"), &url("https://store.test/x.zip"));
    let refused = world.refused(
        &format!("POST {PATH}"),
        &url("http://store.test@evil.test/x.zip"),
    );
    assert!(refused.contains("downloadable_domains"), "{refused}");
    assert_eq!(
        world.ok(&format!("GET {PATH}"), &Value::Null)[0]["link_url"],
        "https://store.test/x.zip"
    );
}

#[test]
fn a_link_of_another_product_is_not_touched() {
    let world = world();
    let id = world.ok(&format!("POST {PATH}"), &link(&[]));
    let other = link(&[("id", id.clone())]);
    let refused = world.refused(
        &format!("PUT /V1/products/e/downloadable-links/{id}"),
        &other,
    );
    assert!(
        refused.contains("isn't related to the product"),
        "{refused}"
    );
    assert_eq!(files(&world), 1);
}

#[test]
fn what_is_wrong_leaves_no_file() {
    let world = world();
    for change in [
        ("title", json!("")),
        ("sample_type", json!("file")),
        ("sample_type", json!("weird")),
        ("price", json!(-1)),
    ] {
        world.refused(&format!("POST {PATH}"), &link(&[change]));
    }
    let sample = json!({"sample": {"title": "", "sort_order": 1, "sample_type": "file", "sample_file_content": file("s.txt")}});
    world.refused(&format!("POST {PATH}/samples"), &sample);
    assert_eq!(files(&world), 0);
}

#[test]
fn a_payload_replaces_both_lists() {
    let world = world();
    let sample = json!({"title": "S", "sort_order": 1, "sample_type": "file", "sample_file_content": file("s.txt")});
    let put = |links: Value, samples: Value| {
        let extension =
            json!({"downloadable_product_links": links, "downloadable_product_samples": samples});
        world.ok(
            "PUT /V1/products/d",
            &json!({"product": {"extension_attributes": extension}}),
        )
    };
    let made = put(json!([link(&[])["link"]]), json!([sample]));
    assert_eq!(
        made["extension_attributes"]["downloadable_product_samples"][0]["title"],
        "S"
    );
    let emptied = put(json!([]), json!([]));
    assert_eq!(
        emptied["extension_attributes"]["downloadable_product_links"],
        json!([])
    );
    assert_eq!(files(&world), 0);
}

#[test]
fn numbers_of_a_link_are_wanted() {
    let world = world();
    for (field, refusal) in [
        ("price", "Link price must have numeric positive value."),
        (
            "number_of_downloads",
            "Number of downloads must be a positive integer.",
        ),
        ("sort_order", "Sort order must be a positive integer."),
    ] {
        let sent = link(&[(field, Value::Null)]);
        assert_eq!(world.refused(&format!("POST {PATH}"), &sent), refusal);
    }
    let sample =
        json!({"sample": {"title": "S", "sample_type": "file", "sample_file_content": file("s")}});
    assert_eq!(
        world.refused(&format!("POST {PATH}/samples"), &sample),
        "Sort order must be a positive integer."
    );
}

#[test]
fn a_change_keeps_the_title_unless_it_counts_everywhere() {
    let world = world();
    let id = world.ok(&format!("POST {PATH}"), &link(&[]));
    let mut untitled = link(&[
        ("id", id.clone()),
        ("title", Value::Null),
        ("price", json!(9)),
    ]);
    untitled["isGlobalScopeContent"] = json!(false);
    let put = format!("PUT {PATH}/{id}");
    assert_eq!(world.ok(&put, &untitled), id);
    let held = world.ok(&format!("GET {PATH}"), &Value::Null)[0].clone();
    assert_eq!((&held["title"], &held["price"]), (&json!("L"), &json!(9)));
    untitled["isGlobalScopeContent"] = json!(true);
    assert!(
        world
            .refused(&put, &untitled)
            .starts_with("The link title is empty")
    );
}

#[test]
fn a_change_looks_for_the_link_before_the_type() {
    let world = world();
    let product = json!({"sku": "s", "name": "s", "price": 1, "attribute_set_id": 4});
    world.ok("POST /V1/products", &json!({"product": product}));
    let id = world.ok(&format!("POST {PATH}"), &link(&[]));
    let path = "/V1/products/s/downloadable-links";
    let of_other = world.refused(&format!("PUT {path}/{id}"), &link(&[("id", id.clone())]));
    assert!(of_other.contains("isn't related"), "{of_other}");
    let none = world.admin(&format!("PUT {path}/99"), &link(&[("id", json!(99))]));
    assert_eq!(none.0, 404);
    let added = world.refused(&format!("POST {path}"), &link(&[]));
    assert!(
        added.contains("needs to be the downloadable type"),
        "{added}"
    );
}
