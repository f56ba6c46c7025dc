//! What is stored of a page or a block: its fields as on the wire, and the store views that show it.

use ferrite_base::{DateTime, Fault};
use ferrite_storage::{Collection, Error, Filter, Scalar, Search, Tx, serde_document};
use ferrite_webapi::dto::{Dto, Wire, encode, merge};
use ferrite_webapi::{Call, SearchCriteria, SearchResults};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All store views.
const EVERYWHERE: i64 = 0;

/// A page or a block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Its row.
    pub(crate) id: i64,
    /// The store views that show it; 0 is all of them.
    pub(crate) store_ids: Vec<i64>,
    /// Its fields, nulls left out.
    pub(crate) values: Map<String, Value>,
}

serde_document!(Row);

impl Row {
    /// A field that is text.
    pub(crate) fn text(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_str().map(Scalar::from)
    }

    /// A field that is a whole number, written as text.
    pub(crate) fn number(&self, name: &str) -> Option<Scalar> {
        let number: i64 = self.values.get(name)?.as_str()?.parse().ok()?;
        Some(Scalar::from(number))
    }

    /// A field that is true or false: `is_active` is `active` on the wire.
    pub(crate) fn flag(&self, name: &str) -> Option<Scalar> {
        let name = name.strip_prefix("is_").unwrap_or(name);
        let flag = self.values.get(name)?.as_bool()?;
        Some(Scalar::from(i64::from(flag)))
    }

    /// The store views, for a search by one of them.
    pub(crate) fn stores(&self, _: &str) -> Option<Scalar> {
        let ids: Vec<String> = self.store_ids.iter().map(i64::to_string).collect();
        Some(Scalar::Text(ids.join(",")))
    }

    /// Whether both are shown in one store view.
    fn meets(&self, store_ids: &[i64]) -> bool {
        let everywhere = |ids: &[i64]| ids.contains(&EVERYWHERE);
        everywhere(&self.store_ids)
            || everywhere(store_ids)
            || self.store_ids.iter().any(|id| store_ids.contains(id))
    }

    /// The fields as a data type, with the id.
    pub(crate) fn shown<T: Wire + Default>(&self) -> Result<T, Fault> {
        let mut values = self.values.clone();
        values.insert("id".to_owned(), self.id.into());
        let read = T::from_value(&Value::Object(values))?;
        Ok(read.unwrap_or_default())
    }

    /// Lays what was sent over the fields and notes the time; gives back what a save answers, in
    /// which no time of the change stands.
    pub(crate) fn lay_over<T: Dto + Wire + Default>(
        &mut self,
        sent: &T,
        now: &DateTime,
    ) -> Result<Map<String, Value>, Fault> {
        let mut whole: T = self.shown()?;
        merge(&mut whole, sent);
        let mut values = match encode(&whole) {
            Value::Object(values) => values,
            _ => Map::new(),
        };
        values.retain(|_, value| !value.is_null());
        values.remove("id");
        values.remove("update_time");
        let answered = values.clone();
        values.insert("update_time".to_owned(), now.as_str().into());
        let made = values.entry("creation_time");
        made.or_insert_with(|| now.as_str().into());
        values.entry("active").or_insert(Value::Bool(true));
        self.values = values;
        Ok(answered)
    }
}

/// Whether something else of this identifier is shown where this is.
pub(crate) fn is_taken(
    all: &Collection<Row>,
    tx: &mut Tx<'_>,
    identifier: &str,
    row: &Row,
) -> Result<bool, Error> {
    let others = all.list_by(tx, "identifier", &Scalar::from(identifier))?;
    let mut others = others.iter().filter(|other| other.id != row.id);
    Ok(others.any(|other| other.meets(&row.store_ids)))
}

/// The store views of something new: the one that was called, or all of them.
pub(crate) fn stores_of(call: &Call) -> Vec<i64> {
    vec![call.store.store_id]
}

/// Lists what is asked for. A filter by store view takes the number that its value begins with,
/// whatever its condition is, as Magento does.
pub(crate) fn list<T: Wire + Default>(
    all: &Collection<Row>,
    id_name: &str,
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<T>, Fault> {
    let mut search: Search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[(id_name, "id"), ("active", "is_active")]);
    for filter in search.groups.iter_mut().flatten() {
        if filter.field == "store_id" {
            *filter = in_store(&filter.value);
        }
    }
    let page = all.search(tx, &search)?;
    let items: Result<Vec<T>, Fault> = page.items.iter().map(Row::shown).collect();
    Ok(SearchResults {
        items: items?,
        criteria,
        total: page.total,
    })
}

fn in_store(value: &str) -> Filter {
    let digits = |letter: &char| letter.is_ascii_digit();
    let number: String = value.trim_start().chars().take_while(digits).collect();
    Filter {
        field: "store_id".to_owned(),
        condition: "finset".to_owned(),
        value: if number.is_empty() {
            "0".to_owned()
        } else {
            number
        },
    }
}

/// Whether a field of the text is longer than its column, in characters.
pub(crate) fn too_long<'a>(
    values: &Map<String, Value>,
    columns: &[(&'a str, usize)],
) -> Option<&'a str> {
    let length = |name: &str| values.get(name).and_then(Value::as_str).map(str::chars);
    let over =
        |(name, most): &&(&str, usize)| length(name).is_some_and(|text| text.count() > *most);
    columns.iter().find(over).map(|(name, _)| *name)
}
