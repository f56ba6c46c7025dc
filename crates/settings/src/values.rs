//! The values that somebody set: a row of scope, path and text each.

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// A value that was set at a scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Value {
    /// Its row.
    pub id: i64,
    /// `default`, `websites` or `stores`.
    pub scope: String,
    /// 0, the website's id or the store view's.
    pub scope_id: i64,
    /// `section/group/field`
    pub path: String,
    /// The text; none where an empty value was set.
    pub value: Option<String>,
}

serde_document!(Value);

impl Value {
    fn key(&self) -> String {
        key(&self.scope, self.scope_id, &self.path)
    }
}

fn key(scope: &str, scope_id: i64, path: &str) -> String {
    format!("{scope}/{scope_id}/{path}")
}

/// All values.
pub static VALUES: Collection<Value> = Collection {
    name: "config_value",
    fields: &[Field::unique_text("place", |value: &Value| {
        Some(Scalar::from(value.key().as_str()))
    })],
};

/// Sets a value, or takes it away where none is given. Every serving process notices.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    scope: &str,
    scope_id: i64,
    path: &str,
    value: Option<&str>,
) -> Result<(), Error> {
    let found = VALUES.find(
        tx,
        "place",
        &Scalar::from(key(scope, scope_id, path).as_str()),
    )?;
    match (found, value) {
        (Some(mut row), Some(text)) => {
            row.value = Some(text.to_owned());
            VALUES.put(tx, &row)?;
        }
        (Some(row), None) => {
            VALUES.delete(tx, row.id)?;
        }
        (None, Some(text)) => {
            let (scope, path) = (scope.to_owned(), path.to_owned());
            let mut row = Value {
                id: 0,
                scope,
                scope_id,
                path,
                value: Some(text.to_owned()),
            };
            VALUES.insert(tx, &mut row)?;
        }
        (None, None) => {}
    }
    tx.raise_generation();
    Ok(())
}
