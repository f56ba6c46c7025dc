//! Between the arrays that PHP files return and the JSON trees that the commands work on.
//!
//! An array whose keys are 0, 1, 2, … is a list, any other an object, in the file's order; an empty one
//! is an object.

use ferrite_php::{Array, Key, Value as Php};
use serde_json::{Map, Value};

/// An array as an object, whatever its keys.
pub fn object_of(array: Array) -> Map<String, Value> {
    let entries = array.into_entries().into_iter();
    let entry = |(key, value)| match key {
        Key::Integer(number) => (number.to_string(), value_of(value)),
        Key::Text(text) => (text, value_of(value)),
    };
    entries.map(entry).collect()
}

fn value_of(value: Php) -> Value {
    match value {
        Php::Null => Value::Null,
        Php::Bool(flag) => flag.into(),
        Php::Integer(number) => number.into(),
        Php::Float(number) => number.into(),
        Php::Text(text) => text.into(),
        Php::Array(array) if array.is_list() && !array.entries().is_empty() => {
            let entries = array.into_entries().into_iter();
            Value::Array(entries.map(|(_, value)| value_of(value)).collect())
        }
        Php::Array(array) => Value::Object(object_of(array)),
    }
}

/// An object as the array to be written.
pub fn array_of(tree: &Map<String, Value>) -> Php {
    let entries = tree.iter();
    Php::Array(Array::new(
        entries.map(|(key, value)| (Key::of_text(key), php_of(value))),
    ))
}

fn php_of(value: &Value) -> Php {
    match value {
        Value::Null => Php::Null,
        Value::Bool(flag) => Php::Bool(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Php::Integer(number),
            (None, Some(number)) => Php::Float(number),
            (None, None) => Php::Text(number.to_string()),
        },
        Value::String(text) => Php::Text(text.clone()),
        Value::Array(list) => Php::Array(Array::list(list.iter().map(php_of))),
        Value::Object(tree) => array_of(tree),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let pairs = proptest::collection::vec(("[a-z'\\\\/]{1,6}", inner.clone()), 0..4);
            let lists = proptest::collection::vec(inner, 1..4);
            prop_oneof![
                pairs.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
                lists.prop_map(Value::Array),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_tree_comes_back_as_it_was(value in values()) {
            let tree = Map::from_iter([("top".to_owned(), value)]);
            let Php::Array(array) = array_of(&tree) else { unreachable!() };
            prop_assert_eq!(object_of(array), tree);
        }
    }
}
