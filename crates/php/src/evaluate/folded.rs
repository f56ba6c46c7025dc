//! What an expression folds to: a value, an object of a known class, or something that cannot be told.

use std::rc::Rc;

use super::Frame;
use crate::parse::Node;
use crate::value::{Array, Key, Value};

/// How deep a value may nest; also keeps dropping one off the end of the stack.
const MAX_NESTING: usize = 100;

/// What an expression folds to. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Folded {
    /// Cannot be told without running it.
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    Array(Rc<List>),
    /// An object of a class whose source was given: its index in the evaluator.
    Instance(usize),
    /// An object of a class whose source was not given.
    External(Rc<str>),
    Closure(Rc<Closure>),
}

/// A PHP array.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    pub(crate) entries: Vec<(Key, Folded)>,
    next: i64,
    depth: usize,
}

/// A closure with what it was written in.
#[derive(Debug)]
pub(crate) struct Closure {
    pub(crate) node: Rc<Node>,
    pub(crate) frame: Frame,
    pub(crate) depth: usize,
}

impl Folded {
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// An array, or unknown when it nests too deep.
    pub(crate) fn list(list: List) -> Self {
        if list.depth > MAX_NESTING {
            Self::Unknown
        } else {
            Self::Array(Rc::new(list))
        }
    }

    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Array(list) => list.depth,
            Self::Closure(closure) => closure.depth,
            _ => 0,
        }
    }

    /// Whether both are surely the same: scalars by value, arrays by identity.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) | (Self::Unknown, Self::Unknown) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left == right,
            (Self::Text(left), Self::Text(right)) => left == right,
            (Self::Array(left), Self::Array(right)) => Rc::ptr_eq(left, right),
            (Self::Instance(left), Self::Instance(right)) => left == right,
            (Self::External(left), Self::External(right)) => left == right,
            (Self::Closure(left), Self::Closure(right)) => Rc::ptr_eq(left, right),
            _ => false,
        }
    }

    /// What a condition takes it for, if that can be told.
    pub(crate) fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::Unknown => return None,
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !matches!(&**text, "" | "0"),
            Self::Array(list) => !list.entries.is_empty(),
            Self::Instance(_) | Self::External(_) | Self::Closure(_) => true,
        })
    }

    /// What `(string)` makes of it.
    pub(crate) fn to_text(&self) -> Option<Rc<str>> {
        Some(match self {
            Self::Text(text) => text.clone(),
            Self::Null | Self::Bool(false) => "".into(),
            Self::Bool(true) => "1".into(),
            Self::Int(number) => number.to_string().into(),
            Self::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                format!("{number:.0}").into()
            }
            Self::Float(number) => number.to_string().into(),
            _ => return None,
        })
    }

    /// The number that arithmetic sees, if it is one.
    pub(crate) fn to_number(&self) -> Option<f64> {
        match self {
            Self::Null | Self::Bool(false) => Some(0.0),
            Self::Bool(true) => Some(1.0),
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// As a key of an array, cast as PHP casts it.
    pub(crate) fn to_key(&self) -> Option<Key> {
        Some(match self {
            Self::Text(text) => Key::of_text(text),
            Self::Int(number) => Key::Integer(*number),
            Self::Bool(value) => Key::Integer(i64::from(*value)),
            Self::Float(number) => Key::Integer(*number as i64),
            Self::Null => Key::Text(String::new()),
            _ => return None,
        })
    }

    /// The plain value, if all of it can be told.
    pub(crate) fn to_value(&self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(number) => Value::Integer(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Text(text) => Value::Text(text.to_string()),
            Self::Array(list) => {
                let entries = list
                    .entries
                    .iter()
                    .map(|(key, value)| Some((key.clone(), value.to_value()?)));
                Value::Array(Array::new(entries.collect::<Option<Vec<_>>>()?))
            }
            Self::Unknown | Self::Instance(_) | Self::External(_) | Self::Closure(_) => {
                return None;
            }
        })
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(number) => Self::Int(*number),
            Value::Float(number) => Self::Float(*number),
            Value::Text(text) => Self::text(text.as_str()),
            Value::Array(array) => {
                let mut list = ListBuilder::default();
                for (key, value) in array.entries() {
                    list.set(key.clone(), Self::of_value(value));
                }
                Self::list(list.done())
            }
        }
    }
}

impl Key {
    pub(crate) fn folded(&self) -> Folded {
        match self {
            Key::Integer(number) => Folded::Int(*number),
            Key::Text(text) => Folded::text(text.as_str()),
        }
    }
}

impl List {
    pub(crate) fn of(values: impl IntoIterator<Item = Folded>) -> Self {
        let mut list = Self::default();
        for value in values {
            list.push(value);
        }
        list
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Folded> {
        self.entries
            .iter()
            .find(|(at, _)| at == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn push(&mut self, value: Folded) {
        let key = Key::Integer(self.next);
        self.append(key, value);
    }

    pub(crate) fn set(&mut self, key: Key, value: Folded) {
        self.depth = self.depth.max(value.depth() + 1);
        match self.entries.iter_mut().find(|(at, _)| *at == key) {
            Some((_, old)) => *old = value,
            None => self.append(key, value),
        }
    }

    pub(crate) fn remove(&mut self, key: &Key) {
        self.entries.retain(|(at, _)| at != key);
    }

    /// A key that is not there yet.
    fn append(&mut self, key: Key, value: Folded) {
        self.depth = self.depth.max(value.depth() + 1);
        if let Key::Integer(number) = key {
            self.next = self.next.max(number.saturating_add(1));
        }
        self.entries.push((key, value));
    }
}

/// Builds a large array: finds keys by hash.
#[derive(Default)]
pub(crate) struct ListBuilder {
    list: List,
    places: std::collections::HashMap<Key, usize>,
}

impl ListBuilder {
    pub(crate) fn set(&mut self, key: Key, value: Folded) {
        match self
            .places
            .get(&key)
            .and_then(|at| self.list.entries.get_mut(*at))
        {
            Some((_, old)) => {
                self.list.depth = self.list.depth.max(value.depth() + 1);
                *old = value;
            }
            None => {
                self.places.insert(key.clone(), self.list.entries.len());
                self.list.append(key, value);
            }
        }
    }

    pub(crate) fn push(&mut self, value: Folded) {
        self.set(Key::Integer(self.list.next), value);
    }

    /// As `array_merge` and spreading do: text keys replace, numbers are counted anew.
    pub(crate) fn merge(&mut self, list: &List) {
        for (key, value) in &list.entries {
            match key {
                Key::Integer(_) => self.push(value.clone()),
                Key::Text(_) => self.set(key.clone(), value.clone()),
            }
        }
    }

    pub(crate) fn done(self) -> List {
        self.list
    }
}
