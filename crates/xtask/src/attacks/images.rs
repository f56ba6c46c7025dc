//! Images that are none, are enormous or hide something, and addresses that lead elsewhere.

use anyhow::{Result, ensure};
use ferrite_testkit::{Answer, Store};
use serde_json::{Value, json};

use super::caller::{Caller, ask, token, wants};

/// One pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The same with a script and PHP behind it.
const WITH_A_SCRIPT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggjxzY3JpcHQ+YWxlcnQoMSk8L3NjcmlwdD48P3BocCBzeXN0ZW0oImlkIik7ID8+";

/// It says that it has 60,000 pixels each way.
const HUGE_PNG: &str = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAYAAACA0nVCAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// 65,535 each way.
const HUGE_GIF: &str = "R0lGODlh/////wAAACwAAAAA/////wACAkwBADs=";

/// The same.
const HUGE_JPEG: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/wAALCP////8BAREA/9oACAEBAAA/AP/Z";

const ENTRIES: &str = "/rest/V1/products/attacked-image/media";

/// All of them.
pub fn check(store: &Store) -> Result<()> {
    let admin = token(store, "admin", Store::ADMIN, Store::PASSWORD)?;
    let product = json!({"sku": "attacked-image", "name": "A", "price": 1, "attribute_set_id": 4});
    let body = json!({ "product": product }).to_string();
    let mut caller = Caller::Bearer(&admin);
    let answer = ask(store, &mut caller, "POST", "/rest/V1/products", Some(&body))?;
    wants("a product", &answer, 200, "")?;
    what_is_sent(store, &admin)?;
    what_is_asked_for(store)
}

/// Sends an image as one that a product shows.
fn send(store: &Store, admin: &str, kind: &str, name: &str, data: &str) -> Result<Answer> {
    let content = json!({"base64_encoded_data": data, "type": kind, "name": name});
    let entry = json!({"media_type": "image", "label": "", "position": 1, "disabled": false,
        "types": [], "content": content});
    let body = json!({ "entry": entry }).to_string();
    ask(
        store,
        &mut Caller::Bearer(admin),
        "POST",
        ENTRIES,
        Some(&body),
    )
}

fn what_is_sent(store: &Store, admin: &str) -> Result<()> {
    let (png, jpeg, gif) = ("image/png", "image/jpeg", "image/gif");
    let large = "larger than 20 megapixels";
    let none = "must be valid base64 encoded data";
    let html = "PGh0bWw+PHNjcmlwdD4xPC9zY3JpcHQ+";
    let svg = "PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnLz4=";
    for (kind, name, data, said) in [
        (png, "x.png", HUGE_PNG, large),
        (gif, "x.gif", HUGE_GIF, large),
        (jpeg, "x.jpg", HUGE_JPEG, large),
        (png, "x.png", &PNG[..64], none),
        (png, "x.png", html, none),
        ("image/svg+xml", "x.svg", svg, none),
        (jpeg, "x.jpg", PNG, "MIME type is not valid"),
        (png, "../../x.png", PNG, "forbidden characters"),
        (png, "a\\b.png", PNG, "forbidden characters"),
        (png, "x.php", PNG, "image type for the file is invalid"),
        (
            png,
            "x.png\u{202e}gpj",
            PNG,
            "image type for the file is invalid",
        ),
    ] {
        let answer = send(store, admin, kind, name, data)?;
        wants(&format!("an image {name}"), &answer, 400, said)?;
    }
    let held = ask(store, &mut Caller::Bearer(admin), "GET", ENTRIES, None)?;
    ensure!(held.body == b"[]", "something is left of a refused image");
    for (name, data) in [(".htaccess", PNG), ("script.png", WITH_A_SCRIPT)] {
        let answer = send(store, admin, png, name, data)?;
        wants(&format!("an image {name}"), &answer, 200, "")?;
    }
    Ok(())
}

fn what_is_asked_for(store: &Store) -> Result<()> {
    let get = |target: &str| ask(store, &mut Caller::Guest, "GET", target, None);
    let folder = "/media/catalog/product";
    let script = get(&format!("{folder}/s/c/script.png"))?;
    wants("an image with a script", &script, 200, "<script>")?;
    let head = script.head.to_lowercase();
    for line in [
        "content-type: image/png",
        "x-content-type-options: nosniff",
        "content-security-policy: sandbox; default-src 'none'",
    ] {
        ensure!(head.contains(line), "an image is answered without {line}");
    }
    for path in [
        "/media/../app/etc/env.php",
        "/media/catalog/product/../../../app/etc/env.php",
        "/media/%2e%2e%2fapp/etc/env.php",
        "/media/..%5capp%5cetc%5cenv.php",
        "/media//etc/passwd",
        "/media/catalog/product/s/c/script.png%00.html",
        "/media/catalog/product/s/c/",
        "/media/downloadable/s/c/script.png",
        "/media/customer/s/c/script.png",
        "/media/catalog/product/cache/9999x9999/s/c/script.png",
        "/media/catalog/product/cache/00000000000000000000000000000000/s/c/script.png",
    ] {
        wants(path, &get(path)?, 404, "There is no such image.")?;
    }
    let parts = vec!["0-1"; 1_000].join(",");
    let ranges = format!(
        "GET {folder}/s/c/script.png HTTP/1.1\r\nHost: {}\r\nRange: bytes={parts}\r\n\r\n",
        store.address()
    );
    let answer = super::caller::send(store, ranges.as_bytes())?;
    wants("a thousand ranges", &answer, 200, "<script>")?;
    let shown = "/rest/V1/products-render-info?searchCriteria=&storeId=1&currencyCode=USD";
    let shown: Value = serde_json::from_slice(&get(shown)?.body)?;
    ensure!(shown["items"].is_array(), "shown products are no list");
    Ok(())
}
