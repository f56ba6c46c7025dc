//! `/V1/bulk…`: how bulks and their operations stand.
//!
//! Who holds the resource sees them; an admin all, anybody else their own.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Filter, Scalar, Tx};
use serde_json::{Map, Value, json};

use super::mask::masked;
use super::rows::{BULKS, Bulk, OPERATIONS, Operation, Sent, StoredCaller};
use crate::identity::Caller;
use crate::wire::json as written;
use crate::{Call, SearchCriteria, SearchResults};

/// `GET /V1/bulk/:bulkUuid/status`
pub(super) fn short(call: &Call, tx: &mut Tx<'_>, uuid: String) -> Result<Value, Fault> {
    let bulk = load(call, tx, &uuid)?;
    let operations = of(tx, &uuid)?;
    let shown = operations.iter().map(|one| {
        json!({
            "id": one.key,
            "status": i64::from(one.status),
            "result_message": one.message,
            "error_code": one.error_code,
        })
    });
    Ok(summary(&bulk, shown.collect()))
}

/// `GET /V1/bulk/:bulkUuid/detailed-status`
pub(super) fn detailed(call: &Call, tx: &mut Tx<'_>, uuid: String) -> Result<Value, Fault> {
    let bulk = load(call, tx, &uuid)?;
    let operations = of(tx, &uuid)?;
    let shown: Result<Vec<Value>, Fault> = operations.iter().map(|one| whole(call, one)).collect();
    Ok(summary(&bulk, shown?))
}

/// `GET /V1/bulk/:bulkUuid/operation-status/:status`
pub(super) fn count(call: &Call, tx: &mut Tx<'_>, uuid: String, status: i64) -> Result<i64, Fault> {
    if find(call, tx, &uuid)?.is_none() {
        return Ok(0);
    }
    let operations = of(tx, &uuid)?;
    let such = operations
        .iter()
        .filter(|one| i64::from(one.status) == status);
    Ok(i64::try_from(such.count()).unwrap_or(i64::MAX))
}

/// `GET /V1/bulk`
pub(super) fn search(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Value>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[("id", "entity_id")]);
    if let Some(own) = only_own(call)? {
        let is = |field: &str, value: i64| {
            vec![Filter {
                field: field.to_owned(),
                condition: "eq".to_owned(),
                value: value.to_string(),
            }]
        };
        search.groups.push(is("user_type", own.user_type));
        search.groups.push(is("user_id", own.user_id.unwrap_or(0)));
    }
    let page = OPERATIONS.search(tx, &search)?;
    let mut items = Vec::with_capacity(page.items.len());
    for operation in &page.items {
        let mut out = Map::new();
        let started = json!({"start_time": operation.start_time});
        out.insert("extension_attributes".to_owned(), started);
        if let Value::Object(rest) = whole(call, operation)? {
            out.extend(rest);
        }
        items.push(Value::Object(out));
    }
    Ok(SearchResults {
        items,
        criteria,
        total: page.total,
    })
}

/// The caller, where it sees nothing but what it sent itself.
fn only_own(call: &Call) -> Result<Option<StoredCaller>, Fault> {
    let identity = call.identity()?;
    if matches!(identity.caller, Caller::Admin(_)) {
        return Ok(None);
    }
    Ok(Some(StoredCaller::of(
        &identity.caller,
        identity.credential,
    )))
}

/// The bulk of a UUID that the caller may see.
fn find(call: &Call, tx: &mut Tx<'_>, uuid: &str) -> Result<Option<Bulk>, Fault> {
    let own = only_own(call)?;
    let found = BULKS.find(tx, "uuid", &Scalar::from(uuid))?;
    Ok(found.filter(|bulk| {
        own.is_none_or(|own| (bulk.user_type, bulk.user_id) == (own.user_type, own.user_id))
    }))
}

fn load(call: &Call, tx: &mut Tx<'_>, uuid: &str) -> Result<Bulk, Fault> {
    find(call, tx, uuid)?.ok_or_else(|| {
        let text = "Bulk uuid %bulkUuid not exist";
        Fault::new(Kind::NotFound, Phrase::named(text, [("bulkUuid", uuid)]))
    })
}

fn of(tx: &mut Tx<'_>, uuid: &str) -> Result<Vec<Operation>, Fault> {
    Ok(OPERATIONS.list_by(tx, "bulk_uuid", &Scalar::from(uuid))?)
}

/// A bulk with its operations, in the order of `BulkOperationsStatusInterface`.
fn summary(bulk: &Bulk, operations: Vec<Value>) -> Value {
    json!({
        "operations_list": operations,
        "user_type": bulk.user_type,
        "bulk_id": bulk.uuid,
        "description": bulk.description,
        "start_time": bulk.start_time,
        "user_id": bulk.user_id,
        "operation_count": bulk.operation_count,
    })
}

/// An operation, in the order of `OperationInterface`.
fn whole(call: &Call, operation: &Operation) -> Result<Value, Fault> {
    Ok(json!({
        "id": operation.key,
        "bulk_uuid": operation.bulk_uuid,
        "topic_name": operation.topic_name,
        "serialized_data": shown(call, operation)?,
        "result_serialized_data": operation.result,
        "status": i64::from(operation.status),
        "result_message": operation.message,
        "error_code": operation.error_code,
    }))
}

/// What was sent, as Magento writes it, with its secrets masked.
fn shown(call: &Call, operation: &Operation) -> Result<String, Fault> {
    let sealer = &call.services.sealer;
    let opened = sealer.open(&operation.place(), &operation.sent)?;
    let sent: Sent = serde_json::from_str(opened.reveal())
        .map_err(|_| Fault::internal("an operation's data cannot be read"))?;
    let data = Value::Object(masked(sent.values()));
    Ok(written::write(&json!({
        "entity_id": null,
        "entity_link": "",
        "meta_information": written::write(&data),
        "store_id": operation.store_id,
    })))
}
