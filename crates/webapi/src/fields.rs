//! Partial responses: `?fields=items[sku,custom_attributes[color]],total_count`.
//!
//! Unknown names are dropped in silence. A text that is not of this form leaves nothing. Of a list
//! without rows, at any depth, null is left.

use serde_json::{Map, Value};

/// Deeper ones are no answer's; what is parsed is walked, and dropped, recursively.
const DEEPEST: usize = 64;

/// A parsed filter: the names that stay, each with what stays of it.
#[derive(Debug, PartialEq)]
struct Names(Vec<(String, Option<Names>)>);

/// Applies `fields` to an answer. A text that PHP takes for false (empty, `0`) changes nothing; of an
/// empty list nothing can be kept.
pub fn filter(value: Value, fields: &str) -> Value {
    if matches!(fields, "" | "0") || !(value.is_object() || value.is_array()) {
        return value;
    }
    match parse(fields) {
        Some(_) if is_empty(&value) => Value::Null,
        names => names
            .and_then(|names| keep(&value, &names))
            .unwrap_or_else(|| Value::Array(Vec::new())),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn parse(text: &str) -> Option<Names> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '[' | ']' | ',');
    if !text.chars().all(allowed) {
        return None;
    }
    // `open` holds the lists around the one being read, each waiting for its last name's part.
    let mut open: Vec<Names> = Vec::new();
    let mut current = Names(Vec::new());
    let mut name = String::new();
    let finish = |names: &mut Names, name: &mut String| {
        if !name.is_empty() {
            names.0.push((std::mem::take(name), None));
        }
    };
    for letter in text.chars() {
        match letter {
            '[' if open.len() >= DEEPEST => return None,
            '[' => {
                finish(&mut current, &mut name);
                open.push(std::mem::replace(&mut current, Names(Vec::new())));
            }
            ']' => {
                finish(&mut current, &mut name);
                let mut outer = open.pop()?;
                outer.0.last_mut()?.1 = Some(std::mem::replace(&mut current, Names(Vec::new())));
                current = outer;
            }
            ',' => finish(&mut current, &mut name),
            other => name.push(other),
        }
    }
    finish(&mut current, &mut name);
    open.is_empty().then_some(current)
}

/// What stays of a value; none when nothing does.
fn keep(value: &Value, names: &Names) -> Option<Value> {
    match value {
        Value::Array(list) => {
            let kept = list.iter().map(|entry| match entry {
                Value::Object(_) | Value::Array(_) => {
                    keep(entry, names).unwrap_or_else(|| Value::Array(Vec::new()))
                }
                scalar => scalar.clone(),
            });
            Some(Value::Array(kept.collect()))
        }
        Value::Object(map) => {
            let mut out = Map::new();
            for (key, entry) in map {
                // Of a name that stands there twice the last one counts.
                let Some((_, part)) = names.0.iter().rfind(|(name, _)| name == key) else {
                    continue;
                };
                let kept = match (part, entry) {
                    (None, _) => entry.clone(),
                    // A list without rows of which parts are asked for is null.
                    (Some(_), _) if is_empty(entry) => Value::Null,
                    (Some(part), Value::Array(list)) if key == "custom_attributes" => {
                        Value::Array(keep_attributes(list, part))
                    }
                    (Some(part), Value::Object(_) | Value::Array(_)) => {
                        keep(entry, part).unwrap_or_else(|| Value::Array(Vec::new()))
                    }
                    (Some(_), _) => entry.clone(),
                };
                out.insert(key.clone(), kept);
            }
            (!out.is_empty()).then_some(Value::Object(out))
        }
        _ => None,
    }
}

/// `custom_attributes[color]` keeps that attribute whole; `[attribute_code]` that part of each.
fn keep_attributes(list: &[Value], names: &Names) -> Vec<Value> {
    let parts = ["attribute_code", "value"];
    let by_part = names
        .0
        .iter()
        .any(|(name, _)| parts.contains(&name.as_str()));
    list.iter()
        .filter_map(|entry| {
            if by_part {
                return keep(entry, names);
            }
            let code = entry.get("attribute_code").and_then(Value::as_str)?;
            names
                .0
                .iter()
                .any(|(name, _)| name == code)
                .then(|| entry.clone())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_of_an_empty_list_are_null() {
        let value = serde_json::json!({"items": [], "total_count": 0});
        let cut = filter(value.clone(), "items[sku],total_count");
        assert_eq!(cut, serde_json::json!({"items": null, "total_count": 0}));
        assert_eq!(filter(value, "items"), serde_json::json!({"items": []}));
        assert_eq!(filter(json!([]), "sku"), Value::Null);
        assert_eq!(filter(json!([]), "a b"), json!([]));
        assert_eq!(filter(json!([]), "0"), json!([]));
    }

    #[test]
    fn names_are_kept_at_any_depth_in_the_answers_order() {
        let value = json!({"items": [{"sku": "a", "price": 1, "x": {"y": 1, "z": 2}}], "total": 1});
        assert_eq!(
            filter(value.clone(), "total,items[x[z],sku]"),
            json!({"items": [{"sku": "a", "x": {"z": 2}}], "total": 1})
        );
        assert_eq!(filter(value.clone(), "nope"), json!([]));
        assert_eq!(filter(value.clone(), "items[sku"), json!([]));
        assert_eq!(filter(value.clone(), "a b"), json!([]));
        assert_eq!(filter(value.clone(), ""), value);
        assert_eq!(filter(json!(true), "a"), json!(true));
    }

    #[test]
    fn of_a_name_that_stands_there_twice_the_last_one_counts() {
        let value = json!({"items": [{"sku": "a", "name": "b"}]});
        let cut = filter(value.clone(), "items[sku],items[name]");
        assert_eq!(cut, json!({"items": [{"name": "b"}]}));
        assert_eq!(filter(value.clone(), "items[sku],items"), value);
    }

    #[test]
    fn attributes_themselves_are_no_custom_attributes() {
        let value = json!({"items": [{"attribute_code": "color", "frontend_input": "select"}]});
        let cut = filter(value, "items[frontend_input]");
        assert_eq!(cut, json!({"items": [{"frontend_input": "select"}]}));
    }

    #[test]
    fn a_nested_filter_ends_no_process() {
        let nested = format!("{}a{}", "i[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(filter(json!({"i": 1}), &nested), json!([]));
        let fits = format!("{}a{}", "i[".repeat(64), "]".repeat(64));
        assert_eq!(filter(json!({"i": 1}), &fits), json!({"i": 1}));
    }

    #[test]
    fn attributes_are_kept_by_code_or_by_part() {
        let value = json!({"custom_attributes": [
            {"attribute_code": "color", "value": "5"}, {"attribute_code": "size", "value": "6"}]});
        assert_eq!(
            filter(value.clone(), "custom_attributes[size]"),
            json!({"custom_attributes": [{"attribute_code": "size", "value": "6"}]})
        );
        assert_eq!(
            filter(value, "custom_attributes[value]"),
            json!({"custom_attributes": [{"value": "5"}, {"value": "6"}]})
        );
    }
}
