//! XML request bodies: the root's children become keys, repeated elements become lists.
//!
//! Document type declarations are refused by the parser before anything is expanded or opened.

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

const DEEPEST: usize = 128;
const MOST_NODES: u32 = 200_000;

/// Reads a body. `None` where it is no XML, or more than what is read.
pub fn parse(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    if nested_too_deeply(text) {
        return None;
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).ok()?;
    match read(document.root_element()) {
        map @ Value::Object(_) => Some(map),
        _ => Some(Value::Object(Map::new())),
    }
}

/// The parser's tree is built recursively, so depth is bounded before it sees the text.
fn nested_too_deeply(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'<' {
            continue;
        }
        match bytes.peek() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                depth += 1;
                if closes_itself(&mut bytes) {
                    depth -= 1;
                }
                if depth > DEEPEST {
                    return true;
                }
            }
        }
    }
    false
}

fn closes_itself(bytes: &mut impl Iterator<Item = u8>) -> bool {
    let mut last = 0;
    for byte in bytes {
        if byte == b'>' {
            break;
        }
        last = byte;
    }
    last == b'/'
}

fn read(node: Node<'_, '_>) -> Value {
    let mut map: Map<String, Value> = Map::new();
    for child in node.children().filter(Node::is_element) {
        let value = read(child);
        match map.get_mut(child.tag_name().name()) {
            None => {
                map.insert(child.tag_name().name().to_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    if !map.is_empty() {
        return unwrap_items(map);
    }
    let text: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|child| child.text())
        .collect();
    if text.is_empty() {
        Value::Null
    } else {
        Value::String(text)
    }
}

/// `<street><item>a</item><item>b</item></street>` is a list of two.
fn unwrap_items(mut map: Map<String, Value>) -> Value {
    if map.len() == 1 && matches!(map.get("item"), Some(Value::Array(_))) {
        return map.remove("item").unwrap_or(Value::Null);
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_keys_and_repeated_ones_lists() {
        let body =
            b"<request><a>1</a><b/><s><item>x</item><item>y</item></s><r>1</r><r>2</r></request>";
        let want = json!({"a": "1", "b": null, "s": ["x", "y"], "r": ["1", "2"]});
        assert_eq!(parse(body), Some(want));
    }

    #[test]
    fn bombs_entities_and_broken_text_are_refused() {
        assert_eq!(
            parse(b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
            None
        );
        assert_eq!(parse(b"<a><b></a>"), None);
        assert_eq!(parse(b"hello"), None);
        assert_eq!(parse("<a>".repeat(100_000).as_bytes()), None);
        assert_eq!(parse(b"\xff\xfe<\0a\0"), None);
    }
}
