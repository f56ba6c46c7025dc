//! Values of attributes by store view: what was set for a view counts there, what was set for the
//! default scope everywhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The default scope.
pub const DEFAULT: i64 = 0;

/// The values of one entity's attributes, by store view and code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scoped(BTreeMap<i64, BTreeMap<String, Value>>);

impl Scoped {
    /// The value that counts in a store view.
    pub fn get(&self, store_id: i64, code: &str) -> Option<&Value> {
        let own = || self.0.get(&store_id)?.get(code);
        own().or_else(|| self.0.get(&DEFAULT)?.get(code))
    }

    /// The value that counts in a store view, as text; empty where there is none.
    pub fn text(&self, store_id: i64, code: &str) -> &str {
        self.get(store_id, code)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Sets a value for a scope; null takes it away there.
    pub fn set(&mut self, store_id: i64, code: &str, value: Value) {
        if value.is_null() {
            if let Some(values) = self.0.get_mut(&store_id) {
                values.remove(code);
            }
            return;
        }
        let values = self.0.entry(store_id).or_default();
        values.insert(code.to_owned(), value);
    }

    /// Takes a value away in every scope.
    pub fn forget(&mut self, code: &str) {
        for values in self.0.values_mut() {
            values.remove(code);
        }
    }

    /// Takes away what a store view holds as empty text: after the save that set it, it counts no
    /// more.
    pub fn forget_empty(&mut self, store_id: i64) {
        if store_id != DEFAULT
            && let Some(values) = self.0.get_mut(&store_id)
        {
            values.retain(|_, value| value != "");
        }
    }

    /// The store views that have values of their own.
    pub fn stores(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.keys().copied().filter(|store| *store != DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_view_falls_back_to_the_default() {
        let mut scoped = Scoped::default();
        scoped.set(DEFAULT, "name", json!("everywhere"));
        scoped.set(2, "name", json!("there"));
        assert_eq!(scoped.text(2, "name"), "there");
        assert_eq!(scoped.text(1, "name"), "everywhere");
        assert_eq!(scoped.get(2, "other"), None);
        scoped.set(2, "name", Value::Null);
        assert_eq!(scoped.text(2, "name"), "everywhere");
        let text = serde_json::to_string(&scoped).expect("writable");
        assert_eq!(
            serde_json::from_str::<Scoped>(&text).expect("readable"),
            scoped
        );
    }
}
