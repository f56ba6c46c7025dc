//! Classes whose source is given: what they declare, and finding it along parents and traits.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Evaluator, Unit};
use crate::names::Names;
use crate::parse::{Node, Script};

/// How many parents and traits are followed.
const MAX_ANCESTORS: usize = 32;

/// The kinds of nodes that declare one.
pub(super) const DECLARING: [&str; 4] = [
    "class_declaration",
    "trait_declaration",
    "interface_declaration",
    "enum_declaration",
];

/// What a class, trait, interface or enum declares.
#[derive(Debug, Default)]
pub(crate) struct Class {
    /// In full, without a leading backslash.
    pub(crate) name: String,
    pub(crate) unit: Option<Rc<Unit>>,
    /// It can be made: neither interface nor abstract.
    pub(crate) concrete: bool,
    pub(crate) parent: Option<String>,
    pub(crate) interfaces: Vec<String>,
    traits: Vec<String>,
    /// Further names of methods of traits, and the methods, all in lower case.
    aliases: HashMap<String, String>,
    constants: HashMap<String, Rc<Node>>,
    /// The cases of an enum, in their order, with their values.
    pub(super) cases: Vec<(String, Option<Rc<Node>>)>,
    pub(crate) properties: HashMap<String, Property>,
    /// By their names in lower case.
    methods: HashMap<String, Rc<Node>>,
}

/// A property as declared, or promoted by the constructor.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) value: Option<Rc<Node>>,
    /// The class that its type names.
    pub(crate) class: Option<String>,
}

impl Class {
    fn read(node: &Rc<Node>, unit: &Rc<Unit>) -> Option<Self> {
        let text = &unit.script.text;
        let name = node.field("name")?.text(text);
        let name = unit.script.names.local(name);
        Some(Self::named(name, node, unit))
    }

    fn named(name: String, node: &Rc<Node>, unit: &Rc<Unit>) -> Self {
        let text = &unit.script.text;
        let names = &unit.script.names;
        let mut class = Self {
            name,
            unit: Some(unit.clone()),
            concrete: matches!(node.kind, "class_declaration" | "anonymous_class")
                && node.of_kind("abstract_modifier").is_none(),
            ..Self::default()
        };
        let listed = |kind: &str| {
            let clause = node.of_kind(kind);
            let types = clause.into_iter().flat_map(|clause| clause.children.iter());
            types
                .map(|name| names.class(name.text(text)))
                .collect::<Vec<_>>()
        };
        class.interfaces = listed("class_interface_clause");
        let bases = listed("base_clause");
        if node.kind == "interface_declaration" {
            class.interfaces = bases;
        } else {
            class.parent = bases.into_iter().next();
        }
        for member in node
            .field("body")
            .into_iter()
            .flat_map(|body| body.children.iter())
        {
            class.member(member, unit);
        }
        class
    }

    fn member(&mut self, member: &Rc<Node>, unit: &Rc<Unit>) {
        let text = &unit.script.text;
        match member.kind {
            "use_declaration" => {
                let used = member
                    .children
                    .iter()
                    .filter(|name| name.kind != "use_list");
                self.traits
                    .extend(used.map(|name| unit.script.names.class(name.text(text))));
                let clauses = member.of_kind("use_list");
                let clauses = clauses.iter().flat_map(|list| &list.children);
                for clause in clauses.filter(|clause| clause.kind == "use_as_clause") {
                    self.alias(clause, text);
                }
            }
            "enum_case" => {
                if let Some(name) = member.field("name") {
                    let value = member.field("value").cloned();
                    self.cases.push((name.text(text).to_owned(), value));
                }
            }
            "const_declaration" => {
                for element in member
                    .children
                    .iter()
                    .filter(|child| child.kind == "const_element")
                {
                    if let [name, value] = &*element.children {
                        self.constants
                            .insert(name.text(text).to_owned(), value.clone());
                    }
                }
            }
            "property_declaration" => {
                let class = member.field("type").and_then(|of| class_of_type(of, unit));
                for element in member
                    .children
                    .iter()
                    .filter(|child| child.kind == "property_element")
                {
                    if let Some(name) = element.field("name") {
                        let name = name.text(text).trim_start_matches('$').to_owned();
                        let value = element.field("default_value").cloned();
                        self.properties.insert(
                            name,
                            Property {
                                value,
                                class: class.clone(),
                            },
                        );
                    }
                }
            }
            "method_declaration" => {
                if let Some(name) = member.field("name") {
                    self.methods
                        .insert(name.text(text).to_lowercase(), member.clone());
                }
            }
            _ => {}
        }
    }

