//! How simple types, lists and objects are read from a request and written into an answer.
//!
//! The conversions are PHP's: numeric text is a number, everything scalar is a text, and what
//! counts as true is what `filter_var` takes for true.

use std::borrow::Cow;

use ferrite_base::{Amount, Fault, Kind, Phrase};
use serde_json::{Map, Number, Value};

/// A type that stands on the wire.
pub trait Wire: Sized {
    /// The name that Magento's error messages give the type.
    const TYPE: &'static str;

    /// The JSON value.
    fn to_value(&self) -> Value;

    /// The same of what is needed no more.
    fn into_value(self) -> Value {
        self.to_value()
    }

    /// Reads a JSON value that is not null. `None` where Magento makes null of it.
    fn from_value(value: &Value) -> Result<Option<Self>, Fault>;

    /// Reads a list of this type: an element of a simple type is cast without a check.
    fn list_from_value(value: &Value) -> Result<Option<Vec<Self>>, Fault> {
        match elements(&unwrapped(value)) {
            Some(found) => Ok(Some(cast_all(found)?)),
            None if value.is_null() => Ok(None),
            None => {
                let wanted = format!("{}[]", Self::TYPE);
                Err(type_error(php_type(value), &wanted))
            }
        }
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

/// The elements of a list, or the values of a map, which counts as one.
pub(crate) fn elements(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(list) => Some(list.iter().collect()),
        Value::Object(map) => Some(map.values().collect()),
        _ => None,
    }
}

fn cast_all<T: Wire>(elements: Vec<&Value>) -> Result<Vec<T>, Fault> {
    elements.into_iter().map(T::cast).collect()
}

/// A list as XML writes it, `{"item": …}`: what stands in `item`, one thing being a list of one.
pub(crate) fn unwrapped(value: &Value) -> Cow<'_, Value> {
    let Some(item) = value.get("item").filter(|item| !item.is_null()) else {
        return Cow::Borrowed(value);
    };
    let is_list = match item {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => is_numbered(map),
        _ => false,
    };
    if is_list {
        Cow::Borrowed(item)
    } else {
        Cow::Owned(Value::Array(vec![item.clone()]))
    }
}

/// Whether the keys are those of a list: how a list in a query string is read.
fn is_numbered(map: &Map<String, Value>) -> bool {
    let numbers = (0_usize..).map(|number| number.to_string());
    !map.is_empty() && map.keys().zip(numbers).all(|(key, number)| *key == number)
}

/// A value as Magento's messages show it: a scalar itself, `array` for anything else.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Bool(false) => String::new(),
        Value::Number(number) => number_text(number),
        Value::Null => "NULL".to_owned(),
        Value::Array(_) | Value::Object(_) => "array".to_owned(),
    }
}

/// A number as PHP's `(string)` writes it: 14 digits, `1.0E+14` when large.
fn number_text(number: &Number) -> String {
    const DIGITS: i32 = 14;
    // A whole number beyond 64 bits with a sign is a float to PHP.
    if let Some(whole) = number.as_i64() {
        return whole.to_string();
    }
    let float = number.as_f64().unwrap_or(0.0);
    let text = format!("{float:.13e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if float == 0.0 || (-4..DIGITS).contains(&exponent) {
        let places = usize::try_from(DIGITS - 1 - exponent).unwrap_or(0);
        let fixed = format!("{float:.places$}");
        return match fixed.split_once('.') {
            Some((_, fraction)) => {
                let kept = fraction.trim_end_matches('0').len();
                let cut = fixed.len() - (fraction.len() - kept);
                fixed[..cut].trim_end_matches('.').to_owned()
            }
            None => fixed,
        };
    }
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent:+}")
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

/// What PHP's `(int)` makes of a text: the number that it begins with, `1e3` being a thousand.
fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let mut end = usize::from(text.starts_with(['-', '+']));
    let digits_from = |at: usize| {
        let rest = text.bytes().skip(at);
        at + rest.take_while(u8::is_ascii_digit).count()
    };
    let begins = end;
    end = digits_from(end);
    if end == begins {
        return 0;
    }
    let whole = end;
    if text.get(end..).is_some_and(|rest| rest.starts_with('.')) {
        end = digits_from(end + 1);
    }
    if let Some(power) = text
        .get(end..)
        .and_then(|rest| rest.strip_prefix(['e', 'E']))
    {
        let start = end + 1 + usize::from(power.starts_with(['-', '+']));
        let close = digits_from(start);
        if close > start {
            end = close;
        }
    }
    let number = text.get(..end).unwrap_or_default();
    match number.parse() {
        Ok(number) if end == whole => number,
        _ => number.parse().map_or(0, to_integer),
    }
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

/// What is refused is what a float refuses; text keeps the digits that a float has no room for.
impl Wire for Amount {
    const TYPE: &'static str = f64::TYPE;

    fn to_value(&self) -> Value {
        self.as_f64().to_value()
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        let amount = |float| match value {
            Value::String(text) => Self::leading(text),
            value => value.as_i64().map_or(Self::from_f64(float), Self::from),
        };
        Ok(f64::from_value(value)?.map(amount))
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

    fn cast(value: &Value) -> Result<Self, Fault> {
        Ok(Self::from_value(value)?.unwrap_or_default())
    }
}

impl Wire for Value {
    const TYPE: &'static str = "anyType";

    fn to_value(&self) -> Value {
        self.clone()
    }

    fn into_value(self) -> Value {
        self
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

    fn into_value(self) -> Value {
        Value::Array(self.into_iter().map(Wire::into_value).collect())
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

/// Reads a list of objects: a map counts as a list of its values, `item` is unwrapped (XML), a scalar
/// is null. What is no object among the elements makes an empty one.
pub fn object_list<T: Wire>(value: &Value) -> Result<Option<Vec<T>>, Fault> {
    elements(&unwrapped(value)).map(cast_all).transpose()
}
