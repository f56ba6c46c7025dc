//! What is stored of an attribute, and which there are after an installation.

use std::collections::BTreeMap;

use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::attributes::{Attribute, Fact};
use crate::products::attributes::fresh;

/// An attribute.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AttributeRow {
    /// Its row.
    pub(crate) id: i64,
    /// Its code, unique.
    pub(crate) code: String,
    /// Whether it is not as a fresh install has it: added or changed since.
    pub(crate) is_own: bool,
    /// How layered navigation filters by it: 0 not, 1 by what is found, 2 by everything.
    pub(crate) filterable: i64,
    /// What it is called in store views.
    pub(crate) labels: BTreeMap<i64, String>,
    /// Its further fields, as on the wire.
    pub(crate) values: Map<String, Value>,
}

serde_document!(AttributeRow);

/// All attributes of products.
pub(crate) static ATTRIBUTES: Collection<AttributeRow> = Collection {
    name: "eav_attribute",
    fields: &[
        Field::unique_text("attribute_code", |row: &AttributeRow| {
            Some(Scalar::from(row.code.as_str()))
        }),
        Field::int("is_own", |row: &AttributeRow| {
            Some(Scalar::from(i64::from(row.is_own)))
        }),
    ],
};

impl AttributeRow {
    /// A field as text; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A field that is true or false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.values
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// Whether a client has added it, or may take it away.
    pub(crate) fn is_user_defined(&self) -> bool {
        self.flag("is_user_defined")
    }
}

/// Writes the attributes of a fresh install.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    for attribute in fresh() {
        ATTRIBUTES.insert_as(tx, &of_fact(attribute))?;
    }
    Ok(())
}

fn of_fact(attribute: &Attribute) -> AttributeRow {
    let fact = |fact: Fact| attribute.fact(fact);
    let flag = |name: Fact| Value::Bool(fact(name) != "0" && !fact(name).is_empty());
    let types = fact(Fact::ApplyTo).split(',').filter(|one| !one.is_empty());
    let text = |name: Fact| match fact(name) {
        "" => Value::Null,
        text => Value::from(text),
    };
    let pairs = [
        ("is_wysiwyg_enabled", flag(Fact::Wysiwyg)),
        ("is_html_allowed_on_front", flag(Fact::Html)),
        ("used_for_sort_by", flag(Fact::ForSorting)),
        ("is_filterable_in_search", flag(Fact::FilterableInSearch)),
        ("is_used_in_grid", flag(Fact::InGrid)),
        ("is_visible_in_grid", flag(Fact::VisibleInGrid)),
        ("is_filterable_in_grid", flag(Fact::FilterableInGrid)),
        ("position", number(fact(Fact::Position)).into()),
        ("apply_to", types.collect::<Vec<_>>().into()),
        ("is_searchable", text(Fact::Searchable)),
        (
            "is_visible_in_advanced_search",
            text(Fact::InAdvancedSearch),
        ),
        ("is_comparable", text(Fact::Comparable)),
        ("is_used_for_promo_rules", text(Fact::ForPromoRules)),
        ("is_visible_on_front", text(Fact::VisibleOnFront)),
        ("used_in_product_listing", text(Fact::InListing)),
        ("is_visible", flag(Fact::Visible)),
        ("scope", text(Fact::Scope)),
        ("frontend_input", text(Fact::Input)),
        ("is_required", flag(Fact::Required)),
        ("is_user_defined", flag(Fact::UserDefined)),
        ("default_frontend_label", text(Fact::Label)),
        ("backend_type", text(Fact::Backend)),
        ("backend_model", text(Fact::BackendModel)),
        ("source_model", text(Fact::Source)),
        ("default_value", text(Fact::Default)),
        ("is_unique", text(Fact::Unique)),
        ("frontend_class", text(Fact::FrontendClass)),
    ];
    let kept = pairs.into_iter().filter(|(_, value)| *value != json!(null));
    AttributeRow {
        id: number(fact(Fact::Id)),
        code: attribute.code.clone(),
        // What can be taken away is never taken for granted.
        is_own: fact(Fact::UserDefined) == "1",
        filterable: number(fact(Fact::Filterable)),
        labels: BTreeMap::new(),
        values: kept.map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or(0)
}
