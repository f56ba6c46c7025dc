//! `etc/integration.xml`, and the older pair `etc/integration/config.xml` and
//! `etc/integration/api.xml`.

use roxmltree::Node;

use super::schema::{Attribute, Check, Child, Element};
use super::shapes;
use crate::Report;
use crate::xml::{Text, content, named};

/// What one file says of one integration. What is `None` is not in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredIntegration {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The callback.
    pub endpoint_url: Option<String>,
    /// The identity link.
    pub identity_link_url: Option<String>,
    /// Each resource with its line and column; `None` where the file has no list.
    pub resources: Option<Vec<(String, u32, u32)>>,
    /// The line.
    pub line: u32,
}

const NAME: Attribute = Attribute::required("name", Check::Length(2, usize::MAX));

static EMAIL: Element = Element {
    name: "email",
    attributes: &[],
    children: &[],
    ordered: false,
    text: Check::Shape(shapes::is_email, "an address such as dev@acme.test"),
};

static ENDPOINT: Element = Element {
    name: "endpoint_url",
    attributes: &[],
    children: &[],
    ordered: false,
    text: Check::Shape(
        shapes::is_address_or_empty,
        "an address such as https://acme.test/callback",
    ),
};

static IDENTITY_LINK: Element = Element {
    name: "identity_link_url",
    attributes: &[],
    children: &[],
    ordered: false,
    text: Check::Shape(
        shapes::is_address_or_empty,
        "an address such as https://acme.test/login",
    ),
};

static RESOURCE: Element = Element {
    name: "resource",
    attributes: &[Attribute::required(
        "name",
        Check::Shape(
            shapes::is_like_resource,
            "an id such as Magento_Catalog::products",
        ),
    )],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static RESOURCES: Element = Element {
    name: "resources",
    attributes: &[],
    children: &[Child::new(&RESOURCE, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

static INTEGRATION: Element = Element {
    name: "integration",
    attributes: &[NAME],
    children: &[
        Child::new(&EMAIL, 0, 1),
        Child::new(&ENDPOINT, 0, 1),
        Child::new(&IDENTITY_LINK, 0, 1),
        Child::new(&RESOURCES, 0, 1),
    ],
    ordered: false,
    text: Check::Any,
};

/// The schema of `etc/integration.xml`.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[Child::new(&INTEGRATION, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

static CONFIG_INTEGRATION: Element = Element {
    name: "integration",
    attributes: &[NAME],
    children: &[
        Child::new(&EMAIL, 1, 1),
        Child::new(&ENDPOINT, 0, 1),
        Child::new(&IDENTITY_LINK, 0, 1),
    ],
    ordered: true,
    text: Check::Any,
};

/// The schema of `etc/integration/config.xml`.
pub static CONFIG_SCHEMA: Element = Element {
    name: "integrations",
    attributes: &[],
    children: &[Child::new(&CONFIG_INTEGRATION, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

static API_INTEGRATION: Element = Element {
    name: "integration",
    attributes: &[NAME],
    children: &[Child::new(&RESOURCES, 1, 1)],
    ordered: false,
    text: Check::Any,
};

/// The schema of `etc/integration/api.xml`.
pub static API_SCHEMA: Element = Element {
    name: "integrations",
    attributes: &[],
    children: &[Child::new(&API_INTEGRATION, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

/// All integrations of one of the three files.
pub fn read(
    text: &Text<'_>,
    root: Node<'_, '_>,
    reports: &mut Vec<Report>,
) -> Vec<DeclaredIntegration> {
    let mut found = Vec::new();
    for node in named(root, "integration") {
        let name = node.attribute("name").unwrap_or_default();
        if name.is_empty() {
            let message = "An integration without a name is not read.";
            reports.push(text.warning(node, message, "Add name=\"…\"."));
            continue;
        }
        let last = |child: &'static str| named(node, child).last().map(content);
        let lists: Vec<_> = named(node, "resources").collect();
        let resources = (!lists.is_empty()).then(|| {
            let resources = lists.iter().flat_map(|list| named(*list, "resource"));
            let named = resources.filter_map(|resource| {
                let (line, column) = text.position(resource.range().start);
                let name = resource.attribute("name").filter(|name| !name.is_empty())?;
                Some((name.to_owned(), line, column))
            });
            named.collect()
        });
        found.push(DeclaredIntegration {
            name: name.to_owned(),
            email: last("email"),
            endpoint_url: last("endpoint_url"),
            identity_link_url: last("identity_link_url"),
            resources,
            line: text.line(node),
        });
    }
    found
}
