//! Images of products, as a shop's pages and browsers ask for them.

use ferrite_testkit::{Answer, Store};
use serde_json::{Value, json};

use crate::support::{Project, Server};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// Stores a product with an image; its address.
fn with_image(server: &Server) -> String {
    let admin = server.sign_in(Store::ADMIN, Store::PASSWORD).unwrap();
    let content = json!({"base64_encoded_data": PNG, "type": "image/png", "name": "front.png"});
    let entry = json!({"media_type": "image", "label": "F", "position": 1, "disabled": false,
        "types": ["small_image"], "content": content});
    let product = json!({"sku": "a", "name": "A", "price": 1, "attribute_set_id": 4,
        "media_gallery_entries": [entry]});
    let body = json!({"product": product}).to_string();
    let answer = server.ask("POST", "/rest/V1/products", &admin, &body);
    let product: Value = serde_json::from_slice(&answer.body).unwrap();
    let file = product["media_gallery_entries"][0]["file"].as_str();
    format!("/media/catalog/product{}", file.unwrap())
}

/// What a head says under a name.
fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let mut lines = answer.head.lines();
    lines.find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[test]
fn an_image_is_served_and_kept_by_who_has_it() {
    let project = Project::installed();
    let server = project.serve();
    let address = with_image(&server);
    let whole = server.ask("GET", &address, "", "");
    assert_eq!(
        (whole.status, whole.body.get(1..4)),
        (200, Some(&b"PNG"[..]))
    );
    for (name, value) in [
        ("Content-Type", "image/png"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ("Cache-Control", "public, max-age=3600"),
    ] {
        assert_eq!(header(&whole, name), Some(value), "{name}");
    }
    assert!(header(&whole, "Last-Modified").is_some_and(|at| at.ends_with(" GMT")));
    let known = format!("If-None-Match: {}\r\n", header(&whole, "ETag").unwrap());
    let again = server.ask("GET", &format!("/pub{address}"), &known, "");
    assert_eq!((again.status, again.body.len()), (304, 0));
    let part = server.ask("GET", &address, "Range: bytes=1-3\r\n", "");
    assert_eq!((part.status, part.body.as_slice()), (206, &b"PNG"[..]));
    let range = format!("bytes 1-3/{}", whole.body.len());
    assert_eq!(header(&part, "Content-Range"), Some(range.as_str()));
    let written = server.ask("PUT", &address, "", "");
    assert_eq!(
        (written.status, header(&written, "Allow")),
        (405, Some("GET, HEAD"))
    );
    for missing in [
        "/media/",
        "/media/../app/etc/env.php",
        "/media/%2e%2e/app/etc/env.php",
        "/media//etc/passwd",
        "/media/downloadable/f/r/front.png",
        &format!("{address}?width=9999").replace("front", "back"),
    ] {
        let answer = server.ask("GET", missing, "", "");
        assert_eq!(answer.status, 404, "{missing}");
        assert_eq!(
            header(&answer, "Content-Type"),
            Some("text/plain; charset=utf-8")
        );
    }
}

#[test]
fn a_page_that_shows_products_finds_their_images() {
    let project = Project::installed();
    let server = project.serve();
    with_image(&server);
    let route = "/rest/V1/products-render-info?searchCriteria=&storeId=1&currencyCode=USD";
    let shown = server.ask("GET", route, "", "");
    let shown: Value = serde_json::from_slice(&shown.body).unwrap();
    let images = shown["items"][0]["images"].as_array().unwrap();
    assert_eq!(images.len(), 4);
    for image in images {
        let url = image["url"].as_str().unwrap();
        let path = url.find("/media/").map(|at| &url[at..]).unwrap();
        let answer = server.ask("GET", path, "", "");
        assert_eq!(
            (answer.status, header(&answer, "Content-Type")),
            (200, Some("image/png"))
        );
    }
}

#[test]
fn a_closed_shop_and_a_foreign_host_show_nothing() {
    let project = Project::installed();
    let server = project.serve();
    let address = with_image(&server);
    project.ok(&["maintenance:enable"]);
    assert_eq!(server.status(&address), 503);
    project.ok(&["maintenance:disable"]);
    assert_eq!(server.status(&address), 200);
    project.ok(&["deploy:mode:set", "production"]);
    assert_eq!(server.status("/media/catalog/product/n/o/none.png"), 404);
    project.ok(&["config:set", "web/unsecure/base_url", "http://shop.test/"]);
    project.ok(&["config:set", "web/secure/base_url", "https://shop.test/"]);
    assert_eq!(server.status(&address), 421);
}
