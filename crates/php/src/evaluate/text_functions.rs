//! PHP's own functions that take texts and give one.

use std::rc::Rc;

use super::Evaluator;
use super::arguments::Arguments;
use super::folded::{Folded, List};
use super::plain::plain;
use crate::parse::Node;

impl Evaluator<'_> {
    pub(super) fn of_texts(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Option<Folded>> {
        Some(match name {
            "implode" | "join" => self.imploded(arguments, at),
            "explode" => {
                let (separator, text) = (
                    arguments.text(0, "separator")?,
                    arguments.text(1, "string")?,
                );
                if separator.is_empty() || arguments.get(2, "limit").is_some() {
                    return Some(None);
                }
                let parts = text.matches(&*separator).count();
                if !self.steps_taken(parts, at.at) || !self.room(text.len(), at.at) {
                    return Some(None);
                }
                Some(Folded::list(List::of(
                    text.split(&*separator).map(Folded::text),
                )))
            }
            "sprintf" => {
                let format = arguments.text(0, "format")?;
                let values: Vec<Folded> = arguments.positional.iter().skip(1).cloned().collect();
                self.printed(&format, &values, at)
            }
            "vsprintf" => {
                let format = arguments.text(0, "format")?;
                let values = arguments.list(1, "values")?;
                let values: Vec<Folded> = values
                    .entries
                    .iter()
                    .map(|(_, value)| value.clone())
                    .collect();
                self.printed(&format, &values, at)
            }
            "str_replace" => self.replaced(arguments, at),
            _ => {
                let text = arguments.text(0, "string")?;
                let times = arguments.known(1, "times").to_number()?.max(0.0) as usize;
                self.room(text.len().saturating_mul(times), at.at)
                    .then(|| Folded::text(text.repeat(times)))
            }
        })
    }

    fn imploded(&mut self, arguments: &Arguments, at: &Rc<Node>) -> Option<Folded> {
        let first = arguments.known(0, "separator");
        let (separator, list) = match (first, arguments.get(1, "array")) {
            (Folded::Array(list), None) => (Rc::from(""), list),
            (Folded::Array(list), Some(separator)) => (separator.to_text()?, list),
            (separator, Some(Folded::Array(list))) => (separator.to_text()?, list),
            _ => return None,
        };
        let texts: Vec<Rc<str>> = list
            .entries
            .iter()
            .map(|(_, value)| value.to_text())
            .collect::<Option<_>>()?;
        let length = texts.iter().map(|text| text.len() + separator.len()).sum();
        self.room(length, at.at)
            .then(|| Folded::text(texts.join(&*separator)))
    }

    /// `str_replace` of one text, or of a list of them by one or by a list.
    fn replaced(&mut self, arguments: &Arguments, at: &Rc<Node>) -> Option<Folded> {
        let mut text = arguments.text(2, "subject")?.to_string();
        let search = match arguments.known(0, "search") {
            Folded::Array(list) => list
                .entries
                .iter()
                .map(|(_, value)| value.to_text())
                .collect::<Option<Vec<_>>>()?,
            search => vec![search.to_text()?],
        };
        let replace = arguments.known(1, "replace");
        for (index, search) in search.iter().enumerate() {
            let replace = match &replace {
                Folded::Array(list) => list
                    .entries
                    .get(index)
                    .map_or(Some("".into()), |(_, value)| value.to_text())?,
                replace => replace.to_text()?,
            };
            if search.is_empty() {
                continue;
            }
            let length = text.len()
                + text
                    .matches(&**search)
                    .count()
                    .saturating_mul(replace.len());
            if !self.room(length, at.at) {
                return None;
            }
            text = text.replace(&**search, &replace);
        }
        Some(Folded::text(text))
    }

    /// Functions of one text to one that is hardly longer.
    pub(super) fn of_text(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Option<Folded>> {
        let known = [
            "dirname",
            "basename",
            "realpath",
            "strtolower",
            "strtoupper",
            "ucfirst",
            "lcfirst",
            "ucwords",
            "trim",
            "ltrim",
            "rtrim",
            "chop",
            "strlen",
            "strval",
            "substr",
            "strpos",
            "str_contains",
            "str_starts_with",
            "str_ends_with",
            "intval",
        ];
        if !known.contains(&name) {
            return None;
        }
        let Some(text) = arguments
            .positional
            .first()
            .or(arguments.named.first().map(|(_, value)| value))
            .and_then(Folded::to_text)
        else {
            return Some(None);
        };
        if !self.room(text.len(), at.at) {
            return Some(None);
        }
        Some(plain(name, &text, arguments))
    }
}
