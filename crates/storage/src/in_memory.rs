//! The same search over things that are in memory: fixed lists, and scoped values that no column
//! holds. Conditions, comparison, sorting and paging are those of [`Collection::search`].
//!
//! [`Collection::search`]: crate::Collection::search

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

use crate::{Direction, Error, FieldKind, Filter, Page, Result, Scalar, Search, Value, fold};

/// What a field is in one thing: its kind, and its value where it has one.
pub type Cell = (FieldKind, Option<Scalar>);

/// Finds a page. `cell` gives a field of a thing, none where there is no such field.
pub fn search<T: Clone>(
    things: &[T],
    search: &Search,
    cell: impl Fn(&T, &str) -> Option<Cell>,
) -> Result<Page<T>> {
    let mut found = Vec::new();
    for thing in things {
        let mut holds = true;
        for group in search.groups.iter().filter(|group| !group.is_empty()) {
            holds &= group_holds(group, |name| {
                cell(thing, name).ok_or_else(|| Error::UnknownField(name.to_owned()))
            })?;
        }
        if holds {
            found.push(thing);
        }
    }
    for sort in search.sort.iter().rev() {
        if let Some(thing) = things.first()
            && cell(thing, &sort.field).is_none()
        {
            return Err(Error::UnknownField(sort.field.clone()));
        }
        let key = |thing: &T| cell(thing, &sort.field).and_then(|(_, value)| value);
        found.sort_by(|one, two| {
            let order = compare(key(one).as_ref(), key(two).as_ref());
            match sort.direction {
                Direction::Ascending => order,
                Direction::Descending => order.reverse(),
            }
        });
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let items = match search.page_size.filter(|size| *size != 0) {
        None => found.into_iter().cloned().collect(),
        Some(size) => {
            let size = usize::try_from(size.max(1)).unwrap_or(usize::MAX);
            let page = usize::try_from(search.page.max(1) - 1).unwrap_or(usize::MAX);
            let skipped = page.saturating_mul(size);
            found
                .into_iter()
                .skip(skipped)
                .take(size)
                .cloned()
                .collect()
        }
    };
    Ok(Page { items, total })
}

/// Nothing comes before everything, as in both engines.
fn compare(one: Option<&Scalar>, two: Option<&Scalar>) -> Ordering {
    match (one, two) {
        (Some(Scalar::Int(one)), Some(Scalar::Int(two))) => one.cmp(two),
        (Some(Scalar::Text(one)), Some(Scalar::Text(two))) => fold::fold(one).cmp(&fold::fold(two)),
        (one, two) => one.is_some().cmp(&two.is_some()),
    }
}

fn group_holds(group: &[Filter], cell: impl Fn(&str) -> Result<Cell>) -> Result<bool> {
    let mut any = false;
    for filter in group {
        let pair = |name: &str| {
            let mut others = group.iter();
            others.find(|other| other.field == filter.field && other.condition == name)
        };
        let (kind, value) = cell(&filter.field)?;
        any |= match filter.condition.as_str() {
            "to" if pair("from").is_some() => continue,
            "from" if let Some(end) = pair("to") => {
                holds(kind, value.as_ref(), filter) && holds(kind, value.as_ref(), end)
            }
            _ => holds(kind, value.as_ref(), filter),
        };
    }
    Ok(any)
}

fn holds(kind: FieldKind, value: Option<&Scalar>, filter: &Filter) -> bool {
    let Some(value) = value else {
        let empty = filter.value.is_empty() && filter.condition == "seq";
        return filter.condition == "null" || empty;
    };
    let bound = |text: &str| crate::search::bound(kind, text);
    let held = value.clone().into_column();
    let order = |text: &str| order(&held, &bound(text));
    let text = match &held {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        _ => String::new(),
    };
    match filter.condition.as_str() {
        "neq" => order(&filter.value).is_ne(),
        "gt" => order(&filter.value).is_gt(),
        "gteq" | "from" => order(&filter.value).is_ge(),
        "lt" => order(&filter.value).is_lt(),
        "lteq" | "to" => order(&filter.value).is_le(),
        "like" => like(&filter.value, &text),
        "nlike" => !like(&filter.value, &text),
        "fulltext" => like(&format!("%{}%", filter.value), &text),
        "in" => filter.value.split(',').any(|part| order(part).is_eq()),
        "nin" => !filter.value.split(',').any(|part| order(part).is_eq()),
        "null" => false,
        "notnull" => true,
        "seq" if filter.value.is_empty() => false,
        "sneq" if filter.value.is_empty() => true,
        "sneq" => order(&filter.value).is_ne(),
        "finset" => in_set(&text, &filter.value),
        "nfinset" => !in_set(&text, &filter.value),
        "regexp" => matches_pattern(&filter.value, &text),
        _ => order(&filter.value).is_eq(),
    }
}

fn order(held: &Value, bound: &Value) -> Ordering {
    match (held, bound) {
        (Value::Int(held), Value::Int(bound)) => held.cmp(bound),
        (Value::Text(held), Value::Text(bound)) => held.cmp(bound),
        _ => Ordering::Less,
    }
}

fn in_set(list: &str, wanted: &str) -> bool {
    let wanted = fold::fold(wanted);
    list.split(',').any(|part| part == wanted)
}

/// `%` stands for anything, `_` for one character; a backslash escapes, as in MySQL.
fn like(pattern: &str, text: &str) -> bool {
    let folded = fold::fold(pattern);
    let mut expression = String::from("(?s)^");
    let mut letters = folded.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            '\\' => {
                let next = letters.next().unwrap_or('\\');
                expression.push_str(&regex::escape(&next.to_string()));
            }
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    expression.push('$');
    Regex::new(&expression).is_ok_and(|expression| expression.is_match(text))
}

fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut builder = RegexBuilder::new(pattern);
    let built = builder.case_insensitive(true).size_limit(1 << 20).build();
    pattern.len() <= crate::search::LONGEST_PATTERN
        && built.is_ok_and(|expression| expression.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sort;

    fn found(condition: &str, value: &str) -> Vec<&'static str> {
        let things = ["Alpha", "beta", "Gamma%", ""];
        let filter = Filter {
            field: "name".to_owned(),
            condition: condition.to_owned(),
            value: value.to_owned(),
        };
        let asked = Search {
            groups: vec![vec![filter]],
            sort: vec![Sort {
                field: "name".to_owned(),
                direction: Direction::Descending,
            }],
            ..Search::default()
        };
        let cell = |thing: &&'static str, name: &str| {
            let value = (!thing.is_empty()).then(|| Scalar::from(*thing));
            (name == "name").then_some((FieldKind::Text, value))
        };
        search(&things, &asked, cell).unwrap().items
    }

    #[test]
    fn conditions_answer_as_the_engines_do() {
        assert_eq!(found("eq", "ALPHA"), ["Alpha"]);
        assert_eq!(found("neq", "alpha"), ["Gamma%", "beta"]);
        assert_eq!(found("like", "%a%"), ["Gamma%", "beta", "Alpha"]);
        assert_eq!(found("like", "gamma\\%"), ["Gamma%"]);
        assert_eq!(found("like", "_eta"), ["beta"]);
        assert_eq!(found("in", "beta,alpha"), ["beta", "Alpha"]);
        assert_eq!(found("null", ""), [""]);
        assert_eq!(found("gt", "b"), ["Gamma%", "beta"]);
        assert_eq!(found("regexp", "^[ab]"), ["beta", "Alpha"]);
    }

    #[test]
    fn unknown_fields_are_named_and_pages_are_cut() {
        let things: Vec<i64> = (1..=5).collect();
        let cell = |thing: &i64, name: &str| {
            (name == "id").then(|| (FieldKind::Int, Some(Scalar::from(*thing))))
        };
        let page = |size: i64, page: i64| {
            let asked = Search {
                page_size: Some(size),
                page,
                ..Search::default()
            };
            search(&things, &asked, cell).unwrap()
        };
        assert_eq!((page(2, 3).items, page(2, 3).total), (vec![5], 5));
        assert_eq!(page(-1, 1).items, [1]);
        assert_eq!(page(2, i64::MAX).items, Vec::<i64>::new());
        let asked = Search {
            sort: vec![Sort {
                field: "no".to_owned(),
                direction: Direction::Ascending,
            }],
            ..Search::default()
        };
        let refused = search(&things, &asked, cell).unwrap_err();
        assert_eq!(refused, Error::UnknownField("no".to_owned()));
    }
}
