//! What modules declare, merged: plain data for the command line, the panel and the Web API.
//!
//! Paths are below the installation's root, texts as their files have them, lists in the order in
//! which Magento merges them.

use std::path::PathBuf;

/// The place of a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The module that declares it.
    pub module: String,
    /// The file, below the root.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: u32,
}

/// A resource that a module on disk declares or changes in `etc/acl.xml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The id, such as `Vendor_Module::thing`.
    pub id: String,
    /// The first module on disk that names it as more than a link of a chain, or else that repeats
    /// it; then each further one, in load order.
    pub sources: Vec<Source>,
}

/// A route of `etc/webapi.xml`, by address and method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where the service that counts was declared.
    pub source: Source,
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// The path below `/rest/{store}`, such as `/V1/acme/things/:id`.
    pub url: String,
    /// The service contract, without a leading backslash.
    pub service_class: String,
    /// The contract's method.
    pub service_method: String,
    /// The resources that the caller needs, all of them; `anonymous` and `self` stand among them.
    pub resources: Vec<String>,
    /// Values that the server sets, by dotted name.
    pub parameters: Vec<RouteParameter>,
    /// Whether it answers over HTTPS alone. As in Magento any text in the attribute says yes, also
    /// `false`.
    pub secure: bool,
    /// The name of the operation in SOAP, where it is not the method's.
    pub soap_operation: Option<String>,
    /// How many elements a list in the body may have, where the route has a limit of its own.
    pub input_array_size_limit: Option<u32>,
}

/// A value that a route's declaration sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteParameter {
    /// The dotted name, such as `customer.id`.
    pub name: String,
    /// The text, or a placeholder such as `%customer_id%`; `None` for the literal `null`.
    pub value: Option<String>,
    /// Whether it replaces what the client sends.
    pub force: bool,
}

/// An integration that modules declare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integration {
    /// The name, which is its key.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// Where the credentials are posted; empty where there is none.
    pub endpoint_url: String,
    /// Where the merchant signs in at the third party; empty where there is none.
    pub identity_link_url: String,
    /// What it is granted. From `etc/integration.xml`: `Magento_Backend::admin` first, then each
    /// resource with all that lies above it, in tree order. From `etc/integration/api.xml`: the
    /// ids as they stand there, checked against nothing; `None` where no file names the integration.
    pub resources: Option<Vec<String>>,
    /// All files that speak of it, in load order.
    pub sources: Vec<Source>,
}

/// Where a value of `etc/config.xml` holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everywhere.
    Default,
    /// In the website with this code.
    Website(String),
    /// In the store view with this code.
    Store(String),
}

/// A value of `etc/config.xml`; the last module that sets it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigDefault {
    /// Where it holds.
    pub scope: Scope,
    /// The path, such as `acme/sync/enabled`.
    pub path: String,
    /// The text of the element.
    pub value: String,
    /// Where it stands.
    pub source: Source,
}

/// An entry of the panel's menu, as `etc/adminhtml/menu.xml` adds and changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MenuItem {
    /// The id, such as `Vendor_Module::thing`.
    pub id: String,
    /// The title, untranslated.
    pub title: String,
    /// The entry it lies under; `None` for a root.
    pub parent: Option<String>,
    /// The page's route, such as `acme/thing/index`; `None` for an entry that only opens.
    pub action: Option<String>,
    /// The resource that lets an admin see it.
    pub resource: Option<String>,
    /// Its place among its siblings; 0 where nobody says.
    pub sort_order: i64,
    /// The module the entry belongs to, as its `module` attribute says.
    pub module: String,
    /// Where it was added.
    pub source: Source,
}
