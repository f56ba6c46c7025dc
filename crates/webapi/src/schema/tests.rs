//! Documents, as they are answered.

use std::sync::Arc;

use ferrite_acl::{Grants, Tree};
use serde_json::Value;

use crate::identity::{Caller, Head, Identity};
use crate::testing::World;
use crate::{Call, Fault, Request, Tx};

/// A store in which three routes are served.
fn world() -> World {
    World::new(
        Vec::new(),
        |_| Ok(()),
        |routes| {
            routes.bind("GET /V1/modules", none);
            routes.bind("GET /V1/directory/currency", none);
            routes.bind("GET /V1/store/websites", none);
        },
    )
}

#[expect(clippy::unnecessary_wraps, reason = "a handler's form")]
fn none(_: &Call, _: &mut Tx<'_>) -> Result<Vec<String>, Fault> {
    Ok(Vec::new())
}

fn request(resources: &[&str], target: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let grants = Grants::from_ids(Tree::core(), resources);
    let caller = match resources {
        [] => Identity::guest(),
        _ => Identity::new(Caller::Admin(1), Arc::new(grants)),
    };
    Request {
        head: Head {
            scheme: "http",
            host: "store.test".to_owned(),
            path: path.to_owned(),
            query: Some(query.to_owned()),
            ..Head::default()
        },
        caller: Some(caller),
        ..Request::default()
    }
}

fn asked(resources: &[&str], target: &str) -> (u16, Value) {
    let answer = world().api().answer(request(resources, target));
    assert!(answer.content_type.starts_with("application/json"));
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn paths(document: &Value) -> Vec<&str> {
    let paths = document["paths"].as_object().unwrap();
    paths.keys().map(String::as_str).collect()
}

const ALL: &[&str] = &[ferrite_acl::ALL];

/// Where in a document something is referred to that it does not hold.
fn dangling(document: &Value, at: &Value, out: &mut Vec<String>) {
    match at {
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str().filter(|_| key == "$ref") {
                    Some(place) if document.pointer(place.trim_start_matches('#')).is_none() => {
                        out.push(place.to_owned());
                    }
                    _ => dangling(document, value, out),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| dangling(document, value, out)),
        _ => {}
    }
}

#[test]
fn a_document_holds_what_was_asked_for_and_may_be_done() {
    let (status, document) = asked(ALL, "/rest/all/schema?services=storeStoreRepositoryV1");
    assert_eq!(status, 200);
    assert_eq!(document["swagger"], "2.0");
    assert_eq!(document["host"], "store.test");
    assert_eq!(document["basePath"], "/rest/all");
    assert_eq!(paths(&document), ["/V1/store/storeViews"]);
    let (_, all) = asked(ALL, "/rest/default/schema");
    assert!(paths(&all).len() > 250, "{}", paths(&all).len());
    let (_, guest) = asked(&[], "/rest/default/schema/");
    assert!(paths(&guest).contains(&"/V1/directory/currency"));
    assert!(!paths(&guest).contains(&"/V1/store/storeViews"));
    let (_, store) = asked(&["Magento_Backend::store"], "/rest/schema?services=all");
    assert!(paths(&store).contains(&"/V1/store/storeViews"));
    assert!(!paths(&store).contains(&"/V1/products"));
}

#[test]
fn what_names_no_service_or_another_ones_is_refused() {
    for (resources, services, says) in [
        (ALL, "", "Incorrect format"),
        (ALL, "a,,b", "Incorrect format"),
        (ALL, "a%20b", "Incorrect format"),
        (ALL, "nothingV1", "Requested service is not available"),
        (
            &[],
            "storeStoreRepositoryV1",
            "Requested service is not available",
        ),
    ] {
        let (status, body) = asked(resources, &format!("/rest/all/schema?services={services}"));
        assert_eq!(status, 400, "{services}");
        assert!(
            body["message"].as_str().unwrap().starts_with(says),
            "{body}"
        );
    }
    let (status, _) = asked(ALL, "/rest/V1/schema");
    assert_eq!(status, 404, "it is a route's path there");
}

#[test]
fn calls_that_are_carried_out_later_are_no_reads() {
    let (_, document) = asked(ALL, "/rest/all/async/schema");
    assert_eq!(document["basePath"], "/rest/all/async");
    let product = &document["paths"]["/V1/products/{sku}"];
    assert_eq!(product.get("get"), None);
    assert!(product["put"]["responses"]["202"].is_object());
    let (_, document) = asked(ALL, "/rest/all/async/bulk/schema");
    let body = &document["paths"]["/V1/products/bySku"]["put"]["parameters"][0];
    assert_eq!(body["name"], "PutV1ProductsSkuBody");
    assert_eq!(body["schema"]["type"], "array");
    assert!(body["schema"]["items"]["properties"]["sku"].is_object());
    let reads = "/rest/all/async/schema?services=storeStoreRepositoryV1";
    assert_eq!(asked(ALL, reads).0, 400);
}

#[test]
fn every_reference_leads_somewhere() {
    let open = world().api().openapi(&request(ALL, "/openapi.json"));
    let open: Value = serde_json::from_slice(&open.body).unwrap();
    let forms = ["schema", "async/schema", "async/bulk/schema"];
    let forms = forms.map(|form| asked(ALL, &format!("/rest/all/{form}")).1);
    for document in forms.iter().chain([&open]) {
        let mut found = Vec::new();
        dangling(document, document, &mut found);
        assert_eq!(found, Vec::<String>::new());
        assert!(!document.to_string().contains("prefixItems"));
    }
}

#[test]
fn the_open_document_holds_what_is_served() {
    let answered = |resources: &[&str]| {
        let answer = world().api().openapi(&request(resources, "/openapi.json"));
        assert_eq!(answer.status, 200);
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    let admin = answered(ALL);
    assert_eq!(admin["servers"][0]["url"], "/rest/default");
    let served = [
        "/V1/directory/currency",
        "/V1/modules",
        "/V1/store/websites",
    ];
    assert_eq!(paths(&admin), served);
    let of = |path: &str| {
        let answer = &admin["paths"][path]["get"]["responses"]["200"];
        answer["content"]["application/json"]["schema"]["type"].clone()
    };
    assert_eq!(of("/V1/modules"), "array");
    let or_null = serde_json::json!(["array", "null"]);
    assert_eq!(of("/V1/store/websites"), or_null, "by `fields`");
    let modules = &admin["paths"]["/V1/modules"]["get"];
    assert_eq!(modules["operationId"], "GetV1Modules");
    for status in [
        "200", "400", "401", "404", "405", "406", "415", "431", "503",
    ] {
        assert!(modules["responses"][status].is_object(), "{status}");
    }
    assert_eq!(paths(&answered(&[])), ["/V1/directory/currency"]);
    let mut posted = request(ALL, "/openapi.json");
    posted.head.method = http::Method::POST;
    assert_eq!(world().api().openapi(&posted).status, 405);
}
