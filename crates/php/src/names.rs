//! What names mean in a file: its namespace and its `use` clauses.

use std::collections::HashMap;
use std::rc::Rc;

use crate::parse::Node;

/// The names of a file. A file with several namespaces has the imports of all and the first namespace;
/// [`Names::scopes`] takes it apart.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Without slashes at the ends; empty for none.
    pub(crate) namespace: String,
    /// Full class names by their alias in lower case.
    classes: HashMap<String, String>,
}

impl Names {
    pub(crate) fn of(root: &Node, text: &str) -> Self {
        let mut names = Self::default();
        names.collect(root, text);
        names
    }

    /// The parts of a file: its statements by their namespaces, each with its names. A part in which no
    /// namespace is declared has none of its own.
    pub(crate) fn scopes(root: &Node, text: &str) -> Vec<(Option<Self>, Vec<Rc<Node>>)> {
        let mut scopes: Vec<(Option<Self>, Vec<Rc<Node>>)> = vec![(None, Vec::new())];
        for node in &root.children {
            match (node.kind, node.field("body")) {
                ("namespace_definition", Some(body)) => {
                    let mut names = Self::of(body, text);
                    if let Some(name) = node.field("name") {
                        name.text(text).clone_into(&mut names.namespace);
                    }
                    scopes.push((Some(names), body.children.clone()));
                }
                ("namespace_definition", None) => {
                    let namespace = node.field("name").map_or("", |name| name.text(text));
                    let names = Self {
                        namespace: namespace.to_owned(),
                        ..Self::default()
                    };
                    scopes.push((Some(names), Vec::new()));
                }
                _ => {
                    if let Some((names, statements)) = scopes.last_mut() {
                        if let Some(names) = names
                            && node.kind == "namespace_use_declaration"
                        {
                            names.import(node, text);
                        }
                        statements.push(node.clone());
                    }
                }
            }
        }
        scopes.retain(|(names, statements)| names.is_some() || has_code(statements));
        scopes
    }

    fn collect(&mut self, block: &Node, text: &str) {
        for node in &block.children {
            match node.kind {
                "namespace_definition" => {
                    if let Some(name) = node.field("name").filter(|_| self.namespace.is_empty()) {
                        self.namespace = name.text(text).to_owned();
                    }
                    if let Some(body) = node.field("body") {
                        self.collect(body, text);
                    }
                }
                "namespace_use_declaration" => self.import(node, text),
                _ => {}
            }
        }
    }

    /// `use A\B;`, `use A\B as C;`, `use A\{B, C as D};`; functions and constants left out.
    fn import(&mut self, declaration: &Node, text: &str) {
        if declaration.field("type").is_some() {
            return;
        }
        let prefix = declaration
            .of_kind("namespace_name")
            .map_or("", |name| name.text(text));
        let group = declaration
            .field("body")
            .map_or(declaration, |body| &**body);
        for clause in group
            .children
            .iter()
            .filter(|node| node.kind == "namespace_use_clause")
        {
            if clause.field("type").is_some() {
                continue;
            }
            let Some(name) = clause.first() else { continue };
            let name = name.text(text).trim_start_matches('\\');
            let full = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{}\\{name}", prefix.trim_start_matches('\\'))
            };
            let short = match clause.field("alias") {
                Some(alias) => alias.text(text),
                None => name.rsplit('\\').next().unwrap_or(name),
            };
            self.classes.insert(short.to_lowercase(), full);
        }
    }

    /// A class name of the file, in full and without a leading backslash.
    pub(crate) fn class(&self, name: &str) -> String {
        let name: String = name.split_whitespace().collect();
        if let Some(full) = name.strip_prefix('\\') {
            return full.to_owned();
        }
        let (first, rest) = name
            .split_once('\\')
            .map_or((&*name, None), |(a, b)| (a, Some(b)));
        if first.eq_ignore_ascii_case("namespace") {
            return self.local(rest.unwrap_or(""));
        }
        match (self.classes.get(&first.to_lowercase()), rest) {
            (Some(full), Some(rest)) => format!("{full}\\{rest}"),
            (Some(full), None) => full.clone(),
            (None, _) => self.local(&name),
        }
    }

    /// A name of the file's own namespace.
    pub(crate) fn local(&self, name: &str) -> String {
        if self.namespace.is_empty() {
            name.to_owned()
        } else {
            format!("{}\\{name}", self.namespace)
        }
    }
}

/// Whether there is more than what may stand before the first namespace.
fn has_code(statements: &[Rc<Node>]) -> bool {
    let plain = ["php_tag", "declare_statement", "empty_statement", "text"];
    statements.iter().any(|node| !plain.contains(&node.kind))
}
