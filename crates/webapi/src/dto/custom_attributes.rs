//! `custom_attributes`: pairs of an attribute's code and its value.
//!
//! A request may write a list of `{"attribute_code": …, "value": …}` or a map of codes to scalars.
//! What an attribute's value must look like is for the family that knows the attribute.

use ferrite_base::{Fault, Kind, Phrase};
use serde_json::{Value, json};

use super::Wire;

/// The pairs, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomAttributes(pub Vec<(String, Value)>);

impl CustomAttributes {
    /// The value of an attribute; the last one counts where it stands twice.
    pub fn get(&self, code: &str) -> Option<&Value> {
        let found = self.0.iter().rev().find(|(name, _)| name == code);
        found.map(|(_, value)| value)
    }
}

impl Wire for CustomAttributes {
    const TYPE: &'static str = "array";

    fn to_value(&self) -> Value {
        let pair =
            |(code, value): &(String, Value)| json!({"attribute_code": code, "value": value});
        Value::Array(self.0.iter().map(pair).collect())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let numbered = |list: &[Value]| -> Result<Vec<_>, Fault> {
            let entries = list.iter().enumerate();
            entries
                .map(|(index, entry)| keyed_pair(&index.to_string(), entry))
                .collect()
        };
        let pairs = match value {
            Value::Array(list) => numbered(list)?,
            Value::Object(map) => match map.get("item") {
                Some(Value::Array(list)) => numbered(list)?,
                Some(item @ Value::Object(_)) => vec![pair(item)?],
                _ => {
                    let pairs: Result<Vec<_>, Fault> = map
                        .iter()
                        .map(|(key, entry)| keyed_pair(key, entry))
                        .collect();
                    pairs?
                }
            },
            _ => return Ok(None),
        };
        Ok(Some(Self(pairs)))
    }
}

/// An entry and the key under which it stands: a scalar is the value of the attribute of that code.
fn keyed_pair(key: &str, entry: &Value) -> Result<(String, Value), Fault> {
    if entry.is_object() || entry.is_array() {
        return pair(entry);
    }
    // PHP takes the text `0` for none.
    let code = if key == "0" { "" } else { key };
    let mut whole = json!({"attribute_code": code, "value": entry});
    if code.is_empty() && entry.is_null() {
        whole = json!({});
    }
    pair(&whole)
}

fn pair(entry: &Value) -> Result<(String, Value), Fault> {
    let code = entry
        .get("attribute_code")
        .or_else(|| entry.get("attributeCode"));
    let code = code.and_then(Value::as_str).filter(|code| !code.is_empty());
    let value = entry.get("value");
    match (code, value) {
        (Some(code), Some(value)) => Ok((code.to_owned(), value.clone())),
        (Some(code), None) => Err(refused(format!(
            "The \"{code}\" attribute code doesn't have a value set. Enter the value and try again."
        ))),
        (None, Some(_)) => Err(refused(
            "A custom attribute is specified with a missing attribute code. \
             Verify the code and try again.",
        )),
        (None, None) => Err(refused(
            "An empty custom attribute is specified. Enter the attribute and try again.",
        )),
    }
}

fn refused(text: impl Into<String>) -> Fault {
    Fault::new(Kind::Request, Phrase::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &Value) -> Result<Vec<(String, Value)>, String> {
        let read = CustomAttributes::from_value(value);
        read.map(|found| found.unwrap_or_default().0)
            .map_err(|fault| fault.phrase.text)
    }

    #[test]
    fn pairs_are_read_in_both_forms() {
        let list =
            json!([{"attributeCode": "a", "value": 1}, {"attribute_code": "b", "value": null}]);
        let wanted = vec![("a".to_owned(), json!(1)), ("b".to_owned(), Value::Null)];
        assert_eq!(read(&list), Ok(wanted));
        assert_eq!(
            read(&json!({"a": "x"})),
            Ok(vec![("a".to_owned(), json!("x"))])
        );
        assert_eq!(read(&json!("text")), Ok(Vec::new()));
        let mixed = json!({"a": null, "x": {"attribute_code": "b", "value": 1}});
        let wanted = vec![("a".to_owned(), Value::Null), ("b".to_owned(), json!(1))];
        assert_eq!(read(&mixed), Ok(wanted));
        let list_of_ids = json!({"category_ids": ["2"]});
        assert!(read(&list_of_ids).is_err_and(|said| said.starts_with("An empty")));
    }

    #[test]
    fn half_a_pair_is_refused() {
        for (entry, start) in [
            (json!({}), "An empty custom attribute"),
            (json!(["2", "3"]), "An empty custom attribute"),
            (json!(null), "An empty custom attribute"),
            (json!("red"), "A custom attribute is specified"),
            (json!({"value": 1}), "A custom attribute is specified"),
            (json!({"attribute_code": "a"}), "The \"a\" attribute code"),
        ] {
            let said = read(&json!([entry])).unwrap_err();
            assert!(said.starts_with(start), "{said}");
        }
    }
}
