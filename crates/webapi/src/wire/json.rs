//! JSON as PHP's `json_encode` writes it: `\/`, `\uXXXX`, no white space, `10` for 10.0.

use serde_json::{Number, Value};

/// The value as text.
pub fn write(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    push(&mut out, value);
    out
}

/// Parses a request's body. Depth is bounded by the parser; a repeated key's last value wins.
pub fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

fn push(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(found) => out.push_str(&number(found)),
        Value::String(text) => push_text(out, text),
        Value::Array(list) => {
            out.push('[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push(out, element);
            }
            out.push(']');
        }
        // PHP knows one kind of array: an empty one is a list.
        Value::Object(map) if map.is_empty() => out.push_str("[]"),
        Value::Object(map) => {
            out.push('{');
            for (index, (key, element)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push_text(out, key);
                out.push(':');
                push(out, element);
            }
            out.push('}');
        }
    }
}

/// A number as PHP prints it with `serialize_precision=-1`: the shortest form, `1.0e+25` when large.
pub fn number(number: &Number) -> String {
    if let Some(whole) = number.as_i64() {
        return whole.to_string();
    }
    if let Some(whole) = number.as_u64() {
        return whole.to_string();
    }
    let float = number.as_f64().unwrap_or(0.0);
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-4..1e15).contains(&magnitude) {
        let text = format!("{float:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
        let point = if mantissa.contains('.') { "" } else { ".0" };
        let sign = if exponent.starts_with('-') { "" } else { "+" };
        return format!("{mantissa}{point}e{sign}{exponent}");
    }
    if float == 0.0 && float.is_sign_negative() {
        return "-0.0".to_owned();
    }
    format!("{float}")
}

fn push_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' => out.push(letter),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_and_numbers_are_as_php_writes_them() {
        let value = json!({"a": [10.0, 0.1, 1e25, 1.5e-7, -3], "u": "é/\u{7f}😀\n\"", "e": {}});
        assert_eq!(
            write(&value),
            "{\"a\":[10,0.1,1.0e+25,1.5e-7,-3],\"u\":\"\\u00e9\\/\\u007f\\ud83d\\ude00\\n\\\"\",\"e\":[]}"
        );
    }

    #[test]
    fn what_is_no_json_is_refused_at_any_depth() {
        assert!(parse(b"{\"a\":").is_none());
        assert!(parse("[".repeat(100_000).as_bytes()).is_none());
        assert!(parse(b"1e999999").is_none());
        assert_eq!(parse(b"{\"a\":1,\"a\":2}"), Some(json!({"a": 2})));
    }
}
