//! `/V1/products/attributes/:attributeCode/options`: what a select or a multiselect chooses from.
//!
//! Most such attributes have options of their own, each a row; some of Magento's choose from what
//! is known elsewhere ([`sources`]).

mod sources;

pub(crate) use sources::LAYOUTS;

use std::collections::BTreeMap;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use ferrite_webapi::{Call, Routes, dto};
use serde::{Deserialize, Serialize};

use super::attributes::{ATTRIBUTES, AttributeRow, OWN_OPTIONS, load};

dto! {
    /// `Magento\Eav\Api\Data\AttributeOptionInterface`
    pub struct AttributeOption {
        label: String,
        value: String,
        sort_order: i64 [null],
        is_default: bool [null],
        store_labels: Vec<StoreLabel> [null],
    }
}

dto! {
    /// `Magento\Eav\Api\Data\AttributeOptionLabelInterface`
    pub struct StoreLabel {
        store_id: i64 [null],
        label: String [null],
    }
}

impl AttributeOption {
    fn of(label: &str, value: &str) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            ..Self::default()
        }
    }
}

/// The choice of nothing, which every list of options begins with.
fn blank() -> AttributeOption {
    AttributeOption::of(" ", "")
}

/// An option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OptionRow {
    /// Its row.
    id: i64,
    /// Its attribute.
    attribute_id: i64,
    /// Its place.
    sort_order: i64,
    /// Its labels by store view, the admin's at 0.
    labels: BTreeMap<i64, String>,
}

serde_document!(OptionRow);

impl OptionRow {
    /// What it is called in a store view.
    pub(crate) fn label(&self, store_id: i64) -> &str {
        let own = self.labels.get(&store_id);
        own.or_else(|| self.labels.get(&0))
            .map_or("", String::as_str)
    }

    /// Takes the labels that were sent; those of other store views stay.
    fn set_labels(&mut self, admin: String, sent: &AttributeOption) {
        self.labels.insert(0, admin);
        for one in sent.store_labels.get().into_iter().flatten() {
            let label = one.label.value().filter(|label| !label.is_empty());
            if let (Some(store_id), Some(label)) = (one.store_id.value(), label) {
                self.labels.insert(store_id, label);
            }
        }
    }
}

/// All options.
pub(crate) static OPTIONS: Collection<OptionRow> = Collection {
    name: "eav_attribute_option",
    fields: &[Field::int("attribute_id", |row: &OptionRow| {
        Some(Scalar::from(row.attribute_id))
    })],
};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    let path = "/V1/products/attributes/:attributeCode/options";
    routes.bind_kept(&format!("GET {path}"), list);
    routes.bind(&format!("POST {path}"), add);
    routes.bind(&format!("PUT {path}/:optionId"), update);
    routes.bind(&format!("DELETE {path}/:optionId"), delete);
}

/// Whether an attribute has options of its own.
pub(crate) fn are_own(row: &AttributeRow) -> bool {
    let source = row.text("source_model");
    let chooses = matches!(row.text("frontend_input"), "select" | "multiselect");
    chooses && (source.is_empty() || source == OWN_OPTIONS)
}

/// What an attribute chooses from, in the words of a store view.
pub(crate) fn of(
    tx: &mut Tx<'_>,
    row: &AttributeRow,
    store_id: i64,
) -> Result<Vec<AttributeOption>, Fault> {
    if !are_own(row) {
        return sources::options(tx, row);
    }
    let own = sorted(tx, row.id)?;
    let shown = own
        .iter()
        .map(|option| AttributeOption::of(option.label(store_id), &option.id.to_string()));
    Ok(std::iter::once(blank()).chain(shown).collect())
}

fn sorted(tx: &mut Tx<'_>, attribute_id: i64) -> Result<Vec<OptionRow>, Error> {
    let mut own = OPTIONS.list_by(tx, "attribute_id", &Scalar::from(attribute_id))?;
    own.sort_by_key(|option| (option.sort_order, option.id));
    Ok(own)
}

/// Saves the options that came with an attribute: one with the id of an option changes it, any
/// other is added, one without a label is left out. Gives back the ids of the default ones.
pub(crate) fn save_all(
    tx: &mut Tx<'_>,
    row: &AttributeRow,
    sent: &[AttributeOption],
) -> Result<Vec<String>, Fault> {
    let mut defaults = Vec::new();
    for one in sent {
        let label = one.label.value().unwrap_or_default();
        if label.is_empty() {
            continue;
        }
        let id = one.value.value().and_then(|value| value.parse().ok());
        let held = match id {
            Some(id) => OPTIONS
                .get(tx, id)?
                .filter(|held| held.attribute_id == row.id),
            None => None,
        };
        let is_new = held.is_none();
        let mut option = held.unwrap_or_else(|| fresh(row.id));
        option.set_labels(label, one);
        if let Some(order) = one.sort_order.value() {
            option.sort_order = order;
        }
        if is_new {
            OPTIONS.insert(tx, &mut option)?;
        } else {
            OPTIONS.put(tx, &option)?;
        }
        if one.is_default.value() == Some(true) {
            defaults.push(option.id.to_string());
        }
    }
    Ok(defaults)
}

