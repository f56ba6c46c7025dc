//! Whether modules may be switched on or off together: what their `composer.json` require and what
//! they do not go together with. The `sequence` has no say here.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::{Installation, Origin};

/// Why a module cannot be switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// It needs modules that are off; each with the way that leads to it.
    DependsOnDisabled {
        /// The module that is to be switched on.
        module: String,
        /// By name, the chain from the module to it.
        chains: BTreeMap<String, Vec<String>>,
    },
    /// Modules that are on need it; each with the way that leads from it.
    Needed {
        /// The module that is to be switched off.
        module: String,
        /// By name, the chain from it to the module.
        chains: BTreeMap<String, Vec<String>>,
    },
    /// It does not go together with modules that are on.
    Conflicts {
        /// The module that is to be switched on.
        module: String,
        /// The others.
        others: BTreeSet<String>,
    },
}

impl Constraint {
    /// The lines that Magento's command prints: a sentence, then one line for each other module.
    pub fn lines(&self) -> Vec<String> {
        let ways = |sentence: String, chains: &BTreeMap<String, Vec<String>>| {
            let line =
                |(name, chain): (&String, &Vec<String>)| format!("{name}: {}", chain.join("->"));
            std::iter::once(sentence)
                .chain(chains.iter().map(line))
                .collect()
        };
        match self {
            Self::DependsOnDisabled { module, chains } => {
                let sentence =
                    format!("Cannot enable {module} because it depends on disabled modules:");
                ways(sentence, chains)
            }
            Self::Needed { module, chains } => ways(
                format!("Cannot disable {module} because modules depend on it:"),
                chains,
            ),
            Self::Conflicts { module, others } => {
                let sentence =
                    format!("Cannot enable {module} because it conflicts with other modules:");
                std::iter::once(sentence)
                    .chain(others.iter().cloned())
                    .collect()
            }
        }
    }
}

/// What keeps these modules from being switched on, or off; nothing where it can be done.
pub fn constraints(installation: &Installation, names: &[&str], on: bool) -> Vec<Constraint> {
    let known = Known::new(installation);
    let changed: BTreeSet<&str> = names.iter().copied().collect();
    // How things would stand after the change.
    let is_on = |name: &str| {
        if changed.contains(name) {
            on
        } else {
            known.enabled.contains(name)
        }
    };
    let mut found = Vec::new();
    for &module in &changed {
        if on {
            let chains = known.reach(&known.requires, module);
            let off = chains.into_iter().filter(|(name, _)| !is_on(name));
            let chains: BTreeMap<_, _> = off.collect();
            if !chains.is_empty() {
                let module = module.to_owned();
                found.push(Constraint::DependsOnDisabled { module, chains });
            }
            let others = known.conflicts.get(module).into_iter().flatten();
            let others: BTreeSet<_> = others
                .filter(|other| is_on(other))
                .map(|s| (*s).to_owned())
                .collect();
            if !others.is_empty() {
                let module = module.to_owned();
                found.push(Constraint::Conflicts { module, others });
            }
        } else {
            let chains = known.reach(&known.needed_by, module);
            let still_on = chains.into_iter().filter(|(name, _)| is_on(name));
            let turned = still_on.map(|(name, mut chain)| {
                chain.reverse();
                (name, chain)
            });
            let chains: BTreeMap<_, _> = turned.collect();
            if !chains.is_empty() {
                let module = module.to_owned();
                found.push(Constraint::Needed { module, chains });
            }
        }
    }
    found
}

/// From a module to others.
type Edges<'a> = HashMap<&'a str, Vec<&'a str>>;

/// Modules by package, and what leads from one to another.
struct Known<'a> {
    enabled: BTreeSet<&'a str>,
    requires: Edges<'a>,
    needed_by: Edges<'a>,
    conflicts: Edges<'a>,
}

impl<'a> Known<'a> {
    fn new(installation: &'a Installation) -> Self {
        let modules = &installation.modules;
        let mut by_package: HashMap<String, &str> = HashMap::new();
        for module in modules {
            let package = match &module.package {
                Some(package) => package.name.to_ascii_lowercase(),
                None if module.origin == Origin::BuiltIn => package_of(&module.name),
                None => continue,
            };
            by_package.insert(package, &module.name);
        }
        let mut known = Self {
            enabled: modules
                .iter()
                .filter(|m| m.enabled)
                .map(|m| m.name.as_str())
                .collect(),
            requires: HashMap::new(),
            needed_by: HashMap::new(),
            conflicts: HashMap::new(),
        };
        for module in modules {
            let Some(package) = &module.package else {
                continue;
            };
            let name = module.name.as_str();
            let of = |list: &[(String, String)]| -> Vec<&str> {
                let found = list
                    .iter()
                    .filter_map(|(package, _)| by_package.get(&package.to_ascii_lowercase()));
                found.copied().filter(|other| *other != name).collect()
            };
            for other in of(&package.require) {
                known.requires.entry(name).or_default().push(other);
                known.needed_by.entry(other).or_default().push(name);
            }
            for other in of(&package.conflict) {
                known.conflicts.entry(name).or_default().push(other);
                known.conflicts.entry(other).or_default().push(name);
            }
        }
        known
    }

