//! Query strings as PHP reads them: `a[b][0][c]=1` nests, `a[]=1` appends, `+` is a space.
//!
//! A later value of a name replaces an earlier one; a name that is once a value and once a map is
//! what it was last. Nesting deeper than 64 and more than 1,000 pairs are refused, where PHP drops
//! them in silence.

use ferrite_base::Fault;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

const MOST_PAIRS: usize = 1_000;
const DEEPEST: usize = 64;
const LONGEST: usize = 64 * 1024;

/// Reads the part of an address after the `?`.
pub fn parse(query: &str) -> Result<Map<String, Value>, Fault> {
    let mut out = Map::new();
    if query.len() > LONGEST {
        return Err(Fault::invalid("The query string is too long."));
    }
    for (count, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= MOST_PAIRS {
            return Err(Fault::invalid("The query string has too many parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        let path = split(&name)?;
        if let Some((first, rest)) = path.split_first() {
            put(&mut out, first, rest, value);
        }
    }
    Ok(out)
}

fn decode(text: &str) -> Result<String, Fault> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Fault::invalid("The query string is not valid UTF-8."))
}

/// `a[b][0]` as `a`, `b`, `0`; an unclosed bracket is part of the name, as in PHP (with `_`).
fn split(name: &str) -> Result<Vec<String>, Fault> {
    let name = name.trim_start_matches(' ');
    let Some((head, mut rest)) = name
        .find('[')
        .filter(|at| *at > 0)
        .map(|at| name.split_at(at))
    else {
        return Ok(vec![name.replace([' ', '.', '['], "_")]);
    };
    let mut path = vec![head.replace([' ', '.'], "_")];
    while let Some(inner) = rest.strip_prefix('[') {
        let Some((key, after)) = inner.split_once(']') else {
            if path.len() == 1 {
                return Ok(vec![name.replace([' ', '.', '['], "_")]);
            }
            break;
        };
        path.push(key.to_owned());
        rest = after;
        if path.len() > DEEPEST {
            return Err(Fault::invalid("The query string is nested too deeply."));
        }
    }
    Ok(path)
}

fn put(map: &mut Map<String, Value>, key: &str, rest: &[String], value: String) {
    let key = if key.is_empty() {
        next_index(map)
    } else {
        key.to_owned()
    };
    match rest.split_first() {
        None => {
            map.insert(key, Value::String(value));
        }
        Some((next, rest)) => {
            let entry = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if !entry.is_object() {
                *entry = Value::Object(Map::new());
            }
            if let Value::Object(inner) = entry {
                put(inner, next, rest, value);
            }
        }
    }
}

/// The index that PHP gives to `[]`: one above the highest so far.
fn next_index(map: &Map<String, Value>) -> String {
    let highest = map.keys().filter_map(|key| key.parse::<u64>().ok()).max();
    highest
        .map_or(0, |index| index.saturating_add(1))
        .to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn brackets_nest_and_gaps_are_kept() {
        let query = "searchCriteria%5Bfilter_groups%5D[5][filters][9][field]=a+b&s[]=x&s[]=y&c";
        let read = parse(query).unwrap();
        assert_eq!(
            Value::Object(read),
            json!({"searchCriteria": {"filter_groups": {"5": {"filters": {"9": {"field": "a b"}}}}},
                   "s": {"0": "x", "1": "y"}, "c": ""})
        );
    }

    #[test]
    fn the_last_value_wins_whatever_its_shape() {
        assert_eq!(
            Value::Object(parse("a=1&a[b]=2").unwrap()),
            json!({"a": {"b": "2"}})
        );
        assert_eq!(
            Value::Object(parse("a[b]=2&a=1").unwrap()),
            json!({"a": "1"})
        );
    }

    #[test]
    fn size_depth_and_bad_text_are_refused() {
        assert!(parse(&"a=1&".repeat(1_001)).is_err());
        assert!(parse(&format!("a{}=1", "[a]".repeat(65))).is_err());
        assert!(parse("a=%ff").is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(query in "\\PC{0,200}") {
            let _ = parse(&query);
        }
    }
}
