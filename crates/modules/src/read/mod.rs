//! The files of one module, each read once and held against its schema.

pub mod acl;
pub mod composer;
pub mod config;
pub mod di;
pub mod integration;
pub mod menu;
pub mod module_xml;
pub mod schema;
pub mod shapes;
pub mod webapi;

use std::path::{Path, PathBuf};

use roxmltree::Node;

use crate::file::{self, Ground};
use crate::xml::Text;
use crate::{Package, Report};

/// What the files of one module say.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// `etc/module.xml`
    pub module: Option<module_xml::ModuleXml>,
    /// `composer.json`
    pub package: Option<Package>,
    /// `etc/acl.xml`
    pub acl: Vec<acl::AclNode>,
    /// `etc/webapi.xml`
    pub routes: Vec<webapi::DeclaredRoute>,
    /// `etc/integration.xml`
    pub integrations: Vec<integration::DeclaredIntegration>,
    /// `etc/integration/config.xml`
    pub config_integrations: Vec<integration::DeclaredIntegration>,
    /// `etc/integration/api.xml`
    pub api_integrations: Vec<integration::DeclaredIntegration>,
    /// `etc/config.xml`
    pub values: Vec<config::DeclaredValue>,
    /// The preferences of `etc/di.xml`
    pub preferences: Vec<(String, String)>,
    /// `etc/adminhtml/menu.xml`
    pub menu: Vec<menu::MenuChange>,
    /// What was read, below the root.
    pub files: Vec<PathBuf>,
}

/// A module's folder, and what is reported on the way.
struct Folder<'a> {
    ground: &'a Ground,
    path: &'a Path,
    real: &'a Path,
    files: Vec<PathBuf>,
    reports: Vec<Report>,
}

/// A function that takes what it needs from a document.
type Take<T> = fn(&Text<'_>, Node<'_, '_>, &mut Vec<Report>) -> T;

impl Folder<'_> {
    fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let path = self.path.join(name);
        match self.ground.read(&path, self.real) {
            Ok(bytes) => {
                self.files
                    .extend(bytes.is_some().then(|| self.ground.shown(&path)));
                bytes
            }
            Err(report) => {
                self.reports.push(report);
                None
            }
        }
    }

    /// What an XML file says; nothing, with a fault, where it cannot be read.
    fn xml<T: Default>(
        &mut self,
        name: &str,
        schema: &'static schema::Element,
        take: Take<T>,
    ) -> T {
        let Some(bytes) = self.bytes(name) else {
            return T::default();
        };
        let shown = self.ground.shown(&self.path.join(name));
        let (found, reports) = document(bytes, &shown, schema, take);
        self.reports.extend(reports);
        found.unwrap_or_default()
    }

    /// The names in a folder; reports those that differ from a file that is read by their case alone.
    fn names(&mut self, folder: &str, expected: &[&str]) -> Vec<String> {
        let path = self.path.join(folder);
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                let message = format!("The folder cannot be read: {}.", error.kind());
                let report = Report::fault(&self.ground.shown(&path), message);
                self.reports
                    .push(report.hint("Make it a folder that this command may read."));
                return Vec::new();
            }
        };
        let names = entries
            .filter_map(Result::ok)
            .map(|entry| entry.file_name());
        let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
        names.sort_unstable();
        for right in expected
            .iter()
            .filter(|right| !names.iter().any(|name| name == **right))
        {
            for wrong in names.iter().filter(|name| name.eq_ignore_ascii_case(right)) {
                let shown = self.ground.shown(&path.join(wrong));
                let message = format!("The file is not read under this name; '{right}' is.");
                let report = Report::warning(&shown, message);
                self.reports
                    .push(report.hint(format!("Rename it to {right}.")));
            }
        }
        names
    }
}

/// What a document says, and what is to be reported of it.
pub fn document<T>(
    bytes: Vec<u8>,
    shown: &Path,
    schema: &'static schema::Element,
    take: Take<T>,
) -> (Option<T>, Vec<Report>) {
    let mut reports = Vec::new();
    let decoded = match file::text(bytes, shown) {
        Ok(decoded) => decoded,
        Err(report) => return (None, vec![report]),
    };
    let text = Text::new(&decoded, shown);
    match text.parse() {
        Err(report) => (None, vec![report]),
        Ok(document) => {
            let root = document.root_element();
            // Free below their roots.
            let free = [&raw const config::SCHEMA, &raw const di::SCHEMA];
            if !free.iter().any(|free| std::ptr::eq(schema, *free)) {
                reports.extend(schema::check(&text, root, schema));
            }
            let found = take(&text, root, &mut reports);
            (Some(found), reports)
        }
    }
}

const ETC: [&str; 7] = [
    "module.xml",
    "acl.xml",
    "webapi.xml",
    "integration.xml",
    "config.xml",
    "di.xml",
    "integration",
];

/// Reads the files of the module in `path`, whose real folder is `real`. Reports name no module.
pub fn module(ground: &Ground, path: &Path, real: &Path) -> (Contents, Vec<Report>) {
    let mut folder = Folder {
        ground,
        path,
        real,
        files: Vec::new(),
        reports: Vec::new(),
    };
    let mut found = Contents::default();
    if let Some(bytes) = folder.bytes("composer.json") {
        let shown = ground.shown(&path.join("composer.json"));
        found.package = composer::read(&bytes, &shown, &mut folder.reports);
    }
    let etc = folder.names("etc", &ETC);
    let has = |name: &str| etc.iter().any(|entry| entry == name);
    if has("module.xml") {
        found.module = folder.xml("etc/module.xml", &module_xml::SCHEMA, module_xml::read);
    } else {
        let shown = ground.shown(&path.join("etc/module.xml"));
        let report = Report::fault(&shown, "The module has no etc/module.xml.");
        let hint = "Add it: <config><module name=\"Vendor_Module\"/></config>.";
        folder.reports.push(report.hint(hint));
    }
    if has("acl.xml") {
        found.acl = folder.xml("etc/acl.xml", &acl::SCHEMA, acl::read);
    }
    if has("webapi.xml") {
        found.routes = folder.xml("etc/webapi.xml", &webapi::SCHEMA, webapi::read);
    }
    if has("integration.xml") {
        let name = "etc/integration.xml";
        found.integrations = folder.xml(name, &integration::SCHEMA, integration::read);
    }
    if has("config.xml") {
        found.values = folder.xml("etc/config.xml", &config::SCHEMA, config::read);
    }
    if has("di.xml") {
        found.preferences = folder.xml("etc/di.xml", &di::SCHEMA, di::read);
    }
    if has("integration") {
        folder.names("etc/integration", &["config.xml", "api.xml"]);
        let name = "etc/integration/config.xml";
        found.config_integrations =
            folder.xml(name, &integration::CONFIG_SCHEMA, integration::read);
        let name = "etc/integration/api.xml";
        found.api_integrations = folder.xml(name, &integration::API_SCHEMA, integration::read);
    }
    if has("adminhtml") {
        found.menu = folder.xml("etc/adminhtml/menu.xml", &menu::SCHEMA, menu::read);
    }
    found.files = folder.files;
    (found, folder.reports)
}

#[cfg(test)]
mod tests;
