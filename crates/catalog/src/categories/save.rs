//! Making and changing a category (`Magento\Catalog\Api\CategoryRepositoryInterface::save`).
//!
//! A new category's values count everywhere; a change in a store view counts there, but for
//! attributes that are global.

use ferrite_base::{Amount, Fault, Kind, Phrase};
use ferrite_storage::Scalar;
use ferrite_webapi::dto::{Opt, php_type, type_error};
use ferrite_webapi::{Call, Tx};
use serde_json::Value;

use super::attributes;
use super::load;
use super::rows::{CATEGORIES, Category};
use super::tree::{carry_along, retrace};
use super::types::CategoryInput;
use crate::attributes::{Attribute, Backend};
use crate::design::{Design, refused_layout};
use crate::scoped::DEFAULT;
use crate::{products, root_category, scoped::Scoped};
use ferrite_base::url_key;

/// Attributes that the server keeps by itself.
const OURS: [&str; 9] = [
    "path",
    "position",
    "level",
    "children",
    "children_count",
    "all_children",
    "path_in_store",
    "url_path",
    "custom_layout_update_file", // there are no such files
];

/// The length of a path's column, which bounds how deep a category can lie.
const LONGEST_PATH: usize = 255;

/// The length of the columns of short texts.
const LONGEST_TEXT: usize = 255;

/// Saves a category and gives it back as it is stored.
pub(super) fn save(call: &Call, tx: &mut Tx<'_>, sent: &CategoryInput) -> Result<Category, Fault> {
    check_types(sent)?;
    check_design(call, tx, sent)?;
    match sent.id.value().filter(|id| *id != 0) {
        Some(id) => change(call, tx, id, sent),
        None => make(call, tx, sent),
    }
}

const DESIGN: Design = Design {
    resource: "Magento_Catalog::edit_category_design",
    refusal: "Not allowed to edit the category's design attributes",
    attributes: &[
        "custom_design",
        "page_layout",
        "custom_layout_update",
        "custom_design_from",
        "custom_design_to",
        "custom_apply_to_products",
        "custom_use_parent_settings",
        "custom_layout_update_file",
    ],
};

/// Whether the caller may change how a category looks, and whether it can be changed so.
fn check_design(call: &Call, tx: &mut Tx<'_>, sent: &CategoryInput) -> Result<(), Fault> {
    let held = match sent.id.value() {
        Some(id) => CATEGORIES.get(tx, id)?,
        None => None,
    };
    let attributes = sent.custom_attributes.get();
    let stored = |code: &str| Some(held.as_ref()?.values.text(call.store.store_id, code));
    DESIGN.permit(call, attributes, stored)?;
    let current = stored("custom_layout_update").unwrap_or_default();
    refused_layout(attributes, current).map_or(Ok(()), |why| Err(refused(why)))
}

fn make(call: &Call, tx: &mut Tx<'_>, sent: &CategoryInput) -> Result<Category, Fault> {
    let stores = call.settings().stores();
    let parent_id = sent.parent_id.value().filter(|id| *id != 0);
    let parent_id = parent_id.unwrap_or_else(|| root_category(&stores, call.store.store_id));
    let parent = load(tx, parent_id)?;
    if sent.name == Opt::Null {
        return Err(refused("Invalid URL key"));
    }
    for (is_missing, label) in [
        (
            sent.name.get().is_none_or(|name| name.trim().is_empty()),
            "Name",
        ),
        (sent.is_active.get().is_none(), "Is Active"),
    ] {
        if is_missing {
            return Err(refused(&format!(
                "The \"{label}\" attribute value is empty. Set the attribute and try again."
            )));
        }
    }
    check_sort(sent)?;
    let siblings = CATEGORIES.list_by(tx, "parent_id", &Scalar::from(parent_id))?;
    let last = siblings.iter().map(|sibling| sibling.position).max();
    let position = last.unwrap_or(0).saturating_add(1);
    let mut category = Category::below(parent_id, "", position, &tx.now().clone());
    category.level = parent.level + 1;
    for (code, value) in [("include_in_menu", "1"), ("is_anchor", "1")] {
        category.values.set(DEFAULT, code, value.into());
    }
    lay_over(&mut category.values, sent, DEFAULT)?;
    set_url(tx, &mut category, &parent, &siblings, sent, DEFAULT)?;
    CATEGORIES.insert(tx, &mut category)?;
    category.path = format!("{}/{}", parent.path, category.id);
    if category.path.len() > LONGEST_PATH {
        return Err(refused("The category lies too deep."));
    }
    CATEGORIES.put(tx, &category)?;
    recount(tx, &parent.path, 1)?;
    Ok(category)
}

