use ferrite_webapi::extension::Providers;
use ferrite_webapi::testing::World;
use serde_json::{Value, json};

use ferrite_images::{SIZES, Size};

use super::rows::ENTRIES;
use super::served::{SMALLER, picture};
use super::{FILES, Picture};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn world() -> World {
    let tables = [ferrite_tax::tables(), crate::tables()].concat();
    let world = World::new(tables, crate::install, |routes| {
        crate::routes(routes, Providers::default());
    });
    world.ok("POST /V1/products", &product(&json!({})));
    world
}

fn product(change: &Value) -> Value {
    let mut product = json!({"sku": "a", "name": "a", "price": 1, "attribute_set_id": 4});
    for (field, value) in change.as_object().unwrap() {
        product[field] = value.clone();
    }
    json!({"product": product})
}

fn entry(name: &str, types: &Value) -> Value {
    json!({"media_type": "image", "label": name, "position": 1, "disabled": false, "types": types,
        "content": {"base64_encoded_data": PNG, "type": "image/png", "name": name}})
}

fn held(world: &World) -> (i64, i64) {
    let counted = world
        .db
        .read(|tx| Ok::<_, ferrite_base::Fault>((ENTRIES.count(tx)?, FILES.count(tx)?)));
    counted.unwrap()
}

const PATH: &str = "/V1/products/a/media";

#[test]
fn the_first_image_has_all_roles_and_names_do_not_meet() {
    let world = world();
    for _ in 0..2 {
        world.ok(
            &format!("POST {PATH}"),
            &json!({"entry": entry("Front.PNG", &json!([]))}),
        );
    }
    let all = world.ok(&format!("GET {PATH}"), &Value::Null);
    assert_eq!(all[0]["types"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&all[0]["file"], &all[1]["file"]),
        (&json!("/f/r/front.png"), &json!("/f/r/front_1.png"))
    );
    assert_eq!(
        (&all[1]["types"], &all[1]["content"]["base64_encoded_data"]),
        (&json!([]), &json!(PNG))
    );
}

