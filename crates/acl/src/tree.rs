//! The resource tree, ordered once and then only read.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{ADMIN, TreeBuilder};

/// One resource of a [`Tree`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) module: String,
    /// Position of the parent.
    pub(crate) parent: Option<usize>,
    pub(crate) depth: usize,
    /// The bit that stands for the resource in grants.
    pub(crate) number: usize,
    /// Position behind the last node that lies below this one.
    pub(crate) end: usize,
}

impl Node {
    /// The id, such as `Magento_Sales::ship`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title, untranslated.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The module that was the first to declare the resource.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// How many nodes lie above; 0 for a root.
    pub fn depth(&self) -> usize {
        self.depth
    }
}

/// All resources, depth first, siblings in order.
///
/// Disabled resources are not in it, nor is what lies under them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    nodes: Vec<Node>,
    positions: HashMap<String, usize>,
    /// How many numbers were given out; at least the number of nodes.
    numbers: usize,
}

impl Tree {
    /// The tree of all modules that are built in.
    pub fn core() -> &'static Tree {
        static CORE: LazyLock<Tree> = LazyLock::new(|| {
            // Provable: the facts are part of the program, and a unit test builds this very tree.
            let tree = TreeBuilder::core().build();
            tree.expect("the built-in resources all have titles")
        });
        &CORE
    }

    pub(crate) fn from_nodes(nodes: Vec<Node>, numbers: usize) -> Self {
        let ids = nodes.iter().map(|node| node.id.clone());
        let positions = ids.zip(0..).collect();
        Self {
            nodes,
            positions,
            numbers,
        }
    }

    /// How many 64-bit words hold a bit for each number.
    pub(crate) fn words(&self) -> usize {
        self.numbers.div_ceil(64)
    }

    /// Where a resource stands in [`Tree::iter`].
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The nodes from one position to another.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// How many resources there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The resource with this id.
    pub fn find(&self, id: &str) -> Option<&Node> {
        self.position(id).map(|position| &self.nodes[position])
    }

    /// Every resource, depth first.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.nodes.iter()
    }

    /// The roots, in order.
    pub fn roots(&self) -> impl Iterator<Item = &Node> {
        self.siblings(0, self.nodes.len())
    }

    /// What lies directly under this resource, in order; nothing when there is no such resource.
    pub fn children_of(&self, id: &str) -> impl Iterator<Item = &Node> {
        let (start, end) = self.range_below(id);
        self.siblings(start, end)
    }

    /// All that lies under this resource, depth first.
    pub fn descendants_of(&self, id: &str) -> impl Iterator<Item = &Node> {
        let (start, end) = self.range_below(id);
        self.nodes[start..end].iter()
    }

    /// The resource above this one.
    pub fn parent_of(&self, id: &str) -> Option<&Node> {
        self.ancestors_of(id).next()
    }

    /// All resources above this one, from its parent up to its root.
    pub fn ancestors_of(&self, id: &str) -> impl Iterator<Item = &Node> {
        let above = |node: &&Node| node.parent.map(|position| &self.nodes[position]);
        let first = self.find(id).and_then(|node| above(&node));
        std::iter::successors(first, above)
    }

    /// The branches that can be granted one by one: the children of `Magento_Backend::admin`.
    pub fn offered(&self) -> impl Iterator<Item = &Node> {
        self.children_of(ADMIN)
    }

    fn range_below(&self, id: &str) -> (usize, usize) {
        self.position(id)
            .map_or((0, 0), |position| (position + 1, self.nodes[position].end))
    }

    /// The topmost nodes of a range that holds whole branches.
    fn siblings(&self, start: usize, end: usize) -> impl Iterator<Item = &Node> {
        let mut position = start;
        std::iter::from_fn(move || {
            let node = self.nodes[..end].get(position)?;
            position = node.end;
            Some(node)
        })
    }
}

impl<'a> IntoIterator for &'a Tree {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ALL;

    #[test]
    fn the_api_tab_offers_the_known_branches() {
        let titles: Vec<_> = Tree::core().offered().map(Node::title).collect();
        assert_eq!(
            titles,
            [
                "Dashboard",
                "Analytics",
                "Sales",
                "Catalog",
                "Customers",
                "Carts",
                "My Account",
                "Marketing",
                "Content",
                "Reports",
                "Stores",
                "System",
                "Global Search"
            ]
        );
    }

    #[test]
    fn there_are_two_roots() {
        let tree = Tree::core();
        let roots: Vec<_> = tree.roots().map(Node::id).collect();
        assert_eq!(roots, [ALL, ADMIN]);
        assert_eq!(tree.children_of(ALL).count(), 0);
        assert_eq!(tree.descendants_of(ADMIN).count(), tree.len() - 2);
    }

    #[test]
    fn walking_agrees_in_every_direction() {
        let tree = Tree::core();
        for node in tree {
            assert_eq!(tree.ancestors_of(node.id()).count(), node.depth());
            for child in tree.children_of(node.id()) {
                assert_eq!(tree.parent_of(child.id()), Some(node));
            }
            for below in tree.descendants_of(node.id()) {
                assert!(tree.ancestors_of(below.id()).any(|above| above == node));
            }
        }
        assert!(!tree.is_empty());
        assert_eq!(tree.children_of("Foo_Bar::none").count(), 0);
        assert_eq!(tree.ancestors_of("Foo_Bar::none").count(), 0);
    }

    #[test]
    fn disabled_facts_are_not_shown() {
        let tree = Tree::core();
        assert!(tree.find("Magento_Shipping::shipping_policy").is_none());
        assert!(tree.find("Magento_Config::advanced").is_none());
    }

    #[test]
    fn the_order_is_that_of_the_facts() {
        let tree = Tree::core();
        let numbers: Vec<_> = tree.iter().map(|node| node.number).collect();
        assert!(numbers.is_sorted());
    }
}
