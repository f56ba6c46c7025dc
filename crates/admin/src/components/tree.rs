//! The tree of resources: with boxes in the form, to read in the dialog.

use ferrite_acl::{ADMIN, Grants, Selection, State, Tree};
use ferrite_modules::is_core;

use crate::text::shown;
use crate::web::Visit;

/// A node, and how the template goes on after it.
pub struct Item {
    pub id: String,
    pub title: String,
    /// The module on disk that declares it; empty where it is a built-in one.
    pub module: String,
    pub is_checked: bool,
    /// Whether some of what lies below is ticked and some is not.
    pub is_half: bool,
    pub has_children: bool,
    /// How many lists end after it.
    pub closes: usize,
}

/// Every node that has a box.
pub fn boxes(tree: &Tree, grants: &Grants) -> Vec<Item> {
    list(tree, grants, |_| true)
}

/// What was granted, with the nodes above it.
pub fn granted(tree: &Tree, grants: &Grants) -> Vec<Item> {
    list(tree, grants, |state| state != State::Unchecked)
}

fn list(tree: &Tree, grants: &Grants, keep: impl Fn(State) -> bool) -> Vec<Item> {
    let selection = Selection::of(tree, grants);
    let kept: Vec<_> = selection
        .boxes()
        .filter(|(_, state)| keep(*state))
        .collect();
    let top = tree.find(ADMIN).map_or(1, |admin| admin.depth() + 1);
    let mut items = Vec::with_capacity(kept.len());
    for (at, (node, state)) in kept.iter().enumerate() {
        let next = kept.get(at + 1).map_or(top, |(next, _)| next.depth());
        let below = || tree.descendants_of(node.id()).any(|one| grants.has(one));
        // A node that was granted without anything below it is ticked: half a tick would be lost
        // where no script keeps it.
        let is_alone = *state == State::Half && !below();
        items.push(Item {
            id: node.id().to_owned(),
            title: shown(node.title()),
            module: match node.module() {
                built_in if is_core(built_in) => String::new(),
                module => shown(module),
            },
            is_checked: *state == State::Checked || is_alone,
            is_half: *state == State::Half && !is_alone,
            has_children: next > node.depth(),
            closes: node.depth().saturating_sub(next),
        });
    }
    items
}

/// The ids among these that no module declares at present.
pub fn unknown(tree: &Tree, ids: &[String]) -> Vec<String> {
    let unknown = ids.iter().filter(|id| tree.find(id).is_none());
    unknown.map(|id| shown(id)).collect()
}

/// What is stored of the boxes that were ticked: with the nodes above them.
fn stored(tree: &Tree, ticked: &[&str]) -> Vec<String> {
    let grants = Grants::from_ids(tree, ticked);
    let submission = Selection::of(tree, &grants).submission();
    submission.into_iter().map(str::to_owned).collect()
}

/// What is stored of a form's boxes. Ids that have no box are kept, for the check to refuse them.
pub fn posted(visit: &Visit<'_>) -> Vec<String> {
    let ticked: Vec<&str> = visit.asked.form.all("resource[]").collect();
    let tree = visit.panel().tree();
    let strange = ticked.iter().filter(|id| tree.find(id).is_none());
    let strange: Vec<String> = strange.map(|&id| id.to_owned()).collect();
    [stored(tree, &ticked), strange].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_open_and_close_alike() {
        let tree = Tree::core();
        for ids in [&["Magento_Sales::ship", "Magento_Cart::manage"][..], &[]] {
            let grants = Grants::from_ids(tree, ids);
            for items in [boxes(tree, &grants), granted(tree, &grants)] {
                let opened = items.iter().filter(|item| item.has_children).count();
                let closed: usize = items.iter().map(|item| item.closes).sum();
                assert_eq!(opened, closed);
            }
        }
    }

    #[test]
    fn a_tick_brings_what_is_above_and_nothing_beside() {
        let tree = Tree::core();
        let kept = stored(tree, &["Magento_Cart::manage"]);
        assert_eq!(kept, ["Magento_Cart::cart", "Magento_Cart::manage"]);
        let items = boxes(tree, &Grants::from_ids(tree, &["Magento_Sales::ship"]));
        let find = |id: &str| items.iter().find(|item| item.id == id).unwrap();
        assert!(find("Magento_Sales::ship").is_checked);
        assert!(find("Magento_Sales::actions").is_half);
        let alone = boxes(tree, &Grants::from_ids(tree, &["Magento_Sales::actions"]));
        let actions = alone
            .iter()
            .find(|item| item.id == "Magento_Sales::actions");
        assert!(actions.unwrap().is_checked);
    }
}
