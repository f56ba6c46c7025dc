//! The tree of resources: with boxes to tick, or to be read.

use ferrite_acl::selection::{Selection, State};
use ferrite_acl::{Grants, Tree};

/// A node as a page shows it.
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) depth: usize,
    pub(crate) is_checked: bool,
    pub(crate) is_half: bool,
}

/// All nodes with boxes, in order, for what is granted.
pub(crate) fn boxes(tree: &Tree, grants: &Grants) -> Vec<Shown> {
    let selection = Selection::of(tree, grants);
    let base = tree.offered().next().map_or(0, |node| node.depth());
    let shown = selection.boxes().map(|(node, state)| Shown {
        id: node.id().to_owned(),
        title: node.title().to_owned(),
        depth: node.depth() - base,
        // What is granted is ticked, also where something below it is not.
        is_checked: grants.has(node),
        is_half: state == State::Half,
    });
    shown.collect()
}

/// The granted nodes with those above them.
pub(crate) fn granted(tree: &Tree, grants: &Grants) -> Vec<Shown> {
    let mut all = boxes(tree, grants);
    all.retain(|node| node.is_checked || node.is_half);
    all
}
