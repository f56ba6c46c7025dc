//! What a role or an integration was granted, as a bit for each resource.

use crate::{ADMIN, ALL, Node, Requirement, Tree};

/// The resources that are open to a caller.
///
/// Bits belong to resources by the numbers of the tree that the grants were made with. A tree that
/// grew by modules keeps the numbers; what was not there yet is denied until it is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    all: bool,
    words: Box<[u64]>,
    unknown: Box<[Box<str>]>,
}

impl Grants {
    /// Everything, also resources that the tree does not know.
    pub fn all() -> Self {
        Self {
            all: true,
            ..Self::none()
        }
    }

    /// Nothing: only what is open to everybody can be called.
    pub fn none() -> Self {
        Self {
            all: false,
            words: [].into(),
            unknown: [].into(),
        }
    }

    /// What these stored ids open.
    ///
    /// `Magento_Backend::all` alone opens everything. Any other list that is not empty has
    /// `Magento_Backend::admin` added to it. Ids that the tree does not know are remembered and open
    /// nothing.
    pub fn from_ids<S: AsRef<str>>(tree: &Tree, ids: &[S]) -> Self {
        match ids {
            [] => return Self::none(),
            [only] if only.as_ref() == ALL => return Self::all(),
            _ => {}
        }
        let mut words = vec![0_u64; tree.words()];
        let mut unknown: Vec<Box<str>> = Vec::new();
        for id in ids.iter().map(AsRef::as_ref) {
            match tree.find(id) {
                Some(node) => words[node.number / 64] |= 1 << (node.number % 64),
                None if unknown.iter().any(|known| &**known == id) => {}
                None => unknown.push(id.into()),
            }
        }
        if let Some(node) = tree.find(ADMIN) {
            words[node.number / 64] |= 1 << (node.number % 64);
        }
        Self {
            all: false,
            words: words.into(),
            unknown: unknown.into(),
        }
    }

    /// Whether everything is open.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// Whether nothing was granted at all.
    pub fn is_none(&self) -> bool {
        !self.all && self.unknown.is_empty() && self.words.iter().all(|word| *word == 0)
    }

    /// Whether a call that needs this may go on. That the caller is the customer whom a route with
    /// `self` speaks of is not known here; see [`Requirement::is_open_to_customers`].
    pub fn allows(&self, requirement: &Requirement) -> bool {
        self.all
            || (!requirement.needs_everything()
                && !requirement.needs_self()
                && requirement.masks.iter().all(|(word, mask)| {
                    // Words that are missing belong to resources of a tree that grew later.
                    self.words.get(*word).is_some_and(|w| w & mask == *mask)
                }))
    }

    /// Whether this node is open.
    pub fn has(&self, node: &Node) -> bool {
        let word = self.words.get(node.number / 64).copied().unwrap_or(0);
        self.all || word & (1 << (node.number % 64)) != 0
    }

    /// Whether the resource with this id is open: for checks whose resource is known only then.
    pub fn allows_id(&self, tree: &Tree, id: &str) -> bool {
        self.all || tree.find(id).is_some_and(|node| self.has(node))
    }

