//! Putting the tree together from what the modules declare, in load order.
//!
//! A module that adds a resource repeats the chain of its parents, as `etc/acl.xml` nests them, and
//! declares the new one below:
//!
//! ```
//! use ferrite_acl::{ADMIN, Declaration, TreeBuilder};
//!
//! let mut builder = TreeBuilder::core();
//! builder.declare(Declaration {
//!     title: Some("Acme".to_owned()),
//!     sort_order: Some(15),
//!     ..Declaration::under(ADMIN, "Acme_Sync::acme", "Acme_Sync")
//! })?;
//! let tree = builder.build()?;
//! assert_eq!(tree.find("Acme_Sync::acme").map(|node| node.depth()), Some(1));
//! # Ok::<(), ferrite_acl::AclError>(())
//! ```

use std::collections::{HashMap, HashSet};

use crate::{AclError, Node, Tree};

/// The facts of the built-in resources, depth first.
const CORE: &str = include_str!("../data/resources.csv");

/// What one module says of one resource. What is `None` leaves an earlier module's word standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The resource's id, such as `Magento_Sales::ship`.
    pub id: String,
    /// The id of the resource it lies under; `None` for a root.
    pub parent: Option<String>,
    /// The title, untranslated.
    pub title: Option<String>,
    /// Its place among its siblings; 0 where nobody says.
    pub sort_order: Option<i64>,
    /// Whether the resource is left out, with all that lies under it.
    pub disabled: Option<bool>,
    /// The module that says so.
    pub module: String,
}

impl Declaration {
    /// A resource under `parent`, without title, sort order or switch: what repeating a chain says.
    pub fn under(parent: &str, id: &str, module: &str) -> Self {
        Self {
            parent: Some(parent.to_owned()),
            ..Self::root(id, module)
        }
    }

    /// A root, without title, sort order or switch.
    pub fn root(id: &str, module: &str) -> Self {
        Self {
            id: id.to_owned(),
            module: module.to_owned(),
            ..Self::default()
        }
    }
}

/// Collects declarations and orders them into a [`Tree`].
///
/// Siblings are ordered by sort order; equal ones stay in the order in which they were first
/// declared. The later module's title, sort order and switch win.
#[derive(Clone, Debug, Default)]
pub struct TreeBuilder {
    /// In order of first declaration: the position is the number that grants use for the resource.
    merged: Vec<Declaration>,
    numbers: HashMap<String, usize>,
    absent_modules: HashSet<String>,
}

impl TreeBuilder {
    /// A builder that knows no resource at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder that begins with Magento's own resources.
    pub fn core() -> Self {
        // Provable: the file is part of the program, and a unit test reads it.
        Self::from_csv(CORE).expect("the built-in resources are well formed")
    }

