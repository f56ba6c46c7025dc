//! PHP's functions of one text that give one value.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::Folded;
use super::functions::number;
use super::paths;

/// None where an argument cannot be told.
pub(super) fn plain(name: &str, text: &str, arguments: &Arguments) -> Option<Folded> {
    let second = || arguments.text(1, "characters");
    let needle = || arguments.text(1, "needle");
    let set = |characters: Option<Rc<str>>| {
        let characters = characters.unwrap_or_else(|| " \n\r\t\u{b}\0".into());
        move |character: char| characters.contains(character)
    };
    Some(match name {
        "dirname" => {
            let levels = match arguments.get(1, "levels") {
                None => 1,
                Some(Folded::Int(levels)) => levels,
                Some(_) => return None,
            };
            Folded::text(paths::dirname(text, levels))
        }
        "basename" => Folded::text(paths::basename(
            text,
            &arguments.text(1, "suffix").unwrap_or_default(),
        )),
        "realpath" => Folded::text(paths::normal(text)),
        "strtolower" => Folded::text(text.to_ascii_lowercase()),
        "strtoupper" => Folded::text(text.to_ascii_uppercase()),
        "ucfirst" => Folded::text(first_letter(text, |first| first.to_ascii_uppercase())),
        "lcfirst" => Folded::text(first_letter(text, |first| first.to_ascii_lowercase())),
        "ucwords" if arguments.get(1, "separators").is_none() => {
            let words = text
                .split(' ')
                .map(|word| first_letter(word, |first| first.to_ascii_uppercase()));
            Folded::text(words.collect::<Vec<_>>().join(" "))
        }
        "trim" => Folded::text(text.trim_matches(set(second()))),
        "ltrim" => Folded::text(text.trim_start_matches(set(second()))),
        "rtrim" | "chop" => Folded::text(text.trim_end_matches(set(second()))),
        "strlen" => number(text.len()),
        "strval" => Folded::text(text),
        "intval" => Folded::Int(text.trim().parse().ok()?),
        "strpos" => match text.find(&*needle()?) {
            Some(at) => number(at),
            None => Folded::Bool(false),
        },
        "str_contains" => Folded::Bool(text.contains(&*needle()?)),
        "str_starts_with" => Folded::Bool(text.starts_with(&*needle()?)),
        "str_ends_with" => Folded::Bool(text.ends_with(&*needle()?)),
        "substr" => substring(text, arguments)?,
        _ => return None,
    })
}

fn substring(text: &str, arguments: &Arguments) -> Option<Folded> {
    let length = i64::try_from(text.len()).ok()?;
    let Folded::Int(offset) = arguments.known(1, "offset") else {
        return None;
    };
    let start = if offset < 0 {
        length.saturating_add(offset).max(0)
    } else {
        offset.min(length)
    };
    let end = match arguments.get(2, "length") {
        None | Some(Folded::Null) => length,
        Some(Folded::Int(count)) if count < 0 => length.saturating_add(count),
        Some(Folded::Int(count)) => start.saturating_add(count).min(length),
        Some(_) => return None,
    };
    let (start, end) = (
        usize::try_from(start).ok()?,
        usize::try_from(end.max(start)).ok()?,
    );
    text.get(start..end).map(Folded::text)
}

fn first_letter(text: &str, change: impl Fn(char) -> char) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .into_iter()
        .map(change)
        .chain(characters)
        .collect()
}
