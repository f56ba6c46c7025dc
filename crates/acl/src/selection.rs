//! The tree with boxes to tick that the panel shows for integrations and roles, and what its form
//! stores.
//!
//! Only what lies under `Magento_Backend::admin` has a box. A form posts every ticked id and every
//! ancestor that is ticked in part; [`stored`] keeps exactly that list. A page without scripts posts
//! only what was ticked; [`Selection::submission`] finds the ancestors that belong to it.

use crate::{ADMIN, ALL, AclError, Grants, Node, Tree};

/// How the box of a node looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The node and all that lies below it.
    Checked,
    /// Part of it: the node without all that lies below it, or some of that without the node.
    Half,
    /// Neither the node nor anything below it.
    Unchecked,
}

/// The state of every box for what was granted.
#[derive(Clone, Debug)]
pub struct Selection<'a> {
    tree: &'a Tree,
    /// By position in the tree.
    states: Vec<State>,
}

impl<'a> Selection<'a> {
    /// The boxes for these grants.
    pub fn of(tree: &'a Tree, grants: &Grants) -> Self {
        let nodes = tree.nodes();
        // For every node: whether all, and whether any of its branch is granted. Backwards, a
        // branch is complete before its parent takes it over.
        let mut whole: Vec<bool> = nodes.iter().map(|node| grants.has(node)).collect();
        let mut any = whole.clone();
        for (position, node) in nodes.iter().enumerate().rev() {
            if let Some(parent) = node.parent {
                whole[parent] &= whole[position];
                any[parent] |= any[position];
            }
        }
        let states = whole.into_iter().zip(any).map(|pair| match pair {
            (true, _) => State::Checked,
            (false, true) => State::Half,
            (false, false) => State::Unchecked,
        });
        Self {
            tree,
            states: states.collect(),
        }
    }

    /// The box of the node with this id.
    pub fn state(&self, id: &str) -> State {
        self.tree
            .position(id)
            .map_or(State::Unchecked, |position| self.states[position])
    }

    /// What has a box, depth first, with its state.
    pub fn boxes(&self) -> impl Iterator<Item = (&'a Node, State)> {
        let tree = self.tree;
        let start = tree.position(ADMIN).map_or(0, |position| position + 1);
        let states = self.states.iter().skip(start).copied();
        tree.descendants_of(ADMIN).zip(states)
    }

    /// What a form with these boxes posts, in tree order: all that is ticked, and the ancestors that
    /// are ticked in part.
    pub fn submission(&self) -> Vec<&'a str> {
        self.boxes()
            .filter(|(_, state)| *state != State::Unchecked)
            .map(|(node, _)| node.id())
            .collect()
    }
}

/// What is stored of the ids that a form posted with "Custom": exactly the list, each id once.
///
/// # Errors
/// [`AclError::NotOffered`] for an id that has no box. `Magento_Backend::all` has none: everything
/// is granted by saying so, never by slipping it into a list. `Magento_Backend::admin`, which comes
/// with any grant, may be named.
pub fn stored<'a, S: AsRef<str>>(tree: &'a Tree, posted: &[S]) -> Result<Vec<&'a str>, AclError> {
    let mut kept: Vec<&str> = Vec::with_capacity(posted.len().min(tree.len()));
    let mut seen = vec![false; tree.len()];
    for id in posted.iter().map(AsRef::as_ref) {
        let offered = |position: &usize| {
            let node = &tree.nodes()[*position];
            node.id() == ADMIN
                || tree
                    .ancestors_of(node.id())
                    .any(|above| above.id() == ADMIN)
        };
        let position = tree.position(id).filter(offered);
        let position = position.ok_or_else(|| AclError::NotOffered(id.to_owned()))?;
        if !std::mem::replace(&mut seen[position], true) {
            kept.push(tree.nodes()[position].id());
        }
    }
    debug_assert!(!kept.contains(&ALL));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_parent_of_some_is_half() {
        let tree = Tree::core();
        let grants = Grants::from_ids(tree, &["Magento_Sales::ship"]);
        let selection = Selection::of(tree, &grants);
        assert_eq!(selection.state("Magento_Sales::ship"), State::Checked);
        assert_eq!(selection.state("Magento_Sales::actions"), State::Half);
        assert_eq!(selection.state("Magento_Sales::invoice"), State::Unchecked);
        assert_eq!(selection.state("Foo_Bar::none"), State::Unchecked);
        assert_eq!(
            selection.submission(),
            [
                "Magento_Sales::sales",
                "Magento_Sales::sales_operation",
                "Magento_Sales::sales_order",
                "Magento_Sales::actions",
                "Magento_Sales::ship"
            ]
        );
    }

    #[test]
    fn a_parent_of_all_is_checked_when_it_is_granted_too() {
        let tree = Tree::core();
        let id = "Magento_Analytics::analytics";
        let mut ids = vec!["Magento_Analytics::analytics_api"];
        let half = Selection::of(tree, &Grants::from_ids(tree, &ids)).state(id);
        assert_eq!(half, State::Half);
        ids.push(id);
        let checked = Selection::of(tree, &Grants::from_ids(tree, &ids)).state(id);
        assert_eq!(checked, State::Checked);
        let alone = Selection::of(tree, &Grants::from_ids(tree, &[id])).state(id);
        assert_eq!(alone, State::Half);
    }

    #[test]
    fn everything_and_nothing() {
        let tree = Tree::core();
        let all = Selection::of(tree, &Grants::all());
        assert!(all.boxes().all(|(_, state)| state == State::Checked));
        assert_eq!(all.boxes().count(), tree.len() - 2);
        let none = Selection::of(tree, &Grants::none());
        assert!(none.submission().is_empty());
    }

    #[test]
    fn forms_store_exactly_what_has_a_box() {
        let tree = Tree::core();
        let ids = ["Magento_Sales::ship", ADMIN, "Magento_Sales::ship"];
        assert_eq!(stored(tree, &ids).unwrap(), ["Magento_Sales::ship", ADMIN]);
        for id in [ALL, "Foo_Bar::none", "Magento_Config::advanced", ""] {
            let refused = stored(tree, &["Magento_Sales::ship", id]);
            assert_eq!(refused, Err(AclError::NotOffered(id.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn posting_what_is_shown_changes_nothing_further(
            picked in proptest::collection::vec(0_usize..265, 0..30),
        ) {
            let tree = Tree::core();
            let offered: Vec<_> = tree.descendants_of(ADMIN).map(Node::id).collect();
            let picked: Vec<_> = picked.into_iter().map(|at| offered[at]).collect();
            let first = Selection::of(tree, &Grants::from_ids(tree, &picked)).submission();
            prop_assert!(picked.iter().all(|id| first.contains(id)));
            for id in &first {
                let named = picked.contains(id);
                prop_assert!(named || tree.descendants_of(id).any(|n| picked.contains(&n.id())));
            }
            let kept = stored(tree, &first).unwrap();
            prop_assert_eq!(&kept, &first);
            let again = Selection::of(tree, &Grants::from_ids(tree, &kept)).submission();
            prop_assert_eq!(again, first);
        }
    }
}