fn change(call: &Call, tx: &mut Tx<'_>, id: i64, sent: &CategoryInput) -> Result<Category, Fault> {
    let mut category = load(tx, id)?;
    let store_id = call.store.store_id;
    if sent.available_sort_by.is_sent() {
        check_sort(sent)?;
    }
    if sent.name.get().is_some_and(|name| name.trim().is_empty()) {
        let text = "The \"Name\" attribute value is empty. Set the attribute and try again.";
        return Err(refused(text));
    }
    let before = category.values.text(store_id, "url_path").to_owned();
    lay_over(&mut category.values, sent, store_id)?;
    if custom(sent, "url_key").is_some() && category.level > 1 {
        let parent = load(tx, category.parent_id)?;
        let mut siblings = CATEGORIES.list_by(tx, "parent_id", &Scalar::from(parent.id))?;
        siblings.retain(|sibling| sibling.id != id);
        set_url(tx, &mut category, &parent, &siblings, sent, store_id)?;
        // A view in which the path differs because of what lies above has the new key in it too.
        retrace(&mut category, &parent);
    }
    category.updated_at = tx.now().clone();
    CATEGORIES.put(tx, &category)?;
    if category.values.text(store_id, "url_path") != before {
        carry_along(tx, &category.path, category.clone())?;
    }
    Ok(category)
}

/// A value that was sent for an attribute.
fn custom<'a>(sent: &'a CategoryInput, code: &str) -> Option<&'a Value> {
    let value = sent.custom_attributes.get()?.get(code)?;
    (!value.is_null()).then_some(value)
}

/// `default_sort_by` is a list in a request, everything else a scalar.
fn check_types(sent: &CategoryInput) -> Result<(), Fault> {
    for (code, value) in sent.custom_attributes.get().map_or(&[][..], |all| &all.0) {
        let Some(attribute) = attributes::find(code) else {
            continue;
        };
        let fault = match (code.as_str(), value) {
            (_, Value::Null) => continue,
            ("default_sort_by" | "available_sort_by", Value::Array(_) | Value::Object(_)) => {
                continue;
            }
            ("default_sort_by" | "available_sort_by", scalar) => {
                type_error(php_type(scalar), "string[]")
            }
            (_, Value::Array(_) | Value::Object(_)) => type_error("array", wanted(attribute)),
            _ => continue,
        };
        let text = format!(
            "Error occurred during \"custom_attributes\" processing. \
             Attribute \"{code}\" has invalid value. {}",
            fault.phrase.text
        );
        return Err(Fault::new(Kind::Request, Phrase::new(text)));
    }
    Ok(())
}

fn wanted(attribute: &Attribute) -> &'static str {
    match attribute.backend {
        Backend::Int => "int",
        Backend::Decimal => "float",
        _ => "string",
    }
}

/// A listing can only be sorted by default by what it can be sorted by at all.
fn check_sort(sent: &CategoryInput) -> Result<(), Fault> {
    let Some(available) = sent.available_sort_by.get() else {
        return Ok(());
    };
    // The configured default is the position; a list that is sent never equals an entry.
    let fits = custom(sent, "default_sort_by").is_none()
        && (available.is_empty() || available.iter().any(|one| one == "position"));
    if fits {
        return Ok(());
    }
    Err(refused(
        "Default Product Listing Sort by does not exist in Available Product Listing Sort By.",
    ))
}

