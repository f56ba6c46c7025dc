//! Operators on values.

use std::rc::Rc;

use super::Evaluator;
use super::folded::{Folded, ListBuilder};
use crate::parse::Node;
use crate::problem::Position;

impl Evaluator<'_> {
    pub(super) fn binary(&mut self, node: &Rc<Node>) -> Folded {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return Folded::Unknown;
        };
        let operator = node
            .field("operator")
            .map(|operator| self.code(operator).to_lowercase());
        let operator = operator.unwrap_or_default();
        if let "&&" | "and" | "||" | "or" | "??" = &*operator {
            return self.short_circuit(node, left, right, &operator);
        }
        let left = self.value(left);
        if operator == "instanceof" {
            return Folded::Unknown;
        }
        let right = self.value(right);
        self.operate(&operator, &left, &right, node.at)
    }

    /// `&&`, `||`, `??`: the right side is only run when the left one wants it, or cannot be told.
    fn short_circuit(
        &mut self,
        node: &Rc<Node>,
        left: &Rc<Node>,
        right: &Rc<Node>,
        operator: &str,
    ) -> Folded {
        let value = self.value(left);
        if operator == "??" {
            return match value {
                Folded::Null => self.value(right),
                Folded::Unknown => {
                    self.assumed(node.at, self.shown(node));
                    self.value(right)
                }
                value => value,
            };
        }
        let ends = matches!(operator, "||" | "or");
        match value.truth() {
            Some(truth) if truth == ends => Folded::Bool(ends),
            Some(_) => self
                .value(right)
                .truth()
                .map_or(Folded::Unknown, Folded::Bool),
            None => {
                let told = self.events.len();
                let right = self.value(right).truth();
                if self.events.len() > told {
                    self.assumed_since(told, left);
                }
                if right == Some(ends) {
                    Folded::Bool(ends)
                } else {
                    Folded::Unknown
                }
            }
        }
    }

    /// Puts a condition before the events that it made.
    fn assumed_since(&mut self, told: usize, condition: &Rc<Node>) {
        self.assumed(condition.at, self.shown(condition));
        self.events[told..].rotate_right(1);
        let now = self.events.len();
        for event in &mut self.events[told..] {
            if let super::Event::Condition { end, .. } = event {
                *end = (*end + 1).min(now);
            }
        }
        if let Some(super::Event::Condition { end, onward, .. }) = self.events.get_mut(told) {
            (*end, *onward) = (now, false);
        }
    }

    pub(super) fn operate(
        &mut self,
        operator: &str,
        left: &Folded,
        right: &Folded,
        at: Position,
    ) -> Folded {
        if !self.step(at) {
            return Folded::Unknown;
        }
        let truth = |value: Option<bool>| value.map_or(Folded::Unknown, Folded::Bool);
        match operator {
            "." => self.joined(left, right, at),
            "+" if matches!((left, right), (Folded::Array(_), Folded::Array(_))) => {
                self.union(left, right, at)
            }
            "+" | "-" | "*" | "/" | "%" | "**" => arithmetic(operator, left, right),
            "==" => truth(self.loosely_equal(left, right)),
            "!=" | "<>" => truth(self.loosely_equal(left, right).map(|equal| !equal)),
            "===" => truth(identical(left, right)),
            "!==" => truth(identical(left, right).map(|equal| !equal)),
            "<" | ">" | "<=" | ">=" | "<=>" => ordered(operator, left, right),
            "xor" => match (left.truth(), right.truth()) {
                (Some(left), Some(right)) => Folded::Bool(left != right),
                _ => Folded::Unknown,
            },
            "|" | "&" | "^" => match (left, right) {
                (Folded::Int(left), Folded::Int(right)) => Folded::Int(match operator {
                    "|" => left | right,
                    "&" => left & right,
                    _ => left ^ right,
                }),
                _ => Folded::Unknown,
            },
            _ => Folded::Unknown,
        }
    }

    pub(super) fn joined(&mut self, left: &Folded, right: &Folded, at: Position) -> Folded {
        let (Some(left), Some(right)) = (left.to_text(), right.to_text()) else {
            return Folded::Unknown;
        };
        if !self.room(left.len() + right.len(), at) {
            return Folded::Unknown;
        }
        Folded::text(format!("{left}{right}"))
    }

    fn union(&mut self, left: &Folded, right: &Folded, at: Position) -> Folded {
        let (Folded::Array(left), Folded::Array(right)) = (left, right) else {
            return Folded::Unknown;
        };
        if !self.steps_taken(left.entries.len() + right.entries.len(), at) {
            return Folded::Unknown;
        }
        let mut list = ListBuilder::default();
        for (key, value) in right.entries.iter().chain(&left.entries) {
            list.set(key.clone(), value.clone());
        }
        // The left side gives the order.
        let values = list.done();
        let mut list = ListBuilder::default();
        for (key, _) in left.entries.iter().chain(&right.entries) {
            if let Some(value) = values.get(key) {
                list.set(key.clone(), value.clone());
            }
        }
        Folded::list(list.done())
    }

    pub(super) fn unary(&mut self, node: &Rc<Node>) -> Folded {
        let Some(argument) = node.field("argument").or(node.children.last()) else {
            return Folded::Unknown;
        };
        let value = self.value(argument);
        let operator = node
            .field("operator")
            .map(|operator| self.code(operator))
            .unwrap_or_default();
        match &*operator {
            "!" => value
                .truth()
                .map_or(Folded::Unknown, |truth| Folded::Bool(!truth)),
            // The lowest integer is written as a float's digits.
            "-" if matches!(value, Folded::Float(number) if number == 9_223_372_036_854_775_808.0) => {
                value_negated(&value)
            }
            "-" => arithmetic("-", &Folded::Int(0), &value),
            "+" => arithmetic("+", &Folded::Int(0), &value),
            _ => Folded::Unknown,
        }
    }

    /// PHP 8's `==`, where it can be told.
    pub(super) fn loosely_equal(&self, left: &Folded, right: &Folded) -> Option<bool> {
        use Folded::{Bool, Float, Int, Null, Text, Unknown};
        Some(match (left, right) {
            (Unknown, _) | (_, Unknown) => return None,
            (Bool(_) | Null, _) | (_, Bool(_) | Null) => match (left, right) {
                (Null, Text(text)) | (Text(text), Null) => text.is_empty(),
                _ => left.truth()? == right.truth()?,
            },
            (Text(left), Text(right)) => match (numeric(left), numeric(right)) {
                (Some(left), Some(right)) => left == right,
                _ => left == right,
            },
            (Int(left), Int(right)) => left == right,
            (Int(_) | Float(_), Text(text)) | (Text(text), Int(_) | Float(_)) => {
                let number = if matches!(left, Text(_)) { right } else { left };
                match numeric(text) {
                    Some(value) => number.to_number()? == value,
                    None => *number.to_text()? == **text,
                }
            }
            (Int(_) | Float(_), Int(_) | Float(_)) => left.to_number()? == right.to_number()?,
            _ => return identical(left, right),
        })
    }
}

