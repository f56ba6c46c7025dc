//! Whether an answer is what a step wants, by the rules of the recordings: `{{name}}` is what was
//! captured, `{{*number}}` any number, `{{*string}}` any text, `{{*any}}` anything. Numbers are equal
//! within a millionth.

use serde_json::{Map, Value};

/// How much of an answer a step speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The keys that it names; lists have their length.
    Named,
}

/// Where an answer is not what is wanted: a line for each place.
pub fn differences(want: &Value, got: &Value, extent: Extent) -> Vec<String> {
    let mut found = Vec::new();
    walk(want, got, extent, "$", &mut found);
    found
}

fn walk(want: &Value, got: &Value, extent: Extent, at: &str, found: &mut Vec<String>) {
    match (want, got) {
        (Value::Object(want), Value::Object(got)) => {
            for (key, want) in want {
                let at = format!("{at}.{key}");
                match got.get(key) {
                    Some(got) => walk(want, got, extent, &at, found),
                    None => found.push(format!("{at} is missing, {want} is wanted")),
                }
            }
            if extent == Extent::Whole {
                let further = got.iter().filter(|(key, _)| !want.contains_key(*key));
                found.extend(further.map(|(key, value)| format!("{at}.{key} is {value}")));
            }
        }
        (Value::Array(want), Value::Array(got)) if want.len() == got.len() => {
            for (index, (want, got)) in want.iter().zip(got).enumerate() {
                walk(want, got, extent, &format!("{at}.{index}"), found);
            }
        }
        _ if is_equal(want, got) => {}
        _ => found.push(format!("{at} is {got} instead of {want}")),
    }
}

fn is_equal(want: &Value, got: &Value) -> bool {
    match want.as_str() {
        Some("{{*any}}") => return true,
        Some("{{*number}}") => return got.is_number(),
        Some("{{*string}}") => return got.is_string(),
        _ => {}
    }
    match (want.as_f64(), got.as_f64()) {
        (Some(want), Some(got)) => (want - got).abs() < 1e-6,
        _ => want == got,
    }
}

/// Puts captured values into a template. A text that is one name alone becomes that value.
pub fn fill(template: &Value, known: &Map<String, Value>) -> Value {
    match template {
        Value::String(text) => {
            let name = text
                .strip_prefix("{{")
                .and_then(|rest| rest.strip_suffix("}}"));
            let value = name.and_then(|name| known.get(name));
            value.cloned().unwrap_or_else(|| filled(text, known).into())
        }
        Value::Array(items) => items.iter().map(|item| fill(item, known)).collect(),
        Value::Object(pairs) => {
            let filled = pairs.iter();
            let filled = filled.map(|(key, value)| (key.clone(), fill(value, known)));
            Value::Object(filled.collect())
        }
        other => other.clone(),
    }
}

/// The same in a text; `{{~name}}` is a text also where it is all of it.
pub fn filled(text: &str, known: &Map<String, Value>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let as_text = text.replace(&format!("{{{{~{name}}}}}"), &value);
        as_text.replace(&format!("{{{{{name}}}}}"), &value)
    })
}

/// What stands at a path such as `items.0.id`; `$` is all of it.
pub fn dig<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path == "$" {
        return Some(value);
    }
    path.split('.').try_fold(value, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_whole_answer_has_no_further_keys_and_a_named_one_may() {
        let want = json!({"a": 1, "b": [{"c": "{{*number}}"}]});
        let got = json!({"a": 1.0, "b": [{"c": 7, "d": null}]});
        assert!(differences(&want, &got, Extent::Named).is_empty());
        let found = differences(&want, &got, Extent::Whole);
        assert_eq!(found, ["$.b.0.d is null"]);
    }

    #[test]
    fn what_is_missing_longer_or_of_another_kind_differs() {
        for (want, got) in [
            (json!({"a": 1}), json!({})),
            (json!([1]), json!([1, 2])),
            (json!([]), json!({})),
            (json!("{{*number}}"), json!("1")),
            (json!("{{*string}}"), json!(1)),
            (json!(1), json!(true)),
            (json!(1), json!("1")),
            (json!(null), json!(0)),
        ] {
            assert_eq!(differences(&want, &got, Extent::Named).len(), 1, "{want}");
        }
    }

    #[test]
    fn captured_values_keep_their_kind_where_they_stand_alone() {
        let known = json!({"id": 7, "run": "r1"});
        let known = known.as_object().unwrap();
        let template = json!({"id": "{{id}}", "text": "{{~id}}", "sku": "A-{{run}}", "x": "{{y}}"});
        let filled = fill(&template, known);
        assert_eq!(
            filled,
            json!({"id": 7, "text": "7", "sku": "A-r1", "x": "{{y}}"})
        );
    }

    #[test]
    fn a_path_leads_through_objects_and_lists() {
        let value = json!({"items": [{"id": 3}]});
        assert_eq!(dig(&value, "items.0.id"), Some(&json!(3)));
        assert_eq!(dig(&value, "$"), Some(&value));
        assert_eq!(dig(&value, "items.1.id"), None);
    }
}
