//! Small facts that a store keeps about itself, as Magento's table `flag` does: when a cache was
//! cleaned last, how an index stands, which configuration files were imported.

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// A fact.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flag {
    /// Its row.
    pub id: i64,
    /// What it is about.
    pub code: String,
    /// What holds.
    pub data: serde_json::Value,
}

serde_document!(Flag);

/// All facts.
pub static FLAGS: Collection<Flag> = Collection {
    name: "flag",
    fields: &[Field::unique_text("code", |flag: &Flag| {
        Some(Scalar::from(flag.code.as_str()))
    })],
};

/// What holds; none where nobody has said so.
pub fn get(tx: &mut Tx<'_>, code: &str) -> Result<Option<serde_json::Value>, Error> {
    let found = FLAGS.find(tx, "code", &Scalar::from(code))?;
    Ok(found.map(|flag| flag.data))
}

/// Notes what holds.
pub fn set(tx: &mut Tx<'_>, code: &str, data: serde_json::Value) -> Result<(), Error> {
    match FLAGS.find(tx, "code", &Scalar::from(code))? {
        Some(mut flag) => {
            flag.data = data;
            FLAGS.put(tx, &flag)
        }
        None => {
            let code = code.to_owned();
            let mut flag = Flag { id: 0, code, data };
            FLAGS.insert(tx, &mut flag).map(|_| ())
        }
    }
}
