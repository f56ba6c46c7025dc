//! `/V1/attributeMetadata/…`: what customers and their addresses are made of.
//!
//! The attributes are those of a fresh install ([`attributes`], from `data/attributes.csv`); what a
//! select offers ([`options`]) is read from the store. There are no attributes of one's own, so
//! that `/custom` answers with none.

mod attributes;
mod options;
mod types;

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::{Call, Json, Routes, Tx};

use attributes::{Attribute, Entity};
use types::{AttributeMetadata, ValidationRule};

/// Binds the routes.
pub(crate) fn routes(routes: &mut Routes) {
    for (path, entity) in [
        ("customer", Entity::Customer),
        ("customerAddress", Entity::Address),
    ] {
        routes.bind(
            &format!("GET /V1/attributeMetadata/{path}"),
            move |call: &Call, tx: &mut Tx<'_>| {
                let all = attributes::all(entity);
                shown_all(call, tx, all)
            },
        );
        routes.bind(
            &format!("GET /V1/attributeMetadata/{path}/attribute/:attributeCode"),
            move |call: &Call, tx: &mut Tx<'_>, code: String| {
                let mut all = attributes::all(entity);
                let found = all.find(|attribute| attribute.code == code);
                shown(call, tx, found.ok_or_else(|| unknown(entity, &code))?)
            },
        );
        routes.bind(
            &format!("GET /V1/attributeMetadata/{path}/form/:formCode"),
            move |call: &Call, tx: &mut Tx<'_>, form: String| {
                let all = attributes::all(entity);
                let mut shown: Vec<_> = all.filter(|one| one.is_in(&form)).collect();
                if shown.is_empty() {
                    return Err(Fault::no_such_entity("formCode", form));
                }
                shown.sort_by_key(|attribute| (attribute.sort_order, attribute.id));
                shown_all(call, tx, shown)
            },
        );
        routes.bind(
            &format!("GET /V1/attributeMetadata/{path}/custom"),
            |_: &Call, _: &mut Tx<'_>, _interface: String| Ok(Vec::<Json>::new()),
        );
    }
}

fn unknown(entity: Entity, code: &str) -> Fault {
    let text = "No such entity with %fieldName = %fieldValue, %field2Name = %field2Value";
    let values = [
        ("fieldName", "entityType"),
        ("fieldValue", entity.name()),
        ("field2Name", "attributeCode"),
        ("field2Value", code),
    ];
    Fault::new(Kind::NotFound, Phrase::named(text, values))
}

fn shown_all<'a>(
    call: &Call,
    tx: &mut Tx<'_>,
    attributes: impl IntoIterator<Item = &'a Attribute>,
) -> Result<Vec<AttributeMetadata>, Fault> {
    let attributes = attributes.into_iter();
    attributes
        .map(|attribute| shown(call, tx, attribute))
        .collect()
}

/// An attribute as answers show it.
fn shown(call: &Call, tx: &mut Tx<'_>, attribute: &Attribute) -> Result<AttributeMetadata, Fault> {
    let rules = attribute.rules.iter().map(|(name, value)| ValidationRule {
        name: name.as_str().into(),
        value: value.as_str().into(),
    });
    let [used, visible, filterable, searchable] = attribute.grid;
    Ok(AttributeMetadata {
        frontend_input: attribute.input.as_str().into(),
        input_filter: attribute.input_filter.as_str().into(),
        store_label: attribute.label.as_str().into(),
        validation_rules: rules.collect::<Vec<_>>().into(),
        multiline_count: attribute.multiline_count.into(),
        visible: attribute.is_visible.into(),
        required: attribute.is_required.into(),
        data_model: "".into(),
        options: options::of(call, tx, &attribute.source)?.into(),
        frontend_class: attribute.frontend_class().into(),
        user_defined: false.into(),
        sort_order: attribute.sort_order.into(),
        frontend_label: attribute.label.as_str().into(),
        note: "".into(),
        system: attribute.is_system.into(),
        backend_type: attribute.backend.as_str().into(),
        is_used_in_grid: used.into(),
        is_visible_in_grid: visible.into(),
        is_filterable_in_grid: filterable.into(),
        is_searchable_in_grid: searchable.into(),
        attribute_code: attribute.code.as_str().into(),
    })
}
