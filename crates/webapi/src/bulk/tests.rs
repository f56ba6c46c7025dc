//! Calls that are put off, through the routes that clients call, with a worker in the test's hand.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Field, Scalar, Tx, serde_document};
use serde_json::{Value, json};

use super::{BULKS, OPERATIONS, OperationStatus, forget_old};
use crate::identity::Caller;
use crate::testing::{NOW, World};
use crate::{Call, Routes};

/// What the handlers of these tests write.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Note {
    id: i64,
    text: String,
}

serde_document!(Note);

static NOTES: Collection<Note> = Collection {
    name: "note",
    fields: &[Field::text("text", |note: &Note| {
        Some(Scalar::from(note.text.as_str()))
    })],
};

fn add(tx: &mut Tx<'_>, text: String) -> Result<i64, Fault> {
    Ok(NOTES.insert(tx, &mut Note { id: 0, text })?)
}

/// Notes a SKU; `bad` is refused after something was written, and `later` for the time being.
fn delete(call: &Call, tx: &mut Tx<'_>, sku: String) -> Result<bool, Fault> {
    add(tx, format!("{sku} in {}", call.store.code))?;
    match sku.as_str() {
        "bad" => Err(Fault::no_such_entity("sku", sku.as_str())),
        "later" => Err(Fault::new(Kind::Unavailable, Phrase::new("Later."))),
        _ => Ok(true),
    }
}

/// How often something was worked out for the SKU `ahead` before its write.
static LOOKED_AHEAD: AtomicUsize = AtomicUsize::new(0);

fn look_ahead(sent: &Value) {
    LOOKED_AHEAD.fetch_add(usize::from(*sent == "ahead"), Ordering::SeqCst);
}

/// A handler that makes its own write.
fn outside(call: &Call, username: String, password: String) -> Result<String, Fault> {
    call.write_answer(move |tx| {
        add(tx, username.clone())?;
        Ok(format!("a token for {password}"))
    })
}

fn world() -> World {
    let mut tables = super::tables();
    tables.push(&NOTES);
    World::new(
        tables,
        |_| Ok(()),
        |routes: &mut Routes| {
            super::routes(routes);
            routes.bind_prepared("DELETE /V1/products/:sku", look_ahead, delete);
            routes.bind_outside("POST /V1/integration/admin/token", outside);
        },
    )
}

fn notes(world: &World) -> Vec<String> {
    let notes = world.db.read(|tx| NOTES.all(tx)).unwrap();
    notes.into_iter().map(|note| note.text).collect()
}

/// Puts something off; the UUID of its bulk.
fn put_off(world: &World, route: &str, body: &Value) -> String {
    let (status, answer) = world.admin(route, body);
    assert_eq!(status, 202, "{answer}");
    answer["bulk_uuid"].as_str().unwrap().to_owned()
}

/// The operations of a bulk as `status` shows them: their status, message and code.
fn standing(world: &World, uuid: &str) -> Vec<(i64, String)> {
    let answer = world.ok(&format!("GET /V1/bulk/{uuid}/status"), &Value::Null);
    let list = answer["operations_list"].as_array().unwrap();
    let shown = |one: &Value| {
        let message = one["result_message"].as_str().unwrap_or_default();
        (one["status"].as_i64().unwrap(), message.to_owned())
    };
    list.iter().map(shown).collect()
}

const DONE: &str =
    "Service execution success Magento\\Catalog\\Api\\ProductRepositoryInterface::deleteById";

#[test]
fn fields_cut_nothing_off_what_is_said_of_a_call_that_is_put_off() {
    let world = world();
    let route = "DELETE /async/V1/products/a?fields=bulk_uuid";
    let (_, answer) = world.admin(route, &Value::Null);
    assert_eq!(answer["errors"], false);
    assert_eq!(answer["request_items"][0]["status"], "accepted");
}

#[test]
fn one_that_fails_fails_alone_and_leaves_nothing_behind() {
    let world = world();
    let body = json!([{"sku": "a"}, {"sku": "bad"}, {"sku": "b"}]);
    let uuid = put_off(&world, "DELETE /async/bulk/V1/products/bySku", &body);
    assert!(notes(&world).is_empty(), "nothing is done at once");
    let count = |status: i64| {
        world.ok(
            &format!("GET /V1/bulk/{uuid}/operation-status/{status}"),
            &Value::Null,
        )
    };
    assert_eq!((count(4), count(1)), (json!(3), json!(0)));
    assert_eq!(world.work_off(u64::MAX), 3);
    assert_eq!(notes(&world), ["a in default", "b in default"]);
    let stands = standing(&world, &uuid);
    let done = (1, DONE.to_owned());
    assert_eq!((&stands[0], &stands[2]), (&done, &done));
    let refused = "No such entity with sku = bad";
    assert_eq!(stands[1], (3, refused.to_owned()));
    assert_eq!(
        (count(4), count(1), count(3)),
        (json!(0), json!(2), json!(1))
    );
    assert_eq!(world.work_off(u64::MAX), 0);
}