fn value_negated(value: &Folded) -> Folded {
    match value {
        Folded::Float(number) => Folded::Float(-number),
        _ => Folded::Unknown,
    }
}

fn numeric(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let digit = text
        .trim_start_matches(['+', '-', '.'])
        .starts_with(|first: char| first.is_ascii_digit());
    if digit { text.parse().ok() } else { None }
}

/// `===`, where it can be told.
pub(super) fn identical(left: &Folded, right: &Folded) -> Option<bool> {
    match (left, right) {
        (Folded::Unknown, _) | (_, Folded::Unknown) => None,
        (Folded::Array(_), Folded::Array(_)) => Some(left.to_value()? == right.to_value()?),
        (Folded::External(_), Folded::External(_)) => None,
        _ => Some(left.same(right)),
    }
}

fn ordered(operator: &str, left: &Folded, right: &Folded) -> Folded {
    let order = match (left, right) {
        (Folded::Text(first), Folded::Text(second)) => match (numeric(first), numeric(second)) {
            (Some(first), Some(second)) => first.partial_cmp(&second),
            _ => Some(first.cmp(second)),
        },
        _ => match (left.to_number(), right.to_number()) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => None,
        },
    };
    let Some(order) = order else {
        return Folded::Unknown;
    };
    match operator {
        "<" => Folded::Bool(order.is_lt()),
        ">" => Folded::Bool(order.is_gt()),
        "<=" => Folded::Bool(order.is_le()),
        ">=" => Folded::Bool(order.is_ge()),
        _ => Folded::Int(order as i64),
    }
}

fn arithmetic(operator: &str, left: &Folded, right: &Folded) -> Folded {
    if let (Folded::Int(left), Folded::Int(right)) = (left, right) {
        let exact = match operator {
            "+" => left.checked_add(*right),
            "-" => left.checked_sub(*right),
            "*" => left.checked_mul(*right),
            "%" => {
                return left
                    .checked_rem(*right)
                    .map_or(Folded::Unknown, Folded::Int);
            }
            "/" if *right != 0 && left.checked_rem(*right) == Some(0) => left.checked_div(*right),
            "**" => u32::try_from(*right)
                .ok()
                .and_then(|power| left.checked_pow(power)),
            _ => None,
        };
        if let Some(number) = exact {
            return Folded::Int(number);
        }
    }
    let (Some(left), Some(right)) = (left.to_number(), right.to_number()) else {
        return Folded::Unknown;
    };
    match operator {
        "+" => Folded::Float(left + right),
        "-" => Folded::Float(left - right),
        "*" => Folded::Float(left * right),
        "/" if right != 0.0 => Folded::Float(left / right),
        "**" => Folded::Float(left.powf(right)),
        _ => Folded::Unknown,
    }
}
