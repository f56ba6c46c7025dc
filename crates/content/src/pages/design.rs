//! How a page looks: what of it is refused, and who may change it.

use ferrite_base::{Fault, Kind, Phrase};
use ferrite_webapi::Call;
use ferrite_webapi::dto::Dto;
use serde_json::Value;

use super::something_wrong;
use super::types::Page;
use crate::rows::Row;

/// The resource that a change of these fields needs.
const RESOURCE: &str = "Magento_Cms::save_design";

/// The fields, each with what a new page may have without the resource.
const FIELDS: [(&str, &str); 7] = [
    ("page_layout", "1column"),
    ("layout_update_xml", ""),
    ("custom_theme", ""),
    ("custom_root_template", ""),
    ("custom_layout_update_xml", ""),
    ("custom_theme_from", ""),
    ("custom_theme_to", ""),
];

/// Elements that an update of a layout may begin with.
const ELEMENTS: [&str; 12] = [
    "attribute",
    "block",
    "body",
    "container",
    "head",
    "html",
    "move",
    "referenceBlock",
    "referenceContainer",
    "remove",
    "uiComponent",
    "update",
];

/// A page needs a title. An update of its layout cannot be written at all; where it is none, that
/// is said.
pub(super) fn check(sent: &Page) -> Result<(), Fault> {
    if sent.title.get().is_none_or(String::is_empty) {
        let phrase = Phrase::list("Required field \"%1\" is empty.", ["title"]);
        return Err(Fault::new(Kind::Invalid, phrase));
    }
    let updates = [
        (&sent.layout_update_xml, "Layout update is invalid"),
        (
            &sent.custom_layout_update_xml,
            "Custom layout update is invalid",
        ),
    ];
    for (update, refusal) in &updates {
        if update
            .get()
            .is_some_and(|xml| !xml.is_empty() && !is_layout(xml))
        {
            return Err(Fault::invalid(*refusal));
        }
    }
    if updates
        .iter()
        .any(|(update, _)| update.get().is_some_and(|xml| !xml.is_empty()))
    {
        return Err(something_wrong());
    }
    Ok(())
}

fn is_layout(xml: &str) -> bool {
    let whole = format!("<layout>{xml}</layout>");
    let Ok(document) = roxmltree::Document::parse(&whole) else {
        return false;
    };
    let mut parts = document
        .root_element()
        .children()
        .filter(roxmltree::Node::is_element);
    parts.all(|part| ELEMENTS.contains(&part.tag_name().name()))
}

/// Refuses who changes how a page looks without the resource for it.
pub(super) fn permitted(call: &Call, sent: &Page, held: Option<&Row>) -> Result<(), Fault> {
    let changed = FIELDS.iter().any(|(name, default)| {
        let Some(Value::String(wanted)) = field(sent, name) else {
            return false;
        };
        let current = held.map_or(Some(*default), |row| row.values.get(*name)?.as_str());
        !wanted.is_empty() && Some(wanted.as_str()) != current
    });
    if !changed || call.may(RESOURCE)? {
        return Ok(());
    }
    let text = "You are not allowed to change CMS pages design settings";
    Err(Fault::new(Kind::Denied, Phrase::new(text)))
}

/// What was sent for a field.
fn field(sent: &Page, name: &str) -> Option<Value> {
    let index = sent.fields().iter().position(|field| field.name == name)?;
    sent.slot(index)?.encode()
}
