//! XML request bodies: the root's children become keys, repeated elements become lists.
//!
//! Document type declarations are refused by the parser before anything is expanded or opened.

use ferrite_base::markup::{Tag, markup_end};
use memchr::memmem;
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

const DEEPEST: usize = 128;
const MOST_NODES: u32 = 200_000;
const MOST_ATTRIBUTES: usize = 100;
const MOST_NAMESPACES: usize = 64;

/// Reads a body: an object, or a list where the root has nothing but several `item`s. `None` where it is no XML, or more than what is read.
pub fn parse(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    if is_too_much(text) {
        return None;
    }
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).ok()?;
    match read(document.root_element()) {
        Value::Null | Value::String(_) => Some(Value::Object(Map::new())),
        read => Some(read),
    }
}

/// The parser's tree is built recursively, and the attributes of an element are compared each with
/// each: both are bounded before it sees the text. Comments, sections and quoted values are skipped
/// as the parser skips them, so that nothing in them passes for the end of an element.
fn is_too_much(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if memmem::find_iter(rest, b"xmlns")
        .nth(MOST_NAMESPACES)
        .is_some()
    {
        return true;
    }
    let mut depth = 0_usize;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        if let Some(end) = markup_end(rest) {
            rest = memmem::find(rest, end).map_or(&[], |at| &rest[at + end.len()..]);
        } else if rest.starts_with(b"/") {
            depth = depth.saturating_sub(1);
        } else {
            let tag = Tag::read(rest);
            rest = &rest[tag.length..];
            depth += usize::from(!tag.closes_itself);
            if depth > DEEPEST || tag.attributes > MOST_ATTRIBUTES {
                return true;
            }
        }
    }
    false
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
        let list = parse(b"<request><item><a>1</a></item><item>x</item></request>");
        assert_eq!(list, Some(json!([{"a": "1"}, "x"])));
        assert_eq!(parse(b"<request>x</request>"), Some(json!({})));
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

    #[test]
    fn depth_is_bounded_whatever_hides_it() {
        for element in [
            "<a>",
            "<a b=\"/>\">",
            "<a b='/'>",
            "<a><!--</a>-->",
            "<a><?x </a>?>",
            "<a><![CDATA[</a>]]>",
        ] {
            let body = format!("{}{}", element.repeat(100_000), "</a>".repeat(100_000));
            assert_eq!(parse(body.as_bytes()), None, "{element}");
            let flat = format!("<r>{}</r>", format!("{element}</a>").repeat(200));
            assert!(parse(flat.as_bytes()).is_some(), "{element}");
        }
    }

    #[test]
    fn attributes_and_namespaces_are_bounded() {
        let many: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert_eq!(parse(format!("<a{many}/>").as_bytes()), None);
        let spaces: String = (0..100).map(|n| format!("<a xmlns:a{n}=\"u\"/>")).collect();
        assert_eq!(parse(format!("<r>{spaces}</r>").as_bytes()), None);
        assert!(parse(b"<r a=\"1\" xmlns:xsi=\"u\" xsi:nil=\"true\"><b>=======</b></r>").is_some());
    }
}