#[test]
fn a_failure_that_may_pass_is_told_from_one_that_will_not() {
    let world = world();
    let body = json!([{"sku": "later"}, {"sku": "bad"}]);
    let uuid = put_off(&world, "DELETE /async/bulk/V1/products/bySku", &body);
    world.work_off(u64::MAX);
    let stands = standing(&world, &uuid);
    assert_eq!((stands[0].0, stands[1].0), (2, 3));
    assert!(notes(&world).is_empty());
}

#[test]
fn what_takes_long_is_worked_out_once_before_a_write_now_or_later() {
    let world = world();
    world.ok("DELETE /V1/products/ahead", &Value::Null);
    assert_eq!(LOOKED_AHEAD.load(Ordering::SeqCst), 1);
    put_off(&world, "DELETE /async/V1/products/ahead", &Value::Null);
    assert_eq!(LOOKED_AHEAD.load(Ordering::SeqCst), 1);
    world.work_off(u64::MAX);
    assert_eq!(LOOKED_AHEAD.load(Ordering::SeqCst), 2);
}

#[test]
fn a_list_may_come_as_xml() {
    let world = world();
    let send = |body: &str| {
        let route = "DELETE /async/bulk/V1/products/bySku";
        let caller = Caller::Admin(1);
        let sent = body.to_owned();
        let (status, answer) = world.send(caller, &[ferrite_acl::ALL], route, "text/xml", sent);
        assert_eq!(status, 202, "{body}: {answer}");
        world.work_off(u64::MAX);
        answer["request_items"].as_array().unwrap().len()
    };
    let item = |sku: &str| format!("<item><sku>{sku}</sku></item>");
    assert_eq!(send(&format!("<request>{}</request>", item("a"))), 1);
    assert_eq!(
        send(&format!("<request>{}{}</request>", item("b"), item("c"))),
        2
    );
    let named = "<r><product><sku>d</sku></product><product><sku>e</sku></product></r>";
    assert_eq!(send(named), 2);
    let skus = ["a", "b", "c", "d", "e"];
    assert_eq!(notes(&world), skus.map(|sku| format!("{sku} in default")));
}

#[test]
fn an_integration_sees_its_own_bulks_and_an_admin_all() {
    let world = world();
    let all = &[ferrite_acl::ALL][..];
    let ask = |caller: &Caller, route: &str, body: &str| {
        let json = "application/json";
        world.send(caller.clone(), all, route, json, body.to_owned())
    };
    let (one, other) = (Caller::Integration(1), Caller::Integration(2));
    let route = "DELETE /async/V1/products/a";
    let uuids = [&one, &other].map(|caller| {
        let (status, answer) = ask(caller, route, "");
        assert_eq!(status, 202);
        answer["bulk_uuid"].as_str().unwrap().to_owned()
    });
    world.work_off(u64::MAX);
    let status = |caller: &Caller, uuid: &str| {
        let short = ask(caller, &format!("GET /V1/bulk/{uuid}/status"), "");
        let detailed = ask(caller, &format!("GET /V1/bulk/{uuid}/detailed-status"), "");
        let count = ask(
            caller,
            &format!("GET /V1/bulk/{uuid}/operation-status/1"),
            "",
        );
        assert_eq!(short.0, detailed.0);
        assert_eq!((count.0, count.1 == json!(1)), (200, short.0 == 200));
        if short.0 == 404 {
            assert_eq!(short.1["message"], "Bulk uuid %bulkUuid not exist");
            assert_eq!(short.1["parameters"], json!({"bulkUuid": uuid}));
        }
        short.0
    };
    let total =
        |caller: &Caller| ask(caller, "GET /V1/bulk?searchCriteria=", "").1["total_count"].clone();
    let admin = Caller::Admin(1);
    for (caller, first, second, found) in [
        (&one, 200, 404, 1),
        (&other, 404, 200, 1),
        (&admin, 200, 200, 2),
    ] {
        assert_eq!(
            (status(caller, &uuids[0]), status(caller, &uuids[1])),
            (first, second)
        );
        assert_eq!(total(caller), json!(found));
    }
    // An admin has the same number as an integration.
    let (_, answer) = ask(&Caller::Admin(2), route, "");
    let of_admin = answer["bulk_uuid"].as_str().unwrap();
    assert_eq!(status(&other, of_admin), 404);
}

