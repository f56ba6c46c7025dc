//! `etc/acl.xml`: resources in a tree, each with what this module says of it.

use roxmltree::Node;

use super::schema::{Attribute, Check, Child, Element, short};
use super::shapes;
use crate::Report;
use crate::xml::{Text, named};

/// What a file says of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclNode {
    /// The id.
    pub id: String,
    /// The id of the element around it.
    pub parent: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The place among its siblings.
    pub sort_order: Option<i64>,
    /// Whether it is taken out; `None` where the file does not say.
    pub disabled: Option<bool>,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl AclNode {
    /// Whether the element only repeats a link of a chain.
    pub fn is_link(&self) -> bool {
        self.title.is_none() && self.sort_order.is_none() && self.disabled.is_none()
    }
}

static RESOURCE: Element = Element {
    name: "resource",
    attributes: &[
        Attribute::required(
            "id",
            Check::Shape(shapes::is_resource, "an id such as Vendor_Module::thing"),
        ),
        Attribute::optional("title", Check::Length(3, 50)),
        Attribute::optional("translate", Check::Any),
        Attribute::optional("sortOrder", Check::Integer),
        Attribute::optional("disabled", Check::Boolean),
    ],
    children: &[Child::new(&RESOURCE, 0, usize::MAX).unique(&["id"])],
    ordered: false,
    text: Check::Any,
};

static RESOURCES: Element = Element {
    name: "resources",
    attributes: &[],
    children: &[Child::new(&RESOURCE, 1, usize::MAX).unique(&["id"])],
    ordered: false,
    text: Check::Any,
};

static ACL: Element = Element {
    name: "acl",
    attributes: &[],
    children: &[Child::new(&RESOURCES, 1, 1)],
    ordered: false,
    text: Check::Any,
};

/// The schema of the file.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[Child::new(&ACL, 1, 1)],
    ordered: false,
    text: Check::Any,
};

/// All resources of the file, parents before children.
pub fn read(text: &Text<'_>, root: Node<'_, '_>, reports: &mut Vec<Report>) -> Vec<AclNode> {
    let mut found: Vec<AclNode> = Vec::new();
    let acls = named(root, "acl").flat_map(|acl| named(acl, "resources"));
    // Taken from its end: the order of the file has to be turned over on the way in.
    let mut pending: Vec<_> = acls.map(|resources| (resources, None)).collect();
    pending.reverse();
    while let Some((node, parent)) = pending.pop() {
        let mut own = parent.clone();
        if node.tag_name().name() == "resource" {
            let id = node.attribute("id").unwrap_or_default();
            if id.is_empty() {
                let message = "A resource without an id is not read, nor is what it contains.";
                reports.push(text.warning(node, message, "Add id=\"Vendor_Module::thing\"."));
                continue;
            }
            let (line, column) = text.position(node.range().start);
            found.push(AclNode {
                id: id.to_owned(),
                parent,
                title: node.attribute("title").map(str::to_owned),
                sort_order: sort_order(node),
                disabled: node.attribute("disabled").map(|value| value == "true"),
                line,
                column,
            });
            own = Some(id.to_owned());
        }
        let below: Vec<_> = named(node, "resource").collect();
        pending.extend(below.into_iter().rev().map(|child| (child, own.clone())));
    }
    found
}

/// A number as PHP casts it: what begins as none is 0.
pub fn sort_order(node: Node<'_, '_>) -> Option<i64> {
    let value = node.attribute("sortOrder")?.trim();
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let number = digits[..end].parse::<i64>().unwrap_or(0);
    Some(if value.starts_with('-') {
        -number
    } else {
        number
    })
}

/// The fault of an id that lies under another parent already. The sentence is Magento's; both files
/// are named.
pub fn duplicate(file: &std::path::Path, node: &AclNode, other: &str) -> Report {
    let id = short(&node.id);
    Report::fault(file, format!("Resource id '{id}' already exists in the ACL"))
        .at(node.line, node.column)
        .hint(format!("It is declared under another parent in {other}; use the same chain of parents, or another id."))
}
