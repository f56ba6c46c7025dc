//! Saving an attribute. One whose id was sent is changed: its code, its input type and how its
//! values are kept stay as they are; without an id it is made.

use ferrite_base::{Amount, DateTime, Fault, Kind, Phrase};
use ferrite_storage::{Error, Tx};
use ferrite_webapi::Call;
use ferrite_webapi::dto::{Opt, encode, merge};
use serde_json::Value;

use super::inputs::{self, Input};
use super::types::ProductAttribute;
use super::{ATTRIBUTES, AttributeRow, codes, fields, invalid_value, load, whole};
use crate::eav::options;
use crate::products;

/// Fields that are kept elsewhere than among the values, or that a client has no say in.
const ELSEWHERE: [&str; 10] = [
    "extension_attributes",
    "attribute_id",
    "attribute_code",
    "entity_type_id",
    "is_filterable",
    "options",
    "frontend_labels",
    "validation_rules",
    "custom_attributes",
    "default_value",
];

/// Flags that are text on the wire.
const TEXT_FLAGS: [&str; 7] = [
    "is_searchable",
    "is_visible_in_advanced_search",
    "is_comparable",
    "is_used_for_promo_rules",
    "is_visible_on_front",
    "used_in_product_listing",
    "is_unique",
];

pub(super) fn save(
    call: &Call,
    tx: &mut Tx<'_>,
    sent: ProductAttribute,
) -> Result<ProductAttribute, Fault> {
    let is_new = sent.attribute_id.value().unwrap_or(0) == 0;
    let mut row = if is_new {
        fresh(&sent)?
    } else {
        load(tx, sent.attribute_code.get().map_or("", String::as_str))?
    };
    let scope = row.text("scope").to_owned();
    lay_over(&mut row, &sent)?;
    if !is_new && row.text("scope") != scope {
        let is_free = products::check_free(tx, row.id, None);
        is_free.map_err(|why| match why.kind {
            Kind::Invalid => {
                let phrase = Phrase::list("Do not change the scope. %1", [why.phrase.text]);
                Fault::new(Kind::Invalid, phrase)
            }
            _ => why,
        })?;
    }
    row.is_own = true;
    if is_new {
        ATTRIBUTES.insert(tx, &mut row).map_err(taken)?;
    }
    if let Some(sent) = sent.options.get()
        && options::are_own(&row)
    {
        let defaults = options::save_all(tx, &row, sent)?;
        if is_new || !defaults.is_empty() {
            row.values
                .insert("default_value".to_owned(), defaults.join(",").into());
        }
    }
    ATTRIBUTES.put(tx, &row)?;
    whole(call, tx, &row)
}

fn taken(error: Error) -> Fault {
    match error {
        Error::Duplicate(_) => {
            let values = ["Attribute with the same code"];
            Fault::new(Kind::Invalid, Phrase::list("%1 already exists.", values))
        }
        other => other.into(),
    }
}

/// What a new attribute is before anything else that was sent is laid over it.
fn fresh(sent: &ProductAttribute) -> Result<AttributeRow, Fault> {
    let label = sent.default_frontend_label.value().unwrap_or_default();
    let labels = sent.frontend_labels.get().map_or(&[][..], Vec::as_slice);
    if label.is_empty() && labels.is_empty() {
        return Err(Fault::required(["frontend_label"]));
    }
    let of_admin = labels
        .iter()
        .rev()
        .find(|one| one.store_id.value() == Some(0));
    let of_admin = of_admin.and_then(|one| one.label.value());
    let label = Some(label)
        .filter(|text| !text.is_empty())
        .or(of_admin)
        .unwrap_or_default();
    let sent_code = sent.attribute_code.get().map(String::as_str);
    let code = codes::code(sent_code, &label)?;
    let name = sent.frontend_input.value();
    let Some(input) = name.as_deref().and_then(inputs::find) else {
        return Err(invalid_value("frontend_input", name));
    };
    if label.is_empty() {
        return Err(Fault::invalid("The storefront label is not defined."));
    }
    let mut row = AttributeRow {
        id: 0,
        code,
        is_own: true,
        filterable: 0,
        labels: std::collections::BTreeMap::new(),
        values: serde_json::Map::new(),
    };
    let mut put = |name: &str, value: Value| row.values.insert(name.to_owned(), value);
    for (name, value) in of_input(input) {
        put(name, value);
    }
    for name in [
        "is_html_allowed_on_front",
        "used_for_sort_by",
        "is_filterable_in_search",
        "is_used_in_grid",
        "is_visible_in_grid",
        "is_filterable_in_grid",
        "is_required",
    ] {
        put(name, false.into());
    }
    for name in TEXT_FLAGS {
        put(name, "0".into());
    }
    put("position", 0.into());
    put("is_visible", true.into());
    put("scope", "global".into());
    put("is_user_defined", true.into());
    put("default_frontend_label", label.into());
    Ok(row)
}

