//! From what was typed to a command: whole names, unique abbreviations, and what was meant perhaps.

use anyhow::{Result, bail};

use super::{Command, output};

/// The command that a name or an abbreviation stands for.
pub fn command(all: &[&'static dyn Command], typed: &str) -> Result<&'static dyn Command> {
    if let Some(exact) = all.iter().find(|command| command.name() == typed) {
        return Ok(*exact);
    }
    let names: Vec<&str> = all.iter().map(|command| command.name()).collect();
    let fitting = |fold: bool| -> Vec<&'static dyn Command> {
        let fits = |command: &&&dyn Command| abbreviates(typed, command.name(), fold);
        all.iter().filter(fits).copied().collect()
    };
    let mut found = fitting(false);
    if found.is_empty() {
        found = fitting(true);
    }
    let parts = typed.split(':').count();
    let whole = |command: &&dyn Command| command.name().split(':').count() == parts;
    if !found.iter().any(whole) {
        if let Some((namespace, _)) = typed.rsplit_once(':') {
            self::namespace(&names, namespace)?;
        }
        bail!(
            "Command \"{typed}\" is not defined.{}",
            suggestion(&alternatives(typed, &names))
        );
    }
    match found.as_slice() {
        [one] => Ok(*one),
        _ => bail!(
            "Command \"{typed}\" is ambiguous.\nDid you mean one of these?\n{}.",
            listed(&found)
        ),
    }
}

/// The namespace that a name or an abbreviation stands for.
pub fn namespace(names: &[&str], typed: &str) -> Result<String> {
    let all = namespaces(names);
    if all.contains(&typed) {
        return Ok(typed.to_owned());
    }
    let found: Vec<&str> = all
        .iter()
        .copied()
        .filter(|one| abbreviates(typed, one, false))
        .collect();
    match found.as_slice() {
        [] => bail!(
            "There are no commands defined in the \"{typed}\" namespace.{}",
            suggestion(&alternatives(typed, &all))
        ),
        [one] => Ok((*one).to_owned()),
        several => {
            let lines: Vec<String> = several.iter().map(|one| format!("    {one}")).collect();
            bail!(
                "The namespace \"{typed}\" is ambiguous.\nDid you mean one of these?\n{}.",
                lines.join("\n")
            )
        }
    }
}

/// What stands before a colon in some name, each once.
fn namespaces<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in names {
        for (at, _) in name.match_indices(':') {
            let namespace = name.get(..at).unwrap_or_default();
            if !all.contains(&namespace) {
                all.push(namespace);
            }
        }
    }
    all
}

/// Whether each part of what was typed begins the part of a name at the same place.
fn abbreviates(typed: &str, name: &str, fold: bool) -> bool {
    let (typed, name) = if fold {
        (typed.to_lowercase(), name.to_lowercase())
    } else {
        (typed.to_owned(), name.to_owned())
    };
    let mut parts = name.split(':');
    typed
        .split(':')
        .all(|begin| parts.next().is_some_and(|part| part.starts_with(begin)))
}

fn listed(found: &[&dyn Command]) -> String {
    let width = found.iter().map(|one| one.name().len()).max().unwrap_or(0);
    let most = output::width().saturating_sub(10);
    let line = |command: &&dyn Command| {
        let text = format!("{:width$} {}", command.name(), command.description());
        if text.chars().count() <= most {
            return format!("    {text}");
        }
        let cut: String = text.chars().take(most.saturating_sub(3)).collect();
        format!("    {cut}...")
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn suggestion(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("\n\nDid you mean this?\n    {one}"),
        several => format!(
            "\n\nDid you mean one of these?\n    {}",
            several.join("\n    ")
        ),
    }
}

/// Names that are close: as a whole, or in all parts but one.
fn alternatives<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
    let is_near = |name: &&&str| {
        if near(typed, name) {
            return true;
        }
        let wanted: Vec<&str> = typed.split(':').collect();
        let parts: Vec<&str> = name.split(':').collect();
        let hits = wanted.iter().zip(&parts);
        let hits = hits.filter(|(wanted, part)| near(wanted, part)).count();
        hits > 0 && hits + 1 >= wanted.len()
    };
    let mut close: Vec<&str> = names.iter().filter(is_near).copied().collect();
    close.sort_unstable();
    close
}

/// At most a third of the letters are wrong, or the one stands in the other.
fn near(typed: &str, name: &str) -> bool {
    !typed.is_empty() && (name.contains(typed) || distance(typed, name) * 3 <= typed.len())
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (done, letter) in one.chars().enumerate() {
        let mut next = vec![done + 1];
        for (other, (&above, &diagonal)) in two.iter().zip(row.iter().skip(1).zip(&row)) {
            let left = next.last().copied().unwrap_or(0);
            let changed = diagonal + usize::from(letter != *other);
            next.push(changed.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = [
        "cache:clean",
        "cache:flush",
        "config:set",
        "help",
        "setup:db:status",
    ];

    #[test]
    fn abbreviations_are_begun_part_by_part() {
        assert!(abbreviates("c:c", "cache:clean", false));
        assert!(abbreviates("s:d:s", "setup:db:status", false));
        assert!(abbreviates("s:d", "setup:db:status", false));
        assert!(!abbreviates("c:c", "cache:flush", false));
        assert!(!abbreviates("C:C", "cache:clean", false));
        assert!(abbreviates("C:C", "cache:clean", true));
        assert!(!abbreviates("help:me", "help", false));
    }

    #[test]
    fn close_names_are_offered_and_far_ones_not() {
        assert_eq!(
            alternatives("cache:claen", &NAMES),
            ["cache:clean", "cache:flush"]
        );
        assert_eq!(alternatives("hlep", &NAMES), [""; 0]);
        assert_eq!(alternatives("halp", &NAMES), ["help"]);
        assert_eq!(alternatives("foo:bar", &NAMES), [""; 0]);
    }

    #[test]
    fn namespaces_are_found_and_refused() {
        assert_eq!(namespace(&NAMES, "setup:d").unwrap(), "setup:db");
        let refused = namespace(&NAMES, "foo").unwrap_err().to_string();
        assert_eq!(
            refused,
            "There are no commands defined in the \"foo\" namespace."
        );
        let refused = namespace(&NAMES, "c").unwrap_err().to_string();
        assert!(refused.ends_with("    cache\n    config."), "{refused}");
    }

    #[test]
    fn distances_are_counted_in_letters() {
        assert_eq!(distance("claen", "clean"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
