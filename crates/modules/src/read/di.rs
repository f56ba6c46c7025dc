//! `etc/di.xml`: which class is made where an interface is asked for. Nothing else of it is read.

use roxmltree::Node;

use super::schema::{Check, Element};
use crate::Report;
use crate::xml::{Text, named};

/// The root; what lies below is free.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[],
    ordered: false,
    text: Check::Any,
};

/// `for` and `type` of each `preference`, in the file's order, without leading backslashes.
pub fn read(_: &Text<'_>, root: Node<'_, '_>, _: &mut Vec<Report>) -> Vec<(String, String)> {
    let class = |node: Node<'_, '_>, name: &str| {
        let class = node.attribute(name)?.trim().trim_start_matches('\\');
        Some(class.to_owned()).filter(|class| !class.is_empty())
    };
    let preferences = named(root, "preference");
    let pairs = preferences.map(|one| Some((class(one, "for")?, class(one, "type")?)));
    pairs.flatten().collect()
}
