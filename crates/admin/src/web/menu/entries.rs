//! What modules add to the menu: the entries that have a place in ours, for whom they are.

use std::collections::{HashMap, HashSet};

use ferrite_modules::{MenuItem, is_core};

use super::{GROUPS, Item, SECTIONS, Section, item, section_of};
use crate::text::shown;
use crate::web::Asked;

/// Adds the entries of modules that an admin sees.
pub fn add(sections: &mut Vec<Section>, asked: &Asked, may: &dyn Fn(&str) -> bool) {
    let items = &asked.panel.modules.menu;
    let entries = Entries {
        asked,
        may,
        children: children(items),
    };
    entries.add(sections, items);
}

/// What of the entries of modules an admin sees.
struct Entries<'a> {
    asked: &'a Asked,
    may: &'a dyn Fn(&str) -> bool,
    children: HashMap<&'a str, Vec<&'a MenuItem>>,
}

fn children(items: &[MenuItem]) -> HashMap<&str, Vec<&MenuItem>> {
    let mut children: HashMap<&str, Vec<&MenuItem>> = HashMap::new();
    for item in items {
        let parent = item.parent.as_deref().unwrap_or_default();
        children.entry(parent).or_default().push(item);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|item| item.sort_order);
    }
    children
}

impl<'a> Entries<'a> {
    fn add(&self, sections: &mut Vec<Section>, items: &'a [MenuItem]) {
        let theirs: HashSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let tops = self.children.iter().filter(|(id, _)| !theirs.contains(*id));
        let mut tops: Vec<&MenuItem> = tops.flat_map(|(_, items)| items).copied().collect();
        tops.sort_by_key(|item| (item.sort_order, &item.id));
        for top in tops.into_iter().filter(|item| self.is_allowed(item)) {
            let links = self.links(top);
            if links.is_empty() {
                continue;
            }
            let Some(parent) = top.parent.as_deref() else {
                let title = shown(&top.title);
                let section = section_of(sections, &top.id, &title, top.sort_order);
                section.group("").items.extend(links);
                continue;
            };
            let Some(((id, title, rank), group)) = place(parent) else {
                continue;
            };
            // An entry that opens others is a smaller heading.
            let is_heading = group.is_empty() && self.children.contains_key(top.id.as_str());
            let section = section_of(sections, id, title, rank);
            let heading = shown(&top.title);
            let group = if is_heading { &heading } else { group };
            section.group(group).items.extend(links);
        }
    }

    fn is_allowed(&self, item: &MenuItem) -> bool {
        item.resource
            .as_deref()
            .is_none_or(|resource| (self.may)(resource))
    }

    /// The entry and all below it that lead to a page, in order. A list instead of recursion.
    fn links(&self, top: &'a MenuItem) -> Vec<Item> {
        let (mut links, mut open) = (Vec::new(), vec![top]);
        while let Some(next) = open.pop() {
            if !self.is_allowed(next) {
                continue;
            }
            if next.action.is_some() {
                let path = format!("/menu/{}", encoded(&next.id));
                links.push(item(self.asked, &shown(&next.title), &path));
            }
            let below = self.children.get(next.id.as_str());
            open.extend(below.into_iter().flatten().rev());
        }
        links
    }
}

/// Whether an admin sees an entry of a module: they need its resource and those of all above it.
pub fn is_visible(items: &[MenuItem], item: &MenuItem, may: &dyn Fn(&str) -> bool) -> bool {
    let by_id: HashMap<&str, &MenuItem> = items.iter().map(|one| (one.id.as_str(), one)).collect();
    let above = |item: &&MenuItem| by_id.get(item.parent.as_deref()?).copied();
    // Entries that lie below each other end with the list.
    let mut chain = std::iter::successors(Some(item), above).take(items.len());
    chain.all(|item| item.resource.as_deref().is_none_or(may))
}

type Heading = (&'static str, &'static str, i64);

/// Heading and smaller heading of what lies under an entry of Magento's; nothing where the parent is
/// nobody's. A smaller heading that we have not leads to the larger one.
fn place(parent: &str) -> Option<(Heading, &'static str)> {
    let section = |id: &str| SECTIONS.iter().find(|(known, ..)| *known == id).copied();
    if let Some(found) = section(parent) {
        return Some((found, ""));
    }
    if let Some((_, id, title)) = GROUPS.iter().find(|(known, ..)| *known == parent) {
        return Some((section(id)?, title));
    }
    let (module, name) = parent.split_once("::")?;
    if !is_core(module) {
        return None;
    }
    let alike = SECTIONS.iter().find(|(id, ..)| {
        let (owner, word) = id.split_once("::").unwrap_or((id, ""));
        (owner == module && owner != "Magento_Backend") || name.starts_with(word)
    });
    Some((
        alike
            .copied()
            .or_else(|| section("Magento_Backend::system"))?,
        "",
    ))
}

/// An id as a part of a path.
fn encoded(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, parent: &str, resource: &str) -> MenuItem {
        MenuItem {
            id: id.to_owned(),
            parent: Some(parent.to_owned()),
            resource: Some(resource.to_owned()),
            ..MenuItem::default()
        }
    }

    #[test]
    fn an_entry_is_seen_with_all_above_it_and_rounds_end() {
        let mut items: Vec<MenuItem> = (0..50_000)
            .map(|number| entry(&number.to_string(), &(number + 1).to_string(), "A_B::c"))
            .collect();
        assert!(is_visible(&items, &items[0], &|id| id == "A_B::c"));
        assert!(!is_visible(&items, &items[0], &|id| id == "A_B::d"));
        items.push(entry("50000", "0", "A_B::d"));
        assert!(!is_visible(&items, &items[0], &|id| id == "A_B::c"));
        assert!(is_visible(&items, &items[0], &|_| true));
    }

    #[test]
    fn what_lies_under_entries_of_magento_has_a_place() {
        for (parent, wanted) in [
            ("Magento_Sales::sales", Some(("Sales", ""))),
            (
                "Magento_Backend::stores_settings",
                Some(("Stores", "Settings")),
            ),
            ("Magento_Backend::system_tools", Some(("System", "Tools"))),
            ("Magento_Sales::sales_operation", Some(("Sales", ""))),
            ("Magento_Backend::marketing_seo", Some(("Marketing", ""))),
            ("Magento_Backend::content_elements", Some(("Content", ""))),
            ("Magento_Indexer::system_index", Some(("System", ""))),
            ("Magento_Cms::unknown", Some(("System", ""))),
            ("Acme_Erp::gone", None),
            ("nothing", None),
        ] {
            let found = place(parent).map(|((_, title, _), group)| (title, group));
            assert_eq!(found, wanted, "{parent}");
        }
    }

    #[test]
    fn an_id_is_one_part_of_a_path() {
        assert_eq!(encoded("Acme_Erp::sync-2"), "Acme_Erp::sync-2");
        assert_eq!(encoded("../a b?é"), "%2E%2E%2Fa%20b%3F%C3%A9");
    }
}
