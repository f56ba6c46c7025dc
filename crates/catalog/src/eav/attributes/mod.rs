//! `/V1/products/attributes`: what can be said of products.
//!
//! [`save`] adds and changes attributes, [`codes`] says what they may be called, [`inputs`] what
//! follows from how values are entered; [`rows`] has what is stored.

mod codes;
mod inputs;
mod rows;
mod save;
mod types;

pub(crate) use inputs::{OWN_OPTIONS, YES_NO};
pub(crate) use rows::{ATTRIBUTES, AttributeRow, install};
pub(crate) use types::ProductAttribute;

use ferrite_base::{Fault, Kind, Phrase, phrase};
use ferrite_storage::{FieldKind, Scalar, Tx, in_memory};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Call, Routes, SearchCriteria, SearchResults};
use serde_json::Value;

use super::{options, sets};
use crate::products;
use types::{AttributeExtension, FrontendLabel, InputType};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    routes.bind_kept("GET /V1/products/attributes/:attributeCode", get);
    routes.bind_kept("GET /V1/products/attributes", list);
    routes.bind("GET /V1/products/attributes/types", input_types);
    routes.bind("POST /V1/products/attributes", save::save);
    routes.bind("PUT /V1/products/attributes/:attributeCode", save::save);
    routes.bind("DELETE /V1/products/attributes/:attributeCode", delete);
    let filterable = "/V1/products/attributes/:attributeCode/is-filterable";
    routes.bind(&format!("GET {filterable}"), is_filterable);
    routes.bind(&format!("PUT {filterable}/:isFilterable"), set_filterable);
}

/// The attribute of a code, or Magento's sentence.
pub(crate) fn load(tx: &mut Tx<'_>, code: &str) -> Result<AttributeRow, Fault> {
    let found = ATTRIBUTES.find(tx, "attribute_code", &Scalar::from(code))?;
    found.filter(|row| row.code == code).ok_or_else(|| {
        let text = "The attribute with a \"%1\" attributeCode doesn't exist. \
                    Verify the attribute and try again.";
        Fault::new(Kind::NotFound, Phrase::list(text, [code]))
    })
}

/// `Invalid value of "%value" provided for the %fieldName field.`
pub(crate) fn invalid_value(field: &str, value: impl Into<phrase::Value>) -> Fault {
    let text = "Invalid value of \"%value\" provided for the %fieldName field.";
    let values = [("fieldName", field.into()), ("value", value.into())];
    Fault::new(Kind::Invalid, Phrase::named(text, values))
}

fn get(call: &Call, tx: &mut Tx<'_>, code: String) -> Result<ProductAttribute, Fault> {
    let row = load(tx, &code)?;
    whole(call, tx, &row)
}

/// An attribute as it is shown by itself.
fn whole(call: &Call, tx: &mut Tx<'_>, row: &AttributeRow) -> Result<ProductAttribute, Fault> {
    let mut shown = shown(call, tx, row)?;
    shown.extension_attributes = Opt::Is(AttributeExtension {
        is_pagebuilder_enabled: row.flag("is_pagebuilder_enabled").into(),
    });
    Ok(shown)
}

/// An attribute as lists show it.
pub(crate) fn shown(
    call: &Call,
    tx: &mut Tx<'_>,
    row: &AttributeRow,
) -> Result<ProductAttribute, Fault> {
    let mut shown = fields(row)?;
    let store_id = call.store.store_id;
    shown.options = Opt::Is(options::of(tx, row, store_id)?);
    let label = |(store_id, label): (&i64, &String)| FrontendLabel {
        store_id: (*store_id).into(),
        label: label.as_str().into(),
    };
    shown.frontend_labels = Opt::Is(row.labels.iter().map(label).collect());
    shown.validation_rules = Opt::Is(Vec::new());
    Ok(shown)
}

/// What is stored of an attribute, as its data type.
fn fields(row: &AttributeRow) -> Result<ProductAttribute, Fault> {
    let mut values = row.values.clone();
    values.remove("is_pagebuilder_enabled");
    let read = ProductAttribute::from_value(&Value::Object(values))?;
    let mut fields = read.unwrap_or_default();
    fields.attribute_id = row.id.into();
    fields.attribute_code = row.code.as_str().into();
    fields.entity_type_id = super::PRODUCT_TYPE.to_string().as_str().into();
    fields.is_filterable = (row.filterable > 0).into();
    Ok(fields)
}

