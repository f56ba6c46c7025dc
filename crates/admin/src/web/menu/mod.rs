//! The menu, ordered as Magento's: our own pages, and among them the entries of modules.

mod entries;

pub use entries::is_visible;

use super::Asked;

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
    entries::add(&mut sections, asked, may);
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
