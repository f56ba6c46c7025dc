//! Data types of the Web API: declared once as plain structs, walked by everything.
//!
//! [`dto!`](crate::dto!) takes one line a field, in output order, and emits the struct, a static
//! table of its fields and access by position. Decoding a request, encoding an answer and laying a
//! partial update over a stored value are written once, over `&dyn Dto`.
//!
//! "Not sent", "null" and "a value" are three things: every field is an [`Opt`].

mod custom_attributes;
mod declare;
mod no_extension;
mod opt;
mod wire;

pub use custom_attributes::CustomAttributes;
pub use no_extension::NoExtension;
pub use opt::Opt;
pub use wire::{Wire, object_list as read_objects, php_type, type_error};
pub(crate) use wire::{elements, unwrapped};

use std::any::Any;

use ferrite_base::{Fault, Kind, Phrase};
use serde_json::{Map, Value};

/// What is known of a field beside its type.
#[derive(Debug)]
pub struct Field {
    /// Its key on the wire, in snake_case.
    pub name: &'static str,
    /// Left out of an answer while it is null (Magento's `|null`); otherwise printed as null.
    pub omitted_when_null: bool,
    /// Refused in a request unless it is empty.
    pub read_only: bool,
    /// Set by the constructor of Magento's class, which has no setter: taken under the name of the
    /// constructor's parameter alone, in camelCase.
    pub made: bool,
}

impl Field {
    /// Whether a request may set it under this key.
    fn takes(&self, key: &str) -> bool {
        if self.made {
            return key == lower_camel_case(self.name);
        }
        !self.read_only
    }
}

/// A field's name without the mark of a keyword: `r#type` is `type`.
pub const fn plain_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// A data type: fields in output order, reachable by position.
pub trait Dto: Any + Send + Sync {
    /// The fields, in output order.
    fn fields(&self) -> &'static [Field];
    /// The value of the field at `index`.
    fn slot(&self, index: usize) -> Option<&dyn Slot>;
    /// The value of the field at `index`, to be changed.
    fn slot_mut(&mut self, index: usize) -> Option<&mut dyn Slot>;
}

/// A field's value, whatever its type.
pub trait Slot {
    /// The JSON value; none when the field was never set.
    fn encode(&self) -> Option<Value>;
    /// Takes a JSON value in.
    fn decode(&mut self, value: &Value) -> Result<(), Fault>;
    /// Whether something was sent, null included.
    fn is_sent(&self) -> bool;
    /// Takes over what the other holds; nothing where the types differ.
    fn copy_from(&mut self, other: &dyn Any);
    /// The slot as what [`Slot::copy_from`] takes.
    fn as_any(&self) -> &dyn Any;
}

/// Writes an object: fields in order, null left out or printed as the field says.
pub fn encode(dto: &dyn Dto) -> Value {
    let mut out = Map::new();
    for (index, field) in dto.fields().iter().enumerate() {
        match dto.slot(index).and_then(Slot::encode) {
            Some(Value::Null) | None if field.omitted_when_null => {}
            value => {
                out.insert(field.name.to_owned(), value.unwrap_or(Value::Null));
            }
        }
    }
    Value::Object(out)
}

/// Reads an object in the order of its keys, as Magento's `ServiceInputProcessor` does.
///
/// A key finds its field whatever its case and its underscores. A key that is no field is refused
/// with its CamelCase name, as is the first index of a list; a value of the wrong type is refused with
/// the key as it was written.
pub fn decode(dto: &mut dyn Dto, value: &Value) -> Result<(), Fault> {
    let entries = match value {
        Value::Object(entries) => entries,
        Value::Array(list) if !list.is_empty() => return Err(not_supported("0")),
        _ => return Ok(()), // whatever else is no object makes an empty one
    };
    for (key, value) in entries {
        if is_bare_index(key, value) {
            continue;
        }
        let fields = dto.fields();
        let as_written = fields.iter().position(|field| field.name == key);
        let index = as_written.or_else(|| {
            let mut fields = fields.iter();
            fields.position(|field| is_same_name(key, field.name))
        });
        let Some((index, field)) = index.and_then(|at| Some((at, fields.get(at)?))) else {
            return Err(not_supported(key));
        };
        if !field.takes(key) {
            if is_empty(value) {
                continue;
            }
            return Err(not_supported(key));
        }
        if let Some(slot) = dto.slot_mut(index) {
            slot.decode(value)
                .map_err(|fault| while_processing(key, fault))?;
        }
    }
    Ok(())
}

/// Lays what was sent over what is stored; fields that were not sent stay.
pub fn merge(stored: &mut dyn Dto, sent: &dyn Dto) {
    for index in 0..sent.fields().len() {
        if let (Some(to), Some(from)) = (stored.slot_mut(index), sent.slot(index))
            && from.is_sent()
        {
            to.copy_from(from.as_any());
        }
    }
}

/// `"%fieldName" is not supported. Correct the field name and try again.`
pub fn not_supported(key: &str) -> Fault {
    let text = "\"%fieldName\" is not supported. Correct the field name and try again.";
    Fault::new(
        Kind::Invalid,
        Phrase::named(text, [("fieldName", camel_case(key).as_str())]),
    )
}

/// Wraps a type error in the name of the field in which it happened; other faults pass.
pub fn while_processing(key: &str, fault: Fault) -> Fault {
    if fault.kind != Kind::Request {
        return fault;
    }
    let text = format!(
        "Error occurred during \"{key}\" processing. {}",
        fault.phrase.text
    );
    Fault::new(Kind::Request, Phrase::new(text))
}

/// What PHP's `empty()` says of a JSON value.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0",
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Whether it is what `searchCriteria[]=` leaves in a query: an index without a value.
fn is_bare_index(key: &str, value: &Value) -> bool {
    let is_number = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    is_number && value.as_str() == Some("")
}

/// Whether two keys lead to the same setter: PHP calls methods by names without regard to case, and
/// underscores only say where a capital goes.
pub fn is_same_name(left: &str, right: &str) -> bool {
    bare(left).eq(bare(right))
}

/// A key's letters as [`is_same_name`] compares them.
pub(crate) fn bare(key: &str) -> impl Iterator<Item = u8> {
    let letters = key.bytes().filter(|byte| *byte != b'_');
    letters.map(|byte| byte.to_ascii_lowercase())
}

/// `customAttributes`, `CustomAttributes` and `custom_attributes` are one key.
pub fn snake_case(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    for (index, letter) in key.chars().enumerate() {
        if letter.is_ascii_uppercase() {
            if index > 0 && !out.ends_with('_') {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// `custom_attributes` as `customAttributes`.
fn lower_camel_case(key: &str) -> String {
    let mut name = camel_case(key);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// `custom_attributes` as `CustomAttributes`.
pub fn camel_case(key: &str) -> String {
    let mut upper = true;
    let mut out = String::with_capacity(key.len());
    for letter in key.chars() {
        if letter == '_' {
            upper = true;
        } else if upper {
            out.push(letter.to_ascii_uppercase());
            upper = false;
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests;
