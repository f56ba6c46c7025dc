//! XML files of modules, parsed within bounds, and where in them a report points.
//!
//! The parser's tree is built recursively: depth, number of elements and of attributes are counted
//! before it sees the text. Document types are refused, so that no entity is expanded or opened.

use std::path::Path;

use ferrite_base::markup::{Tag, markup_end};
use memchr::memmem;
use roxmltree::{Document, Node, ParsingOptions};

use crate::Report;
use crate::file::small;

/// How deep elements may nest.
pub const MAX_DEPTH: usize = 200;
/// How many elements a file may have.
pub const MAX_ELEMENTS: usize = 50_000;
/// How many attributes an element may have.
const MAX_ATTRIBUTES: usize = 64;
/// How many namespaces a file may declare.
const MAX_NAMESPACES: usize = 64;

/// A file's text with the beginnings of its lines.
pub struct Text<'a> {
    text: &'a str,
    file: &'a Path,
    starts: Vec<usize>,
}

impl<'a> Text<'a> {
    /// A file's text; `file` is how reports name it.
    pub fn new(text: &'a str, file: &'a Path) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(ends.map(|end| end + 1)).collect();
        Self { text, file, starts }
    }

    /// How reports name the file.
    pub fn file(&self) -> &'a Path {
        self.file
    }

    /// Line and column of a byte, from 1, the column in characters.
    pub fn position(&self, byte: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts[line - 1];
        let before = self.text.get(start..byte).unwrap_or_default();
        (small(line), small(before.chars().count() + 1))
    }

    /// The line of an element.
    pub fn line(&self, node: Node<'_, '_>) -> u32 {
        self.position(node.range().start).0
    }

    /// A fault at a byte.
    fn fault(&self, byte: usize, message: impl Into<String>, hint: impl Into<String>) -> Report {
        let (line, column) = self.position(byte);
        Report::fault(self.file, message)
            .at(line, column)
            .hint(hint)
    }

    /// A warning at an element.
    pub fn warning(
        &self,
        node: Node<'_, '_>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Report {
        let (line, column) = self.position(node.range().start);
        Report::warning(self.file, message)
            .at(line, column)
            .hint(hint)
    }

    /// The document.
    ///
    /// # Errors
    /// A fault with line and column: it is not well-formed, has a document type, or exceeds a bound.
    pub fn parse(&self) -> Result<Document<'a>, Report> {
        self.within_bounds()?;
        let options = ParsingOptions {
            allow_dtd: false,
            ..ParsingOptions::default()
        };
        Document::parse_with_options(self.text, options).map_err(|error| {
            let position = error.pos();
            let said = error.to_string();
            let place = format!(" at {}:{}", position.row, position.col);
            let said = said.strip_suffix(&place).unwrap_or(&said);
            let said: String = said.chars().take(200).collect();
            Report::fault(self.file, format!("The XML is not well-formed: {said}."))
                .at(position.row, position.col)
                .hint("Correct the XML here, or just before.")
        })
    }

    fn within_bounds(&self) -> Result<(), Report> {
        let all = self.text.as_bytes();
        let mut at = 0;
        let (mut depth, mut elements, mut namespaces) = (0_usize, 0_usize, 0_usize);
        while let Some(found) = memchr::memchr(b'<', &all[at..]) {
            let open = at + found;
            let rest = &all[open + 1..];
            if let Some(end) = markup_end(rest) {
                let found = memmem::find(rest, end).map_or(rest.len(), |at| at + end.len());
                at = open + 1 + found;
            } else if rest.starts_with(b"!") {
                let message = "The file has a document type, which is not read.";
                return Err(self.fault(open, message, "Remove <!DOCTYPE …> with its entities."));
            } else if rest.starts_with(b"/") {
                depth = depth.saturating_sub(1);
                at = open + 1;
            } else {
                let tag = Tag::read(rest);
                elements += 1;
                depth += usize::from(!tag.closes_itself);
                namespaces += memmem::find_iter(&rest[..tag.length], b"xmlns").count();
                if let Some((message, hint)) = exceeded(depth, elements, &tag, namespaces) {
                    return Err(self.fault(open, message, hint));
                }
                at = open + 1 + tag.length;
            }
        }
        Ok(())
    }
}

fn exceeded(
    depth: usize,
    elements: usize,
    tag: &Tag,
    namespaces: usize,
) -> Option<(String, &'static str)> {
    if depth > MAX_DEPTH {
        let message = format!("Elements are nested deeper than {MAX_DEPTH}.");
        return Some((message, "Nest them less deep."));
    }
    if elements > MAX_ELEMENTS {
        let message = format!("The file has more than {MAX_ELEMENTS} elements.");
        return Some((message, "Split the file among several modules."));
    }
    if tag.attributes > MAX_ATTRIBUTES {
        let message = format!("The element has more than {MAX_ATTRIBUTES} attributes.");
        return Some((message, "Remove those that have no meaning here."));
    }
    (namespaces > MAX_NAMESPACES).then(|| {
        let message = format!("The file declares more than {MAX_NAMESPACES} namespaces.");
        (message, "Declare xmlns:xsi once, at the root.")
    })
}

/// The child elements with a name.
pub fn named<'a, 'input>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// All text directly in an element, trimmed.
pub fn content(node: Node<'_, '_>) -> String {
    let parts = node.children().filter(Node::is_text);
    let text: String = parts.filter_map(|part| part.text()).collect();
    text.trim().to_owned()
}

/// Whether this is a namespaced attribute such as `xsi:noNamespaceSchemaLocation`.
pub fn is_foreign(attribute: &roxmltree::Attribute<'_, '_>) -> bool {
    attribute.namespace().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Report {
        let text = Text::new(text, Path::new("etc/acl.xml"));
        text.parse().map(|_| ()).unwrap_err()
    }

    #[test]
    fn what_is_not_well_formed_says_where() {
        let report = fault("<a>\n  <b></c>\n</a>");
        assert_eq!((report.line, report.column.is_some()), (Some(2), true));
        for text in [
            "",
            "hello",
            "<a",
            "<a></a><b/>",
            "<a>&nope;</a>",
            "<a b=1/>",
        ] {
            let report = fault(text);
            assert!(
                report.line.is_some() && report.is_fault(),
                "{text}: {report}"
            );
        }
    }

    #[test]
    fn bombs_are_refused_where_they_begin() {
        let bomb = "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>";
        let report = fault(bomb);
        assert_eq!((report.line, report.column), (Some(2), Some(1)));
        let deep = format!("{}\n{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
        assert_eq!(fault(&deep).column, Some(601));
        let unclosed = "<a>".repeat(1_000_000);
        assert_eq!(fault(&unclosed).line, Some(1));
        let many = format!("<a>{}</a>", "<b/>\n".repeat(100_000));
        assert_eq!(fault(&many).line, Some(50_000));
        let wide: String = (0..1000).map(|n| format!(" a{n}=''")).collect();
        assert!(fault(&format!("<a{wide}/>")).message.contains("attributes"));
        let spaces: String = (0..100).map(|n| format!("<a xmlns:a{n}='u'/>")).collect();
        assert!(
            fault(&format!("<r>{spaces}</r>"))
                .message
                .contains("namespaces")
        );
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let text = Text::new("ä<a/>\r\nöb", Path::new("x"));
        assert_eq!(text.position(0), (1, 1));
        assert_eq!(text.position(2), (1, 2));
        assert_eq!(text.position(8), (2, 1));
        assert_eq!(text.position(10), (2, 2));
        assert_eq!(text.position(99).0, 2);
    }
}
