//! Writes a value as Magento writes `app/etc/config.php`: four spaces, short arrays, no comma at the
//! end, no keys where they count from 0.

use crate::value::{Array, Key, Value};

/// The lowest integer, which has no literal: its digits without the sign are too large.
pub(crate) const LOWEST: &str = "-9223372036854775807-1";

/// The text of a file that returns the value.
pub fn write_config(value: &Value) -> String {
    let mut out = String::from("<?php\nreturn ");
    put(value, 0, &mut out);
    out.push_str(";\n");
    out
}

fn put(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Integer(i64::MIN) => out.push_str(LOWEST),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) => put_float(*number, out),
        Value::Text(text) => put_text(text, out),
        Value::Array(array) => put_array(array, depth, out),
    }
}

fn put_float(number: f64, out: &mut String) {
    if number.is_nan() {
        out.push_str("NAN");
    } else if number.is_infinite() {
        out.push_str(if number > 0.0 { "INF" } else { "-INF" });
    } else {
        // Debug writes the shortest text that reads back the same, and always a point or an exponent.
        let text = format!("{number:?}");
        out.push_str(&text);
    }
}

fn put_text(text: &str, out: &mut String) {
    out.push('\'');
    for character in text.chars() {
        if matches!(character, '\'' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('\'');
}

fn put_array(array: &Array, depth: usize, out: &mut String) {
    out.push_str("[\n");
    let is_list = array.is_list();
    let indent = "    ".repeat(depth + 1);
    for (at, (key, value)) in array.entries().iter().enumerate() {
        if at > 0 {
            out.push_str(",\n");
        }
        out.push_str(&indent);
        match key {
            _ if is_list => {}
            Key::Integer(i64::MIN) => out.push_str(LOWEST),
            Key::Integer(number) => out.push_str(&number.to_string()),
            Key::Text(text) => put_text(text, out),
        }
        if !is_list {
            out.push_str(" => ");
        }
        put(value, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&"    ".repeat(depth));
    out.push(']');
}
