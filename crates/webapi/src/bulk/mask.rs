//! What of a client's data is shown: everything but secrets.

use serde_json::{Map, Value};

use crate::dto::{bare, is_same_name};

/// What stands in a secret's place.
pub(super) const MASKED: &str = "******";

/// What the names of secrets have in them; here and below in small letters, without underscores.
const SECRETS: [&str; 6] = ["password", "passwd", "secret", "token", "ccnumber", "cvv"];

/// Names that are secrets as a whole.
const WHOLE: [&str; 3] = ["otp", "cccid", "hash"];

/// The data with every secret masked, at any depth.
pub(super) fn masked(values: &Map<String, Value>) -> Map<String, Value> {
    // An attribute is written as a pair: `{"attribute_code": "password", "value": …}`.
    let code = values.iter().find_map(|(name, value)| {
        let names = ["attribute_code", "key"];
        let is_name = names.iter().any(|known| is_same_name(known, name));
        is_name.then(|| value.as_str()).flatten()
    });
    let hides_value = code.is_some_and(is_secret);
    let pairs = values.iter().map(|(name, value)| {
        let hidden = is_secret(name) || hides_value && is_same_name(name, "value");
        let shown = if hidden && !value.is_null() {
            Value::from(MASKED)
        } else {
            masked_value(value)
        };
        (name.clone(), shown)
    });
    pairs.collect()
}

fn masked_value(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(masked(map)),
        Value::Array(list) => list.iter().map(masked_value).collect(),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let name: Vec<u8> = bare(name).collect();
    let name = String::from_utf8_lossy(&name);
    WHOLE.contains(&&*name) || SECRETS.iter().any(|part| name.contains(part))
}

/// Whether the answer of a service is a secret itself: a token that it hands out.
pub(super) fn answers_with_a_secret(service: &str) -> bool {
    service.contains("Token")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth_and_nothing_else_is() {
        let sent = json!({
            "password": "hunter2", "newPassword": "x", "email": "a@example.com", "resetToken": null,
            "customer": {"Password_Hash": "y", "custom_attributes": [
                {"attribute_code": "api_secret", "value": "z"},
                {"attribute_code": "color", "value": "red"},
            ]},
            "paymentMethod": {"additional_data": {"cc_number": "4111", "cc_cid": 123}},
        });
        let shown = json!({
            "password": MASKED, "newPassword": MASKED, "email": "a@example.com", "resetToken": null,
            "customer": {"Password_Hash": MASKED, "custom_attributes": [
                {"attribute_code": "api_secret", "value": MASKED},
                {"attribute_code": "color", "value": "red"},
            ]},
            "paymentMethod": {"additional_data": {"cc_number": MASKED, "cc_cid": MASKED}},
        });
        let sent = sent.as_object().cloned().unwrap_or_default();
        assert_eq!(Value::Object(masked(&sent)), shown);
    }
}
