//! What a file's schema demands, as data, and the check of a document against it.
//!
//! Magento holds files against their schemas in developer mode only, so that all that comes out of
//! here is a warning: the file is used as far as it can be.

use std::collections::HashSet;

use roxmltree::Node;

use crate::Report;
use crate::xml::{Text, content, is_foreign};

/// How many warnings about one file are collected.
const MOST: usize = 200;

/// An element, what may stand at it and in it.
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// Its attributes.
    pub attributes: &'static [Attribute],
    /// Its children.
    pub children: &'static [Child],
    /// Whether children have to stand in the order given.
    pub ordered: bool,
    /// What its text has to be.
    pub text: Check,
}

/// An attribute of an element.
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// What it has to be.
    pub check: Check,
}

impl Attribute {
    /// One that has to be there.
    pub const fn required(name: &'static str, check: Check) -> Self {
        Self {
            name,
            required: true,
            check,
        }
    }

    /// One that may be there.
    pub const fn optional(name: &'static str, check: Check) -> Self {
        Self {
            name,
            required: false,
            check,
        }
    }
}

/// An element within another.
pub struct Child {
    /// The element; by reference, since resources contain resources.
    pub element: &'static Element,
    /// How many there are at least.
    pub at_least: usize,
    /// How many there are at most.
    pub at_most: usize,
    /// The attributes that together tell it from others of its kind; empty where nothing does.
    pub unique: &'static [&'static str],
}

impl Child {
    /// So many of an element, from and to.
    pub const fn new(element: &'static Element, at_least: usize, at_most: usize) -> Self {
        Self {
            element,
            at_least,
            at_most,
            unique: &[],
        }
    }

    /// The same, told from one another by these attributes.
    pub const fn unique(self, unique: &'static [&'static str]) -> Self {
        Self { unique, ..self }
    }
}

/// What a text has to be.
pub enum Check {
    /// Anything.
    Any,
    /// Of a shape, which is explained by an example.
    Shape(fn(&str) -> bool, &'static str),
    /// So many characters, from and to.
    Length(usize, usize),
    /// A whole number.
    Integer,
    /// `true` or `false`, `1` or `0`.
    Boolean,
    /// One of these.
    OneOf(&'static [&'static str]),
}

impl Check {
    /// What is wrong with the value, as a message's end and a hint.
    fn fault(&self, value: &str) -> Option<(String, String)> {
        let wrong = |what: &str, hint: String| Some((format!("is not {what}"), hint));
        match self {
            Self::Any => None,
            Self::Shape(fits, _) if fits(value) => None,
            Self::Shape(_, like) => wrong("of the form it must have", format!("Write {like}.")),
            Self::Length(least, most) if (*least..=*most).contains(&value.chars().count()) => None,
            Self::Length(least, usize::MAX) => {
                wrong("long enough", format!("Use at least {least} characters."))
            }
            Self::Length(least, most) => wrong(
                "of the length it must have",
                format!("Use {least} to {most} characters."),
            ),
            Self::Integer if value.trim().parse::<i64>().is_ok() => None,
            Self::Integer => wrong("a whole number", "Write a number such as 10.".to_owned()),
            Self::Boolean if matches!(value.trim(), "true" | "false" | "1" | "0") => None,
            Self::Boolean => wrong("a switch", "Write true or false.".to_owned()),
            Self::OneOf(choices) if choices.contains(&value) => None,
            Self::OneOf(choices) => wrong(
                "one of those allowed",
                format!("Write one of {}.", choices.join(", ")),
            ),
        }
    }
}

/// Holds a document against the declaration of its root.
pub fn check(text: &Text<'_>, root: Node<'_, '_>, element: &'static Element) -> Vec<Report> {
    let mut found = Vec::new();
    if root.tag_name().name() != element.name {
        let message = format!(
            "The root element is '{}', but '{}' is expected.",
            short(root.tag_name().name()),
            element.name
        );
        let hint = format!(
            "Name the root element '{}'; nothing else is read.",
            element.name
        );
        return vec![text.warning(root, message, hint)];
    }
    // A list instead of recursion, taken from its end: a parent's warnings come before its children's.
    let mut pending = vec![(root, element)];
    while let Some((node, element)) = pending.pop() {
        if found.len() >= MOST {
            break;
        }
        attributes(text, node, element, &mut found);
        written(text, node, element, &mut found);
        let below = children(text, node, element, &mut found);
        pending.extend(below.into_iter().rev());
    }
    found
}

