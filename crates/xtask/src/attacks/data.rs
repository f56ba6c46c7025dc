//! Requests whose form is twisted: queries, numbers, methods, types, and what guests may learn.

use anyhow::{Result, ensure};
use ferrite_testkit::Store;
use serde_json::{Value, json};

use super::caller::{Caller, ask, plain, send, token, wants};

const READ: &str = "/rest/V1/directory/countries/LU";
const SIGN_IN: &str = "/rest/V1/integration/admin/token";

/// All of them.
pub fn check(store: &Store) -> Result<()> {
    let admin = token(store, "admin", Store::ADMIN, Store::PASSWORD)?;
    queries(store, &admin)?;
    numbers(store, &admin)?;
    bodies(store, &admin)?;
    methods(store)?;
    types(store)?;
    told_to_guests(store)
}

fn queries(store: &Store, admin: &str) -> Result<()> {
    let key = "k".repeat(30_000);
    for (query, status) in [
        (format!("searchCriteria=&{key}=1"), 200),
        ("searchCriteria[filter_groups][999999999][filters][0][field]=sku&searchCriteria[filter_groups][999999999][filters][0][value]=x".to_owned(), 200),
        ("searchCriteria[filter_groups][__proto__][filters][x][field]=sku&searchCriteria[filter_groups][__proto__][filters][x][value]=x".to_owned(), 200),
        ("searchCriteria=1&searchCriteria[pageSize]=1".to_owned(), 200),
        ("searchCriteria[pageSize]=1&searchCriteria=".to_owned(), 200),
        ("searchCriteria[pageSize][x]=1".to_owned(), 400),
        ("searchCriteria[sortOrders][0][field]=a')+OR+1=1--".to_owned(), 400),
        ("searchCriteria[sortOrders][0][field]=sku&searchCriteria[sortOrders][0][direction]=x;DROP".to_owned(), 400),
        ("searchCriteria[filterGroups][0][filters][0][field]=a')+OR+1=1--&searchCriteria[filterGroups][0][filters][0][value]=1".to_owned(), 400),
        ("searchCriteria[filterGroups][0][filters][0][field]=sku&searchCriteria[filterGroups][0][filters][0][value]='+OR+1=1--".to_owned(), 200),
    ] {
        let target = format!("/rest/V1/products?{query}");
        let answer = ask(store, &mut Caller::Bearer(admin), "GET", &target, None)?;
        let shown: String = target.chars().take(200).collect();
        wants(&shown, &answer, status, "")?;
        let found: Value = serde_json::from_slice(&answer.body)?;
        if query.contains("OR+1=1") && status == 200 {
            ensure!(found["total_count"] == 0, "{shown} finds {found}");
        }
    }
    Ok(())
}

fn numbers(store: &Store, admin: &str) -> Result<()> {
    let get = |target: &str| ask(store, &mut Caller::Bearer(admin), "GET", target, None);
    for name in ["pageSize", "currentPage"] {
        for value in [
            "-1",
            "0",
            "2147483648",
            "9223372036854775808",
            "1e3",
            "0x1",
            "x",
        ] {
            let target =
                format!("/rest/V1/products?searchCriteria[{name}]={value}&searchCriteria[x]=");
            let answer = get(&target)?;
            ensure!(
                matches!(answer.status, 200 | 400),
                "{target} is answered {}",
                answer.status
            );
        }
    }
    let both = "/rest/V1/products?searchCriteria[pageSize]=9223372036854775807&searchCriteria[currentPage]=9223372036854775807";
    wants(both, &get(both)?, 200, "\"items\":[]")?;
    for id in ["9223372036854775808", "-1", "1e3", "0x1", "0", "%20", "+1"] {
        for path in ["orders", "customers", "categories", "stockItems"] {
            let target = format!("/rest/V1/{path}/{id}");
            let answer = get(&target)?;
            let fits = matches!(answer.status, 200 | 400 | 404);
            ensure!(fits, "{target} is answered {}", answer.status);
        }
    }
    Ok(())
}