    /// `method as other`, `Used::method as protected other`
    fn alias(&mut self, clause: &Node, text: &str) {
        let mut names = clause
            .children
            .iter()
            .filter(|part| part.kind != "visibility_modifier");
        if let (Some(method), Some(alias)) = (names.next(), names.next()) {
            let method = method.text(text).rsplit("::").next().unwrap_or("").trim();
            self.aliases
                .insert(alias.text(text).to_lowercase(), method.to_lowercase());
        }
    }
}

/// The class that a type names: the first of a union, none for `string` and the like.
pub(super) fn class_of_type(of: &Rc<Node>, unit: &Unit) -> Option<String> {
    match of.kind {
        "named_type" => Some(unit.script.names.class(of.text(&unit.script.text))),
        "optional_type" | "union_type" | "intersection_type" | "disjunctive_normal_form_type" => of
            .children
            .iter()
            .find_map(|inner| class_of_type(inner, unit)),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// A class by its full name, read from its source on first use.
    pub(crate) fn class(&mut self, name: &str) -> Option<Rc<Class>> {
        let name = name.trim_start_matches('\\');
        let key = name.to_lowercase();
        if let Some(known) = self.classes.get(&key) {
            return known.clone();
        }
        let source = (self.source)(name);
        self.classes.insert(key.clone(), None);
        let source = source?;
        match Script::parse(&source.bytes) {
            Ok(script) => {
                let unit = Rc::new(Unit {
                    file: source.file,
                    path: None,
                    script,
                });
                let root = unit.script.root.clone();
                self.declare_classes(&root, &unit);
                if self.classes.get(&key).is_none_or(Option::is_none) {
                    self.undeclared(name, &unit);
                }
            }
            Err(problem) => {
                let problem = crate::setup::FileProblem {
                    file: source.file,
                    problem,
                };
                self.problems.push(problem);
            }
        }
        self.classes.get(&key).cloned().flatten()
    }

    /// A file was given for a class and does not declare it.
    fn undeclared(&mut self, name: &str, unit: &Rc<Unit>) {
        if unit.script.has_errors() {
            self.syntax_problems(unit);
            return;
        }
        let message = format!("the file does not declare {name}");
        let hint = "correct its namespace, its class name, or the name of the file";
        let problem = crate::Problem::new(unit.script.root.at, message, hint);
        self.problems.push(crate::setup::FileProblem {
            file: unit.file.clone(),
            problem,
        });
    }

    /// Declares the classes of a file, each with the names of its namespace.
    fn declare_classes(&mut self, block: &Rc<Node>, unit: &Rc<Unit>) {
        let scopes = Names::scopes(block, &unit.script.text);
        let has_one = scopes.len() == 1;
        for (names, statements) in scopes {
            let unit = match names {
                Some(names) if !has_one => {
                    let mut script = unit.script.clone();
                    script.names = Rc::new(names);
                    Rc::new(Unit {
                        file: unit.file.clone(),
                        path: unit.path.clone(),
                        script,
                    })
                }
                _ => unit.clone(),
            };
            for node in statements {
                self.declare_class(&node, &unit);
            }
        }
    }

    pub(super) fn declare_class(&mut self, node: &Rc<Node>, unit: &Rc<Unit>) {
        if DECLARING.contains(&node.kind)
            && let Some(class) = Class::read(node, unit)
        {
            self.classes
                .insert(class.name.to_lowercase(), Some(Rc::new(class)));
        }
    }

    /// The class of `new class { … }`, named by its place.
    pub(super) fn anonymous_class(&mut self, node: &Rc<Node>) -> Rc<Class> {
        let unit = self.frame.unit.clone();
        let name = format!("class@anonymous:{}:{}", unit.file, node.start);
        if let Some(Some(known)) = self.classes.get(&name.to_lowercase()) {
            return known.clone();
        }
        let class = Rc::new(Class::named(name, node, &unit));
        self.classes
            .insert(class.name.to_lowercase(), Some(class.clone()));
        class
    }

    /// A class and what it inherits from, nearest first: itself, its traits, its parent with its traits…
    /// Names whose source is not given are in the second list.
    pub(crate) fn ancestry(&mut self, class: &Rc<Class>) -> (Vec<Rc<Class>>, Vec<String>) {
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        let mut next = vec![class.clone()];
        while let Some(class) = next.pop() {
            if found.len() >= MAX_ANCESTORS || found.iter().any(|known| Rc::ptr_eq(known, &class)) {
                continue;
            }
            found.push(class.clone());
            // The last pushed is looked at first: traits come before the parent.
            let above = class.parent.iter().chain(class.traits.iter().rev());
            for name in above {
                match self.class(name) {
                    Some(class) => next.push(class),
                    None => unknown.push(name.clone()),
                }
            }
        }
        (found, unknown)
    }

    /// A method and the class that declares it.
    pub(crate) fn method(
        &mut self,
        class: &Rc<Class>,
        name: &str,
    ) -> Option<(Rc<Node>, Rc<Class>)> {
        self.method_within(class, &name.to_lowercase(), MAX_ANCESTORS)
    }

    /// The same, by so many further names at most.
    fn method_within(
        &mut self,
        class: &Rc<Class>,
        name: &str,
        aliases: usize,
    ) -> Option<(Rc<Node>, Rc<Class>)> {
        let (ancestry, _) = self.ancestry(class);
        for class in ancestry {
            if let Some(method) = class.methods.get(name)
                && method.field("body").is_some()
            {
                return Some((method.clone(), class));
            }
            let Some(method) = class.aliases.get(name).filter(|_| aliases > 0) else {
                continue;
            };
            for used in &class.traits {
                if let Some(used) = self.class(used)
                    && let Some(found) = self.method_within(&used, method, aliases - 1)
                {
                    return Some(found);
                }
            }
        }
        None
    }

    /// A constant of a class, of what it inherits from, or of an interface of it.
    pub(super) fn declared_constant(
        &mut self,
        class: &Rc<Class>,
        name: &str,
    ) -> Option<(Rc<Node>, Rc<Class>)> {
        let (ancestry, _) = self.ancestry(class);
        let own = |class: &Rc<Class>| Some((class.constants.get(name)?.clone(), class.clone()));
        if let Some(found) = ancestry.iter().find_map(own) {
            return Some(found);
        }
        let mut interfaces: Vec<String> = ancestry
            .iter()
            .flat_map(|class| class.interfaces.clone())
            .collect();
        for at in 0..MAX_ANCESTORS {
            let interface = interfaces.get(at)?.clone();
            if let Some(interface) = self.class(&interface) {
                if let Some(found) = own(&interface) {
                    return Some(found);
                }
                interfaces.extend(interface.interfaces.iter().cloned());
            }
        }
        None
    }

    /// All interfaces of a class by full name, and whether an ancestor's source is not given.
    pub(crate) fn interfaces(&mut self, class: &Rc<Class>) -> (Vec<String>, bool) {
        let (ancestry, unknown) = self.ancestry(class);
        let mut interfaces: Vec<String> = ancestry
            .iter()
            .flat_map(|class| class.interfaces.clone())
            .collect();
        let mut at = 0;
        while let Some(name) = interfaces.get(at).cloned() {
            at += 1;
            if at > MAX_ANCESTORS {
                break;
            }
            if let Some(interface) = self.class(&name) {
                interfaces.extend(interface.interfaces.iter().cloned());
            }
        }
        (interfaces, !unknown.is_empty())
    }
}