    /// The ids that were granted, in tree order: `Magento_Backend::all` alone for everything.
    pub fn ids<'a>(&self, tree: &'a Tree) -> Vec<&'a str> {
        let granted = tree.iter().filter(|node| match self.all {
            true => node.id() == ALL,
            false => self.has(node),
        });
        granted.map(Node::id).collect()
    }

    /// Ids that were granted and that the tree did not know.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.unknown.iter().map(AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::{Declaration, TreeBuilder};

    const FOREIGN: &str = "Magento_AdobeStockImage::actions_view";

    #[test]
    fn everything_gets_past_everything() {
        let tree = Tree::core();
        let all = Grants::from_ids(tree, &[ALL]);
        assert_eq!(all, Grants::all());
        for ids in [["self"], [FOREIGN], ["Magento_Sales::ship"], ["anonymous"]] {
            assert!(all.allows(&Requirement::new(tree, &ids)));
        }
        assert_eq!(all.ids(tree), [ALL]);
        assert!(all.allows_id(tree, FOREIGN) && !all.is_none());
    }

    #[test]
    fn nothing_gets_past_anonymous_only() {
        let tree = Tree::core();
        let none = Grants::from_ids(tree, &[] as &[&str]);
        assert!(none.is_none());
        assert!(none.allows(&Requirement::anonymous()));
        assert!(!none.allows(&Requirement::new(tree, &[ADMIN])));
        assert!(!none.allows(&Requirement::new(tree, &["self"])));
    }

    #[test]
    fn grants_are_not_inherited() {
        let tree = Tree::core();
        let parent = Grants::from_ids(tree, &["Magento_Sales::actions"]);
        assert!(!parent.allows_id(tree, "Magento_Sales::ship"));
        let child = Grants::from_ids(tree, &["Magento_Sales::ship"]);
        assert!(!child.allows_id(tree, "Magento_Sales::actions"));
        assert_eq!(child.ids(tree), [ADMIN, "Magento_Sales::ship"]);
    }

    #[test]
    fn everything_among_others_is_not_everything() {
        let tree = Tree::core();
        let grants = Grants::from_ids(tree, &[ALL, "Magento_Sales::ship"]);
        assert!(!grants.is_all());
        assert!(!grants.allows_id(tree, "Magento_Sales::invoice"));
    }

    #[test]
    fn unknown_ids_are_kept_and_open_nothing() {
        let tree = Tree::core();
        let grants = Grants::from_ids(tree, &[FOREIGN, FOREIGN]);
        assert!(grants.unknown().eq([FOREIGN]));
        assert!(!grants.allows(&Requirement::new(tree, &[FOREIGN])));
        assert!(grants.allows_id(tree, ADMIN) && !grants.is_none());
    }

    #[test]
    fn a_tree_that_grew_keeps_the_numbers() {
        let mut builder = TreeBuilder::core();
        for id in 0..200 {
            let declaration = Declaration {
                title: Some("Added".to_owned()),
                ..Declaration::under(ADMIN, &format!("A_B::r{id}"), "A_B")
            };
            builder.declare(declaration).unwrap();
        }
        let grown = builder.build().unwrap();
        let old = Grants::from_ids(Tree::core(), &["Magento_Sales::ship"]);
        assert!(old.allows(&Requirement::new(&grown, &["Magento_Sales::ship"])));
        assert!(!old.allows(&Requirement::new(&grown, &["A_B::r199"])));
        let new = Grants::from_ids(&grown, &["A_B::r199"]);
        assert!(new.allows(&Requirement::new(&grown, &["A_B::r199", ADMIN])));
        assert!(!new.allows(&Requirement::new(&grown, &["A_B::r198"])));
    }

    fn some_ids() -> impl Strategy<Value = Vec<&'static str>> {
        let mut ids: Vec<_> = Tree::core().iter().map(Node::id).collect();
        ids.extend([FOREIGN, "Foo_Bar::baz"]);
        proptest::collection::vec(proptest::sample::select(ids), 0..40)
    }

    proptest! {
        #[test]
        fn bits_agree_with_a_set(granted in some_ids(), needed in some_ids()) {
            let tree = Tree::core();
            let grants = Grants::from_ids(tree, &granted);
            let all = granted == [ALL];
            let mut model: HashSet<_> = granted.iter().copied().collect();
            model.extend((!granted.is_empty()).then_some(ADMIN));
            model.retain(|id| tree.find(id).is_some());
            let expected = !needed.is_empty() && needed.iter().all(|id| model.contains(id));
            prop_assert_eq!(grants.allows(&Requirement::new(tree, &needed)), all || expected);
            for id in &needed {
                prop_assert_eq!(grants.allows_id(tree, id), all || model.contains(id));
            }
            // One that was granted is allowed together with any other that was.
            let every: Vec<_> = grants.ids(tree);
            prop_assert_eq!(grants.allows(&Requirement::new(tree, &every)), !every.is_empty());
            prop_assert_eq!(&Grants::from_ids(tree, &every).words, &grants.words);
        }
    }
}
