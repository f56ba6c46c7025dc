//! The data of a request: body, path and query laid over one another as Magento does.

use std::collections::HashSet;

use ferrite_base::{Fault, Kind, Phrase};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::call::Call;
use crate::dto::{bare, is_same_name};
use crate::route::Row;
use crate::wire::accept::Format;
use crate::wire::{json, query, xml_read};

/// What a call's parameters are taken from.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Input {
    /// Body, with path and query over it.
    pub values: Map<String, Value>,
    /// On PUT, the last path parameter, where the body is one object that it may belong into.
    pub into_body: Option<IntoBody>,
}

/// A path parameter that replaces a field of the body's only object, if the type has that field.
#[derive(Debug, Serialize, Deserialize)]
pub struct IntoBody {
    /// The body's only key.
    pub object: String,
    /// The parameter's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Input {
    /// Reads a request's data.
    pub fn read(
        method: &str,
        path: &[(String, String)],
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Self, Fault> {
        let mut values = match method {
            "POST" | "PUT" if !body.is_empty() => read_body(content_type, body)?,
            _ => Map::new(),
        };
        let into_body = (method == "PUT")
            .then(|| into_body(&values, path))
            .flatten();
        for (name, value) in path {
            if method == "PUT" {
                // The path says which, in whatever writing the body says it too.
                values.retain(|key, _| !is_same_name(key, name));
            }
            values.insert(name.clone(), Value::String(value.clone()));
        }
        for (name, value) in query.map(query::parse).transpose()?.into_iter().flatten() {
            if !path.iter().any(|(taken, _)| *taken == name) {
                values.insert(name, value);
            }
        }
        if method == "PUT" {
            values = without_repeats(values);
        }
        Ok(Self { values, into_body })
    }

    /// What was sent for a parameter, under its name or that in snake_case; null is nothing.
    pub(crate) fn sent(&self, name: &str) -> Option<(&String, &Value)> {
        let set = |key: &str| {
            let found = self.values.get_key_value(key);
            found.filter(|(_, value)| !value.is_null())
        };
        set(name).or_else(|| set(&crate::dto::snake_case(name)))
    }

    /// Sets what a row forces.
    pub(crate) fn force_all(&mut self, row: &Row, call: &Call) {
        for (name, placeholder) in &row.forced {
            if placeholder == "%customer_id%" {
                let id = call.customer_id().map_or(Value::Null, Value::from);
                self.force(name, id);
            }
        }
    }

    /// Sets a value that the server forces, whatever the client sent: `customer.id` inside an object.
    pub fn force(&mut self, path: &str, value: Value) {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        if rest.is_empty() {
            self.values.remove(&crate::dto::snake_case(first));
            self.values.insert(first.to_owned(), value);
            return;
        }
        let snake = crate::dto::snake_case(first);
        let sent = [first, snake.as_str()]
            .into_iter()
            .find(|name| self.values.get(*name).is_some_and(|sent| !sent.is_null()));
        let Some(object) = sent.and_then(|name| self.values.get_mut(name)) else {
            return;
        };
        if !object.is_object() {
            *object = Value::Object(Map::new());
        }
        if let Value::Object(inner) = object {
            // A client may have written the field twice, each time otherwise.
            inner.retain(|key, _| !is_same_name(key, rest));
            inner.insert(rest.to_owned(), value);
        }
    }
}

/// The data of many calls: the items of a list, or the values of an object, as in Magento. An object
/// of XML that has several values under one name stands for as many calls.
pub(crate) fn read_many(
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Vec<Map<String, Value>>, Fault> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let items = match decoded(content_type, body)? {
        Value::Array(list) => list,
        Value::Object(map) => {
            let is_xml = matches!(Format::of_body(content_type), Ok(Format::Xml));
            let each = |value: Value| match value {
                Value::Array(list) if is_xml => list,
                value => vec![value],
            };
            map.into_iter().flat_map(|(_, value)| each(value)).collect()
        }
        _ => Vec::new(),
    };
    Ok(items.into_iter().map(keyed).collect())
}

fn read_body(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, Fault> {
    Ok(keyed(decoded(content_type, body)?))
}

fn decoded(content_type: Option<&str>, body: &[u8]) -> Result<Value, Fault> {
    let decoded = match Format::of_body(content_type)? {
        Format::Json => json::parse(body),
        Format::Xml => xml_read::parse(body),
    };
    let refusal = || Fault::new(Kind::Request, Phrase::new("Decoding error."));
    let decoded = decoded.ok_or_else(refusal)?;
    // In JSON it can only be written so, and XML has none.
    if memchr::memmem::find(body, b"\\u0000").is_some()
        && let Some(name) = with_nul(&decoded)
    {
        let text = format!("The \"{name}\" in the body cannot be read.");
        return Err(Fault::invalid(text));
    }
    Ok(decoded)
}

/// Where a text or a key holds NUL, which neither columns nor what reads them keep alike: the names on
/// the way there, with dots between.
fn with_nul(value: &Value) -> Option<String> {
    let below = |name: String, value: &Value| {
        if name.contains('\0') {
            return Some(name.replace('\0', "?"));
        }
        with_nul(value).map(|rest| match rest.as_str() {
            "" => name,
            rest => format!("{name}.{rest}"),
        })
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Object(map) => map
            .iter()
            .find_map(|(key, value)| below(key.clone(), value)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(at, value)| below(at.to_string(), value)),
        _ => None,
    }
}

/// A list's or a scalar's keys are numbers: they match no parameter.
fn keyed(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What a PUT sends without keys that stand there before in another writing, at any depth.
fn without_repeats(values: Map<String, Value>) -> Map<String, Value> {
    let mut seen: HashSet<Vec<u8>> = HashSet::new();
    let mut out = Map::new();
    for (key, value) in values {
        if seen.insert(bare(&key).collect()) {
            out.insert(key, each_once(value));
        }
    }
    out
}

fn each_once(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(without_repeats(map)),
        Value::Array(list) => list.into_iter().map(each_once).collect(),
        scalar => scalar,
    }
}

fn into_body(values: &Map<String, Value>, path: &[(String, String)]) -> Option<IntoBody> {
    let (name, value) = path.last()?;
    let (object, inner) = values.iter().next()?;
    if values.len() != 1 || !inner.is_object() || value == "me" {
        return None;
    }
    Some(IntoBody {
        object: object.clone(),
        name: name.clone(),
        value: value.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn forced(body: &Value, path: &str) -> Value {
        let mut input = Input {
            values: body.as_object().cloned().unwrap_or_default(),
            into_body: None,
        };
        input.force(path, json!(7));
        Value::Object(input.values)
    }

    #[test]
    fn nul_in_a_text_or_a_key_is_refused_by_name_and_what_only_looks_like_it_is_not() {
        let read = |body: &str| {
            Input::read("POST", &[], None, Some("application/json"), body.as_bytes())
                .map(|input| Value::Object(input.values))
                .map_err(|fault| fault.to_string())
        };
        for (body, name) in [
            (r#"{"product": {"name": "a\u0000b"}}"#, "product.name"),
            (
                r#"{"list": [{"a": 1}, {"value": "\u0000"}]}"#,
                "list.1.value",
            ),
            (r#"{"a\u0000b": 1}"#, "a?b"),
        ] {
            let refusal = format!("The \"{name}\" in the body cannot be read.");
            assert_eq!(read(body), Err(refusal));
        }
        assert_eq!(
            read(r#"{"name": "a\\u0000b"}"#),
            Ok(json!({"name": "a\\u0000b"}))
        );
    }

    #[test]
    fn a_forced_value_stands_however_often_the_field_was_sent() {
        let twice = json!({"customer": {"id": 1, "I_D": 2, "email": "a@example.com"}});
        let whole = json!({"customer": {"id": 7, "email": "a@example.com"}});
        assert_eq!(forced(&twice, "customer.id"), whole);
        let snake = json!({"cart_item": {"quoteId": 1}});
        let held = json!({"cart_item": {"quote_id": 7}});
        assert_eq!(forced(&snake, "cartItem.quote_id"), held);
        let both = json!({"customer_id": 1, "customerId": 2});
        assert_eq!(forced(&both, "customerId"), json!({"customerId": 7}));
    }

    #[test]
    fn of_a_key_in_several_writings_a_put_takes_the_first_at_any_depth() {
        let body =
            br#"{"p": {"itemId": 1, "item_id": 2, "l": [{"Aa": 1, "aa": 2}]}, "store_id": 3, "S_KU": 5}"#;
        let kind = Some("application/json");
        let path = [("sku".to_owned(), "x".to_owned())];
        let read = |method| Input::read(method, &path, Some("sku=y&storeId=4"), kind, body);
        let whole = json!({"p": {"itemId": 1, "l": [{"Aa": 1}]}, "store_id": 3, "sku": "x"});
        assert_eq!(Value::Object(read("PUT").unwrap().values), whole);
        let posted = read("POST").unwrap().values;
        assert_eq!(
            (&posted["storeId"], &posted["sku"]),
            (&json!("4"), &json!("x"))
        );
    }

    #[test]
    fn what_is_no_object_becomes_one_and_what_is_missing_stays_missing() {
        let text = json!({"customer": "x"});
        assert_eq!(forced(&text, "customer.id"), json!({"customer": {"id": 7}}));
        assert_eq!(forced(&json!({}), "customer.id"), json!({}));
    }
}