#[test]
fn old_bulks_go_and_what_is_still_to_be_done_stays() {
    let world = world();
    let body = json!([{"sku": "a"}, {"sku": "bad"}]);
    put_off(&world, "DELETE /async/bulk/V1/products/bySku", &body);
    world.work_off(u64::MAX);
    let open = put_off(&world, "DELETE /async/V1/products/b", &Value::Null);
    let forget = |now: i64| forget_old(&world.db, &world.api().services().settings, now).unwrap();
    let counts = || {
        let counted = world
            .db
            .read(|tx| Ok::<_, Fault>((BULKS.count(tx)?, OPERATIONS.count(tx)?)));
        counted.unwrap()
    };
    let days = |days: i64| NOW + days * 86_400;
    assert_eq!((forget(days(60)), counts()), (0, (2, 3)));
    assert_eq!((forget(days(60) + 1), counts()), (1, (1, 1)));
    world.work_off(u64::MAX);
    assert_eq!(standing(&world, &open), [(1, DONE.to_owned())]);
    let settings = &world.api().services().settings;
    settings.set("system/bulk/lifetime", Some("7")).unwrap();
    assert_eq!(
        (forget(days(7)), forget(days(7) + 1), counts()),
        (0, 1, (0, 0))
    );
}

#[test]
fn they_are_done_in_order_and_no_more_than_asked() {
    let world = world();
    for sku in ["a", "b", "c"] {
        put_off(
            &world,
            &format!("DELETE /async/V1/products/{sku}"),
            &Value::Null,
        );
    }
    put_off(&world, "DELETE /all/async/V1/products/d", &Value::Null);
    assert_eq!(world.work_off(2), 2);
    assert_eq!(notes(&world), ["a in default", "b in default"]);
    assert_eq!(world.work_off(u64::MAX), 2);
    assert_eq!(notes(&world)[2..], ["c in default", "d in admin"]);
}

#[test]
fn an_operation_that_was_done_meanwhile_is_not_done_again() {
    let world = world();
    put_off(&world, "DELETE /async/V1/products/a", &Value::Null);
    let sign_in = json!({"username": "u", "password": "p"});
    put_off(&world, "POST /async/V1/integration/admin/token", &sign_in);
    // Another worker, between this one's look into the queue and its write.
    let open = world.db.read(|tx| OPERATIONS.all(tx)).unwrap();
    assert_eq!(world.work_off(u64::MAX), 2);
    let once = notes(&world);
    assert_eq!(once, ["a in default", "u"]);
    for operation in &open {
        world.api().attempt(operation).unwrap();
    }
    assert_eq!(notes(&world), once);
    let after = world.db.read(|tx| OPERATIONS.all(tx)).unwrap();
    assert!(
        after
            .iter()
            .all(|one| one.status == OperationStatus::Complete)
    );
}

#[test]
fn permission_is_asked_for_again_when_it_is_done() {
    let world = world();
    let uuid = put_off(&world, "DELETE /async/V1/products/a", &Value::Null);
    world.take_rights();
    world.work_off(u64::MAX);
    assert!(notes(&world).is_empty());
    let refused = "The consumer isn't authorized to access Magento_Catalog::products.";
    assert_eq!(standing(&world, &uuid), [(3, refused.to_owned())]);
}

#[test]
fn what_cannot_be_read_or_used_is_refused_at_once_as_a_whole() {
    let world = world();
    let body = json!([{"sku": "a"}, {"nothing": 1}]);
    let said = world.refused("DELETE /async/bulk/V1/products/bySku", &body);
    assert_eq!(said, "\"sku\" is required. Enter and try again.");
    let unprocessable = "Specified request cannot be processed.";
    for route in [
        "GET /async/V1/products/a",
        "GET /async/bulk/V1/products/bySku",
        "DELETE /async/bulk/V1/products/a",
        "POST /async/nothing",
    ] {
        assert_eq!(world.refused(route, &json!([])), unprocessable, "{route}");
    }
    let route = "DELETE /async/V1/products/a";
    assert_eq!(world.call(&[], route, &Value::Null).0, 401);
    let many = Value::Array(vec![json!({"sku": "a"}); 10_001]);
    let said = world.refused("DELETE /async/bulk/V1/products/bySku", &many);
    assert!(said.ends_with("is 10000"), "{said}");
    assert_eq!(world.db.read(|tx| OPERATIONS.count(tx)).unwrap(), 0);
}

