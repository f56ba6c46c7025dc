//! Assignments: to variables, elements, properties, and to several at once.

use std::rc::Rc;

use super::folded::{Folded, List};
use super::{Evaluator, Flow, Frame};
use crate::parse::Node;
use crate::value::Key;

impl Evaluator<'_> {
    pub(super) fn variable_name(&self, node: &Node) -> String {
        self.variable_name_in(node, &self.frame)
    }

    /// The variable's name, where the code is that of another frame.
    pub(super) fn variable_name_in(&self, node: &Node, frame: &Frame) -> String {
        let name = node
            .of_kind("variable_name")
            .filter(|_| node.kind == "by_ref");
        name.map_or(node, |name| &**name)
            .text(&frame.unit.script.text)
            .trim_start_matches('$')
            .to_owned()
    }

    pub(super) fn assignment(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return Folded::Unknown;
        };
        let value = self.value(right);
        self.assign(left, value.clone());
        value
    }

    /// `.=`, `+=`, `??=` and the like.
    pub(super) fn augmented(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return Folded::Unknown;
        };
        let operator = node
            .field("operator")
            .map(|operator| self.code(operator))
            .unwrap_or_default();
        let operator = operator.trim_end_matches('=');
        let before = self.value(left);
        let value = match (operator, &before) {
            ("??", Folded::Null) => self.value(right),
            ("??", _) => return before,
            _ => {
                let right = self.value(right);
                self.operate(operator, &before, &right, node.at)
            }
        };
        self.assign(left, value.clone());
        value
    }

    /// `$i++`, `--$i`
    pub(super) fn update(&mut self, node: &Rc<Node>) -> Folded {
        let Some(target) = node.field("argument") else {
            return Folded::Unknown;
        };
        let before = self.value(target);
        let code = self.code(node);
        let operator = if code.contains("++") { "+" } else { "-" };
        let after = match &before {
            Folded::Int(_) | Folded::Float(_) => {
                self.operate(operator, &before, &Folded::Int(1), node.at)
            }
            Folded::Null if operator == "+" => Folded::Int(1),
            _ => Folded::Unknown,
        };
        self.assign(target, after.clone());
        if code.starts_with(['+', '-']) {
            after
        } else {
            before
        }
    }

    pub(super) fn assign(&mut self, target: &Rc<Node>, value: Folded) {
        self.nested(target.at, (), |this| this.assign_inside(target, value));
    }

    fn assign_inside(&mut self, target: &Rc<Node>, value: Folded) {
        match target.kind {
            "variable_name" => {
                let name = self.variable_name(target);
                self.frame.variables.insert(name, value);
            }
            "by_ref" | "parenthesized_expression" => {
                if let Some(inner) = target.first() {
                    self.assign(inner, value);
                }
            }
            "subscript_expression" => self.assign_element(target, value),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.assign_property(target, value);
            }
            "scoped_property_access_expression" => {
                if let Some(place) = self.static_place(target) {
                    self.writes += 1;
                    self.statics.insert(place, value);
                }
            }
            "list_literal" | "array_creation_expression" => self.assign_several(target, &value),
            _ => {}
        }
    }

    fn assign_property(&mut self, target: &Rc<Node>, value: Folded) {
        let (Some(object), Some(name)) = (target.field("object"), target.field("name")) else {
            return;
        };
        let object = self.value(object);
        let Some(name) = self.member_name(name) else {
            return;
        };
        match object {
            Folded::Instance(at) => {
                if let Some(instance) = self.instances.get_mut(at) {
                    instance.properties.insert(name, value);
                    self.writes += 1;
                }
            }
            _ => self.unresolved = true,
        }
    }

    fn assign_element(&mut self, target: &Rc<Node>, value: Folded) {
        let Some(list_node) = target.first() else {
            return;
        };
        let key = target.children.get(1).map(|key| self.value(key));
        let mut list = match self.value(list_node) {
            Folded::Array(list) => list,
            Folded::Null => Rc::new(List::default()),
            _ => {
                self.assign(list_node, Folded::Unknown);
                return;
            }
        };
        if !self.steps_taken(1 + list.entries.len() / 64, target.at) {
            return;
        }
        // Lets go of the variable's own share, so that the array is changed in its place.
        self.assign(list_node, Folded::Null);
        let entries = Rc::make_mut(&mut list);
        match key.as_ref().map(Folded::to_key) {
            None => entries.push(value),
            Some(Some(key)) => entries.set(key, value),
            Some(None) => {
                self.assign(list_node, Folded::Unknown);
                return;
            }
        }
        let list = std::mem::take(entries);
        self.assign(list_node, Folded::list(list));
    }

    /// `[$a, 'k' => $b, , $c] = …`
    fn assign_several(&mut self, target: &Rc<Node>, value: &Folded) {
        let text = self.frame.unit.script.text.clone();
        let mut at = 0;
        let mut from = target.start;
        let mut key: Option<Folded> = None;
        for child in &target.children {
            let between = text.get(from..child.start).unwrap_or("");
            from = child.end;
            if between.contains("=>") {
                continue;
            }
            at += between.matches(',').count();
            let (key_node, place) = match (child.kind, &*child.children) {
                ("array_element_initializer", [key, place]) => (Some(key), place),
                ("array_element_initializer", [place]) => (None, place),
                _ => (None, child),
            };
            if let Some(node) = key_node {
                key = Some(self.value(node));
            }
            let rest = text.get(child.end..target.end).unwrap_or("");
            if rest.trim_start().starts_with("=>") {
                let found = self.value(child);
                let place = target.children.iter().find(|next| next.start >= child.end);
                if let Some(place) = place {
                    self.assign(place, Self::element(value, &found));
                }
                continue;
            }
            let key = key
                .take()
                .unwrap_or(Folded::Int(i64::try_from(at).unwrap_or(0)));
            self.assign(place, Self::element(value, &key));
        }
    }

    /// An element of an array: null when there is none.
    pub(super) fn element(list: &Folded, key: &Folded) -> Folded {
        match (list, key.to_key()) {
            (Folded::Array(list), Some(key)) => list.get(&key).cloned().unwrap_or(Folded::Null),
            (Folded::Null, _) => Folded::Null,
            (Folded::Text(text), Some(Key::Integer(at))) => {
                let at = usize::try_from(at).ok();
                let byte = at.and_then(|at| text.get(at..at + 1));
                byte.map_or(Folded::Unknown, Folded::text)
            }
            _ => Folded::Unknown,
        }
    }

    pub(super) fn forget(&mut self, node: &Rc<Node>) -> Flow {
        for target in &node.children {
            match (target.kind, &*target.children) {
                ("subscript_expression", [list_node, key]) => {
                    let key = self.value(key).to_key();
                    let forgotten = match (self.value(list_node), key) {
                        (Folded::Array(mut list), Some(key)) => {
                            Rc::make_mut(&mut list).remove(&key);
                            Folded::Array(list)
                        }
                        _ => Folded::Unknown,
                    };
                    if self.steps_taken(1, node.at) {
                        self.assign(list_node, forgotten);
                    }
                }
                _ => self.assign(target, Folded::Null),
            }
        }
        Flow::Next
    }
}
