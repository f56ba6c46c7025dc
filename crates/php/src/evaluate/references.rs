//! What is taken by reference: parameters, variables that closures share, elements in `foreach`.
//!
//! There are no references among values. What a call leaves in such a parameter is written back to the
//! expression that was handed over, and what a closure leaves in a shared variable to the call that made
//! the closure, as soon as that goes on.

use std::collections::HashMap;
use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::{Closure, Folded, List};
use super::{Evaluator, Frame};
use crate::parse::Node;
use crate::value::Key;

/// Functions of PHP that are not evaluated, and which of their arguments they set.
const SETTING: [(&str, usize); 14] = [
    ("array_multisort", 0),
    ("array_splice", 0),
    ("array_walk_recursive", 0),
    ("exec", 1),
    ("extract", 0),
    ("natcasesort", 0),
    ("natsort", 0),
    ("parse_str", 1),
    ("preg_match", 2),
    ("preg_match_all", 2),
    ("settype", 0),
    ("shuffle", 0),
    ("uasort", 0),
    ("uksort", 0),
];

/// What a call left in a parameter: its place and its value.
pub(super) type HandedBack = (usize, Folded);

impl Evaluator<'_> {
    pub(super) fn next_frame(&mut self) -> usize {
        self.frames += 1;
        self.frames
    }

    /// A frame for a call from here, without variables.
    pub(super) fn fresh_frame(&mut self) -> Frame {
        Frame {
            id: self.next_frame(),
            unit: self.frame.unit.clone(),
            class: self.frame.class.clone(),
            called: self.frame.called.clone(),
            this: None,
            variables: HashMap::new(),
            function: self.frame.function.clone(),
            perhaps: None,
            yielded: None,
        }
    }

    /// Goes back to the frame of an outer call, with what closures have changed there meanwhile.
    pub(super) fn restore(&mut self, outer: Frame) {
        self.frame = outer;
        if self.changed_by_closures.is_empty() {
            return;
        }
        let id = self.frame.id;
        let variables = &mut self.frame.variables;
        self.changed_by_closures.retain(|(frame, name), value| {
            if *frame == id {
                variables.insert(name.clone(), value.clone());
            }
            *frame != id
        });
    }

    /// Keeps what the function's parameters by reference hold at its end.
    pub(super) fn hand_back(&mut self, function: &Rc<Node>) {
        self.handed_back.clear();
        let parameters = function.field("parameters").cloned();
        let parameters = parameters.iter().flat_map(|list| &list.children);
        for (at, parameter) in parameters.enumerate() {
            let Some(name) = parameter.field("name") else {
                continue;
            };
            if parameter.field("reference_modifier").is_none() && name.kind != "by_ref" {
                continue;
            }
            let name = self.variable_name(name);
            if let Some(value) = self.frame.variables.get(&name).cloned() {
                self.handed_back.push((at, value));
            }
        }
    }

    /// Writes it to what was handed over.
    pub(super) fn take_back(&mut self, arguments: Option<&Arguments>) {
        self.left_over.clear();
        for (at, value) in std::mem::take(&mut self.handed_back) {
            let place = arguments.and_then(|arguments| arguments.places.get(at));
            match place.filter(|place| is_place(place)).cloned() {
                Some(place) => self.assign(&place, value),
                None => self.left_over.push((at, value)),
            }
        }
    }

    /// The variables that a closure shares with the call that made it, as they are by now.
    pub(super) fn shared_with(&mut self, closure: &Closure, frame: &mut Frame) -> Vec<String> {
        let clause = closure.node.of_kind("anonymous_function_use_clause");
        let shared = clause.into_iter().flat_map(|clause| &clause.children);
        let shared: Vec<String> = shared
            .filter(|one| one.kind == "by_ref")
            .map(|one| self.variable_name_in(one, &closure.frame))
            .collect();
        for name in &shared {
            let home = closure.frame.id;
            let now = if self.frame.id == home {
                self.frame.variables.get(name)
            } else {
                self.changed_by_closures.get(&(home, name.clone()))
            };
            if let Some(now) = now {
                frame.variables.insert(name.clone(), now.clone());
            }
        }
        shared
    }

    /// Keeps what the closure that runs has made of them.
    pub(super) fn share(&mut self, closure: &Closure, shared: &[String]) {
        for name in shared {
            if let Some(value) = self.frame.variables.get(name) {
                self.writes += 1;
                let place = (closure.frame.id, name.clone());
                self.changed_by_closures.insert(place, value.clone());
            }
        }
    }

    /// Sets an element of a list that is known.
    pub(super) fn put_value(&mut self, list: &Rc<Node>, key: &Key, value: Folded) {
        if let Folded::Array(entries) = self.value(list)
            && self.steps_taken(1 + entries.entries.len() / 64, list.at)
        {
            let mut entries = List::clone(&entries);
            entries.set(key.clone(), value);
            self.assign(list, Folded::list(entries));
        }
    }

    /// After a call that is not followed: what it may have set cannot be told any more.
    pub(super) fn lose_references(&mut self, name: &str, arguments: &Arguments) {
        let set = SETTING
            .iter()
            .find(|(function, _)| name.eq_ignore_ascii_case(function));
        if let Some(place) = set.and_then(|(_, at)| arguments.places.get(*at)).cloned()
            && is_place(&place)
        {
            self.assign(&place, Folded::Unknown);
        }
        for place in &arguments.places {
            if place.kind != "variable_name" {
                continue;
            }
            // A variable that nobody has set is handed over to be set.
            let variable = self.variable_name(place);
            let variables = &mut self.frame.variables;
            if variable != "this" && !variables.contains_key(&variable) {
                variables.insert(variable, Folded::Unknown);
            }
        }
    }
}

/// Whether something can be assigned to.
pub(super) fn is_place(node: &Node) -> bool {
    matches!(
        node.kind,
        "variable_name"
            | "subscript_expression"
            | "member_access_expression"
            | "nullsafe_member_access_expression"
            | "scoped_property_access_expression"
    )
}
