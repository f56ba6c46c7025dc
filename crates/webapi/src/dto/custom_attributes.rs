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
        let entries: Vec<&Value> = match value {
            Value::Array(list) => list.iter().collect(),
            Value::Object(map) => match map.get("item") {
                Some(Value::Array(list)) => list.iter().collect(),
                Some(item) => vec![item],
                None if map.values().all(|entry| !entry.is_object()) => {
                    let pairs = map
                        .iter()
                        .map(|(code, value)| (code.clone(), value.clone()));
                    return Ok(Some(Self(pairs.collect())));
                }
                None => map.values().collect(),
            },
            _ => return Ok(None),
        };
        let pairs: Result<Vec<_>, Fault> = entries.into_iter().map(pair).collect();
        Ok(Some(Self(pairs?)))
    }
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
    }

    #[test]
    fn half_a_pair_is_refused() {
        for (entry, start) in [
            (json!({}), "An empty custom attribute"),
            (json!({"value": 1}), "A custom attribute is specified"),
            (json!({"attribute_code": "a"}), "The \"a\" attribute code"),
        ] {
            let said = read(&json!([entry])).unwrap_err();
            assert!(said.starts_with(start), "{said}");
        }
    }
}
