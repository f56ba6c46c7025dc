//! `extension_attributes` of a type to which no module adds one.

use ferrite_base::Fault;
use serde_json::Value;

use super::{Wire, not_supported};

/// No extension attributes: nothing is shown, and whatever code is sent is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoExtension;

impl Wire for NoExtension {
    const TYPE: &'static str = "array";

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let first = match value {
            Value::Object(map) => map.keys().next().map(String::as_str),
            Value::Array(list) => list.first().map(|_| "0"),
            _ => None,
        };
        first.map_or(Ok(None), |code| Err(not_supported(code)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_code_is_sent_is_refused() {
        for nothing in [json!({}), json!([]), json!(""), json!(1), Value::Null] {
            assert_eq!(NoExtension::from_value(&nothing), Ok(None), "{nothing}");
        }
        let sent = json!({"gift_message": null});
        assert_eq!(
            NoExtension::from_value(&sent),
            Err(not_supported("gift_message"))
        );
        assert_eq!(
            NoExtension::from_value(&json!([1])),
            Err(not_supported("0"))
        );
    }
}
