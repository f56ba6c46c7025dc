//! PHP's plain values: what a file can return, what the writer writes.

/// A value that PHP code can write down.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `int`
    Integer(i64),
    /// `float`
    Float(f64),
    /// `string`; bytes that are no UTF-8 are read as U+FFFD.
    Text(String),
    /// `array`, in its order.
    Array(Array),
}

/// A key of a PHP array, already cast as PHP casts it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// `0`, also what `'0'`, `true` and `1.7` become.
    Integer(i64),
    /// `'name'`
    Text(String),
}

impl Key {
    /// A text as a key: a decimal integer in its shortest form becomes one.
    pub fn of_text(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::Integer(number),
            _ => Self::Text(text.to_owned()),
        }
    }
}

/// A PHP array: entries in the order in which their keys came up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Array {
    entries: Vec<(Key, Value)>,
}

impl Array {
    /// Of entries with distinct keys; of equal keys the first gives the place and the last the value.
    pub fn new(entries: impl IntoIterator<Item = (Key, Value)>) -> Self {
        let mut places = std::collections::HashMap::new();
        let mut array = Self::default();
        for (key, value) in entries {
            match places.get(&key) {
                Some(&at) => array.entries[at] = (key, value),
                None => {
                    places.insert(key.clone(), array.entries.len());
                    array.entries.push((key, value));
                }
            }
        }
        array
    }

    /// A list: keys from 0.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        let entries = (0..).map(Key::Integer).zip(values).collect();
        Self { entries }
    }

    /// The entries in their order.
    pub fn entries(&self) -> &[(Key, Value)] {
        &self.entries
    }

    /// The entries in their order, to be taken apart.
    pub fn into_entries(self) -> Vec<(Key, Value)> {
        self.entries
    }

    /// Whether the keys count from 0, each in its place. An empty array is a list too.
    pub fn is_list(&self) -> bool {
        let places = (0..).map(Key::Integer);
        self.entries
            .iter()
            .zip(places)
            .all(|((key, _), place)| *key == place)
    }

    /// The value under a text key (`"0"` finds the integer 0).
    pub fn get(&self, key: &str) -> Option<&Value> {
        let key = Key::of_text(key);
        let found = self.entries.iter().find(|(at, _)| *at == key);
        found.map(|(_, value)| value)
    }

    /// Sets a text key in its place, or at the end.
    pub fn set(&mut self, key: &str, value: Value) {
        let key = Key::of_text(key);
        match self.entries.iter_mut().find(|(at, _)| *at == key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key, value)),
        }
    }

    /// Takes a text key out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let key = Key::of_text(key);
        let at = self.entries.iter().position(|(at, _)| *at == key)?;
        Some(self.entries.remove(at).1)
    }
}

impl Value {
    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&Array> {
        match self {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value at a path of text keys: `["db", "connection", "default"]`.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter()
            .try_fold(self, |value, key| value.as_array()?.get(key))
    }

    /// What PHP takes it for in a condition.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Integer(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !matches!(text.as_str(), "" | "0"),
            Self::Array(array) => !array.entries.is_empty(),
        }
    }
}
