//! Input limits (`webapi/validation/…`): how many things a list in a request's data may hold, where
//! limits are switched on. A route that a module declares may name a number of its own.
//!
//! In: a row's parameters with their declared types, and the data that was sent for them. Out: Magento's
//! refusal of the first list that is too long. Lists of simple values are of any length.

use ferrite_base::phrase::Value as PhraseValue;
use ferrite_base::{Fault, Kind, Phrase};
use serde_json::Value;

use crate::call::Call;
use crate::dto::{elements, is_same_name, unwrapped};
use crate::input::Input;
use crate::route::Row;
use crate::schema::types::{Kind as Type, Property, Types};

/// So many things come in one list at most, if the configuration names no other number.
const MOST: usize = 999_999;

/// Refuses data with a list that is too long.
pub(crate) fn check(row: &Row, input: &Input, call: &Call) -> Result<(), Fault> {
    if !call
        .settings
        .flag("webapi/validation/input_limit_enabled", &call.store)
    {
        return Ok(());
    }
    let most = row.most_items.unwrap_or_else(|| configured(call));
    let parameters = row.parameters.iter();
    parameters
        .filter_map(|one| Some((Types::declared().kind(&one.kind), input.sent(&one.name)?.1)))
        .try_for_each(|(kind, sent)| within(&kind, sent, most))
}

fn configured(call: &Call) -> usize {
    let path = "webapi/validation/complex_array_limit";
    let most = call.settings.text(path, &call.store);
    most.trim().parse().unwrap_or(MOST)
}

/// Refuses a value that is, or holds at any depth, a list of more than `most` things.
fn within(kind: &Type, value: &Value, most: usize) -> Result<(), Fault> {
    match kind {
        Type::List(element) => match &**element {
            Type::Object(name) => list(name, element, &unwrapped(value), most),
            _ => Ok(()),
        },
        Type::Object(name) => fields(Types::declared().fields(name), value, most),
        Type::Extension(name) => fields(Types::declared().extensions(name), value, most),
        _ => Ok(()),
    }
}

/// What is said of more things of a kind than there may be.
pub(crate) fn too_many(kind: &str, most: usize) -> Fault {
    let text = "Maximum items of type \"%type\" is %max";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let values = [
        ("type", PhraseValue::from(kind)),
        ("max", PhraseValue::Number(most)),
    ];
    Fault::new(Kind::Invalid, Phrase::named(text, values))
}

fn list(name: &str, element: &Type, value: &Value, most: usize) -> Result<(), Fault> {
    let elements = elements(value).unwrap_or_default();
    if elements.len() > most {
        let class = Types::declared().class(name).unwrap_or(name);
        return Err(too_many(&format!("\\{class}"), most));
    }
    elements
        .into_iter()
        .try_for_each(|one| within(element, one, most))
}

fn fields(known: &[Property], value: &Value, most: usize) -> Result<(), Fault> {
    let Value::Object(sent) = value else {
        return Ok(());
    };
    sent.iter().try_for_each(|(key, value)| {
        let field = known.iter().find(|field| is_same_name(key, &field.name));
        field.map_or(Ok(()), |field| within(&field.kind, value, most))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(kind: &str, value: &Value) -> Option<String> {
        let refused = within(&Types::declared().kind(kind), value, 2).err();
        refused.map(|fault| fault.phrase.rendered())
    }

    #[test]
    fn lists_of_things_are_counted_at_any_depth() {
        let items = "Magento\\InventoryApi\\Api\\Data\\SourceItemInterface[]";
        let refusal = "Maximum items of type \"\\Magento\\InventoryApi\\Api\\Data\\SourceItemInterface\" is 2";
        assert_eq!(said(items, &json!([{}, {}])), None);
        assert_eq!(said(items, &json!([{}, {}, {}])).as_deref(), Some(refusal));
        let wrapped = json!({"item": [{}, {}, {}]});
        assert_eq!(said(items, &wrapped).as_deref(), Some(refusal));
        let product = "Magento\\Catalog\\Api\\Data\\ProductInterface";
        let deep = json!({"Options": [{"values": [{}, {}, {}]}]});
        let refused = said(product, &deep).unwrap();
        assert!(
            refused.contains("ProductCustomOptionValuesInterface"),
            "{refused}"
        );
        let extension = json!({"extension_attributes": {"category_links": [{}, {}, {}]}});
        assert!(said(product, &extension).is_some());
    }

    #[test]
    fn lists_of_simple_values_are_not_counted() {
        assert_eq!(said("string[]", &json!(["a", "b", "c"])), None);
        let product = "Magento\\Catalog\\Api\\Data\\ProductInterface";
        let ids = json!({"extension_attributes": {"website_ids": [1, 2, 3]}});
        assert_eq!(said(product, &ids), None);
    }
}