/// Lays what was sent over the stored values.
fn lay_over(values: &mut Scoped, sent: &CategoryInput, store_id: i64) -> Result<(), Fault> {
    values.forget_empty(store_id);
    if let Some(name) = sent.name.get() {
        values.set(store_id, "name", cut(name).into());
    }
    for (code, flag) in [
        ("is_active", &sent.is_active),
        ("include_in_menu", &sent.include_in_menu),
    ] {
        if let Some(flag) = flag.get() {
            values.set(store_id, code, if *flag { "1" } else { "0" }.into());
        }
    }
    if let Some(list) = sent.available_sort_by.get() {
        values.set(store_id, "available_sort_by", list.join(",").into());
    }
    for (code, value) in sent.custom_attributes.get().map_or(&[][..], |all| &all.0) {
        let Some(attribute) = attributes::find(code) else {
            continue; // an attribute that nobody knows is dropped
        };
        if OURS.contains(&code.as_str()) || value.is_null() {
            continue;
        }
        let scope = if attribute.is_global {
            DEFAULT
        } else {
            store_id
        };
        values.set(scope, code, stored(attribute, value)?);
    }
    Ok(())
}

/// A text as a column of 255 characters holds it.
fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

/// A value as its column holds it.
fn stored(attribute: &Attribute, value: &Value) -> Result<Value, Fault> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "1" } else { "" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => {
            let parts = list.iter().filter_map(Value::as_str);
            parts.collect::<Vec<_>>().join(",")
        }
        Value::Null | Value::Object(_) => String::new(),
    };
    let number = || {
        let number = text.trim().parse::<Amount>().ok();
        number.filter(|number| !number.is_saturated())
    };
    Ok(match attribute.backend {
        _ if text.is_empty() => text.into(),
        Backend::Decimal => match number() {
            Some(number) => number.column_text().into(),
            None => return Err(refused("The value of attribute is not a number.")),
        },
        Backend::Int => number()
            .map_or("0".to_owned(), |number| number.trunc().to_string())
            .into(),
        Backend::DateTime => match ferrite_base::DateTime::parse(&text) {
            Some(moment) => moment.as_str().into(),
            None => return Err(refused("Invalid date")),
        },
        Backend::Static | Backend::Text => text.into(),
    })
}

/// Sets URL key and path; the path must be free among the siblings and the products.
fn set_url(
    tx: &mut Tx<'_>,
    category: &mut Category,
    parent: &Category,
    siblings: &[Category],
    sent: &CategoryInput,
    store_id: i64,
) -> Result<(), Fault> {
    let given = custom(sent, "url_key").and_then(Value::as_str);
    let given = given.filter(|key| !key.is_empty());
    let name = category.values.text(store_id, "name").to_owned();
    let key = url_key(given.unwrap_or(&name));
    if key.is_empty() {
        return Err(refused(&match given {
            Some(given) => format!(
                "Invalid URL key. The \"{given}\" URL key can not be used to generate Latin URL \
                 key. Please use Latin letters and numbers to avoid generating URL key issues."
            ),
            None => format!(
                "Invalid URL key. The \"{name}\" category name can not be used to generate Latin \
                 URL key. Please add URL key or change category name using Latin letters and \
                 numbers to avoid generating URL key issues."
            ),
        }));
    }
    let is_taken = |sibling: &Category| sibling.values.text(store_id, "url_key") == key;
    let path = cut(&url_path(parent, &key, store_id));
    if siblings.iter().any(is_taken) || products::is_path_taken(tx, &path)? {
        return Err(refused("URL key for specified store already exists."));
    }
    category.values.set(store_id, "url_key", cut(&key).into());
    category.values.set(store_id, "url_path", path.into());
    Ok(())
}

/// The path of a key below a parent; roots have none.
pub(super) fn url_path(parent: &Category, key: &str, store_id: i64) -> String {
    match parent.values.text(store_id, "url_path") {
        above if parent.level > 1 && !above.is_empty() => format!("{above}/{key}"),
        _ => key.to_owned(),
    }
}

/// Adds to the count of children of all categories of a path.
pub(super) fn recount(tx: &mut Tx<'_>, path: &str, change: i64) -> Result<(), Fault> {
    for id in path.split('/').filter_map(|id| id.parse().ok()) {
        if let Some(mut above) = CATEGORIES.get(tx, id)? {
            above.children_count = above.children_count.saturating_add(change);
            CATEGORIES.put(tx, &above)?;
        }
    }
    Ok(())
}

/// `Could not save category: %1`
fn refused(why: &str) -> Fault {
    Fault::new(
        Kind::Invalid,
        Phrase::list("Could not save category: %1", [why]),
    )
}