    /// All that can be reached from a module, each with the shortest way there.
    fn reach(&self, edges: &Edges<'a>, start: &str) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        let mut seen = BTreeSet::from([start.to_owned()]);
        let mut open = VecDeque::from([vec![start.to_owned()]]);
        while let Some(way) = open.pop_front() {
            let last = way.last().map(String::as_str).unwrap_or_default();
            for next in edges.get(last).into_iter().flatten() {
                if seen.insert((*next).to_owned()) {
                    let mut longer = way.clone();
                    longer.push((*next).to_owned());
                    found.push(((*next).to_owned(), longer.clone()));
                    open.push_back(longer);
                }
            }
        }
        found
    }
}

/// The package of a built-in module: `Magento_CatalogRule` is `magento/module-catalog-rule`.
fn package_of(module: &str) -> String {
    let (vendor, name) = module.split_once('_').unwrap_or(("", module));
    let mut package = format!("{}/module", vendor.to_ascii_lowercase());
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let after = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
        let before = at > 0 && !letters[at - 1].is_ascii_uppercase();
        if letter.is_ascii_uppercase() && (at == 0 || after || before) {
            package.push('-');
        }
        package.push(letter.to_ascii_lowercase());
    }
    package
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Options;

    fn installation(switches: &str) -> (tempfile::TempDir, Installation) {
        let root = tempfile::tempdir().unwrap();
        let packages = [
            ("Top", "\"require\": {\"acme/middle\": \"*\"}"),
            (
                "Middle",
                "\"require\": {\"acme/base\": \"^1.0\", \"magento/module-sales\": \"*\"}",
            ),
            ("Base", "\"conflict\": {\"acme/rival\": \"*\"}"),
            ("Rival", "\"require\": {}"),
        ];
        for (name, links) in packages {
            let folder = root.path().join("app/code/Acme").join(name);
            fs::create_dir_all(folder.join("etc")).unwrap();
            let registration = format!(
                "<?php\n\\Magento\\Framework\\Component\\ComponentRegistrar::register('module', 'Acme_{name}', __DIR__);\n"
            );
            fs::write(folder.join("registration.php"), registration).unwrap();
            let xml = format!("<config><module name=\"Acme_{name}\"/></config>");
            fs::write(folder.join("etc/module.xml"), xml).unwrap();
            let package = name.to_lowercase();
            let json = format!("{{\"name\": \"acme/{package}\", {links}}}");
            fs::write(folder.join("composer.json"), json).unwrap();
        }
        fs::create_dir_all(root.path().join("app/etc")).unwrap();
        let config = format!("<?php\nreturn ['modules' => [{switches}]];\n");
        fs::write(root.path().join("app/etc/config.php"), config).unwrap();
        let read = Installation::read(root.path(), Options::default()).unwrap();
        (root, read)
    }

    #[test]
    fn chains_lead_to_what_is_off() {
        let (_root, off) = installation("'Acme_Top' => 0");
        let found = constraints(&off, &["Acme_Top"], true);
        assert_eq!(
            found[0].lines(),
            [
                "Cannot enable Acme_Top because it depends on disabled modules:",
                "Acme_Base: Acme_Top->Acme_Middle->Acme_Base",
                "Acme_Middle: Acme_Top->Acme_Middle",
            ]
        );
        assert!(constraints(&off, &["Acme_Top", "Acme_Middle", "Acme_Base"], true).is_empty());
    }

    #[test]
    fn what_is_on_holds_what_it_needs() {
        let (_root, on) = installation("'Acme_Top' => 1, 'Acme_Middle' => 1, 'Acme_Base' => 1");
        let found = constraints(&on, &["Acme_Base"], false);
        assert_eq!(
            found[0].lines(),
            [
                "Cannot disable Acme_Base because modules depend on it:",
                "Acme_Middle: Acme_Middle->Acme_Base",
                "Acme_Top: Acme_Top->Acme_Middle->Acme_Base",
            ]
        );
        assert_eq!(constraints(&on, &["Magento_Sales"], false).len(), 1);
        assert!(constraints(&on, &["Acme_Top"], false).is_empty());
        let rival = constraints(&on, &["Acme_Rival"], true);
        assert_eq!(rival[0].lines()[1], "Acme_Base");
    }

    #[test]
    fn packages_of_built_in_modules_are_named_as_composer_names_them() {
        assert_eq!(
            package_of("Magento_CatalogRule"),
            "magento/module-catalog-rule"
        );
        assert_eq!(package_of("Magento_Sales"), "magento/module-sales");
        assert_eq!(
            package_of("Magento_CatalogGraphQl"),
            "magento/module-catalog-graph-ql"
        );
    }

    #[test]
    fn the_graph_shows_modules_of_disk_and_what_they_name() {
        let (_root, on) = installation("'Acme_Top' => 1");
        let graph = crate::graph(&on);
        assert!(graph.starts_with("digraph modules {\n") && graph.ends_with("}\n"));
        assert!(graph.contains("    \"Acme_Top\" [style=solid, tooltip=\"app/code\"];\n"));
        assert!(graph.contains("    \"Acme_Base\" [style=dashed"));
        assert!(!graph.contains("Magento_"));
    }
}
