//! Values of `etc/config.xml`: scope and path are the key, the later module wins.

use std::collections::HashMap;

use super::Part;
use crate::{ConfigDefault, Scope};

const FILE: &str = "etc/config.xml";

/// Merges the values of all modules, in the order in which their paths first came up.
pub fn values(parts: &[Part<'_>]) -> Vec<ConfigDefault> {
    let mut merged: Vec<ConfigDefault> = Vec::new();
    let mut numbers: HashMap<(&Scope, &str), usize> = HashMap::new();
    for part in parts {
        for declared in &part.contents.values {
            let value = ConfigDefault {
                scope: declared.scope.clone(),
                path: declared.path.clone(),
                value: declared.value.clone(),
                source: part.source(FILE, declared.line),
            };
            match numbers.get(&(&declared.scope, declared.path.as_str())) {
                Some(&number) => merged[number] = value,
                None => {
                    numbers.insert((&declared.scope, &declared.path), merged.len());
                    merged.push(value);
                }
            }
        }
    }
    merged
}
