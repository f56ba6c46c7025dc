//! PHP's functions that take lists apart, and those that change one in its place.

use std::rc::Rc;

use super::Evaluator;
use super::arguments::Arguments;
use super::folded::{Folded, List, ListBuilder};
use super::references::is_place;
use crate::parse::Node;
use crate::value::Key;

/// Functions of lists that look at their keys and values alone. None for one that is not known here.
pub(super) fn of_sequences(name: &str, arguments: &Arguments) -> Option<Option<Folded>> {
    let first = || arguments.list(0, "array");
    let key = |entry: Option<&(Key, Folded)>| entry.map_or(Folded::Null, |(key, _)| key.folded());
    Some(match name {
        "array_slice" => first().and_then(|list| slice(&list, arguments)),
        "array_diff" => chosen(arguments, |list, others| without(list, others, false)),
        "array_intersect" => chosen(arguments, |list, others| without(list, others, true)),
        "array_key_first" => first().map(|list| key(list.entries.first())),
        "array_key_last" => first().map(|list| key(list.entries.last())),
        "array_fill_keys" => arguments.list(0, "keys").and_then(|keys| {
            let value = arguments.known(1, "value");
            let mut all = ListBuilder::default();
            for (_, key) in &keys.entries {
                all.set(key.to_key()?, value.clone());
            }
            Some(Folded::list(all.done()))
        }),
        "array_chunk" if arguments.get(2, "preserve_keys").is_none() => {
            first().and_then(|list| match arguments.known(1, "length") {
                Folded::Int(length) if length > 0 => {
                    let values: Vec<_> = list.entries.iter().map(|(_, value)| value).collect();
                    let chunks = values.chunks(usize::try_from(length).ok()?);
                    let chunks = chunks.map(|chunk| List::of(chunk.iter().copied().cloned()));
                    Some(Folded::list(List::of(chunks.map(Folded::list))))
                }
                _ => None,
            })
        }
        _ => return None,
    })
}

/// What another function makes of the first list and all others.
fn chosen(
    arguments: &Arguments,
    choose: impl Fn(&List, &[Rc<List>]) -> Option<Folded>,
) -> Option<Folded> {
    if arguments.open {
        return None;
    }
    let lists: Option<Vec<Rc<List>>> = (0..arguments.positional.len())
        .map(|at| arguments.list(at, ""))
        .collect();
    let lists = lists?;
    let (first, others) = lists.split_first()?;
    choose(first, others)
}

/// The entries whose value is in none of the others, or in all.
fn without(list: &List, others: &[Rc<List>], in_all: bool) -> Option<Folded> {
    let texts = |list: &Rc<List>| {
        let texts = list.entries.iter().map(|(_, value)| value.to_text());
        texts.collect::<Option<std::collections::HashSet<_>>>()
    };
    let others: Vec<_> = others.iter().map(texts).collect::<Option<_>>()?;
    let mut all = ListBuilder::default();
    for (key, value) in &list.entries {
        let text = value.to_text()?;
        let kept = if in_all {
            others.iter().all(|other| other.contains(&text))
        } else {
            !others.iter().any(|other| other.contains(&text))
        };
        if kept {
            all.set(key.clone(), value.clone());
        }
    }
    Some(Folded::list(all.done()))
}

fn slice(list: &List, arguments: &Arguments) -> Option<Folded> {
    let count = i64::try_from(list.entries.len()).ok()?;
    let Folded::Int(offset) = arguments.known(1, "offset") else {
        return None;
    };
    let start = match offset {
        below if below < 0 => count.saturating_add(below).max(0),
        offset => offset.min(count),
    };
    let end = match arguments.get(2, "length") {
        None | Some(Folded::Null) => count,
        Some(Folded::Int(length)) if length < 0 => count.saturating_add(length),
        Some(Folded::Int(length)) => start.saturating_add(length).min(count),
        Some(_) => return None,
    };
    let keeps_keys = arguments
        .get(3, "preserve_keys")
        .map_or(Some(false), |keeps| keeps.truth())?;
    let (start, end) = (
        usize::try_from(start).ok()?,
        usize::try_from(end).unwrap_or(0),
    );
    let mut all = ListBuilder::default();
    for (key, value) in list.entries.get(start..end.max(start))? {
        match key {
            Key::Integer(_) if !keeps_keys => all.push(value.clone()),
            key => all.set(key.clone(), value.clone()),
        }
    }
    Some(Folded::list(all.done()))
}

