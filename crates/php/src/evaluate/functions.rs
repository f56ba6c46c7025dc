//! PHP's own functions, as far as names and paths are made with them.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::{Folded, List, ListBuilder};
use super::{Evaluator, operators, sequences};
use crate::parse::Node;
use crate::value::Key;
use crate::version::{compare_versions, version_holds};

impl Evaluator<'_> {
    /// `isset`, `empty`, `array_push` and the like: they want places, not values.
    pub(super) fn construct_of_language(&mut self, name: &str, node: &Rc<Node>) -> Option<Folded> {
        match name {
            "isset" | "empty" => {
                let values = self.arguments(node);
                let known = |value: &Folded| match (name, value) {
                    (_, Folded::Unknown) => None,
                    ("isset", value) => Some(!matches!(value, Folded::Null)),
                    (_, value) => value.truth().map(|truth| !truth),
                };
                let all: Option<Vec<bool>> = values.positional.iter().map(known).collect();
                Some(all.map_or(Folded::Unknown, |all| {
                    Folded::Bool(all.iter().all(|known| *known))
                }))
            }
            "array_push" | "array_unshift" => {
                let place = node.field("arguments")?.first()?.first()?.clone();
                let arguments = self.arguments(node);
                let before = arguments.list(0, "array");
                let Some(before) = before else {
                    self.assign(&place, Folded::Unknown);
                    return Some(Folded::Unknown);
                };
                let more = arguments.positional.iter().skip(1).cloned();
                let merged = if name == "array_unshift" {
                    self.merged(&[&List::of(more), &before], node)
                } else if self.steps_taken(before.entries.len() / 64, node.at) {
                    let mut list = List::clone(&before);
                    more.for_each(|value| list.push(value));
                    Folded::list(list)
                } else {
                    Folded::Unknown
                };
                self.assign(&place, merged);
                Some(Folded::Unknown)
            }
            "array_shift" | "array_pop" | "sort" | "rsort" | "ksort" | "krsort" | "asort"
            | "arsort" | "usort" | "array_walk" | "end" | "reset" => {
                Some(self.in_place(name, node))
            }
            "compact" => {
                let names = self.arguments(node);
                let pair = |name: &Folded| {
                    let name = name.to_text()?;
                    let value = self.frame.variables.get(&*name)?;
                    Some((Key::of_text(&name), value.clone()))
                };
                let pairs: Option<Vec<_>> = names.positional.iter().map(pair).collect();
                Some(pairs.map_or(Folded::Unknown, |pairs| {
                    let mut list = ListBuilder::default();
                    pairs
                        .into_iter()
                        .for_each(|(key, value)| list.set(key, value));
                    Folded::list(list.done())
                }))
            }
            "exit" | "die" => {
                self.arguments(node);
                (self.unresolved, self.thrown) = (true, true);
                Some(Folded::Unknown)
            }
            _ => None,
        }
    }

    fn merged(&mut self, parts: &[&List], at: &Rc<Node>) -> Folded {
        let count = parts.iter().map(|part| part.entries.len()).sum();
        if !self.steps_taken(count, at.at) {
            return Folded::Unknown;
        }
        let mut list = ListBuilder::default();
        for part in parts {
            list.merge(part);
        }
        Folded::list(list.done())
    }

    /// None for a function that is not known here; unknown where its arguments are.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Folded> {
        let total: usize = arguments
            .all()
            .map(|value| match value {
                Folded::Array(list) => list.entries.len(),
                _ => 0,
            })
            .sum();
        if !self.steps_taken(total, at.at) {
            return Some(Folded::Unknown);
        }
        let result = match name {
            "define"
            | "defined"
            | "constant"
            | "call_user_func"
            | "call_user_func_array"
            | "version_compare"
            | "glob"
            | "class_exists"
            | "interface_exists"
            | "function_exists"
            | "is_array"
            | "is_string"
            | "is_null"
            | "count"
            | "sizeof"
            | "in_array"
            | "array_key_exists" => self.of_program(name, arguments, at)?,
            name if name.starts_with("array_")
                || name == "range"
                || name == "iterator_to_array" =>
            {
                self.of_lists(name, arguments, at)?
            }
            "implode" | "join" | "explode" | "sprintf" | "vsprintf" | "str_replace"
            | "str_repeat" => self.of_texts(name, arguments, at)?,
            _ => self.of_text(name, arguments, at)?,
        };
        Some(result.unwrap_or(Folded::Unknown))
    }

    fn of_program(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Option<Folded>> {
        let first = arguments.known(0, "value");
        Some(match name {
            "define" => arguments.text(0, "constant_name").map(|name| {
                self.constants
                    .insert(name.to_string(), arguments.known(1, "value"));
                Folded::Bool(true)
            }),
            "defined" => {
                let name = arguments.text(0, "constant_name");
                name.filter(|name| self.constants.contains_key(&**name))
                    .map(|_| Folded::Bool(true))
            }
            "constant" => {
                let name = arguments.text(0, "name")?;
                match name.split_once("::") {
                    Some((class, constant)) => Some(self.constant_of(class, constant)),
                    None => self.constants.get(&*name).cloned(),
                }
            }
            "call_user_func" => {
                let rest = Arguments::of(arguments.positional.iter().skip(1).cloned());
                self.call_value(&arguments.known(0, "callback"), &rest, at)
            }
            "call_user_func_array" => {
                let rest = arguments.list(1, "args")?;
                let rest = Arguments::of(rest.entries.iter().map(|(_, value)| value.clone()));
                self.call_value(&arguments.known(0, "callback"), &rest, at)
            }
            "glob" if self.gives_patterns => {
                let pattern = arguments.text(0, "pattern")?;
                Some(Folded::list(List::of([Folded::Text(pattern)])))
            }
            "version_compare" => self.versions(arguments),
            "is_array" => told(&first, |value| matches!(value, Folded::Array(_))),
            "is_string" => told(&first, |value| matches!(value, Folded::Text(_))),
            "is_null" => told(&first, |value| matches!(value, Folded::Null)),
            "count" | "sizeof" => arguments
                .list(0, "value")
                .map(|list| number(list.entries.len())),
            "in_array" => arguments.list(1, "haystack").and_then(|list| {
                let needle = arguments.known(0, "needle");
                let strict = arguments
                    .get(2, "strict")
                    .is_some_and(|strict| strict.truth() == Some(true));
                let equal = |value: &Folded| {
                    if strict {
                        operators::identical(&needle, value)
                    } else {
                        self.loosely_equal(&needle, value)
                    }
                };
                let all: Vec<Option<bool>> =
                    list.entries.iter().map(|(_, value)| equal(value)).collect();
                match (all.contains(&Some(true)), all.contains(&None)) {
                    (true, _) => Some(Folded::Bool(true)),
                    (false, false) => Some(Folded::Bool(false)),
                    (false, true) => None,
                }
            }),
            "array_key_exists" => arguments.list(1, "array").and_then(|list| {
                let key = arguments.known(0, "key").to_key()?;
                Some(Folded::Bool(list.get(&key).is_some()))
            }),
            _ => None,
        })
    }

    fn versions(&self, arguments: &Arguments) -> Option<Folded> {
        let (left, right) = (
            arguments.text(0, "version1")?,
            arguments.text(1, "version2")?,
        );
        match arguments.get(2, "operator") {
            None | Some(Folded::Null) => Some(Folded::Int(compare_versions(&left, &right) as i64)),
            Some(operator) => version_holds(&left, &right, &operator.to_text()?).map(Folded::Bool),
        }
    }

    fn of_lists(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Option<Folded>> {
        let first = arguments.list(0, "array");
        Some(match name {
            "array_merge" | "array_replace" | "array_merge_recursive" if arguments.open => None,
            "array_merge" => {
                let lists: Option<Vec<Rc<List>>> = (0..arguments.positional.len())
                    .map(|at| arguments.list(at, ""))
                    .collect();
                lists.map(|lists| {
                    self.merged(&lists.iter().map(|list| &**list).collect::<Vec<_>>(), at)
                })
            }
            "array_replace" => {
                let mut list = ListBuilder::default();
                for at in 0..arguments.positional.len() {
                    for (key, value) in &arguments.list(at, "")?.entries {
                        list.set(key.clone(), value.clone());
                    }
                }
                Some(Folded::list(list.done()))
            }
            "array_keys" => first.map(|list| {
                Folded::list(List::of(list.entries.iter().map(|(key, _)| key.folded())))
            }),
            "array_values" | "iterator_to_array" => first.map(|list| values(&list)),
            "array_reverse" => first.map(|list| {
                let mut all = ListBuilder::default();
                for (key, value) in list.entries.iter().rev() {
                    match key {
                        Key::Integer(_) => all.push(value.clone()),
                        Key::Text(_) => all.set(key.clone(), value.clone()),
                    }
                }
                Folded::list(all.done())
            }),
            "array_unique" => first.and_then(|list| unique(&list)),
            "array_flip" => first.and_then(|list| {
                let mut all = ListBuilder::default();
                for (key, value) in &list.entries {
                    all.set(value.to_key()?, key.folded());
                }
                Some(Folded::list(all.done()))
            }),
            "array_combine" => {
                let (keys, values) = (arguments.list(0, "keys")?, arguments.list(1, "values")?);
                let mut all = ListBuilder::default();
                for ((_, key), (_, value)) in keys.entries.iter().zip(&values.entries) {
                    all.set(key.to_key()?, value.clone());
                }
                Some(Folded::list(all.done()))
            }
            "array_column" => {
                let key = arguments.known(1, "column_key").to_key()?;
                let row = |(_, row): &(Key, Folded)| match (row, &key) {
                    (Folded::Array(row), key) => row.get(key).cloned(),
                    (Folded::Instance(at), Key::Text(name)) => {
                        self.instances.get(*at)?.properties.get(name).cloned()
                    }
                    _ => Some(Folded::Unknown),
                };
                first
                    .filter(|_| arguments.get(2, "index_key").is_none())
                    .map(|list| Folded::list(List::of(list.entries.iter().filter_map(row))))
            }
            "array_map" => self.mapped(arguments, at),
            "array_filter" => self.filtered(arguments, at),
            _ => return sequences::of_sequences(name, arguments),
        })
    }

    fn mapped(&mut self, arguments: &Arguments, at: &Rc<Node>) -> Option<Folded> {
        let callable = arguments.known(0, "callback");
        let list = arguments
            .list(1, "array")
            .filter(|_| arguments.positional.len() < 3)?;
        let mut all = ListBuilder::default();
        for (key, value) in &list.entries {
            let value = self.call_value(&callable, &Arguments::of([value.clone()]), at)?;
            all.set(key.clone(), value);
        }
        Some(Folded::list(all.done()))
    }

    fn filtered(&mut self, arguments: &Arguments, at: &Rc<Node>) -> Option<Folded> {
        let list = arguments.list(0, "array")?;
        let callable = arguments
            .get(1, "callback")
            .filter(|callable| !matches!(callable, Folded::Null));
        if arguments.get(2, "mode").is_some() {
            return None;
        }
        let mut all = ListBuilder::default();
        for (key, value) in &list.entries {
            let kept = match &callable {
                Some(callable) => self
                    .call_value(callable, &Arguments::of([value.clone()]), at)?
                    .truth()?,
                None => value.truth()?,
            };
            if kept {
                all.set(key.clone(), value.clone());
            }
        }
        Some(Folded::list(all.done()))
    }
}

fn told(value: &Folded, is: impl Fn(&Folded) -> bool) -> Option<Folded> {
    (!matches!(value, Folded::Unknown)).then(|| Folded::Bool(is(value)))
}

pub(super) fn number(count: usize) -> Folded {
    i64::try_from(count).map_or(Folded::Unknown, Folded::Int)
}

fn values(list: &List) -> Folded {
    Folded::list(List::of(
        list.entries.iter().map(|(_, value)| value.clone()),
    ))
}

fn unique(list: &List) -> Option<Folded> {
    let mut seen = std::collections::HashSet::new();
    let mut all = ListBuilder::default();
    for (key, value) in &list.entries {
        if seen.insert(value.to_text()?) {
            all.set(key.clone(), value.clone());
        }
    }
    Some(Folded::list(all.done()))
}
