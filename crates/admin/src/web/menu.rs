//! The menu, ordered as Magento's: our own pages, and among them the entries of modules.

use std::collections::HashMap;

use ferrite_modules::{MenuItem, is_core};

use super::Asked;
use crate::text::shown;

/// A heading with what is under it.
pub struct Section {
    pub title: String,
    pub groups: Vec<Group>,
    /// Magento's id.
    id: String,
    rank: i64,
}

/// Items under a smaller heading, which may be empty.
pub struct Group {
    pub title: String,
    pub items: Vec<Item>,
}

/// A way to a page.
pub struct Item {
    pub title: String,
    pub url: String,
    pub is_current: bool,
}

/// Magento's headings: id, title, and place among each other.
const SECTIONS: &[(&str, &str, i64)] = &[
    ("Magento_Sales::sales", "Sales", 20),
    ("Magento_Catalog::catalog", "Catalog", 30),
    ("Magento_Customer::customer", "Customers", 40),
    ("Magento_Backend::marketing", "Marketing", 50),
    ("Magento_Backend::content", "Content", 60),
    ("Magento_Reports::report", "Reports", 70),
    ("Magento_Backend::stores", "Stores", 80),
    ("Magento_Backend::system", "System", 90),
];

/// Magento's smaller headings that we have: id, heading, title.
const GROUPS: &[(&str, &str, &str)] = &[
    (
        "Magento_Backend::stores_settings",
        "Magento_Backend::stores",
        "Settings",
    ),
    (
        "Magento_Integration::system_extensions",
        "Magento_Backend::system",
        "Extensions",
    ),
    (
        "Magento_Backend::system_tools",
        "Magento_Backend::system",
        "Tools",
    ),
    (
        "Magento_User::system_acl",
        "Magento_Backend::system",
        "Permissions",
    ),
];

/// A page in the menu: headings, title, path, and the resource that it needs.
struct Entry(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const ENTRIES: &[Entry] = &[
    Entry(
        "Sales",
        "",
        "Orders",
        "/sales/order",
        "Magento_Sales::sales_order",
    ),
    Entry(
        "Catalog",
        "",
        "Products",
        "/catalog/product",
        "Magento_Catalog::products",
    ),
    Entry(
        "Customers",
        "",
        "All Customers",
        "/customer",
        "Magento_Customer::manage",
    ),
    Entry(
        "Stores",
        "Settings",
        "Configuration",
        "/config",
        "Magento_Config::config",
    ),
    Entry(
        "System",
        "Extensions",
        "Integrations",
        "/integration",
        "Magento_Integration::integrations",
    ),
    Entry(
        "System",
        "Tools",
        "Modules",
        "/module",
        "Magento_Backend::tools",
    ),
    Entry(
        "System",
        "Permissions",
        "All Users",
        "/user",
        "Magento_User::acl_users",
    ),
    Entry(
        "System",
        "Permissions",
        "User Roles",
        "/role",
        "Magento_User::acl_roles",
    ),
];

/// Where an admin begins: Integrations where that is allowed, else the first page that is.
pub fn start(may: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    let integrations = ENTRIES.iter().filter(|entry| entry.3 == "/integration");
    let mut allowed = integrations.chain(ENTRIES).filter(|entry| may(entry.4));
    allowed.next().map(|entry| entry.3)
}

/// What of the menu an admin sees.
pub fn visible(asked: &Asked, may: &dyn Fn(&str) -> bool) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for Entry(section, group, title, path, resource) in ENTRIES {
        if may(resource) {
            let found = SECTIONS.iter().find(|(_, known, _)| known == section);
            let (id, title_of_section, rank) = found.copied().unwrap_or(("", section, 0));
            let section = section_of(&mut sections, id, title_of_section, rank);
            section.group(group).items.push(item(asked, title, path));
        }
    }
    let modules = Entries {
        asked,
        may,
        children: children(&asked.panel.modules.menu),
    };
    modules.add(&mut sections, &asked.panel.modules.menu);
    sections
}

fn item(asked: &Asked, title: &str, path: &str) -> Item {
    let below = asked.path.strip_prefix(path);
    Item {
        title: title.to_owned(),
        url: asked.url(path),
        is_current: below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    }
}

/// The section of an id, put at its place where there is none so far.
fn section_of<'a>(
    sections: &'a mut Vec<Section>,
    id: &str,
    title: &str,
    rank: i64,
) -> &'a mut Section {
    let found = sections.iter().position(|section| section.id == id);
    let at = found.unwrap_or_else(|| {
        let at = sections.partition_point(|section| section.rank <= rank);
        let fresh = Section {
            title: title.to_owned(),
            groups: Vec::new(),
            id: id.to_owned(),
            rank,
        };
        sections.insert(at, fresh);
        at
    });
    &mut sections[at]
}

