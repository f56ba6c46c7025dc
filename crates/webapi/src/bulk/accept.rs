//! From a request to operations, and what its sender is told.

use ferrite_base::{Fault, Randomness, Secret};
use serde_json::{Map, Value, json};

use super::rows::{BULKS, Bulk, OPERATIONS, Operation, OperationStatus, Sent, StoredCaller, place};
use crate::admission::Routed;
use crate::api::{input, unserved};
use crate::call::{Arguments, Call};
use crate::dto::snake_case;
use crate::input::{Input, read_many};
use crate::limits;
use crate::limits::too_many;
use crate::route::{Entry, Form, Row};

/// So many operations come in one request at most.
const MOST: usize = 10_000;

/// The same where limits are switched on, if the configuration names no other.
const MOST_WITH_LIMITS: usize = 5_000;

/// Puts a call off: reads its data, writes its operations, and says under which UUID they are found.
pub(crate) fn accept(routed: Routed) -> Result<Value, Fault> {
    let row = &routed.entry.row;
    let served = routed.entry.handler.as_ref();
    let served = served.ok_or_else(|| unserved(row))?;
    let all = match routed.form {
        Form::Bulk => many(&routed)?,
        Form::Direct | Form::Later => vec![one(&routed)?],
    };
    for sent in &all {
        (served.check)(&mut Arguments::new(&row.parameters, &sent.input))?;
    }
    let call = &routed.call;
    let (bulk, operations) = written(call, row, &all)?;
    let items = operations.iter().map(|one| told(call, one)).collect();
    let uuid = bulk.uuid.clone();
    call.write(move |tx| {
        BULKS.insert(tx, &mut bulk.clone())?;
        for operation in &operations {
            OPERATIONS.insert(tx, &mut operation.clone())?;
        }
        Ok(())
    })?;
    Ok(json!({"bulk_uuid": uuid, "request_items": Value::Array(items), "errors": false}))
}

/// The data of a single call.
fn one(routed: &Routed) -> Result<Sent, Fault> {
    let call = &routed.call;
    Ok(Sent {
        input: input(&routed.entry.row, call, &routed.body)?,
        path: call.path.clone(),
        source: call.source(),
    })
}

/// The data of many: each item of the body is that of a call of its own.
fn many(routed: &Routed) -> Result<Vec<Sent>, Fault> {
    let call = &routed.call;
    let items = read_many(call.content_type(), &routed.body)?;
    let most = most(call);
    if items.len() > most {
        return Err(too_many(&routed.entry.row.service, most));
    }
    let sent = |values: Map<String, Value>| {
        let path = path(&routed.entry, &values);
        let mut input = Input {
            values,
            into_body: None,
        };
        input.force_all(&routed.entry.row, call);
        Sent {
            input,
            path,
            source: call.source(),
        }
    };
    let all: Vec<Sent> = items.into_iter().map(sent).collect();
    for one in &all {
        limits::check(&routed.entry.row, &one.input, call)?;
    }
    Ok(all)
}

fn most(call: &Call) -> usize {
    let settings = call.settings();
    if !settings.flag("webapi/validation/input_limit_enabled", &call.store) {
        return MOST;
    }
    let set = settings.text("webapi/validation/complex_array_limit", &call.store);
    let set = set.trim().parse().unwrap_or(MOST_WITH_LIMITS);
    set.min(MOST)
}

/// What stands in an item's own fields for the parameters of the path.
fn path(entry: &Entry, values: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let named = |name: &str| {
        let value = values.get(name).or_else(|| values.get(&snake_case(name)));
        Some((name.to_owned(), text(value?)?))
    };
    entry.parameter_names().filter_map(named).collect()
}

/// The rows of a bulk, with what was sent sealed.
fn written(call: &Call, row: &Row, all: &[Sent]) -> Result<(Bulk, Vec<Operation>), Fault> {
    let identity = call.known()?;
    let caller = StoredCaller::of(&identity.caller, identity.credential);
    let uuid = uuid(&call.services.randomness);
    let topic_name = topic_name(row);
    let start_time = call.now().as_str().to_owned();
    let mut operations = Vec::with_capacity(all.len());
    for (key, sent) in (0..).zip(all) {
        let text = serde_json::to_string(sent).map_err(|_| Fault::internal("no JSON"))?;
        let sealer = &call.services.sealer;
        operations.push(Operation {
            id: 0,
            key,
            bulk_uuid: uuid.clone(),
            topic_name: topic_name.clone(),
            start_time: start_time.clone(),
            method: row.method.clone(),
            path: row.path.clone(),
            store_id: call.store.store_id,
            caller: caller.clone(),
            sent: sealer.seal(&place(&uuid, key), &Secret::new(text))?,
            status: OperationStatus::Open,
            run: None,
            result: None,
            message: None,
            error_code: None,
        });
    }
    let bulk = Bulk {
        id: 0,
        user_type: caller.user_type,
        user_id: caller.user_id,
        description: format!("Topic {topic_name}"),
        start_time,
        operation_count: i64::try_from(all.len()).unwrap_or(i64::MAX),
        uuid,
    };
    Ok((bulk, operations))
}

/// What a sender is told of one operation.
fn told(call: &Call, operation: &Operation) -> Value {
    let hash = call.services.sealer.hash(&operation.sent);
    json!({"id": operation.key, "data_hash": hash, "status": "accepted"})
}

/// `async.magento.catalog.api.productrepositoryinterface.save.post`
fn topic_name(row: &Row) -> String {
    let service = row.service.trim_matches('\\').replace('\\', ".");
    format!("async.{service}.{}.{}", row.operation, row.method).to_lowercase()
}

/// A UUID of version 4.
fn uuid(randomness: &Randomness) -> String {
    let mut bytes: [u8; 16] = randomness.bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = u128::from_be_bytes(bytes);
    let part = |shift: u32, width: u32| (digits >> shift) & ((1 << width) - 1);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 32),
        part(80, 16),
        part(64, 16),
        part(48, 16),
        part(0, 48)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_one_of_version_4() {
        let randomness = Randomness::seeded(3);
        let (first, second) = (uuid(&randomness), uuid(&randomness));
        assert_ne!(first, second);
        let lengths: Vec<usize> = first.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(first[14..].starts_with('4'));
        assert!("89ab".contains(&first[19..20]));
    }
}
