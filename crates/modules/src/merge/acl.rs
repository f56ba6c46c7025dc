//! The resource tree: the chain of ids is the key, the later module's attributes win.

use std::collections::{BTreeSet, HashMap};

use ferrite_acl::{Declaration, Tree, TreeBuilder};

use super::Part;
use crate::read::acl::{AclNode, duplicate};
use crate::{Report, Resource};

/// The merged tree and where each resource of a module on disk comes from.
pub struct Resources {
    /// The tree, without what is disabled.
    pub tree: Tree,
    /// What modules on disk declare, in the order of first declaration.
    pub resources: Vec<Resource>,
    /// The modules that cannot take part, since an id of theirs lies elsewhere already.
    pub left_out: BTreeSet<String>,
}

const FILE: &str = "etc/acl.xml";

/// Merges the trees of all modules into the built-in one. `absent` are built-in modules that are
/// switched off.
pub fn resources(absent: &[&str], parts: &[Part<'_>], reports: &mut Vec<Report>) -> Resources {
    let mut builder = TreeBuilder::core();
    for module in absent {
        builder.without_module(module);
    }
    let mut merged = Merged::default();
    let mut left_out = BTreeSet::new();
    for part in parts.iter().filter(|part| !part.contents.acl.is_empty()) {
        match merged.clash(&builder, part) {
            Some(report) => {
                reports.push(report);
                left_out.insert(part.name.to_owned());
            }
            None => merged.declare(&mut builder, part),
        }
    }
    merged.name_the_nameless(&mut builder, reports);
    // Provable: every declared resource has a title now. The built-in tree stands in all the same.
    let tree = builder.build().unwrap_or_else(|_| crate::tree().clone());
    Resources {
        tree,
        resources: merged.resources,
        left_out,
    }
}

#[derive(Default)]
struct Merged {
    resources: Vec<Resource>,
    numbers: HashMap<String, usize>,
    /// The first place of each resource, for messages: file, line and column.
    places: HashMap<String, Report>,
}

impl Merged {
    /// The fault of the first resource that lies under another parent already.
    fn clash(&self, builder: &TreeBuilder, part: &Part<'_>) -> Option<Report> {
        let mut own: HashMap<&str, Option<&str>> = HashMap::new();
        for node in &part.contents.acl {
            let here = node.parent.as_deref();
            let known = builder
                .declared(&node.id)
                .map(|known| known.parent.as_deref());
            let before = known.or_else(|| own.get(node.id.as_str()).copied());
            if before.is_some_and(|before| before != here) {
                let other = if known.is_none() {
                    "this very file".to_owned()
                } else {
                    self.first_file(builder, node)
                };
                let report = duplicate(&part.path.join(FILE), node, &other);
                return Some(report.of(part.name));
            }
            own.insert(&node.id, here);
        }
        None
    }

    /// Where a resource was declared first, in words.
    fn first_file(&self, builder: &TreeBuilder, node: &AclNode) -> String {
        let number = self.numbers.get(&node.id);
        let source = number.and_then(|number| self.resources[*number].sources.first());
        match source {
            Some(source)
                if builder
                    .declared(&node.id)
                    .is_some_and(|d| d.module == source.module) =>
            {
                format!("{} of {}", source.file.display(), source.module)
            }
            _ => {
                let module = builder
                    .declared(&node.id)
                    .map_or("", |known| known.module.as_str());
                format!("etc/acl.xml of {module} (built in)")
            }
        }
    }

    fn declare(&mut self, builder: &mut TreeBuilder, part: &Part<'_>) {
        for node in &part.contents.acl {
            let declared = builder.declare(Declaration {
                id: node.id.clone(),
                parent: node.parent.clone(),
                title: node.title.clone().filter(|title| !title.is_empty()),
                sort_order: node.sort_order,
                disabled: node.disabled,
                module: part.name.to_owned(),
            });
            // Provable: nesting declares parents first, and clashes were found before.
            if declared.is_err() || (node.is_link() && crate::tree().find(&node.id).is_some()) {
                continue;
            }
            let number = *self.numbers.entry(node.id.clone()).or_insert_with(|| {
                self.resources.push(Resource {
                    id: node.id.clone(),
                    sources: Vec::new(),
                });
                self.resources.len() - 1
            });
            self.resources[number]
                .sources
                .push(part.source(FILE, node.line));
            let place = Report::warning(&part.path.join(FILE), "").at(node.line, node.column);
            self.places
                .entry(node.id.clone())
                .or_insert_with(|| place.of(part.name));
        }
    }

    /// Gives resources to which no module gives a title their id as one.
    fn name_the_nameless(&self, builder: &mut TreeBuilder, reports: &mut Vec<Report>) {
        for resource in &self.resources {
            let declared = builder.declared(&resource.id);
            if declared.is_none_or(|declared| declared.title.is_some()) {
                continue;
            }
            let (parent, module) = declared
                .map(|d| (d.parent.clone(), d.module.clone()))
                .unwrap_or_default();
            let named = builder.declare(Declaration {
                id: resource.id.clone(),
                parent,
                title: Some(resource.id.clone()),
                module,
                ..Declaration::default()
            });
            if let (Ok(_), Some(place)) = (named, self.places.get(&resource.id)) {
                let mut report = place.clone();
                report.message = format!("No module gives resource '{}' a title.", resource.id);
                reports.push(report.hint("Add title=\"…\"; until then the id is shown."));
            }
        }
    }
}