impl Section {
    /// The group of a title; items without one come first.
    fn group(&mut self, title: &str) -> &mut Group {
        let found = self.groups.iter().position(|group| group.title == title);
        let at = found.unwrap_or_else(|| {
            let at = if title.is_empty() {
                0
            } else {
                self.groups.len()
            };
            let fresh = Group {
                title: title.to_owned(),
                items: Vec::new(),
            };
            self.groups.insert(at, fresh);
            at
        });
        &mut self.groups[at]
    }
}

/// What of the entries of modules an admin sees.
struct Entries<'a> {
    asked: &'a Asked,
    may: &'a dyn Fn(&str) -> bool,
    children: HashMap<&'a str, Vec<&'a MenuItem>>,
}

fn children(items: &[MenuItem]) -> HashMap<&str, Vec<&MenuItem>> {
    let mut children: HashMap<&str, Vec<&MenuItem>> = HashMap::new();
    for item in items {
        let parent = item.parent.as_deref().unwrap_or_default();
        children.entry(parent).or_default().push(item);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|item| item.sort_order);
    }
    children
}

impl<'a> Entries<'a> {
    fn add(&self, sections: &mut Vec<Section>, items: &'a [MenuItem]) {
        let is_theirs = |id: &str| items.iter().any(|item| item.id == id);
        let tops = self.children.iter().filter(|(id, _)| !is_theirs(id));
        let mut tops: Vec<&MenuItem> = tops.flat_map(|(_, items)| items).copied().collect();
        tops.sort_by_key(|item| (item.sort_order, &item.id));
        for top in tops.into_iter().filter(|item| self.is_allowed(item)) {
            let links = self.links(top);
            if links.is_empty() {
                continue;
            }
            let Some(parent) = top.parent.as_deref() else {
                let title = shown(&top.title);
                let section = section_of(sections, &top.id, &title, top.sort_order);
                section.group("").items.extend(links);
                continue;
            };
            let Some(((id, title, rank), group)) = place(parent) else {
                continue;
            };
            // An entry that opens others is a smaller heading.
            let is_heading = group.is_empty() && self.children.contains_key(top.id.as_str());
            let section = section_of(sections, id, title, rank);
            let heading = shown(&top.title);
            let group = if is_heading { &heading } else { group };
            section.group(group).items.extend(links);
        }
    }

    fn is_allowed(&self, item: &MenuItem) -> bool {
        item.resource
            .as_deref()
            .is_none_or(|resource| (self.may)(resource))
    }

    /// The entry and all below it that lead to a page, in order. A list instead of recursion.
    fn links(&self, top: &'a MenuItem) -> Vec<Item> {
        let (mut links, mut open) = (Vec::new(), vec![top]);
        while let Some(next) = open.pop() {
            if !self.is_allowed(next) {
                continue;
            }
            if next.action.is_some() {
                let path = format!("/menu/{}", encoded(&next.id));
                links.push(item(self.asked, &shown(&next.title), &path));
            }
            let below = self.children.get(next.id.as_str());
            open.extend(below.into_iter().flatten().rev());
        }
        links
    }
}

/// Whether an admin sees an entry of a module: they need its resource and those of all above it.
pub fn is_visible(items: &[MenuItem], item: &MenuItem, may: &dyn Fn(&str) -> bool) -> bool {
    let above = |item: &&MenuItem| {
        let parent = item.parent.as_deref()?;
        items.iter().find(|other| other.id == parent)
    };
    // Entries that lie below each other end with the list.
    let mut chain = std::iter::successors(Some(item), above).take(items.len());
    chain.all(|item| item.resource.as_deref().is_none_or(may))
}

type Heading = (&'static str, &'static str, i64);

/// Heading and smaller heading of what lies under an entry of Magento's; nothing where the parent is
/// nobody's. A smaller heading that we have not leads to the larger one.
fn place(parent: &str) -> Option<(Heading, &'static str)> {
    let section = |id: &str| SECTIONS.iter().find(|(known, ..)| *known == id).copied();
    if let Some(found) = section(parent) {
        return Some((found, ""));
    }
    if let Some((_, id, title)) = GROUPS.iter().find(|(known, ..)| *known == parent) {
        return Some((section(id)?, title));
    }
    let (module, name) = parent.split_once("::")?;
    if !is_core(module) {
        return None;
    }
    let alike = SECTIONS.iter().find(|(id, ..)| {
        let (owner, word) = id.split_once("::").unwrap_or((id, ""));
        (owner == module && owner != "Magento_Backend") || name.starts_with(word)
    });
    Some((
        alike
            .copied()
            .or_else(|| section("Magento_Backend::system"))?,
        "",
    ))
}

/// An id as a part of a path.
fn encoded(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