/// A page of attributes. Lists of them are short: they are searched in memory.
fn list(
    call: &Call,
    tx: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<ProductAttribute>, Fault> {
    let mut search = criteria.search(call.settings(), &call.store)?;
    search.rename(&[
        ("default_frontend_label", "frontend_label"),
        ("id", "attribute_id"),
    ]);
    for order in &mut search.sort {
        order.field = format!("{SORTED}{}", order.field);
    }
    let all = ATTRIBUTES.all(tx)?;
    let page = in_memory::search(&all, &search, cell)?;
    let items: Result<Vec<_>, Fault> = page.items.iter().map(|row| shown(call, tx, row)).collect();
    Ok(SearchResults {
        items: items?,
        criteria,
        total: page.total,
    })
}

/// Marks a field that is asked for to be sorted by.
const SORTED: &str = "sorted by ";

/// Fields that are numbers in Magento's tables, whatever they are on the wire.
const FLAGS: [&str; 19] = [
    "is_required",
    "is_user_defined",
    "is_unique",
    "is_visible",
    "is_searchable",
    "is_comparable",
    "is_visible_on_front",
    "is_html_allowed_on_front",
    "is_wysiwyg_enabled",
    "is_used_for_promo_rules",
    "is_visible_in_advanced_search",
    "is_filterable_in_search",
    "used_in_product_listing",
    "used_for_sort_by",
    "is_used_in_grid",
    "is_visible_in_grid",
    "is_filterable_in_grid",
    "is_pagebuilder_enabled",
    "position",
];

/// A field of an attribute, for a search.
fn cell(row: &AttributeRow, name: &str) -> Option<in_memory::Cell> {
    let (name, is_sorted) = match name.strip_prefix(SORTED) {
        Some(name) => (name, true),
        None => (name, false),
    };
    let text = |text: &str| {
        // An underscore comes after all letters in the collation of Magento's tables.
        let text = if is_sorted {
            text.replace('_', "~")
        } else {
            text.to_owned()
        };
        Some((FieldKind::Text, Some(Scalar::Text(text))))
    };
    let number = |number: i64| Some((FieldKind::Int, Some(Scalar::from(number))));
    let scope = || match row.text("scope") {
        "store" => 0,
        "website" => 2,
        _ => 1,
    };
    let of_values = |name: &str| match row.values.get(name) {
        Some(Value::String(found)) => text(found),
        Some(Value::Array(list)) => {
            let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            text(&list.join(","))
        }
        _ => Some((FieldKind::Text, None)),
    };
    match name {
        "attribute_id" => number(row.id),
        "entity_type_id" => number(super::PRODUCT_TYPE),
        "is_filterable" => number(row.filterable),
        "is_global" => number(scope()),
        "attribute_code" => text(&row.code),
        "frontend_label" => of_values("default_frontend_label"),
        "frontend_input" | "backend_type" | "backend_model" | "source_model" | "default_value"
        | "note" | "frontend_class" | "apply_to" | "scope" => of_values(name),
        name if FLAGS.contains(&name) => match row.values.get(name) {
            Some(Value::Bool(flag)) => number(i64::from(*flag)),
            Some(Value::Number(found)) => number(found.as_i64().unwrap_or(0)),
            Some(Value::String(text)) => number(text.parse().unwrap_or(0)),
            _ => number(0),
        },
        _ => None,
    }
}

/// The input types that products have beside those of all entities.
fn input_types(_: &Call, _: &mut Tx<'_>) -> Result<Vec<InputType>, Fault> {
    let input = |(value, label): (&str, &str)| InputType {
        value: value.into(),
        label: label.into(),
    };
    let types = [("price", "Price"), ("media_image", "Media Image")];
    Ok(types.into_iter().map(input).collect())
}

/// Takes an attribute away, with its options and its values.
fn delete(_: &Call, tx: &mut Tx<'_>, code: String) -> Result<bool, Fault> {
    let row = load(tx, &code)?;
    if !row.is_user_defined() {
        return Err(Fault::invalid("The system attribute can't be deleted."));
    }
    products::check_free(tx, row.id, None)?;
    options::forget_all(tx, row.id)?;
    sets::forget_attribute(tx, row.id)?;
    products::forget_attribute(tx, &row.code, None)?;
    Ok(ATTRIBUTES.delete(tx, row.id)?)
}

fn is_filterable(_: &Call, tx: &mut Tx<'_>, code: String) -> Result<i64, Fault> {
    Ok(load(tx, &code)?.filterable)
}

fn set_filterable(_: &Call, tx: &mut Tx<'_>, code: String, wanted: i64) -> Result<bool, Fault> {
    let mut row = load(tx, &code)?;
    if !(0..=2).contains(&wanted) {
        return Err(invalid_value("is_filterable", wanted));
    }
    row.filterable = wanted;
    row.is_own = true;
    ATTRIBUTES.put(tx, &row)?;
    Ok(true)
}