#[test]
fn no_secret_is_shown_or_lies_open() {
    let world = world();
    let sent = json!({"username": "u", "password": "hunter2"});
    let uuid = put_off(&world, "POST /async/V1/integration/admin/token", &sent);
    world.work_off(u64::MAX);
    let shown = world.ok(
        &format!("GET /V1/bulk/{uuid}/detailed-status"),
        &Value::Null,
    );
    let operation = &shown["operations_list"][0];
    assert_eq!(operation["status"], 1, "{operation}");
    let data = operation["serialized_data"].as_str().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let data: Value = serde_json::from_str(data["meta_information"].as_str().unwrap()).unwrap();
    assert_eq!(data, json!({"username": "u", "password": "******"}));
    assert_eq!(operation["result_serialized_data"], "\"******\"");
    let rows = world
        .db
        .read(|tx| tx.query("SELECT doc FROM magento_operation", &[]))
        .unwrap();
    assert!(!format!("{rows:?}").contains("hunter2"));
}

#[test]
fn an_unknown_bulk_is_none_and_the_search_finds_operations() {
    let world = world();
    let (status, answer) = world.admin("GET /V1/bulk/none/status", &Value::Null);
    assert_eq!(status, 404);
    assert_eq!(answer["parameters"], json!({"bulkUuid": "none"}));
    let route = "GET /V1/bulk/none/operation-status/1";
    assert_eq!(world.ok(route, &Value::Null), 0);
    let body = json!([{"sku": "a"}, {"sku": "bad"}]);
    let uuid = put_off(&world, "DELETE /async/bulk/V1/products/bySku", &body);
    world.work_off(u64::MAX);
    let filter = |number: usize, field: &str, value: &str| {
        format!(
            "searchCriteria[filter_groups][{number}][filters][0][field]={field}&\
             searchCriteria[filter_groups][{number}][filters][0][value]={value}"
        )
    };
    let query = [filter(0, "bulk_uuid", &uuid), filter(1, "status", "3")].join("&");
    let found = world.ok(&format!("GET /V1/bulk?{query}"), &Value::Null);
    assert_eq!(found["total_count"], 1);
    let item = &found["items"][0];
    assert_eq!((&item["id"], &item["error_code"]), (&json!(1), &json!(0)));
    let topic = "async.magento.catalog.api.productrepositoryinterface.deletebyid.delete";
    assert_eq!(item["topic_name"], topic);
    let started = json!({"start_time": "2027-01-15 08:00:00"});
    assert_eq!(item["extension_attributes"], started);
    for (field, value, found) in [
        ("operation_key", "0", 1),
        ("topic_name", topic, 2),
        ("error_code", "0", 2),
        ("user_id", "1", 2),
        ("user_type", "2", 2),
        ("start_time", "2027-01-15 08:00:00", 2),
        ("start_time", "2027-01-15 08:00:01", 0),
        ("id", "1", 1),
    ] {
        let query = filter(0, field, value).replace(' ', "%20");
        let answer = world.ok(&format!("GET /V1/bulk?{query}"), &Value::Null);
        assert_eq!(answer["total_count"], found, "{field}");
    }
    let of_bad = format!(
        "{}&searchCriteria[filter_groups][0][filters][0][condition_type]=like",
        filter(0, "result_message", "No%20such%25")
    );
    assert_eq!(
        world.ok(&format!("GET /V1/bulk?{of_bad}"), &Value::Null)["total_count"],
        1
    );
    let sorted = "GET /V1/bulk?searchCriteria[sortOrders][0][field]=status&\
                  searchCriteria[sortOrders][0][direction]=DESC&searchCriteria[pageSize]=1";
    let page = world.ok(sorted, &Value::Null);
    assert_eq!(
        (&page["items"][0]["status"], &page["total_count"]),
        (&json!(3), &json!(2))
    );
    let unknown = world.refused(
        &format!("GET /V1/bulk?{}", filter(0, "nothing", "1")),
        &Value::Null,
    );
    assert!(unknown.contains("nothing"), "{unknown}");
}
