//! `etc/module.xml`: the module's name, its version, and what has to come before it.

use roxmltree::Node;

use super::schema::{Attribute, Check, Child, Element, short};
use super::shapes;
use crate::Report;
use crate::xml::{Text, named};

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleXml {
    /// The name.
    pub name: String,
    /// The version of the setup scripts.
    pub setup_version: Option<String>,
    /// What has to come before, each with its line and column.
    pub sequence: Vec<(String, u32, u32)>,
    /// Where the module is declared.
    pub line: u32,
    /// Its column.
    pub column: u32,
}

const NAME: Attribute = Attribute::required(
    "name",
    Check::Shape(shapes::is_module, "a name such as Vendor_Module"),
);

static BEFORE: Element = Element {
    name: "module",
    attributes: &[NAME],
    children: &[],
    ordered: false,
    text: Check::Any,
};

static SEQUENCE: Element = Element {
    name: "sequence",
    attributes: &[],
    children: &[Child::new(&BEFORE, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

static MODULE: Element = Element {
    name: "module",
    attributes: &[
        NAME,
        Attribute::optional(
            "setup_version",
            Check::Shape(shapes::is_version, "a version such as 1.0.0"),
        ),
        // Of Magento's beginnings; still in many modules, and without effect.
        Attribute::optional("schema_version", Check::Any),
        Attribute::optional("active", Check::Any),
    ],
    children: &[Child::new(&SEQUENCE, 0, 1)],
    ordered: false,
    text: Check::Any,
};

/// The schema of the file.
pub static SCHEMA: Element = Element {
    name: "config",
    attributes: &[],
    children: &[Child::new(&MODULE, 1, usize::MAX).unique(&["name"])],
    ordered: false,
    text: Check::Any,
};

/// The first module of the file; `None`, with a fault, where there is none that can be used.
pub fn read(text: &Text<'_>, root: Node<'_, '_>, reports: &mut Vec<Report>) -> Option<ModuleXml> {
    let fault = |node: Node<'_, '_>, message: String, hint: &str| {
        let (line, column) = text.position(node.range().start);
        Report::fault(text.file(), message)
            .at(line, column)
            .hint(hint)
    };
    let Some(node) = named(root, "module").next() else {
        let message = "The file declares no module.".to_owned();
        reports.push(fault(
            root,
            message,
            "Add <module name=\"Vendor_Module\"/>.",
        ));
        return None;
    };
    let name = node.attribute("name").unwrap_or_default();
    if !shapes::is_harmless(name) {
        let message = format!("'{}' is no name of a module.", short(name));
        reports.push(fault(node, message, "Use a name such as Vendor_Module."));
        return None;
    }
    let (line, column) = text.position(node.range().start);
    let before = named(node, "sequence").flat_map(|sequence| named(sequence, "module"));
    let sequence = before.filter_map(|before| {
        let (line, column) = text.position(before.range().start);
        Some((before.attribute("name")?.to_owned(), line, column))
    });
    Some(ModuleXml {
        name: name.to_owned(),
        setup_version: node
            .attribute("setup_version")
            .filter(|version| !version.is_empty())
            .map(str::to_owned),
        sequence: sequence.collect(),
        line,
        column,
    })
}