    fn from_csv(text: &str) -> Result<Self, AclError> {
        let mut builder = Self::new();
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            let record = record.map_err(|error| AclError::Facts(error.to_string()))?;
            let [id, parent, title, sort_order, module, in_tree] = record
                .iter()
                .collect::<Vec<_>>()
                .try_into()
                .map_err(|_| AclError::Facts(format!("not six columns: {record:?}")))?;
            let sort_order = sort_order
                .parse()
                .map_err(|_| AclError::Facts(format!("{id}: sort order {sort_order}")))?;
            builder.declare(Declaration {
                id: id.to_owned(),
                parent: (!parent.is_empty()).then(|| parent.to_owned()),
                title: Some(title.to_owned()),
                sort_order: Some(sort_order),
                disabled: Some(in_tree != "true"),
                module: module.to_owned(),
            })?;
        }
        Ok(builder)
    }

    /// Adds a resource, or what a later module says of one that is there already.
    ///
    /// The parent has to be declared before, as nesting in `etc/acl.xml` makes sure; that is also
    /// why there can be no circle.
    ///
    /// # Errors
    /// [`AclError::UnknownParent`], and [`AclError::Duplicate`] when the id lies under another
    /// parent already.
    pub fn declare(&mut self, declaration: Declaration) -> Result<&mut Self, AclError> {
        if let Some(&number) = self.numbers.get(&declaration.id) {
            let known = &mut self.merged[number];
            if known.parent != declaration.parent {
                return Err(AclError::Duplicate(declaration.id));
            }
            known.title = declaration.title.or_else(|| known.title.take());
            known.sort_order = declaration.sort_order.or(known.sort_order);
            known.disabled = declaration.disabled.or(known.disabled);
            return Ok(self);
        }
        if let Some(parent) = &declaration.parent
            && !self.numbers.contains_key(parent)
        {
            return Err(AclError::UnknownParent {
                parent: parent.clone(),
                id: declaration.id,
            });
        }
        self.numbers
            .insert(declaration.id.clone(), self.merged.len());
        self.merged.push(declaration);
        Ok(self)
    }

    /// What all modules so far say of a resource, disabled or not; its module is the first of them.
    pub fn declared(&self, id: &str) -> Option<&Declaration> {
        self.numbers.get(id).map(|&number| &self.merged[number])
    }

    /// Leaves out what this module was the first to declare, with all that lies under it, as an
    /// installation without the module would. The numbers of all other resources stay.
    pub fn without_module(&mut self, module: &str) -> &mut Self {
        self.absent_modules.insert(module.to_owned());
        self
    }

    /// The tree of what was declared and is not disabled.
    ///
    /// # Errors
    /// [`AclError::MissingTitle`] when a resource that is shown has no title.
    pub fn build(&self) -> Result<Tree, AclError> {
        let mut children: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
        for (number, declaration) in self.merged.iter().enumerate() {
            let absent = self.absent_modules.contains(&declaration.module);
            if !absent && declaration.disabled != Some(true) {
                let siblings = children.entry(declaration.parent.as_deref()).or_default();
                siblings.push(number);
            }
        }
        for siblings in children.values_mut() {
            // A stable sort: equal sort orders stay in merge order.
            siblings.sort_by_key(|&number| self.merged[number].sort_order.unwrap_or(0));
        }

        let mut nodes: Vec<Node> = Vec::with_capacity(self.merged.len());
        // A stack of its own instead of recursion: how deep modules nest is not ours to choose.
        let mut pending: Vec<(usize, Option<usize>)> = Vec::new();
        let roots = children.remove(&None).unwrap_or_default();
        pending.extend(roots.into_iter().rev().map(|number| (number, None)));
        while let Some((number, parent)) = pending.pop() {
            let declaration = &self.merged[number];
            let title = declaration.title.clone().filter(|title| !title.is_empty());
            let title = title.ok_or_else(|| AclError::MissingTitle(declaration.id.clone()))?;
            let position = nodes.len();
            nodes.push(Node {
                id: declaration.id.clone(),
                title,
                module: declaration.module.clone(),
                parent,
                depth: parent.map_or(0, |parent| nodes[parent].depth + 1),
                number,
                end: position + 1,
            });
            if let Some(below) = children.remove(&Some(declaration.id.as_str())) {
                let below = below.into_iter().rev();
                pending.extend(below.map(|number| (number, Some(position))));
            }
        }
        // Backwards, a node's own end is final before its parent takes it over.
        for position in (0..nodes.len()).rev() {
            let end = nodes[position].end;
            if let Some(parent) = nodes[position].parent {
                nodes[parent].end = nodes[parent].end.max(end);
            }
        }
        Ok(Tree::from_nodes(nodes, self.merged.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ADMIN;

    fn titled(parent: &str, id: &str, sort_order: i64) -> Declaration {
        Declaration {
            title: Some(id.to_owned()),
            sort_order: Some(sort_order),
            ..Declaration::under(parent, id, "Acme_Sync")
        }
    }

    #[test]
    fn the_built_in_facts_are_well_formed() {
        let builder = TreeBuilder::from_csv(CORE).unwrap();
        assert_eq!(builder.merged.len(), 269);
        assert_eq!(builder.build().unwrap().len(), 267);
        assert!(matches!(
            TreeBuilder::from_csv("a,b\n1,2\n"),
            Err(AclError::Facts(_))
        ));
    }

    #[test]
    fn the_later_module_wins_and_ties_keep_merge_order() {
        let mut builder = TreeBuilder::core();
        builder.declare(titled(ADMIN, "A_B::late", 20)).unwrap();
        builder.declare(titled(ADMIN, "A_B::tie", 20)).unwrap();
        builder.declare(titled(ADMIN, "A_B::moved", 500)).unwrap();
        let moved = Declaration {
            sort_order: Some(-1),
            ..Declaration::under(ADMIN, "A_B::moved", "Acme_Other")
        };
        builder.declare(moved).unwrap();
        let declared = builder.declared("A_B::moved").unwrap();
        assert_eq!(declared.sort_order, Some(-1));
        assert_eq!(declared.module, "Acme_Sync");
        assert_eq!(builder.declared("A_B::none"), None);
        let tree = builder.build().unwrap();
        let ids: Vec<_> = tree.offered().map(Node::id).collect();
        assert_eq!(ids[0], "A_B::moved");
        assert_eq!(tree.find("A_B::moved").unwrap().title(), "A_B::moved");
        let sales = ids.iter().position(|id| *id == "Magento_Sales::sales");
        let late = ids.iter().position(|id| *id == "A_B::late").unwrap();
        assert!(sales < Some(late));
        assert_eq!(ids[late + 1], "A_B::tie");
    }

    #[test]
    fn disabled_and_absent_branches_are_left_out() {
        let mut builder = TreeBuilder::core();
        let mut sales = Declaration::under(ADMIN, "Magento_Sales::sales", "Acme_Sync");
        sales.disabled = Some(true);
        builder.declare(sales.clone()).unwrap();
        let tree = builder.build().unwrap();
        assert!(tree.find("Magento_Sales::sales").is_none());
        assert!(tree.find("Magento_Sales::ship").is_none());
        sales.disabled = Some(false);
        builder.declare(sales).unwrap();
        let tree = builder
            .without_module("Magento_TwoFactorAuth")
            .build()
            .unwrap();
        assert!(tree.find("Magento_Sales::ship").is_some());
        assert!(tree.iter().all(|n| n.module() != "Magento_TwoFactorAuth"));
    }

    #[test]
    fn what_cannot_be_placed_is_refused() {
        let mut builder = TreeBuilder::core();
        let elsewhere = titled(ADMIN, "Magento_Sales::ship", 0);
        assert_eq!(
            builder.declare(elsewhere).unwrap_err().to_string(),
            "Resource id 'Magento_Sales::ship' already exists in the ACL"
        );
        let orphan = builder.declare(titled("A_B::none", "A_B::c", 0));
        assert!(matches!(orphan, Err(AclError::UnknownParent { .. })));
        let nameless = Declaration::under(ADMIN, "A_B::nameless", "A_B");
        builder.declare(nameless).unwrap();
        assert_eq!(
            builder.build().unwrap_err(),
            AclError::MissingTitle("A_B::nameless".to_owned())
        );
    }
}
