//! A category as a client reads it in a store view.

use ferrite_storage::{Error, Scalar};
use ferrite_webapi::{Json, Tx};
use serde_json::{Map, Value, json};

use super::attributes;
use super::rows::{CATEGORIES, Category};

/// Attributes that are fields of the type itself, or are never shown.
const NOT_CUSTOM: [&str; 10] = [
    "name",
    "is_active",
    "position",
    "level",
    "children",
    "all_children",
    "path_in_store",
    "available_sort_by",
    "include_in_menu",
    "custom_layout_update",
];

/// `Magento\Catalog\Api\Data\CategoryInterface`
pub(super) fn category(tx: &mut Tx<'_>, category: &Category, store_id: i64) -> Result<Json, Error> {
    let values = &category.values;
    let flag = |code: &str| values.get(store_id, code).map(|value| json!(value == "1"));
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("id", category.id.into());
    put("parent_id", category.parent_id.into());
    if let Some(name) = values.get(store_id, "name") {
        put("name", name.clone());
    }
    if let Some(active) = flag("is_active") {
        put("is_active", active);
    }
    put("position", category.position.into());
    put("level", category.level.into());
    put("children", children(tx, category, store_id)?.into());
    put("created_at", category.created_at.as_str().into());
    put("updated_at", category.updated_at.as_str().into());
    put("path", category.path.clone().into());
    let sort_by = values.text(store_id, "available_sort_by");
    if !sort_by.is_empty() {
        put("available_sort_by", sort_by.split(',').collect());
    }
    if let Some(shown) = flag("include_in_menu") {
        put("include_in_menu", shown);
    }
    put("custom_attributes", custom(category, store_id));
    Ok(Value::Object(out))
}

/// The ids of the active categories right below, with commas between them.
fn children(tx: &mut Tx<'_>, category: &Category, store_id: i64) -> Result<String, Error> {
    if category.children_count == 0 {
        return Ok(String::new());
    }
    let mut below = CATEGORIES.list_by(tx, "parent_id", &Scalar::from(category.id))?;
    below.retain(|child| child.values.text(store_id, "is_active") == "1");
    below.sort_by_key(|child| (child.position, child.id));
    let ids: Vec<String> = below.iter().map(|child| child.id.to_string()).collect();
    Ok(ids.join(","))
}

fn custom(category: &Category, store_id: i64) -> Value {
    let mut out = Vec::new();
    for attribute in attributes::all() {
        let code = attribute.code.as_str();
        if NOT_CUSTOM.contains(&code) {
            continue;
        }
        let value = match code {
            "path" => Some(Value::from(category.path.as_str())),
            "children_count" => Some(Value::from(category.children_count.to_string())),
            code => category.values.get(store_id, code).cloned(),
        };
        if let Some(value) = value.filter(|value| value != "") {
            out.push(json!({"attribute_code": code, "value": value}));
        }
    }
    Value::Array(out)
}
