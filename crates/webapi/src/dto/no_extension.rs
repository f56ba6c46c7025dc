//! The extension attributes of a type for which no module declares any.

use ferrite_base::Fault;
use serde_json::Value;

use super::{Dto, Field, Slot, Wire, decode};

/// Extension attributes of which there are none: one that is sent is refused by its name, as any
/// other key that is no field, and nothing is kept or put out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoExtension;

impl Dto for NoExtension {
    fn fields(&self) -> &'static [Field] {
        &[]
    }

    fn slot(&self, _: usize) -> Option<&dyn Slot> {
        None
    }

    fn slot_mut(&mut self, _: usize) -> Option<&mut dyn Slot> {
        None
    }
}

impl Wire for NoExtension {
    const TYPE: &'static str = "NoExtension";

    fn to_value(&self) -> Value {
        Value::Null
    }

    fn from_value(value: &Value) -> Result<Option<Self>, Fault> {
        decode(&mut Self, value)?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{encode, not_supported};
    use super::*;

    crate::dto! {
        /// Something that nobody has extended.
        pub struct Plain {
            name: String,
            extension_attributes: NoExtension [null],
        }
    }

    #[test]
    fn what_is_sent_is_refused_by_name() {
        let sent = json!({"name": "A", "extension_attributes": {"bad_colour": 1}});
        assert_eq!(
            Plain::from_value(&sent).err(),
            Some(not_supported("bad_colour"))
        );
    }

    #[test]
    fn nothing_is_kept_of_what_holds_nothing() {
        for nothing in [json!({}), json!([]), json!(null), json!("")] {
            let sent = json!({"name": "A", "extension_attributes": nothing});
            let read = Plain::from_value(&sent).unwrap().unwrap();
            assert_eq!(encode(&read), json!({"name": "A"}));
        }
    }
}