impl Evaluator<'_> {
    /// Functions that change the list in a variable, or go through it.
    pub(super) fn in_place(&mut self, name: &str, node: &Rc<Node>) -> Folded {
        let arguments = self.arguments(node);
        let place = arguments
            .places
            .first()
            .filter(|place| is_place(place))
            .cloned();
        let Some(list) = arguments.list(0, "array") else {
            if let Some(place) = place {
                self.assign(&place, Folded::Unknown);
            }
            return self.unknown_call(name, &arguments);
        };
        if !self.steps_taken(list.entries.len(), node.at) {
            return Folded::Unknown;
        }
        let values = || list.entries.iter().map(|(_, value)| value.clone());
        let edge =
            |entry: Option<&(Key, Folded)>, none| entry.map_or(none, |(_, value)| value.clone());
        let (result, after) = match name {
            "end" => return edge(list.entries.last(), Folded::Bool(false)),
            "reset" => return edge(list.entries.first(), Folded::Bool(false)),
            "array_walk" => (self.walked(&list, &arguments, node), None),
            "array_shift" => {
                let rest = list.entries.iter().skip(1);
                let mut all = ListBuilder::default();
                for (key, value) in rest {
                    match key {
                        Key::Integer(_) => all.push(value.clone()),
                        Key::Text(_) => all.set(key.clone(), value.clone()),
                    }
                }
                (
                    edge(list.entries.first(), Folded::Null),
                    Some(Folded::list(all.done())),
                )
            }
            "array_pop" => {
                let mut all = ListBuilder::default();
                let rest = list.entries.len().saturating_sub(1);
                for (key, value) in list.entries.iter().take(rest) {
                    all.set(key.clone(), value.clone());
                }
                (
                    edge(list.entries.last(), Folded::Null),
                    Some(Folded::list(all.done())),
                )
            }
            // In which order something else puts them cannot be told; which there are can.
            "usort" => (Folded::Bool(true), Some(Folded::list(List::of(values())))),
            _ => (Folded::Bool(true), Some(sorted(name, &list))),
        };
        if let (Some(place), Some(after)) = (place, after) {
            self.assign(&place, after);
        }
        result
    }

    /// `array_walk`: the values and keys one by one; what it does to values by reference is written back.
    fn walked(&mut self, list: &List, arguments: &Arguments, node: &Rc<Node>) -> Folded {
        let callable = arguments.known(1, "callback");
        let place = arguments.places.first().filter(|place| is_place(place));
        for (key, value) in &list.entries {
            if !self.step(node.at) {
                return Folded::Unknown;
            }
            let mut handed = Arguments::of([value.clone(), key.folded()]);
            handed.positional.extend(arguments.get(2, "arg"));
            self.left_over.clear();
            if self.call_value(&callable, &handed, node).is_none() {
                return self.unknown_call("array_walk", arguments);
            }
            let mut changed = std::mem::take(&mut self.left_over).into_iter();
            if let Some((_, changed)) = changed.find(|(at, _)| *at == 0)
                && let Some(place) = place
            {
                self.put_value(place, key, changed);
            }
        }
        Folded::Bool(true)
    }
}

/// A list in the order of its values or keys, where that can be told; else as it is.
fn sorted(name: &str, list: &List) -> Folded {
    let mut entries = list.entries.clone();
    let by_key = name.starts_with('k');
    let text = |(key, value): &(Key, Folded)| match (by_key, key, value) {
        (true, Key::Text(key), _) => Some(key.clone()),
        (false, _, Folded::Text(value)) => Some(value.to_string()),
        _ => None,
    };
    if entries.iter().all(|entry| text(entry).is_some()) {
        entries.sort_by_key(text);
    }
    if name.contains("rsort") {
        entries.reverse();
    }
    let mut all = ListBuilder::default();
    for (key, value) in entries {
        match name {
            "sort" | "rsort" => all.push(value),
            _ => all.set(key, value),
        }
    }
    Folded::list(all.done())
}
