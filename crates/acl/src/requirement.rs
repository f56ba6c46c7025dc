//! What a route asks of its caller.

use crate::{ANONYMOUS, SELF, Tree};

/// The resources that a route names, made ready for [`Grants::allows`](crate::Grants::allows).
///
/// All of them are needed. A resource that the tree does not know is open only to who has
/// everything, and so is a route that names nothing at all: what is not declared is not public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    ids: Box<[Box<str>]>,
    /// Words of the bit set and the bits that have to be set in them.
    pub(crate) masks: Box<[(usize, u64)]>,
    needs_self: bool,
    needs_everything: bool,
}

impl Requirement {
    /// What a route needs that names these resources.
    pub fn new<S: AsRef<str>>(tree: &Tree, ids: &[S]) -> Self {
        let mut masks: Vec<(usize, u64)> = Vec::new();
        let mut needs_self = false;
        let mut needs_everything = ids.is_empty();
        for id in ids {
            match id.as_ref() {
                ANONYMOUS => {}
                SELF => needs_self = true,
                id => match tree.find(id) {
                    Some(node) => {
                        let (word, bit) = (node.number / 64, 1 << (node.number % 64));
                        match masks.iter_mut().find(|(known, _)| *known == word) {
                            Some((_, mask)) => *mask |= bit,
                            None => masks.push((word, bit)),
                        }
                    }
                    None => needs_everything = true,
                },
            }
        }
        Self {
            ids: ids.iter().map(|id| id.as_ref().into()).collect(),
            masks: masks.into(),
            needs_self,
            needs_everything,
        }
    }

    /// What a route needs that is open to everybody.
    pub fn anonymous() -> Self {
        Self {
            ids: [ANONYMOUS.into()].into(),
            masks: [].into(),
            needs_self: false,
            needs_everything: false,
        }
    }

    /// Whether everybody may call, a guest too.
    pub fn is_anonymous(&self) -> bool {
        self.masks.is_empty() && !self.needs_self && !self.needs_everything
    }

    /// Whether the caller has to be the customer that the route speaks of. Who has everything gets
    /// past this as well.
    pub fn needs_self(&self) -> bool {
        self.needs_self
    }

    /// Whether a resource is named that the tree does not know, or none.
    pub fn needs_everything(&self) -> bool {
        self.needs_everything
    }

    /// Whether a customer may call: nothing but `self` and `anonymous` is asked for.
    pub fn is_open_to_customers(&self) -> bool {
        self.masks.is_empty() && !self.needs_everything
    }

    /// The ids as the route names them.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(AsRef::as_ref)
    }

    /// The text that stands for `%resources` in the refusal: all ids, also those that were granted.
    pub fn joined(&self) -> String {
        self.ids.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudo_resources_are_told_apart() {
        let tree = Tree::core();
        let anonymous = Requirement::new(tree, &["anonymous"]);
        assert_eq!(anonymous, Requirement::anonymous());
        assert!(anonymous.is_anonymous() && anonymous.is_open_to_customers());
        let own = Requirement::new(tree, &["self"]);
        assert!(own.needs_self() && own.is_open_to_customers() && !own.is_anonymous());
        let unknown = Requirement::new(tree, &["Magento_AdobeStockImage::actions_view"]);
        assert!(unknown.needs_everything() && !unknown.is_open_to_customers());
        let nothing = Requirement::new(tree, &[] as &[&str]);
        assert!(nothing.needs_everything() && !nothing.is_anonymous());
    }

    #[test]
    fn all_ids_are_named_in_the_refusal() {
        let ids = ["Magento_Sales::ship", "Magento_Sales::invoice"];
        let requirement = Requirement::new(Tree::core(), &ids);
        assert_eq!(
            requirement.joined(),
            "Magento_Sales::ship, Magento_Sales::invoice"
        );
        assert!(requirement.ids().eq(ids));
        assert!(!requirement.is_anonymous() && !requirement.is_open_to_customers());
    }
}
