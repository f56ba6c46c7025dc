//! `etc/adminhtml/menu.xml`: entries added to the panel's menu, changed, and taken out.

use roxmltree::Node;

use super::acl::sort_order;
use super::schema::{Attribute, Check, Child, Element};
use super::shapes;
use crate::Report;
use crate::xml::{Text, named};

/// One line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuChange {
    /// What it does.
    pub kind: ChangeKind,
    /// The entry.
    pub id: String,
    /// The title.
    pub title: Option<String>,
    /// The entry that it lies under.
    pub parent: Option<String>,
    /// The page's route.
    pub action: Option<String>,
    /// The resource that lets an admin see it.
    pub resource: Option<String>,
    /// The place among its siblings.
    pub sort_order: Option<i64>,
    /// The module that it belongs to.
    pub module: Option<String>,
    /// The line.
    pub line: u32,
}

/// What a line of a menu does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `<add>`
    Add,
    /// `<update>`
    Update,
    /// `<remove>`
    Remove,
}

const ID: Attribute = Attribute::required(
    "id",
    Check::Shape(
        shapes::is_like_resource,
        "an id such as Vendor_Module::thing",
    ),
);
const MODULE: Check = Check::Shape(shapes::is_module, "a name such as Vendor_Module");
const RESOURCE: Check = Check::Shape(shapes::is_resource, "an id such as Vendor_Module::thing");
const ACTION: Check = Check::Shape(shapes::is_action, "a route such as acme/thing/index");

static ADD: Element = Element {
    name: "add",
    attributes: &[
        ID,
        Attribute::required("title", Check::Length(3, 50)),
        Attribute::required("module", MODULE),
        Attribute::required("resource", RESOURCE),
        Attribute::optional("translate", Check::Any),
        Attribute::optional("sortOrder", Check::Integer),
        Attribute::optional("action", ACTION),
        Attribute::optional("parent", ID.check),
        Attribute::optional("toolTip", Check::Length(3, 50)),
        Attribute::optional("dependsOnModule", MODULE),
        Attribute::optional("dependsOnConfig", Check::Any),
        Attribute::optional("target", Check::Any),
    ],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static UPDATE: Element = Element {
    name: "update",
    attributes: &[
        ID,
        Attribute::optional("title", Check::Length(3, 50)),
        Attribute::optional("module", MODULE),
        Attribute::optional("resource", RESOURCE),
        Attribute::optional("translate", Check::Any),
        Attribute::optional("sortOrder", Check::Integer),
        Attribute::optional("action", ACTION),
        Attribute::optional("parent", ID.check),
        Attribute::optional("toolTip", Check::Length(3, 50)),
        Attribute::optional("dependsOnModule", MODULE),
        Attribute::optional("dependsOnConfig", Check::Any),
        Attribute::optional("target", Check::Any),
    ],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static REMOVE: Element = Element {
    name: "remove",
    attributes: &[ID],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static MENU: Element = Element {
    name: "menu",
    attributes: &[],
    children: &[
        Child::new(&ADD, 0, usize::MAX).unique(&["id"]),
        Child::new(&UPDATE, 0, usize::MAX),
        Child::new(&REMOVE, 0, usize::MAX),
    ],
    ordered: false,
    text: Check::Any,
};

/// The schema of the file.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[Child::new(&MENU, 1, 1)],
    ordered: false,
    text: Check::Any,
};

/// All lines of the file.
pub fn read(text: &Text<'_>, root: Node<'_, '_>, reports: &mut Vec<Report>) -> Vec<MenuChange> {
    let mut found = Vec::new();
    let menus = named(root, "menu").flat_map(|menu| menu.children().filter(Node::is_element));
    for node in menus {
        let kind = match node.tag_name().name() {
            "add" => ChangeKind::Add,
            "update" => ChangeKind::Update,
            "remove" => ChangeKind::Remove,
            _ => continue,
        };
        let attribute = |name: &str| node.attribute(name).map(str::to_owned);
        let Some(id) = attribute("id").filter(|id| !id.is_empty()) else {
            let message = "An entry without an id is not read.";
            reports.push(text.warning(node, message, "Add id=\"Vendor_Module::thing\"."));
            continue;
        };
        found.push(MenuChange {
            kind,
            id,
            title: attribute("title"),
            parent: attribute("parent"),
            action: attribute("action"),
            resource: attribute("resource"),
            sort_order: sort_order(node),
            module: attribute("module"),
            line: text.line(node),
        });
    }
    found
}