/// Numbers and texts that no column holds, and a duplicate key.
fn bodies(store: &Store, admin: &str) -> Result<()> {
    let product = |more: &str| {
        format!(
            r#"{{"product":{{"sku":"twisted","name":"T","attribute_set_id":4,"price":1{more}}}}}"#
        )
    };
    let put = |body: &str| {
        ask(
            store,
            &mut Caller::Bearer(admin),
            "POST",
            "/rest/V1/products",
            Some(body),
        )
    };
    let twice = product(r#","name":"First","name":"Last""#);
    wants("a key twice", &put(&twice)?, 200, "\"name\":\"Last\"")?;
    for more in [
        r#","extension_attributes":{"stock_item":{"qty":1e308,"is_in_stock":true}}"#,
        r#","extension_attributes":{"stock_item":{"qty":-0.0,"is_in_stock":true}}"#,
        r#","extension_attributes":{"stock_item":{"qty":1000000000,"is_in_stock":true}}"#,
        r#","weight":1e308"#,
        r#","name":"\ud800""#,
    ] {
        let answer = put(&product(more))?;
        ensure!(
            matches!(answer.status, 200 | 400),
            "{more} is answered {}",
            answer.status
        );
    }
    for (name, more) in [
        ("product.name", r#","name":"a\u0000b""#),
        ("product.sku", r#","sku":"a\u0000""#),
        (
            "product.custom_attributes.0.value",
            r#","custom_attributes":[{"attribute_code":"url_key","value":"a\u0000b"}]"#,
        ),
    ] {
        let text = format!(r#"The \"{name}\" in the body cannot be read."#);
        wants(more, &put(&product(more))?, 400, &text)?;
    }
    for (name, body) in [
        ("NaN", r#"{"product":{"sku":NaN}}"#),
        ("trailing bytes", r#"{"product":{}} x"#),
        ("a list", "[]x"),
        ("an open text", r#"{"product":""#),
    ] {
        wants(name, &put(body)?, 400, "Decoding error")?;
    }
    Ok(())
}

fn methods(store: &Store) -> Result<()> {
    let raw = |method: &str, headers: &str| {
        let headers = format!("{headers}Connection: close\r\n");
        send(store, &plain(store, method, READ, &headers, None))
    };
    for method in ["TRACE", "OPTIONS", "PATCH", "PROPFIND"] {
        let preflight = "Origin: https://evil\r\nAccess-Control-Request-Method: PUT\r\n";
        wants(method, &raw(method, preflight)?, 405, "")?;
    }
    for header in [
        "X-HTTP-Method-Override: DELETE\r\n",
        "X-Method-Override: DELETE\r\n",
    ] {
        wants(header, &raw("GET", header)?, 200, "LU")?;
    }
    let target = format!("{READ}?_method=DELETE");
    let answer = send(store, &plain(store, "GET", &target, "", None))?;
    wants(&target, &answer, 200, "LU")
}

/// What a body is, is what its type says; nothing is guessed.
fn types(store: &Store) -> Result<()> {
    let body = json!({"username": Store::ADMIN, "password": Store::PASSWORD}).to_string();
    let with = |kind: &str| {
        let length = body.len();
        let host = store.address();
        let request = format!(
            "POST {SIGN_IN} HTTP/1.1\r\nHost: {host}\r\n{kind}Content-Length: {length}\r\n\r\n{body}"
        );
        send(store, request.as_bytes())
    };
    for kind in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-7",
    ] {
        let answer = with(&format!("Content-Type: {kind}\r\n"))?;
        wants(kind, &answer, 400, "")?;
    }
    let twice = with("Content-Type: text/plain\r\nContent-Type: application/json\r\n")?;
    ensure!(
        matches!(twice.status, 200 | 400),
        "two types are answered {}",
        twice.status
    );
    Ok(())
}

fn told_to_guests(store: &Store) -> Result<()> {
    let guest = |target: &str| send(store, &plain(store, "GET", target, "", None));
    wants("modules", &guest("/rest/V1/modules")?, 401, "")?;
    for target in [
        "/rest/all/schema",
        "/rest/V1/nothing",
        "/rest/V1/products/%ff",
        "/nowhere",
        "/rest",
        "/",
    ] {
        let answer = guest(target)?;
        // The one route of that name is everybody's to know; the panel's path is not.
        let text = String::from_utf8_lossy(&answer.body).replace("/V1/integration/admin/token", "");
        for told in [
            "SELECT", "sqlite", "/src/", ".rs:", "ferrite/", "/admin", "panicked", "stack",
        ] {
            ensure!(!text.contains(told), "{target} tells {told}: {text}");
        }
        ensure!(
            answer.status < 500,
            "{target} is answered {}",
            answer.status
        );
    }
    Ok(())
}
