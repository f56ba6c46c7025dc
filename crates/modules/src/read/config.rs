//! `etc/config.xml`: values of the configuration that hold until somebody sets others.

use roxmltree::Node;

use super::schema::{Check, Element};
use crate::Report;
use crate::types::Scope;
use crate::xml::{Text, content, named};

/// One value of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredValue {
    /// Where it holds.
    pub scope: Scope,
    /// The path.
    pub path: String,
    /// The text.
    pub value: String,
    /// The line.
    pub line: u32,
}

/// The root; what lies below is free.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[],
    ordered: false,
    text: Check::Any,
};

/// All values of the file, in its order.
pub fn read(text: &Text<'_>, root: Node<'_, '_>, reports: &mut Vec<Report>) -> Vec<DeclaredValue> {
    let mut found = Vec::new();
    if root.tag_name().name() != SCHEMA.name {
        let message = "The root element is not 'config'.";
        reports.push(text.warning(
            root,
            message,
            "Name the root element 'config'; nothing else is read.",
        ));
        return found;
    }
    for node in root.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "default" => values(text, node, &Scope::Default, &mut found),
            "websites" => {
                for website in node.children().filter(Node::is_element) {
                    let scope = Scope::Website(website.tag_name().name().to_owned());
                    values(text, website, &scope, &mut found);
                }
            }
            "stores" => {
                for store in node.children().filter(Node::is_element) {
                    let scope = Scope::Store(store.tag_name().name().to_owned());
                    values(text, store, &scope, &mut found);
                }
            }
            other => {
                let message = format!("'{}' is no scope.", super::schema::short(other));
                reports.push(text.warning(node, message, "Use default, websites or stores."));
            }
        }
    }
    for scope in ["default", "websites", "stores"] {
        if let Some(second) = named(root, scope).nth(1) {
            let message = format!("There is more than one '{scope}'.");
            reports.push(text.warning(second, message, "Put all values into the first one."));
        }
    }
    found
}

/// The elements without children below a scope, each with its path.
fn values(text: &Text<'_>, node: Node<'_, '_>, scope: &Scope, found: &mut Vec<DeclaredValue>) {
    // Taken from its end: children are turned over on the way in.
    let mut pending = vec![(node, String::new())];
    while let Some((node, path)) = pending.pop() {
        let children: Vec<_> = node.children().filter(Node::is_element).collect();
        if children.is_empty() && !path.is_empty() {
            found.push(DeclaredValue {
                scope: scope.clone(),
                path,
                value: content(node),
                line: text.line(node),
            });
            continue;
        }
        for child in children.into_iter().rev() {
            let name = child.tag_name().name();
            let below = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}/{name}")
            };
            pending.push((child, below));
        }
    }
}
