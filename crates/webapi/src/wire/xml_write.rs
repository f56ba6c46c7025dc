//! XML as Magento writes it: `<response>`, two blanks a level, `<item>` for list elements.

use std::fmt::Write as _;

use serde_json::Value;

use super::json;

/// The value as a document with its declaration and final newline.
pub fn write(value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>\n");
    element(&mut out, "response", value, 0);
    out
}

fn element(out: &mut String, name: &str, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Array(list) if !list.is_empty() => {
            out.push_str(&format!("{indent}<{name}>\n"));
            for entry in list {
                element(out, "item", entry, depth + 1);
            }
            out.push_str(&format!("{indent}</{name}>\n"));
        }
        Value::Object(map) if !map.is_empty() => {
            out.push_str(&format!("{indent}<{name}>\n"));
            for (key, entry) in map {
                element(out, &element_name(key), entry, depth + 1);
            }
            out.push_str(&format!("{indent}</{name}>\n"));
        }
        scalar => {
            let text = scalar_text(scalar);
            if text.is_empty() {
                out.push_str(&format!("{indent}<{name}/>\n"));
            } else {
                out.push_str(&format!("{indent}<{name}>{}</{name}>\n", escaped(&text)));
            }
        }
    }
}

/// Text as libxml writes it into a document that names no encoding: what is not ASCII by its number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\r' => out.push_str("&#13;"),
            plain if plain.is_ascii() => out.push(plain),
            other => {
                let _ = write!(out, "&#x{:X};", u32::from(other));
            }
        }
    }
    out
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => json::number(number),
        // Characters that XML 1.0 cannot hold at all are left out.
        Value::String(text) => text.chars().filter(|c| is_xml_char(*c)).collect(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn is_xml_char(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A key as an element's name: what is not allowed in one goes, a bad first character gets `item_`.
fn element_name(key: &str) -> String {
    let name: String = key
        .chars()
        .map(|letter| {
            if matches!(letter, ' ' | ':') {
                '_'
            } else {
                letter
            }
        })
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
        .collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() || first == '_' => name,
        _ => format!("item_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_objects_and_empty_things() {
        let value =
            json!({"items": [{"a": 1.5, "b": null}], "0": true, "t": "a<b&\u{1}>\"ä\r😀", "e": []});
        assert_eq!(
            write(&value),
            "<?xml version=\"1.0\"?>\n<response>\n  <items>\n    <item>\n      <a>1.5</a>\n      \
             <b/>\n    </item>\n  </items>\n  <item_0>true</item_0>\n  <t>a&lt;b&amp;&gt;\"&#xE4;&#13;&#x1F600;</t>\n  \
             <e/>\n</response>\n"
        );
        assert_eq!(write(&json!([])), "<?xml version=\"1.0\"?>\n<response/>\n");
    }
}
