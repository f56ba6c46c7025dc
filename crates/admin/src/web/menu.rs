//! The menu, ordered as Magento's.

use super::Asked;

/// A heading with what is under it.
pub struct Section {
    pub title: &'static str,
    pub groups: Vec<Group>,
}

/// Items under a smaller heading, which may be empty.
pub struct Group {
    pub title: &'static str,
    pub items: Vec<Item>,
}

/// A way to a page.
pub struct Item {
    pub title: &'static str,
    pub url: String,
    pub is_current: bool,
}

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
        if !may(resource) {
            continue;
        }
        let below = asked.path.strip_prefix(path);
        let item = Item {
            title,
            url: asked.url(path),
            is_current: below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        if sections.last().is_none_or(|last| last.title != *section) {
            sections.push(Section {
                title: section,
                groups: Vec::new(),
            });
        }
        let Some(last) = sections.last_mut() else {
            continue;
        };
        match last.groups.last_mut() {
            Some(same) if same.title == *group => same.items.push(item),
            _ => last.groups.push(Group {
                title: group,
                items: vec![item],
            }),
        }
    }
    sections
}