/// What follows from the input type.
fn of_input(input: &Input) -> Vec<(&'static str, Value)> {
    let is_page = input.name == "pagebuilder";
    let mut values = vec![
        ("frontend_input", input.kept_as.into()),
        ("backend_type", input.backend.into()),
        ("is_wysiwyg_enabled", is_page.into()),
    ];
    if is_page {
        values.push(("is_pagebuilder_enabled", true.into()));
    }
    values.extend(
        input
            .backend_model
            .map(|model| ("backend_model", model.into())),
    );
    values.extend(
        input
            .source_model
            .map(|model| ("source_model", model.into())),
    );
    values
}

/// Lays what was sent over an attribute.
fn lay_over(row: &mut AttributeRow, sent: &ProductAttribute) -> Result<(), Fault> {
    let mut whole = fields(row)?;
    let mut sent_fields = sent.clone();
    for fixed in [
        &mut sent_fields.frontend_input,
        &mut sent_fields.attribute_code,
        &mut sent_fields.entity_type_id,
    ] {
        *fixed = Opt::Absent;
    }
    for fixed in [
        &mut sent_fields.backend_type,
        &mut sent_fields.backend_model,
        &mut sent_fields.source_model,
    ] {
        *fixed = Opt::Absent;
    }
    sent_fields.is_user_defined = Opt::Absent;
    if sent_fields
        .default_frontend_label
        .get()
        .is_none_or(String::is_empty)
    {
        sent_fields.default_frontend_label = Opt::Absent;
    }
    let known = ["global", "website", "store"];
    if !sent_fields
        .scope
        .get()
        .is_some_and(|scope| known.contains(&scope.as_str()))
    {
        sent_fields.scope = Opt::Absent;
    }
    merge(&mut whole, &sent_fields);
    let pagebuilder = row.values.get("is_pagebuilder_enabled").cloned();
    let default = row.values.get("default_value").cloned();
    let mut values = match encode(&whole) {
        Value::Object(values) => values,
        _ => serde_json::Map::new(),
    };
    values.retain(|name, value| !ELSEWHERE.contains(&name.as_str()) && !value.is_null());
    values.extend(pagebuilder.map(|value| ("is_pagebuilder_enabled".to_owned(), value)));
    values.extend(default.map(|value| ("default_value".to_owned(), value)));
    row.values = values;
    settle(row, sent)?;
    if let Some(flag) = sent.is_filterable.value() {
        row.filterable = i64::from(flag).max(if flag { row.filterable } else { 0 });
    }
    if let Some(labels) = sent.frontend_labels.get() {
        row.labels.clear();
        for one in labels {
            let (store_id, label) = (one.store_id.value(), one.label.value());
            if let (Some(store_id), Some(label)) = (store_id, label)
                && store_id != 0
                && !label.is_empty()
            {
                row.labels.insert(store_id, label);
            }
        }
    }
    Ok(())
}

/// What Magento makes of values that were sent, or were not.
fn settle(row: &mut AttributeRow, sent: &ProductAttribute) -> Result<(), Fault> {
    let types = sent.apply_to.value().unwrap_or_default();
    let is_taxed = types.is_empty() && row.text("frontend_input") == "weee";
    let types = if is_taxed {
        inputs::TAXED_TYPES.map(str::to_owned).to_vec()
    } else {
        types
    };
    row.values.insert("apply_to".to_owned(), types.into());
    // Only what a save says can be searched for stands in the advanced search.
    let is_searchable = sent.is_searchable.get().is_some_and(|flag| is_on(flag));
    if !is_searchable {
        row.values
            .insert("is_visible_in_advanced_search".to_owned(), "0".into());
    }
    for name in TEXT_FLAGS {
        let flag = if is_on(row.text(name)) {
            row.text(name).to_owned()
        } else {
            "0".to_owned()
        };
        row.values.insert(name.to_owned(), flag.into());
    }
    row.values.entry("is_required").or_insert(false.into());
    if let Some(default) = sent.default_value.value()
        && !options::are_own(row)
    {
        let default = kept_default(row, default)?;
        row.values
            .insert("default_value".to_owned(), default.into());
    }
    Ok(())
}

fn is_on(flag: &str) -> bool {
    !matches!(flag, "" | "0")
}

/// A default value as it is kept: a number without what says nothing, a moment with its time.
fn kept_default(row: &AttributeRow, default: String) -> Result<String, Fault> {
    if default.is_empty() {
        return Ok(default);
    }
    match row.text("backend_type") {
        "decimal" => match default.trim().parse::<Amount>() {
            Ok(number) if !number.is_saturated() => Ok(number.to_string()),
            _ => Err(Fault::invalid(
                "The default decimal value is invalid. Verify the value and try again.",
            )),
        },
        "datetime" => match DateTime::parse(&default) {
            Some(moment) => Ok(moment.as_str().to_owned()),
            None => Err(Fault::invalid(
                "The default date is invalid. Verify the date and try again.",
            )),
        },
        _ => Ok(default),
    }
}
