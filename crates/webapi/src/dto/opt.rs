//! A field's value that tells "not sent", "null" and "a value" apart.

use std::any::Any;

use ferrite_base::Fault;
use serde_json::Value;

use super::{Slot, Wire};

/// Not sent, null, or a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Opt<T> {
    /// The key did not stand in the request, or was never set.
    #[default]
    Absent,
    /// The key stood there with null.
    Null,
    /// A value.
    Is(T),
}

impl<T> Opt<T> {
    /// The value, where there is one.
    pub fn get(&self) -> Option<&T> {
        if let Self::Is(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The value, to be changed.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        if let Self::Is(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// Whether the key stood in the request, null included.
    pub fn is_sent(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Sets a value where nothing was sent.
    pub fn or_set(&mut self, value: T) {
        if !self.is_sent() {
            *self = Self::Is(value);
        }
    }
}

impl<T: Clone> Opt<T> {
    /// A copy of the value, where there is one.
    pub fn value(&self) -> Option<T> {
        self.get().cloned()
    }
}

impl<T> From<T> for Opt<T> {
    fn from(value: T) -> Self {
        Self::Is(value)
    }
}

impl<T> From<Option<T>> for Opt<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Is)
    }
}

impl From<&str> for Opt<String> {
    fn from(value: &str) -> Self {
        Self::Is(value.to_owned())
    }
}

impl<T: Wire + Clone + 'static> Slot for Opt<T> {
    fn encode(&self) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Null => Some(Value::Null),
            Self::Is(value) => Some(value.to_value()),
        }
    }

    fn decode(&mut self, value: &Value) -> Result<(), Fault> {
        *self = match value {
            Value::Null => Self::Null,
            value => T::from_value(value)?.map_or(Self::Null, Self::Is),
        };
        Ok(())
    }

    fn is_sent(&self) -> bool {
        self.is_sent()
    }

    fn copy_from(&mut self, other: &dyn Any) {
        if let Some(other) = other.downcast_ref::<Self>() {
            *self = other.clone();
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
