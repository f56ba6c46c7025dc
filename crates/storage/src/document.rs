//! What is stored: a row's whole content as text.

use crate::Result;

/// A thing that can be kept in a [`Collection`](crate::Collection).
pub trait Document: Sized + Clone + Send + 'static {
    /// Its row.
    fn id(&self) -> i64;
    /// Gives it its row.
    fn set_id(&mut self, id: i64);
    /// The document.
    fn to_text(&self) -> Result<String>;
    /// Reads a document.
    fn from_text(text: &str) -> Result<Self>;
}

/// Makes a [`Document`] of a type with serde's derives and a field `id: i64`.
#[macro_export]
macro_rules! serde_document {
    ($type:ty) => {
        impl $crate::Document for $type {
            fn id(&self) -> i64 {
                self.id
            }

            fn set_id(&mut self, id: i64) {
                self.id = id;
            }

            fn to_text(&self) -> $crate::Result<String> {
                $crate::serde_json::to_string(self).map_err(|error| $crate::Error::Document {
                    table: stringify!($type).to_owned(),
                    reason: error.to_string(),
                })
            }

            fn from_text(text: &str) -> $crate::Result<Self> {
                $crate::serde_json::from_str(text).map_err(|error| $crate::Error::Document {
                    table: stringify!($type).to_owned(),
                    reason: error.to_string(),
                })
            }
        }
    };
}
