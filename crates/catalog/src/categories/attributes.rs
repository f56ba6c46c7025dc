//! The attributes that categories have (`data/category_attributes.csv`), and their routes.

use std::sync::LazyLock;

use ferrite_base::{Kind, Phrase};
use ferrite_storage::{FieldKind, Scalar, in_memory};
use ferrite_webapi::{Call, Fault, Json, Routes, SearchCriteria, SearchResults, Tx};
use serde_json::{Map, Value, json};

use crate::attributes::{Attribute, Fact, table};
use crate::eav::options::LAYOUTS;

static ATTRIBUTES: LazyLock<Vec<Attribute>> =
    LazyLock::new(|| table(include_str!("../../data/category_attributes.csv")));

/// All attributes, in the order in which they are loaded.
pub(super) fn all() -> &'static [Attribute] {
    &ATTRIBUTES
}

/// The attribute of a code.
pub(super) fn find(code: &str) -> Option<&'static Attribute> {
    all().iter().find(|attribute| attribute.code == code)
}

/// Whether a list can be filtered and sorted by this.
pub(super) fn is_searchable(name: &str) -> bool {
    let columns = ["entity_id", "id", "parent_id", "created_at", "updated_at"];
    columns.contains(&name) || find(name).is_some()
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/categories/attributes", list);
    routes.bind("GET /V1/categories/attributes/:attributeCode", get);
    routes.bind(
        "GET /V1/categories/attributes/:attributeCode/options",
        options,
    );
}

fn get(_: &Call, _: &mut Tx<'_>, code: String) -> Result<Json, Fault> {
    Ok(shown(known(&code)?))
}

fn options(_: &Call, _: &mut Tx<'_>, code: String) -> Result<Json, Fault> {
    Ok(choices(known(&code)?))
}

fn list(
    call: &Call,
    _: &mut Tx<'_>,
    mut criteria: SearchCriteria,
) -> Result<SearchResults<Json>, Fault> {
    let search = criteria.search(call.settings(), &call.store)?;
    let page = in_memory::search(all(), &search, |attribute, name| {
        let shown = shown(attribute);
        let value = match shown.get(name) {
            Some(Value::String(text)) => Scalar::from(text.as_str()),
            Some(Value::Bool(flag)) => Scalar::from(i64::from(*flag)),
            Some(Value::Number(number)) => Scalar::from(number.as_i64().unwrap_or(0)),
            _ if matches!(name, "frontend_label" | "source_model" | "default_value") => {
                return Some((FieldKind::Text, None));
            }
            _ => return None,
        };
        let kind = match value {
            Scalar::Int(_) => FieldKind::Int,
            Scalar::Text(_) => FieldKind::Text,
        };
        Some((kind, Some(value)))
    })?;
    Ok(SearchResults {
        items: page.items.iter().map(shown).collect(),
        criteria,
        total: page.total,
    })
}

fn known(code: &str) -> Result<&'static Attribute, Fault> {
    find(code).ok_or_else(|| {
        let text = "The attribute with a \"%1\" attributeCode doesn't exist. \
                    Verify the attribute and try again.";
        Fault::new(Kind::NotFound, Phrase::list(text, [code]))
    })
}

/// `Magento\Catalog\Api\Data\CategoryAttributeInterface`
fn shown(attribute: &Attribute) -> Json {
    let fact = |fact: Fact| attribute.fact(fact);
    let flag = |place: Fact| Value::Bool(fact(place) == "1");
    let number = |place: Fact| Value::from(fact(place).parse::<i64>().unwrap_or(0));
    let off = Value::Bool(false);
    let pairs = [
        ("is_wysiwyg_enabled", flag(Fact::Wysiwyg)),
        ("is_html_allowed_on_front", flag(Fact::Html)),
        ("used_for_sort_by", off.clone()),
        ("is_filterable", off.clone()),
        ("is_filterable_in_search", off.clone()),
        ("is_used_in_grid", off.clone()),
        ("is_visible_in_grid", off.clone()),
        ("is_filterable_in_grid", off.clone()),
        ("position", json!(0)),
        ("apply_to", json!([])),
        ("is_searchable", json!("0")),
        ("is_visible_in_advanced_search", json!("0")),
        ("is_comparable", json!("0")),
        ("is_used_for_promo_rules", json!("0")),
        ("is_visible_on_front", json!("0")),
        ("used_in_product_listing", json!("0")),
        ("is_visible", flag(Fact::Visible)),
        ("scope", fact(Fact::Scope).into()),
        ("attribute_id", number(Fact::Id)),
        ("attribute_code", fact(Fact::Code).into()),
        ("frontend_input", fact(Fact::Input).into()),
        ("entity_type_id", json!("3")),
        ("is_required", flag(Fact::Required)),
        ("options", choices(attribute)),
        ("is_user_defined", off),
        ("default_frontend_label", text_or_null(fact(Fact::Label))),
        ("frontend_labels", json!([])),
        ("backend_type", fact(Fact::Backend).into()),
        ("source_model", source(fact(Fact::Source))),
        ("default_value", text_or_null(fact(Fact::Default))),
        ("is_unique", json!("0")),
        ("validation_rules", json!([])),
    ];
    let kept = pairs.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(
        kept.map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

fn text_or_null(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        text.into()
    }
}

/// The name of the class that gives the choices.
fn source(short: &str) -> Value {
    let name = match short {
        "" => return Value::Null,
        "Boolean" => "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean".to_owned(),
        "Theme" => "Magento\\Theme\\Model\\Theme\\Source\\Theme".to_owned(),
        "Mode" | "Page" | "Sortby" | "Layout" => {
            format!("Magento\\Catalog\\Model\\Category\\Attribute\\Source\\{short}")
        }
        other => other.to_owned(),
    };
    name.into()
}

fn choices(attribute: &Attribute) -> Json {
    let pairs: &[(&str, &str)] = match attribute.fact(Fact::Source) {
        "Boolean" => &[("Yes", "1"), ("No", "0")],
        "Mode" => &[
            ("Products only", "PRODUCTS"),
            ("Static block only", "PAGE"),
            ("Static block and products", "PRODUCTS_AND_PAGE"),
        ],
        "Sortby" => &[
            ("Position", "position"),
            ("Product Name", "name"),
            ("Price", "price"),
        ],
        "Layout" => LAYOUTS,
        source if source.ends_with("\\LayoutUpdate") => &[("No update", "")],
        _ => &[],
    };
    let option = |(label, value): &(&str, &str)| json!({"label": label, "value": value});
    Value::Array(pairs.iter().map(option).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attributes::Backend;

    #[test]
    fn the_facts_are_whole() {
        assert_eq!(all().len(), 31);
        assert!(find("is_anchor").is_some_and(|one| one.is_global && one.backend == Backend::Int));
        let shown = shown(find("name").expect("there"));
        assert_eq!(shown["attribute_id"], 45);
        assert_eq!(shown["is_required"], true);
        assert!(shown.get("source_model").is_none());
    }
}
