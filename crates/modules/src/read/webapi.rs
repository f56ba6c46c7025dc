//! `etc/webapi.xml`: routes, their services, and who may call them.

use roxmltree::Node;

use super::schema::{Attribute, Check, Child, Element};
use super::shapes;
use crate::Report;
use crate::types::RouteParameter;
use crate::xml::{Text, content, named};

/// What one file says of one route. What is `None` leaves an earlier module's word standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredRoute {
    /// The path.
    pub url: String,
    /// The method.
    pub method: String,
    /// The service's class, without a leading backslash, and its method.
    pub service: Option<(String, String)>,
    /// What the caller needs.
    pub resources: Vec<String>,
    /// Values that the server sets.
    pub parameters: Vec<RouteParameter>,
    /// Whether over HTTPS alone.
    pub secure: Option<bool>,
    /// The operation's name in SOAP.
    pub soap_operation: Option<String>,
    /// How many elements a list may have.
    pub input_array_size_limit: Option<u32>,
    /// The line.
    pub line: u32,
}

static SERVICE: Element = Element {
    name: "service",
    attributes: &[
        Attribute::required(
            "class",
            Check::Shape(
                shapes::is_class,
                "an interface such as Vendor\\Module\\Api\\ThingInterface",
            ),
        ),
        Attribute::required("method", Check::Length(1, usize::MAX)),
    ],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static RESOURCE: Element = Element {
    name: "resource",
    attributes: &[Attribute::required(
        "ref",
        Check::Shape(
            shapes::is_reference,
            "anonymous, self, or an id such as Vendor_Module::thing",
        ),
    )],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static RESOURCES: Element = Element {
    name: "resources",
    attributes: &[],
    children: &[Child::new(&RESOURCE, 1, usize::MAX).unique(&["ref"])],
    ordered: false,
    text: Check::Any,
};

static PARAMETER: Element = Element {
    name: "parameter",
    attributes: &[
        Attribute::required("name", Check::Length(1, usize::MAX)),
        Attribute::optional("force", Check::Boolean),
    ],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static DATA: Element = Element {
    name: "data",
    attributes: &[Attribute::optional(
        "input-array-size-limit",
        Check::Integer,
    )],
    children: &[Child::new(&PARAMETER, 0, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

static ROUTE: Element = Element {
    name: "route",
    attributes: &[
        Attribute::required(
            "url",
            Check::Shape(shapes::is_url, "a path such as /V1/acme/things/:id"),
        ),
        Attribute::required("method", Check::OneOf(&["GET", "PUT", "POST", "DELETE"])),
        Attribute::optional("secure", Check::Boolean),
        Attribute::optional("soapOperation", Check::Any),
    ],
    children: &[
        Child::new(&SERVICE, 1, 1),
        Child::new(&RESOURCES, 1, 1),
        Child::new(&DATA, 0, 1),
    ],
    ordered: false,
    text: Check::Any,
};

/// The schema of the file.
pub static SCHEMA: Element = Element {
    name: "routes",
    attributes: &[],
    children: &[Child::new(&ROUTE, 1, usize::MAX).unique(&["url", "method"])],
    ordered: false,
    text: Check::Any,
};

/// All routes of the file.
pub fn read(text: &Text<'_>, root: Node<'_, '_>, reports: &mut Vec<Report>) -> Vec<DeclaredRoute> {
    let mut found = Vec::new();
    for node in named(root, "route") {
        let (Some(url), Some(method)) = (node.attribute("url"), node.attribute("method")) else {
            let message = "A route without url and method is not read.";
            reports.push(text.warning(node, message, "Add url=\"/V1/…\" and method=\"GET\"."));
            continue;
        };
        let service = named(node, "service").last();
        let resources = named(node, "resources").flat_map(|list| named(list, "resource"));
        let data: Vec<_> = named(node, "data").collect();
        let mut limits = data
            .iter()
            .filter_map(|data| data.attribute("input-array-size-limit"));
        found.push(DeclaredRoute {
            url: url.to_owned(),
            method: method.to_owned(),
            service: service.and_then(|service| {
                let class = service.attribute("class")?.trim_start_matches('\\');
                Some((class.to_owned(), service.attribute("method")?.to_owned()))
            }),
            resources: resources
                .filter_map(|one| one.attribute("ref"))
                .map(str::to_owned)
                .collect(),
            parameters: data
                .iter()
                .flat_map(|data| named(*data, "parameter"))
                .filter_map(parameter)
                .collect(),
            // Any text counts as yes, also `false`: PHP casts it to a boolean, and only `0` is none.
            secure: node
                .attribute("secure")
                .map(|value| !matches!(value, "" | "0")),
            soap_operation: node.attribute("soapOperation").map(str::to_owned),
            input_array_size_limit: limits
                .next_back()
                .and_then(|limit| limit.trim().parse().ok()),
            line: text.line(node),
        });
    }
    found
}

fn parameter(node: Node<'_, '_>) -> Option<RouteParameter> {
    let value = content(node);
    Some(RouteParameter {
        name: node
            .attribute("name")
            .filter(|name| !name.is_empty())?
            .to_owned(),
        value: (value != "null").then_some(value),
        force: node
            .attribute("force")
            .is_some_and(|value| value == "true" || value == "1"),
    })
}