fn fresh(attribute_id: i64) -> OptionRow {
    OptionRow {
        id: 0,
        attribute_id,
        sort_order: 0,
        labels: BTreeMap::new(),
    }
}

/// Takes all options of an attribute away.
pub(crate) fn forget_all(tx: &mut Tx<'_>, attribute_id: i64) -> Result<(), Error> {
    OPTIONS.delete_by(tx, "attribute_id", &Scalar::from(attribute_id))?;
    Ok(())
}

fn list(call: &Call, tx: &mut Tx<'_>, code: String) -> Result<Vec<AttributeOption>, Fault> {
    let row = load(tx, &code)?;
    of(tx, &row, call.store.store_id)
}

/// The attribute of a code that has options of its own.
fn with_options(tx: &mut Tx<'_>, code: &str) -> Result<AttributeRow, Fault> {
    let row = load(tx, code)?;
    if are_own(&row) {
        return Ok(row);
    }
    let text = "The \"%1\" attribute doesn't work with options.";
    Err(Fault::new(Kind::Invalid, Phrase::list(text, [code])))
}

fn label(option: &AttributeOption) -> Result<String, Fault> {
    let label = option
        .label
        .value()
        .filter(|label| !label.trim().is_empty());
    label.ok_or_else(|| {
        Fault::invalid("The attribute option label is empty. Enter the value and try again.")
    })
}

/// Adds an option; its id is answered as text.
fn add(_: &Call, tx: &mut Tx<'_>, code: String, sent: AttributeOption) -> Result<String, Fault> {
    let mut row = with_options(tx, &code)?;
    let label = label(&sent)?;
    let all = sorted(tx, row.id)?;
    if all.iter().any(|other| other.label(0) == label) {
        let text = "Admin store attribute option label \"%1\" is already exists.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [label])));
    }
    let mut option = fresh(row.id);
    option.sort_order = sent.sort_order.value().unwrap_or(0);
    option.set_labels(label, &sent);
    OPTIONS.insert(tx, &mut option)?;
    if sent.is_default.value() == Some(true) {
        make_default(tx, &mut row, option.id)?;
    }
    Ok(option.id.to_string())
}

/// Puts an option before those that are chosen where nothing is said.
fn make_default(tx: &mut Tx<'_>, row: &mut AttributeRow, id: i64) -> Result<(), Error> {
    let id = id.to_string();
    let others = row.text("default_value").split(',');
    let others = others.filter(|other| !other.is_empty() && *other != id);
    let all: Vec<&str> = std::iter::once(id.as_str()).chain(others).collect();
    let all = all.join(",");
    row.values.insert("default_value".to_owned(), all.into());
    row.is_own = true;
    ATTRIBUTES.put(tx, row)
}

fn update(
    _: &Call,
    tx: &mut Tx<'_>,
    code: String,
    id: i64,
    sent: AttributeOption,
) -> Result<bool, Fault> {
    if id == 0 {
        return Err(Fault::invalid(
            "The option id is empty. Enter the value and try again.",
        ));
    }
    let mut row = with_options(tx, &code)?;
    let label = label(&sent)?;
    let all = sorted(tx, row.id)?;
    let Some(held) = all.iter().find(|option| option.id == id) else {
        let text = "The '%1' attribute doesn't include an option id '%2'.";
        let values: [ferrite_base::phrase::Value; 2] = [code.into(), id.into()];
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
    };
    if all
        .iter()
        .any(|other| other.id != id && other.label(0) == label)
    {
        let text = "Admin store attribute option label '%1' is already exists.";
        return Err(Fault::new(Kind::Invalid, Phrase::list(text, [label])));
    }
    let mut option = held.clone();
    // Labels of store views that are not sent again go.
    option.labels.clear();
    option.set_labels(label, &sent);
    if let Some(order) = sent.sort_order.value() {
        option.sort_order = order;
    }
    OPTIONS.put(tx, &option)?;
    if sent.is_default.value() == Some(true) {
        make_default(tx, &mut row, id)?;
    }
    Ok(true)
}

fn delete(_: &Call, tx: &mut Tx<'_>, code: String, id: String) -> Result<bool, Fault> {
    if id == "0" {
        return Err(Fault::new(
            Kind::Invalid,
            Phrase::list("Invalid option id %1", [id]),
        ));
    }
    let row = with_options(tx, &code)?;
    let found = match id.parse::<i64>() {
        Ok(number) => OPTIONS.get(tx, number)?,
        Err(_) => None,
    };
    match found.filter(|option| option.attribute_id == row.id) {
        Some(option) => Ok(OPTIONS.delete(tx, option.id)?),
        None => {
            let text = "The \"%1\" attribute doesn't include an option with \"%2\" ID.";
            Err(Fault::new(Kind::NotFound, Phrase::list(text, [code, id])))
        }
    }
}