#[test]
fn a_role_is_of_one_image_and_goes_with_it() {
    let world = world();
    let first = world.ok(
        &format!("POST {PATH}"),
        &json!({"entry": entry("one.png", &json!(["image", "thumbnail"]))}),
    );
    world.ok(
        &format!("POST {PATH}"),
        &json!({"entry": entry("two.png", &json!(["image"]))}),
    );
    let types = || {
        let all = world.ok(&format!("GET {PATH}"), &Value::Null);
        all.as_array()
            .unwrap()
            .iter()
            .map(|one| one["types"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(), [json!(["thumbnail"]), json!(["image"])]);
    world.ok(
        &format!("DELETE {PATH}/{}", first.as_str().unwrap()),
        &Value::Null,
    );
    let read = world.ok("GET /V1/products/a", &Value::Null);
    let value = |code: &str| {
        let all = read["custom_attributes"].as_array().unwrap();
        all.iter()
            .find(|one| one["attribute_code"] == code)
            .map(|one| one["value"].clone())
    };
    assert_eq!(value("thumbnail"), Some(json!("no_selection")));
    assert_eq!(value("thumbnail_label"), Some(json!("one.png")));
    assert_eq!((types(), held(&world)), (vec![json!(["image"])], (1, 1)));
}

#[test]
fn a_wrong_image_leaves_nothing_of_its_payload() {
    let world = world();
    let wrong = json!({"media_type": "image", "types": [], "content": {"base64_encoded_data": "AAAA", "type": "image/png", "name": "x.png"}});
    let both = product(&json!({"media_gallery_entries": [entry("one.png", &json!([])), wrong]}));
    assert!(
        world
            .refused("PUT /V1/products/a", &both)
            .starts_with("The image content must be valid")
    );
    assert_eq!(held(&world), (0, 0));
    let none = product(&json!({"media_gallery_entries": [{"media_type": "image"}]}));
    assert!(
        world
            .refused("PUT /V1/products/a", &none)
            .starts_with("The image content is invalid")
    );
}

#[test]
fn images_go_with_their_product_and_a_new_file_takes_the_roles() {
    let world = world();
    let id = world.ok(
        &format!("POST {PATH}"),
        &json!({"entry": entry("one.png", &json!([]))}),
    );
    let id: i64 = id.as_str().unwrap().parse().unwrap();
    let mut other = entry("two.png", &json!(["image"]));
    other["id"] = json!(id);
    world.ok(&format!("PUT {PATH}/{id}"), &json!({"entry": other}));
    let read = world.ok(&format!("GET {PATH}/{id}"), &Value::Null);
    assert_eq!(
        (&read["file"], &read["types"]),
        (&json!("/t/w/two.png"), &json!(["image"]))
    );
    assert_eq!(held(&world), (1, 1));
    world.ok("DELETE /V1/products/a", &Value::Null);
    assert_eq!(held(&world), (0, 0));
}

#[test]
fn a_video_says_what_it_is() {
    let world = world();
    let mut video = entry("v.png", &json!([]));
    video["media_type"] = json!("external-video");
    let content = json!({"media_type": "external-video", "video_provider": "youtube", "video_url": "https://example.com/v",
        "video_title": "V", "video_description": "", "video_metadata": ""});
    video["extension_attributes"] = json!({"video_content": content});
    world.ok(&format!("POST {PATH}"), &json!({"entry": video}));
    let all = world.ok(&format!("GET {PATH}"), &Value::Null);
    assert_eq!(all[0]["extension_attributes"]["video_content"], content);
}

#[test]
fn an_entry_is_an_image_or_a_video() {
    let world = world();
    for kind in [Value::Null, json!("weird")] {
        let mut wrong = entry("v.png", &json!([]));
        wrong["media_type"] = kind;
        let refusal = "There is no MediaGalleryEntryConverter for given type";
        let sent = json!({"entry": wrong});
        assert_eq!(world.refused(&format!("POST {PATH}"), &sent), refusal);
        let payload = product(&json!({"media_gallery_entries": [wrong]}));
        assert_eq!(world.refused("PUT /V1/products/a", &payload), refusal);
    }
    assert_eq!(held(&world), (0, 0));
}

#[test]
fn a_wrong_picture_of_a_change_is_said_of_the_product() {
    let world = world();
    let first = json!({"entry": entry("one.png", &json!([]))});
    let id = world.ok(&format!("POST {PATH}"), &first);
    let id: i64 = id.as_str().unwrap().parse().unwrap();
    let mut wrong = entry("two.png", &json!([]));
    wrong["id"] = json!(id);
    wrong["content"]["base64_encoded_data"] = json!("AAAA");
    let refused = world.refused(&format!("PUT {PATH}/{id}"), &json!({"entry": wrong}));
    assert_eq!(refused, "The product can't be saved.");
}

#[test]
fn only_videos_say_what_they_are() {
    let world = world();
    let mut image = entry("one.png", &json!([]));
    image["extension_attributes"] =
        json!({"video_content": {"video_url": "https://example.com/v"}});
    world.ok(&format!("POST {PATH}"), &json!({"entry": image}));
    image["media_type"] = json!("external-video");
    image["extension_attributes"] = Value::Null;
    world.ok(&format!("POST {PATH}"), &json!({"entry": image}));
    let all = world.ok(&format!("GET {PATH}"), &Value::Null);
    assert!(all[0].get("extension_attributes").is_none());
    let content = &all[1]["extension_attributes"]["video_content"];
    assert_eq!(content["media_type"], "external-video");
    assert!(content["video_url"].is_null());
}

fn found(world: &World, address: &str) -> Option<Picture> {
    picture(&world.db, address).unwrap()
}

/// The sides of a PNG.
fn sides(bytes: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn an_image_is_found_at_its_address_and_in_the_sizes_that_there_are() {
    let world = world();
    let sent = json!({"entry": entry("one.png", &json!([]))});
    let id = world.ok(&format!("POST {PATH}"), &sent);
    let whole = found(&world, "catalog/product/o/n/one.png").unwrap();
    assert_eq!(
        (whole.media_type, sides(&whole.bytes)),
        ("image/png", (1, 1))
    );
    assert_eq!(whole.stored_at.unwrap().as_str(), "2027-01-15 08:00:00");
    for size in SIZES {
        let address = size.address("/o/n/one.png");
        let made = found(&world, &address).unwrap();
        let wanted = (u32::from(size.width), u32::from(size.height));
        assert_eq!((made.media_type, sides(&made.bytes)), ("image/png", wanted));
        let kept = found(&world, &address).unwrap();
        assert_eq!((kept.bytes, kept.digest), (made.bytes, made.digest));
    }
    let smaller = || world.db.read(|tx| SMALLER.count(tx)).unwrap();
    assert_eq!(smaller(), i64::try_from(SIZES.len()).unwrap());
    let id = id.as_str().unwrap();
    world.ok(&format!("DELETE {PATH}/{id}"), &Value::Null);
    assert_eq!(smaller(), 0);
    assert!(found(&world, &Size::THUMBNAIL.address("/o/n/one.png")).is_none());
    assert_eq!(smaller(), 0);
}

#[test]
fn nothing_else_is_found() {
    let world = world();
    let sent = json!({"entry": entry("one.png", &json!([]))});
    world.ok(&format!("POST {PATH}"), &sent);
    let code = Size::THUMBNAIL.code();
    for address in [
        String::new(),
        "catalog/product".to_owned(),
        "catalog/product/".to_owned(),
        "catalog/product/o/n".to_owned(),
        "catalog/product/O/N/ONE.PNG".to_owned(),
        "catalog/product/o/n/one.png/".to_owned(),
        "catalog/product//o/n/one.png".to_owned(),
        "catalog/product/../product/o/n/one.png".to_owned(),
        "catalog/product/o/n/one%2epng".to_owned(),
        "catalog/product/o/n/one.png\0".to_owned(),
        "downloadable/o/n/one.png".to_owned(),
        "/o/n/one.png".to_owned(),
        "catalog/product/cache/o/n/one.png".to_owned(),
        "catalog/product/cache/9999x9999/o/n/one.png".to_owned(),
        format!("catalog/product/cache/{}/o/n/one.png", "0".repeat(32)),
        format!("catalog/product/cache/{code}/o/n/two.png"),
        format!("catalog/product/cache/{code}//o/n/one.png"),
        format!("catalog/product/cache/{code}"),
        format!("catalog/product/cache/{}/o/n/one.png", code.to_uppercase()),
        format!("catalog/product/cache/{code}/cache/{code}/o/n/one.png"),
    ] {
        assert!(found(&world, &address).is_none(), "{address}");
    }
}

#[test]
fn images_that_are_shown_of_a_product_are_there() {
    let world = world();
    let sent = json!({"entry": entry("one.png", &json!(["image", "thumbnail"]))});
    world.ok(&format!("POST {PATH}"), &sent);
    let roles = json!([{"attribute_code": "small_image", "value": "/n/o/nothing.png"}]);
    let named = product(&json!({"custom_attributes": roles}));
    world.ok("PUT /V1/products/a", &named);
    let route = "GET /V1/products-render-info?searchCriteria=&storeId=1&currencyCode=USD";
    let shown = world.ok(route, &Value::Null);
    let images = shown["items"][0]["images"].as_array().unwrap();
    assert_eq!(images.len(), 2, "{shown}");
    for image in images {
        let url = image["url"].as_str().unwrap();
        let address = url.strip_prefix("http://store.test/media/").unwrap();
        let there = found(&world, address).unwrap();
        let (width, height) = sides(&there.bytes);
        assert_eq!(
            (&image["width"], &image["height"]),
            (&json!(width), &json!(height))
        );
    }
}

#[test]
fn a_file_is_named_as_an_image() {
    let world = world();
    let sent = |name: &str| json!({"entry": entry(name, &json!([]))});
    for name in ["x.php", "x.png.phtml", "x.svg", "x.png\u{202e}gpj"] {
        let said = world.refused(&format!("POST {PATH}"), &sent(name));
        assert!(
            said.starts_with("The image type for the file"),
            "{name}: {said}"
        );
    }
    for name in ["../../x.png", "a/b.png", "a\\b.png", "a:b.png", ""] {
        let said = world.refused(&format!("POST {PATH}"), &sent(name));
        assert!(said.contains("forbidden characters"), "{name}: {said}");
    }
    let long = "l".repeat(300);
    for (name, path) in [
        ("CON", "/c/o/con.png"),
        (".htaccess", "/_/h/_htaccess.png"),
        ("..", "/_/_/__.png"),
        ("x.php.JPEG", "/x/_/x_php.jpeg"),
        (long.as_str(), &format!("/l/l/{}.png", "l".repeat(90))),
    ] {
        world.ok(&format!("POST {PATH}"), &sent(name));
        assert!(
            found(&world, &format!("catalog/product{path}")).is_some(),
            "{name}"
        );
    }
}

#[test]
fn what_does_not_decode_is_refused_and_leaves_nothing() {
    let world = world();
    // 60,000 pixels each way, and a file that ends in the middle.
    let huge = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAYAAACA0nVCAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    for (data, said) in [(huge, "larger than"), (&PNG[..64], "must be valid base64")] {
        let mut wrong = entry("x.png", &json!([]));
        wrong["content"]["base64_encoded_data"] = json!(data);
        let alone = world.refused(&format!("POST {PATH}"), &json!({"entry": wrong}));
        assert!(alone.contains(said), "{alone}");
        let both = json!({"media_gallery_entries": [entry("y.png", &json!([])), wrong]});
        let whole = world.refused("PUT /V1/products/a", &product(&both));
        assert!(whole.contains(said), "{whole}");
        assert_eq!(held(&world), (0, 0));
    }
}

#[test]
fn an_entry_without_a_place_comes_last_and_one_without_roles_has_none() {
    let world = world();
    for (name, position) in [("one.png", Value::Null), ("two.png", json!(4))] {
        let mut sent = entry(name, &json!(["image"]));
        sent["position"] = position;
        world.ok(&format!("POST {PATH}"), &json!({"entry": sent}));
    }
    let shown = || {
        let all = world.ok(&format!("GET {PATH}"), &Value::Null);
        let one = |one: &Value| {
            (
                one["label"].clone(),
                one["position"].clone(),
                one["types"].clone(),
            )
        };
        all.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let (one, two) = (json!("one.png"), json!("two.png"));
    assert_eq!(
        shown(),
        [
            (two.clone(), json!(4), json!(["image"])),
            (one.clone(), json!(5), json!([]))
        ]
    );
    let change = json!({"entry": {"id": 2, "media_type": "image", "position": 9}});
    world.ok(&format!("PUT {PATH}/2"), &change);
    assert_eq!(
        shown(),
        [(two, json!(9), json!([])), (one, json!(10), json!([]))]
    );
}
