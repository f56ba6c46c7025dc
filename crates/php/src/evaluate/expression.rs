//! Expressions.

use std::rc::Rc;

use super::folded::{Closure, Folded, List, ListBuilder};
use super::{Evaluator, Event, literal, normal_path, operators};
use crate::parse::Node;

const INCLUDING: [&str; 4] = [
    "include_expression",
    "include_once_expression",
    "require_expression",
    "require_once_expression",
];

/// How deep closures may hold each other.
const MAX_CLOSURES: usize = 16;

impl Evaluator<'_> {
    pub(crate) fn value(&mut self, node: &Rc<Node>) -> Folded {
        self.nested(node.at, Folded::Unknown, |this| this.value_inside(node))
    }

    fn value_inside(&mut self, node: &Rc<Node>) -> Folded {
        match node.kind {
            "string" => self.single(node),
            "encapsed_string" => self.double(node),
            "heredoc" => self.heredoc(node),
            "nowdoc" => self.nowdoc(node),
            "integer" => literal::integer(&self.code(node)),
            "float" => literal::float(&self.code(node)),
            "boolean" => Folded::Bool(self.code(node).eq_ignore_ascii_case("true")),
            "null" => Folded::Null,
            "variable_name" => self.variable(node),
            "dynamic_variable_name" => self.variable_by_name(node),
            "name" | "qualified_name" | "relative_name" => self.constant(node),
            "array_creation_expression" => self.array(node),
            "binary_expression" => self.binary(node),
            "unary_op_expression" => self.unary(node),
            "assignment_expression" | "reference_assignment_expression" => self.assignment(node),
            "augmented_assignment_expression" => self.augmented(node),
            "update_expression" => self.update(node),
            "conditional_expression" => self.ternary(node),
            "match_expression" => self.matched(node),
            _ => self.value_of_access(node),
        }
    }

    fn value_of_access(&mut self, node: &Rc<Node>) -> Folded {
        match node.kind {
            "parenthesized_expression"
            | "error_suppression_expression"
            | "clone_expression"
            | "by_ref" => node
                .first()
                .map_or(Folded::Unknown, |inner| self.value(inner)),
            "sequence_expression" => {
                let mut last = Folded::Null;
                for part in &node.children {
                    last = self.value(part);
                }
                last
            }
            "cast_expression" => self.cast(node),
            "subscript_expression" => self.subscript(node),
            "member_access_expression" | "nullsafe_member_access_expression" => self.property(node),
            "scoped_property_access_expression" => self.static_property(node),
            "class_constant_access_expression" => self.class_constant(node),
            "function_call_expression" => self.function_call(node),
            "member_call_expression" | "nullsafe_member_call_expression" => self.method_call(node),
            "scoped_call_expression" => self.static_call(node),
            "object_creation_expression" => self.creation(node),
            "anonymous_function" | "arrow_function" => self.closure(node),
            "throw_expression" => {
                self.unresolved = true;
                self.thrown = true;
                Folded::Unknown
            }
            "yield_expression" => self.yielded(node),
            "ERROR" => {
                self.problem(
                    node.at,
                    "the code does not parse here",
                    "make it what `php -l` accepts",
                );
                Folded::Unknown
            }
            _ => self.unknown(node),
        }
    }

    /// `include`, backticks, `print` and what else does something.
    fn unknown(&mut self, node: &Rc<Node>) -> Folded {
        for child in &node.children {
            let value = self.value(child);
            if INCLUDING.contains(&node.kind)
                && let Some(path) = value.to_text()
            {
                self.events.push(Event::Included(normal_path(&path).into()));
            }
        }
        (self.unresolved, self.acted) = (true, true);
        Folded::Unknown
    }

    /// `yield $value`, `yield $key => $value`, `yield from $list`: kept in their order.
    fn yielded(&mut self, node: &Rc<Node>) -> Folded {
        let code = self.code(node);
        let is_from = code.split_whitespace().nth(1) == Some("from");
        let Some(element) = node.first() else {
            return Folded::Unknown;
        };
        let (key, value) = match (element.kind, &*element.children) {
            ("array_element_initializer", [key, value]) => {
                (Some(self.value(key)), self.value(value))
            }
            ("array_element_initializer", [value]) => (None, self.value(value)),
            _ => (None, self.value(element)),
        };
        let before = self.frame.yielded.take();
        let mut list = match before {
            None => List::default(),
            Some(Folded::Array(list)) => Rc::unwrap_or_clone(list),
            Some(_) => {
                self.frame.yielded = Some(Folded::Unknown);
                return Folded::Unknown;
            }
        };
        let is_known = match (is_from, &value, key.as_ref().map(Folded::to_key)) {
            (true, Folded::Array(more), _) if self.steps_taken(more.entries.len(), node.at) => {
                more.entries
                    .iter()
                    .for_each(|(_, value)| list.push(value.clone()));
                true
            }
            (true, _, _) | (_, _, Some(None)) => false,
            (false, value, None) => {
                list.push(value.clone());
                true
            }
            (false, value, Some(Some(key))) => {
                list.set(key, value.clone());
                self.steps_taken(1 + list.entries.len() / 64, node.at)
            }
        };
        self.writes += 1;
        self.frame.yielded = Some(match is_known {
            true => Folded::list(list),
            false => Folded::Unknown,
        });
        Folded::Unknown
    }

    fn variable(&mut self, node: &Node) -> Folded {
        let name = self.variable_name(node);
        if name == "this" {
            return self.frame.this.map_or(Folded::Unknown, Folded::Instance);
        }
        self.frame
            .variables
            .get(&name)
            .cloned()
            .unwrap_or(Folded::Null)
    }

    /// `${name}` in a text, `$$name`
    fn variable_by_name(&mut self, node: &Rc<Node>) -> Folded {
        let Some(name) = node.first() else {
            return Folded::Unknown;
        };
        let name = match name.kind {
            "name" => self.code(name),
            _ => match self.value(name).to_text() {
                Some(name) => name.to_string(),
                None => return Folded::Unknown,
            },
        };
        self.frame
            .variables
            .get(&name)
            .cloned()
            .unwrap_or(Folded::Null)
    }

    fn array(&mut self, node: &Rc<Node>) -> Folded {
        let mut list = ListBuilder::default();
        for element in &node.children {
            match &*element.children {
                [spread] if spread.kind == "variadic_unpacking" => {
                    let Some(inner) = spread.first() else {
                        continue;
                    };
                    match self.value(inner) {
                        Folded::Array(inner) if self.steps_taken(inner.entries.len(), node.at) => {
                            list.merge(&inner);
                        }
                        _ => return Folded::Unknown,
                    }
                }
                [value] => list.push(self.value(value)),
                [key, value] => {
                    let (key, value) = (self.value(key).to_key(), self.value(value));
                    let Some(key) = key else {
                        return Folded::Unknown;
                    };
                    list.set(key, value);
                }
                _ => {}
            }
        }
        Folded::list(list.done())
    }

    fn ternary(&mut self, node: &Rc<Node>) -> Folded {
        let Some(condition) = node.field("condition") else {
            return Folded::Unknown;
        };
        let (body, alternative) = (node.field("body"), node.field("alternative"));
        let value = match body {
            Some(_) => self.looked_at(condition),
            None => self.value(condition),
        };
        match (value.truth(), body, alternative) {
            (Some(true), None, _) => value,
            (Some(true), Some(body), _) => self.value(body),
            (Some(false), _, Some(alternative)) => self.value(alternative),
            (None, body, Some(alternative)) => {
                self.assumed(condition.at, self.shown(condition));
                let value = body.map_or(value, |body| self.value(body));
                let other = self.value_besides(alternative);
                if body.is_some() { value } else { other }
            }
            _ => Folded::Unknown,
        }
    }

    fn matched(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(subject), Some(body)) = (node.field("condition"), node.field("body")) else {
            return Folded::Unknown;
        };
        let value = self.looked_at(subject);
        for (at, arm) in body.children.iter().enumerate() {
            let Some(result) = arm.field("return_expression") else {
                continue;
            };
            let Some(conditions) = arm.field("conditional_expressions") else {
                continue;
            };
            for condition in &conditions.children {
                let candidate = self.value(condition);
                match operators::identical(&value, &candidate) {
                    Some(true) => return self.value(result),
                    Some(false) => {}
                    None => {
                        let mut shown = self.shown(condition);
                        if matches!(value, Folded::Unknown) {
                            shown = format!("{} === {shown}", self.shown_condition(subject));
                        }
                        self.assumed(condition.at, shown);
                        let value = self.value(result);
                        let others = body.children.iter().skip(at + 1);
                        for other in others.filter_map(|arm| arm.field("return_expression")) {
                            self.value_besides(other);
                        }
                        return value;
                    }
                }
            }
        }
        let default = body.of_kind("match_default_expression");
        match default.and_then(|arm| arm.field("return_expression")) {
            Some(result) => self.value(result),
            None => {
                self.thrown = true;
                self.unresolved = true;
                Folded::Unknown
            }
        }
    }

    /// A value that may be taken instead of another: what it does is told only where it matters.
    fn value_besides(&mut self, node: &Rc<Node>) -> Folded {
        let told = self.events.len();
        let variables = self.frame.variables.clone();
        let value = self.value(node);
        if !self.events[told..].iter().any(Event::matters) {
            self.events.truncate(told);
        }
        self.frame.variables = variables;
        value
    }

    fn cast(&mut self, node: &Rc<Node>) -> Folded {
        let Some(inner) = node.field("value") else {
            return Folded::Unknown;
        };
        let value = self.value(inner);
        let to = node
            .field("type")
            .map(|to| self.code(to).to_lowercase())
            .unwrap_or_default();
        match (to.trim(), &value) {
            ("string" | "binary", value) => value.to_text().map_or(Folded::Unknown, Folded::Text),
            ("bool" | "boolean", value) => value.truth().map_or(Folded::Unknown, Folded::Bool),
            ("int" | "integer", Folded::Text(text)) => Folded::Int(leading_integer(text)),
            ("int" | "integer", value) => value
                .to_number()
                .map_or(Folded::Unknown, |n| Folded::Int(n as i64)),
            ("float" | "double", value) => value.to_number().map_or(Folded::Unknown, Folded::Float),
            ("array", Folded::Array(_)) => value,
            ("array", Folded::Null) => Folded::list(ListBuilder::default().done()),
            ("array", Folded::Bool(_) | Folded::Int(_) | Folded::Float(_) | Folded::Text(_)) => {
                let mut list = ListBuilder::default();
                list.push(value);
                Folded::list(list.done())
            }
            _ => Folded::Unknown,
        }
    }

    fn subscript(&mut self, node: &Rc<Node>) -> Folded {
        let [list, key] = &*node.children else {
            return Folded::Unknown;
        };
        let (list, key) = (self.value(list), self.value(key));
        if let Folded::Array(entries) = &list
            && !self.steps_taken(entries.entries.len() / 64, node.at)
        {
            return Folded::Unknown;
        }
        Self::element(&list, &key)
    }

    fn closure(&mut self, node: &Rc<Node>) -> Folded {
        let depth = self
            .frame
            .variables
            .values()
            .map(Folded::depth)
            .max()
            .unwrap_or(0)
            + 1;
        if depth > MAX_CLOSURES || !self.steps_taken(1 + self.frame.variables.len() / 8, node.at) {
            return Folded::Unknown;
        }
        let frame = self.frame.clone();
        Folded::Closure(Rc::new(Closure {
            node: node.clone(),
            frame,
            depth,
        }))
    }
}

fn leading_integer(text: &str) -> i64 {
    let text = text.trim_start();
    let digits = text
        .bytes()
        .enumerate()
        .take_while(|(at, byte)| byte.is_ascii_digit() || *at == 0 && matches!(byte, b'-' | b'+'));
    text.get(..digits.count())
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}
