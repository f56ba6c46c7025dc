//! `version_compare`: PHP's order of version texts.

use std::cmp::Ordering;

/// How two versions stand to each other, as PHP's `version_compare` has it.
pub fn compare_versions(left: &str, right: &str) -> Ordering {
    let (left, right) = (parts(left), parts(right));
    for at in 0..left.len().max(right.len()) {
        let order = match (left.get(at), right.get(at)) {
            (Some(left), Some(right)) => compare_parts(left, right),
            // A number that only one side has makes it the higher; a word is compared with a number.
            (Some(left), None) if starts_with_digit(left) => Ordering::Greater,
            (Some(left), None) => compare_words(left, "#"),
            (None, Some(right)) if starts_with_digit(right) => Ordering::Less,
            (None, Some(right)) => compare_words("#", right),
            (None, None) => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// Whether the comparison holds; none for an operator that PHP does not know.
pub(crate) fn version_holds(left: &str, right: &str, operator: &str) -> Option<bool> {
    let order = compare_versions(left, right);
    Some(match operator {
        "<" | "lt" => order.is_lt(),
        "<=" | "le" => order.is_le(),
        ">" | "gt" => order.is_gt(),
        ">=" | "ge" => order.is_ge(),
        "==" | "eq" => order.is_eq(),
        "!=" | "<>" | "ne" => order.is_ne(),
        _ => return None,
    })
}

/// `1.0rc1` is 1, 0, rc, 1: cut at `.`, `-`, `_`, `+`, and between digits and other characters.
fn parts(version: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    for character in version.chars() {
        if matches!(character, '.' | '-' | '_' | '+') {
            open = false;
            continue;
        }
        match parts.last_mut() {
            Some(part) if open && starts_with_digit(part) == character.is_ascii_digit() => {
                part.push(character);
            }
            _ => parts.push(character.to_string()),
        }
        open = true;
    }
    parts
}

fn starts_with_digit(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_digit())
}

fn compare_parts(left: &str, right: &str) -> Ordering {
    match (starts_with_digit(left), starts_with_digit(right)) {
        (true, true) => compare_numbers(left, right),
        (false, false) => compare_words(left, right),
        (true, false) => compare_words("#", right),
        (false, true) => compare_words(left, "#"),
    }
}

fn compare_numbers(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn compare_words(left: &str, right: &str) -> Ordering {
    rank(left).cmp(&rank(right))
}

/// any word < dev < alpha = a < beta = b < RC = rc < a number (`#`) < pl = p
fn rank(word: &str) -> i8 {
    let known = [
        ("dev", 0),
        ("alpha", 1),
        ("a", 1),
        ("beta", 2),
        ("b", 2),
        ("RC", 3),
        ("rc", 3),
        ("#", 4),
        ("pl", 5),
        ("p", 5),
    ];
    let found = known.iter().find(|(name, _)| word.starts_with(name));
    found.map_or(-1, |(_, rank)| *rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_php_s_order() {
        let rising = [
            "",
            "0.9.9",
            "1",
            "1.0-foo",
            "1.0-dev",
            "1.0a1",
            "1.0.0-alpha2",
            "1.0.0beta",
            "1.0.0-RC1",
        ];
        assert!(
            rising
                .iter()
                .all(|version| compare_versions(version, version).is_eq())
        );
        let pairs = [
            ("", "1.0.0", Ordering::Less),
            ("1", "1.0", Ordering::Less),
            ("1.0", "1.0.0", Ordering::Less),
            ("1.0.9", "1.0.10", Ordering::Less),
            ("1.0.0-dev", "1.0.0", Ordering::Less),
            ("1.0.0-alpha", "1.0.0-beta", Ordering::Less),
            ("1.0.0-rc1", "1.0.0", Ordering::Less),
            ("1.0.0", "1.0.0pl1", Ordering::Less),
            ("1.0.01", "1.0.1", Ordering::Equal),
            ("1-0_0", "1.0.0", Ordering::Equal),
            ("2.0.0", "10.0.0", Ordering::Less),
        ];
        for (left, right, order) in pairs {
            assert_eq!(compare_versions(left, right), order, "{left} and {right}");
            assert_eq!(
                compare_versions(right, left),
                order.reverse(),
                "{right} and {left}"
            );
        }
    }
}
