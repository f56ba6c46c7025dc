//! The modules that are built in: which there are, and which of them a fresh installation has
//! switched off.

use std::path::PathBuf;
use std::sync::LazyLock;

use ferrite_acl::{Tree, TreeBuilder};

use crate::{Module, Origin};

/// Name, setup version and switch of each built-in module, in load order.
///
/// A module that is switched off is never loaded; those rows are at the end. No setup version is
/// known, and a module without one has no row in `setup_module`.
const CORE: &str = include_str!("../data/core.csv");

static MODULES: LazyLock<Vec<Module>> = LazyLock::new(|| {
    // Provable: the file is part of the program, and a unit test reads it.
    read(CORE).expect("every line of the built-in modules has three columns")
});

fn read(text: &str) -> Option<Vec<Module>> {
    // Names and versions hold neither commas nor quotes, so a line is split as it is.
    let line = |line: &str| {
        let mut columns = line.split(',');
        let module = Module {
            name: columns.next()?.to_owned(),
            setup_version: columns
                .next()
                .map(|version| (!version.is_empty()).then(|| version.to_owned()))?,
            sequence: Vec::new(),
            enabled: columns.next()? == "true",
            origin: Origin::BuiltIn,
            path: PathBuf::new(),
            files: Vec::new(),
            package: None,
        };
        columns.next().is_none().then_some(module)
    };
    text.lines().skip(1).map(line).collect()
}

/// All modules that are built in, in load order, those that are switched off last.
pub fn core() -> &'static [Module] {
    &MODULES
}

/// The built-in modules that a fresh installation has switched on, in load order: what
/// `GET /V1/modules` lists.
pub fn enabled() -> impl Iterator<Item = &'static Module> {
    core().iter().filter(|module| module.enabled)
}

/// The built-in modules that a fresh installation has switched off: a second factor for admins,
/// which a client that asks for an admin token could not give.
pub fn disabled() -> impl Iterator<Item = &'static Module> {
    core().iter().filter(|module| !module.enabled)
}

/// The built-in module with this name. Names are compared as they are written.
pub fn find(name: &str) -> Option<&'static Module> {
    core().iter().find(|module| module.name == name)
}

/// Whether a module is built in, switched on or not.
pub fn is_core(name: &str) -> bool {
    find(name).is_some()
}

/// The resource tree of a fresh installation: without what modules bring that are switched off.
pub fn tree() -> &'static Tree {
    static TREE: LazyLock<Tree> = LazyLock::new(|| {
        let mut builder = TreeBuilder::core();
        for module in disabled() {
            builder.without_module(&module.name);
        }
        // Provable: a part of the built-in resources, all of which have titles; a test builds it.
        builder
            .build()
            .expect("the built-in resources all have titles")
    });
    &TREE
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_built_in_modules_are_all_there_once() {
        let names: HashSet<_> = core().iter().map(|module| &module.name).collect();
        assert_eq!(names.len(), core().len());
        assert_eq!(enabled().count(), 356);
        assert_eq!(
            enabled().next().map(|m| m.name.as_str()),
            Some("Magento_Store")
        );
        assert!(core().iter().all(|module| module.setup_version.is_none()));
    }

    #[test]
    fn second_factors_are_switched_off() {
        let names: Vec<_> = disabled().map(|module| module.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Magento_TwoFactorAuth",
                "Magento_AdminAdobeImsTwoFactorAuth"
            ]
        );
        assert!(is_core("Magento_TwoFactorAuth"));
    }

    #[test]
    fn names_are_compared_as_written() {
        assert!(is_core("Magento_Catalog") && is_core("PayPal_Braintree"));
        assert!(!is_core("magento_catalog") && !is_core("Acme_Sync") && !is_core(""));
        assert_eq!(find("name"), None);
    }

    #[test]
    fn lines_are_read_whole_or_not_at_all() {
        let read_one = |line: &str| read(&format!("header\n{line}\n"));
        let module = read_one("A_B,1.0.1,true").unwrap().remove(0);
        assert_eq!(module.setup_version.as_deref(), Some("1.0.1"));
        assert!(module.enabled);
        assert_eq!(read_one("A_B,1.0.1"), None);
        assert_eq!(read_one("A_B,1.0.1,true,more"), None);
    }

    #[test]
    fn the_tree_has_no_resource_of_a_disabled_module() {
        let off: HashSet<_> = disabled().map(|module| module.name.as_str()).collect();
        assert!(tree().iter().all(|node| !off.contains(node.module())));
        assert!(tree().len() < Tree::core().len());
        assert!(Tree::core().iter().all(|node| is_core(node.module())));
    }
}
