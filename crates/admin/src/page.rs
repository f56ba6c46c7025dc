//! What every page shows: title, menu, who is signed in, messages.

/// A message above a page.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// `success`, `error` or `notice`.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

impl Message {
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self {
            kind: "error",
            text: text.into(),
        }
    }

    pub(crate) fn notice(text: impl Into<String>) -> Self {
        Self {
            kind: "notice",
            text: text.into(),
        }
    }
}

/// An entry of the menu.
pub(crate) struct Entry {
    pub(crate) label: &'static str,
    pub(crate) address: &'static str,
    pub(crate) resource: &'static str,
}

/// A group of entries, under its headings.
pub(crate) struct Group {
    pub(crate) section: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) entries: &'static [Entry],
}

const fn entry(label: &'static str, address: &'static str, resource: &'static str) -> Entry {
    Entry {
        label,
        address,
        resource,
    }
}

/// The menu, in Magento's order.
pub(crate) const MENU: &[Group] = &[
    Group {
        section: "Sales",
        heading: "Operations",
        entries: &[entry("Orders", "orders", "Magento_Sales::sales_order")],
    },
    Group {
        section: "Catalog",
        heading: "Inventory",
        entries: &[entry("Products", "products", "Magento_Catalog::products")],
    },
    Group {
        section: "Customers",
        heading: "Customers",
        entries: &[entry(
            "All Customers",
            "customers",
            "Magento_Customer::manage",
        )],
    },
    Group {
        section: "Stores",
        heading: "Configuration",
        entries: &[
            entry(
                "Magento Web API",
                "configuration/webapi",
                "Magento_Webapi::config_webapi",
            ),
            entry(
                "OAuth",
                "configuration/oauth",
                "Magento_Integration::config_oauth",
            ),
        ],
    },
    Group {
        section: "System",
        heading: "Extensions",
        entries: &[entry(
            "Integrations",
            "integrations",
            "Magento_Integration::integrations",
        )],
    },
    Group {
        section: "System",
        heading: "Permissions",
        entries: &[
            entry("All Users", "users", "Magento_User::acl_users"),
            entry("User Roles", "roles", "Magento_User::acl_roles"),
        ],
    },
];

/// A group as a page shows it.
pub(crate) struct ShownGroup {
    pub(crate) section: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) entries: Vec<ShownEntry>,
}

/// An entry as a page shows it.
pub(crate) struct ShownEntry {
    pub(crate) label: &'static str,
    pub(crate) address: String,
    pub(crate) is_current: bool,
}

/// What surrounds a page.
pub(crate) struct Frame {
    pub(crate) title: String,
    /// The panel's path, without a slash at its end.
    pub(crate) base: String,
    pub(crate) user: String,
    pub(crate) form_key: String,
    pub(crate) menu: Vec<ShownGroup>,
    pub(crate) messages: Vec<Message>,
    /// What the addresses of files carry, so that they change with the program.
    pub(crate) version: String,
    /// In how many seconds a page without scripts asks again; 0 for never.
    pub(crate) refresh: u32,
}