/// A name or value as a message quotes it.
pub fn short(value: &str) -> String {
    let mut short: String = value.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

fn attributes(
    text: &Text<'_>,
    node: Node<'_, '_>,
    element: &'static Element,
    found: &mut Vec<Report>,
) {
    for attribute in node.attributes().filter(|attribute| !is_foreign(attribute)) {
        let name = attribute.name();
        let Some(declared) = element.attributes.iter().find(|known| known.name == name) else {
            let known: Vec<_> = element.attributes.iter().map(|known| known.name).collect();
            let message = format!("'{}' has no attribute '{}'.", element.name, short(name));
            let hint = if known.is_empty() {
                "Remove it.".to_owned()
            } else {
                format!("Remove it, or use one of {}.", known.join(", "))
            };
            found.push(text.warning(node, message, hint));
            continue;
        };
        if let Some((wrong, hint)) = declared.check.fault(attribute.value()) {
            let value = short(attribute.value());
            let message = format!(
                "The attribute '{name}' of '{}', '{value}', {wrong}.",
                element.name
            );
            found.push(text.warning(node, message, hint));
        }
    }
    for missing in element.attributes.iter().filter(|known| known.required) {
        if node.attribute(missing.name).is_none() {
            let message = format!("'{}' has no attribute '{}'.", element.name, missing.name);
            found.push(text.warning(node, message, format!("Add {}=\"…\".", missing.name)));
        }
    }
}

fn written(
    text: &Text<'_>,
    node: Node<'_, '_>,
    element: &'static Element,
    found: &mut Vec<Report>,
) {
    if matches!(element.text, Check::Any) {
        return;
    }
    let value = content(node);
    if let Some((wrong, hint)) = element.text.fault(&value) {
        let message = format!(
            "The text of '{}', '{}', {wrong}.",
            element.name,
            short(&value)
        );
        found.push(text.warning(node, message, hint));
    }
}

/// Checks which children there are; gives back those that have a declaration of their own.
fn children<'a, 'input>(
    text: &Text<'_>,
    node: Node<'a, 'input>,
    element: &'static Element,
    found: &mut Vec<Report>,
) -> Vec<(Node<'a, 'input>, &'static Element)> {
    let mut below = Vec::new();
    let mut counts = vec![0_usize; element.children.len()];
    let mut keys: HashSet<(usize, Vec<&str>)> = HashSet::new();
    let mut furthest = 0;
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        let at = element
            .children
            .iter()
            .position(|known| known.element.name == name);
        let Some(at) = at else {
            let known: Vec<_> = element
                .children
                .iter()
                .map(|known| known.element.name)
                .collect();
            let message = format!("'{}' is not expected in '{}'.", short(name), element.name);
            let hint = if known.is_empty() {
                "Remove it.".to_owned()
            } else {
                format!("Remove it, or use one of {}.", known.join(", "))
            };
            found.push(text.warning(child, message, hint));
            continue;
        };
        let declared = &element.children[at];
        counts[at] += 1;
        if counts[at] == declared.at_most.saturating_add(1) {
            let message = format!("There is more than one '{name}' in '{}'.", element.name);
            found.push(text.warning(child, message, "Keep one of them."));
        }
        if element.ordered && at < furthest {
            let order: Vec<_> = element
                .children
                .iter()
                .map(|known| known.element.name)
                .collect();
            let message = format!("'{name}' stands too late in '{}'.", element.name);
            let hint = format!("Keep the order {}.", order.join(", "));
            found.push(text.warning(child, message, hint));
        }
        furthest = furthest.max(at);
        let key: Option<Vec<_>> = declared
            .unique
            .iter()
            .map(|name| child.attribute(*name))
            .collect();
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            let said = short(&key.join(" "));
            if !keys.insert((at, key)) {
                let message = format!("'{name}' '{said}' stands there twice.");
                found.push(text.warning(child, message, "Remove one of them."));
            }
        }
        below.push((child, declared.element));
    }
    for (declared, count) in element.children.iter().zip(counts) {
        if count < declared.at_least {
            let name = declared.element.name;
            let message = format!("There is no '{name}' in '{}'.", element.name);
            found.push(text.warning(node, message, format!("Add <{name}>.")));
        }
    }
    below
}
