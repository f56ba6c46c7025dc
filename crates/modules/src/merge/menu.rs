//! The panel's menu: entries by id; changes and removals count after all additions.

use std::collections::{HashMap, HashSet};

use super::Part;
use crate::MenuItem;
use crate::read::menu::{ChangeKind, MenuChange};

const FILE: &str = "etc/adminhtml/menu.xml";

/// Merges the entries that modules on disk add. Changes to entries of others have no effect here.
pub fn menu(parts: &[Part<'_>]) -> Vec<MenuItem> {
    let mut merged: Vec<MenuItem> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let lines = || {
        parts
            .iter()
            .flat_map(|part| part.contents.menu.iter().map(move |line| (part, line)))
    };
    for (part, line) in lines().filter(|(_, line)| line.kind == ChangeKind::Add) {
        let number = *numbers.entry(line.id.clone()).or_insert_with(|| {
            merged.push(MenuItem {
                id: line.id.clone(),
                source: part.source(FILE, line.line),
                ..MenuItem::default()
            });
            merged.len() - 1
        });
        change(&mut merged[number], line);
    }
    for (_, line) in lines().filter(|(_, line)| line.kind == ChangeKind::Update) {
        if let Some(&number) = numbers.get(&line.id) {
            change(&mut merged[number], line);
        }
    }
    let removed: HashSet<_> = lines()
        .filter(|(_, line)| line.kind == ChangeKind::Remove)
        .map(|(_, line)| line.id.as_str())
        .collect();
    merged.retain(|item| !removed.contains(&item.id.as_str()));
    merged
}

fn change(item: &mut MenuItem, line: &MenuChange) {
    if let Some(title) = &line.title {
        item.title.clone_from(title);
    }
    if let Some(module) = &line.module {
        item.module.clone_from(module);
    }
    if line.parent.is_some() {
        item.parent.clone_from(&line.parent);
    }
    if line.action.is_some() {
        item.action.clone_from(&line.action);
    }
    if line.resource.is_some() {
        item.resource.clone_from(&line.resource);
    }
    item.sort_order = line.sort_order.unwrap_or(item.sort_order);
}
