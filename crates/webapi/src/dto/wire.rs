//! How simple types, lists and objects are read from a request and written into an answer.
//!
//! The conversions are PHP's: numeric text is a number, everything scalar is a text, and what
//! counts as true is what `filter_var` takes for true.

use ferrite_base::{Fault, Kind, Phrase};
use serde_json::{Number, Value};

/// A type that stands on the wire.
pub trait Wire: Sized {
    /// The name that Magento's error messages give the type.
    const TYPE: &'static str;

    /// The JSON value.
    fn to_value(&self) -> Value;

    /// Reads a JSON value that is not null. `None` where Magento makes null of it.
    fn from_value(value: &Value) -> Result<Option<Self>, Fault>;

    /// Reads a list of this type: an element of a simple type is cast without a check.
    fn list_from_value(value: &Value) -> Result<Option<Vec<Self>>, Fault> {
        let elements: Vec<&Value> = match value {
            Value::Array(list) => list.iter().collect(),
            Value::Object(map) => map.values().collect(),
            Value::Null => return Ok(None),
            scalar => {
                return Err(type_error(php_type(scalar), &format!("{}[]", Self::TYPE)));
            }
        };
        Ok(Some(
            elements
                .into_iter()
                .map(Self::cast)
                .collect::<Result<Vec<_>, _>>()?,
        ))
    }

    /// Whether it is an object with a field of this (snake_case) name.
    fn has_field(_name: &str) -> bool {
        false
    }

    /// Reads an element of a list.
    fn cast(value: &Value) -> Result<Self, Fault> {
        Self::from_value(value)?.ok_or_else(|| type_error("NULL", Self::TYPE))
    }
}

/// `The "%value" value's type is invalid. The "%type" type was expected. …`, rendered.
pub fn type_error(value: &str, wanted: &str) -> Fault {
    let text = format!(
        "The \"{value}\" value's type is invalid. The \"{wanted}\" type was expected. \
         Verify and try again."
    );
    Fault::new(Kind::Request, Phrase::new(text))
}

/// A value as Magento's messages show it: a scalar itself, `array` for anything else.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => String::new(),
        Value::Number(number) => crate::wire::json::number(number),
        Value::Null => "NULL".to_owned(),
        Value::Array(_) | Value::Object(_) => "array".to_owned(),
    }
}

/// PHP's name for a value's type, which stands for the value where a list was wanted.
pub fn php_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "integer",
        Value::Null => "NULL",
        Value::Array(_) | Value::Object(_) => "array",
    }
}

/// Text that PHP takes for a number: blanks around it, a sign, digits, a fraction, an exponent.
fn php_numeric(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let plain = trimmed
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let has_digit = trimmed.bytes().any(|b| b.is_ascii_digit());
    if !plain || !has_digit {
        return None;
    }
    trimmed.parse().ok()
}

/// What PHP's `(int)` makes of a text: the number that it begins with.
fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let signed = text.starts_with(['-', '+']);
    let digits = text
        .bytes()
        .skip(usize::from(signed))
        .take_while(u8::is_ascii_digit)
        .count();
    let number = text
        .get(..digits + usize::from(signed))
        .and_then(|head| head.parse().ok());
    number.unwrap_or(if digits == 0 { 0 } else { i64::MAX })
}

fn to_integer(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond the range saturates"
    )]
    let whole = number.trunc() as i64;
    whole
}

impl Wire for i64 {
    const TYPE: &'static str = "int";

    fn to_value(&self) -> Value {
        Value::from(*self)
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let found = match value {
            Value::Number(n) => n.as_i64().or_else(|| n.as_f64().map(to_integer)),
            Value::String(text) => text
                .trim()
                .parse()
                .ok()
                .or_else(|| php_numeric(text).map(to_integer)),
            _ => None,
        };
        found
            .map(Some)
            .ok_or_else(|| type_error(&shown(value), Self::TYPE))
    }

    fn cast(value: &Value) -> Result<Self, Fault> {
        Ok(match value {
            Value::Bool(flag) => i64::from(*flag),
            Value::Number(_) => Self::from_value(value)?.unwrap_or(0),
            Value::String(text) => leading_integer(text),
            _ => 0,
        })
    }
}

impl Wire for f64 {
    const TYPE: &'static str = "float";

    fn to_value(&self) -> Value {
        Number::from_f64(*self).map_or(Value::Null, Value::Number)
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let found = match value {
            Value::Number(n) => n.as_f64(),
            Value::String(text) => php_numeric(text),
            _ => None,
        };
        // What is too large for a float could not be written down again.
        let found = found.filter(|number| number.is_finite());
        found
            .map(Some)
            .ok_or_else(|| type_error(&shown(value), Self::TYPE))
    }
}

impl Wire for bool {
    const TYPE: &'static str = "bool";

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        match value {
            Value::Bool(flag) => Ok(Some(*flag)),
            Value::Number(number) => Ok(Some(number.as_f64() == Some(1.0))),
            Value::String(text) => {
                let text = text.trim().to_ascii_lowercase();
                Ok(Some(matches!(text.as_str(), "1" | "true" | "on" | "yes")))
            }
            _ => Err(type_error(&shown(value), Self::TYPE)),
        }
    }
}

impl Wire for String {
    const TYPE: &'static str = "string";

    fn to_value(&self) -> Value {
        Value::String(self.clone())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        match value {
            Value::Array(_) | Value::Object(_) => Err(type_error("array", Self::TYPE)),
            Value::Null => Ok(None),
            scalar => Ok(Some(shown(scalar))),
        }
    }
}

impl Wire for Value {
    const TYPE: &'static str = "anyType";

    fn to_value(&self) -> Value {
        self.clone()
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        Ok(Some(value.clone()))
    }
}

impl<T: Wire> Wire for Vec<T> {
    const TYPE: &'static str = "array";

    fn to_value(&self) -> Value {
        Value::Array(self.iter().map(Wire::to_value).collect())
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        T::list_from_value(value)
    }
}

impl<T: Wire> Wire for Box<T> {
    const TYPE: &'static str = T::TYPE;

    fn to_value(&self) -> Value {
        (**self).to_value()
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        Ok(T::from_value(value)?.map(Box::new))
    }

    fn has_field(name: &str) -> bool {
        T::has_field(name)
    }
}

/// Reads a list of objects: a map counts as a list, `item` is unwrapped (XML), a scalar is null.
pub fn object_list<T: Wire>(value: &Value) -> Result<Option<Vec<T>>, Fault> {
    let value = match value {
        Value::Object(map) if map.len() == 1 => map.get("item").unwrap_or(value),
        other => other,
    };
    let elements: Vec<&Value> = match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) if map.values().all(Value::is_object) => map.values().collect(),
        Value::Object(_) => vec![value],
        _ => return Ok(None),
    };
    Ok(Some(
        elements
            .into_iter()
            .map(T::cast)
            .collect::<Result<Vec<_>, _>>()?,
    ))
}
