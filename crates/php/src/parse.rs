//! From bytes to a tree of our own that the rest of the crate walks.
//!
//! tree-sitter parses with an explicit stack and goes on after errors, so the tree is usable around them;
//! [`Script::errors`] says where they are. Its tree is copied by a cursor, which counts depth, into nodes
//! that are shared by count: a method's body can be kept while other files are read.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::LazyLock;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Tree, TreeCursor};

use crate::names::Names;
use crate::problem::{Position, Problem};

/// Kept, since the names of kinds and fields live as long as it does.
static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_php::LANGUAGE_PHP.into());

/// The names of kinds by their ids: the library measures and checks a name each time it is asked for.
static KINDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let ids = 0..=u16::MAX;
    let names = ids.take(LANGUAGE.node_kind_count());
    names
        .map(|id| LANGUAGE.node_kind_for_id(id).unwrap_or(""))
        .collect()
});

thread_local! {
    /// A parser keeps its stacks and its pool of nodes from file to file.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// How many bytes a file may have.
pub const MAX_BYTES: usize = 1 << 20;
/// How deep a file's syntax tree may be.
pub const MAX_DEPTH: usize = 256;
/// How many brackets may be open, counted without regard to texts: a file far beyond [`MAX_DEPTH`] is not
/// even parsed.
const MAX_BRACKETS: usize = 4096;
/// How often the parser may report progress, which it does about every hundred steps. A file of
/// [`MAX_BYTES`] with a token every two bytes stays below it.
const MAX_PROGRESS: usize = 60_000;
/// How many errors of one file are told.
const MAX_ERRORS: usize = 20;

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) text: Rc<str>,
    pub(crate) root: Rc<Node>,
    pub(crate) names: Rc<Names>,
    errors: Vec<Problem>,
}

/// A node of the syntax tree: tree-sitter-php's kinds and field names.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: &'static str,
    pub(crate) field: Option<&'static str>,
    /// It, or something in it, does not parse.
    pub(crate) broken: bool,
    pub(crate) at: Position,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Named ones, and those under a field name (operators); comments left out.
    pub(crate) children: Vec<Rc<Node>>,
}

impl Node {
    pub(crate) fn field(&self, name: &str) -> Option<&Rc<Node>> {
        self.children.iter().find(|child| child.field == Some(name))
    }

    pub(crate) fn first(&self) -> Option<&Rc<Node>> {
        self.children.first()
    }

    pub(crate) fn of_kind(&self, kind: &str) -> Option<&Rc<Node>> {
        self.children.iter().find(|child| child.kind == kind)
    }

    pub(crate) fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl Script {
    /// Parses a file. Errors of syntax do not fail it, see [`Script::errors`].
    ///
    /// # Errors
    /// The file is too large, is UTF-16, nests too deep, or keeps the parser too long.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let start = Position { line: 1, column: 1 };
        if bytes.len() > MAX_BYTES {
            let message = format!("the file has more than {MAX_BYTES} bytes");
            return Err(Problem::new(start, message, "split it"));
        }
        let text = decode(bytes)?;
        if let Some(at) = beyond_all_bounds(&text) {
            return Err(too_deep(at));
        }
        let Some(tree) = syntax_tree(&text) else {
            let message = "the file is too intricate to be parsed";
            return Err(Problem::new(
                start,
                message,
                "remove what PHP would not parse either",
            ));
        };
        let (root, errors) = copy(&tree, &text)?;
        let names = Rc::new(Names::of(&root, &text));
        Ok(Self {
            text: text.into(),
            root,
            names,
            errors,
        })
    }

    /// A file without anything in it.
    pub(crate) fn empty() -> Self {
        let at = Position { line: 1, column: 1 };
        let root = Node {
            kind: "program",
            field: None,
            broken: false,
            at,
            start: 0,
            end: 0,
            children: Vec::new(),
        };
        Self {
            text: "".into(),
            root: Rc::new(root),
            names: Rc::default(),
            errors: Vec::new(),
        }
    }

    /// Where the file does not parse, at most the first twenty places.
    pub fn errors(&self) -> &[Problem] {
        &self.errors
    }

    /// Whether the file does not parse somewhere.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

fn decode(bytes: &[u8]) -> Result<String, Problem> {
    let start = Position { line: 1, column: 1 };
    let pair = |at: usize, zero: usize| bytes.get(at) == Some(&b'<') && bytes.get(zero) == Some(&0);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || pair(0, 1) || pair(1, 0)
    {
        return Err(Problem::new(
            start,
            "the file is UTF-16",
            "save it as UTF-8 without a BOM",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

fn too_deep(at: Position) -> Problem {
    let message = format!("the code nests deeper than {MAX_DEPTH} levels");
    Problem::new(at, message, "nest it less deep")
}

/// Where more brackets are open than any readable file has.
fn beyond_all_bounds(text: &str) -> Option<Position> {
    let mut open = 0_usize;
    let mut at = Position { line: 1, column: 1 };
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_BRACKETS {
            return Some(at);
        }
        at.column += 1;
        if byte == b'\n' {
            at = Position {
                line: at.line + 1,
                column: 1,
            };
        }
    }
    None
}

fn syntax_tree(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        if parser.language().is_none() {
            parser.set_language(&LANGUAGE).ok()?;
        }
        // One that gave up on a file would go on with it.
        parser.reset();
        let bytes = text.as_bytes();
        let mut progress = 0;
        let mut bounded = |_: &ParseState| {
            progress += 1;
            if progress > MAX_PROGRESS {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let options = ParseOptions::new().progress_callback(&mut bounded);
        parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or(&[]),
            None,
            Some(options),
        )
    })
}

/// The name of a node's kind.
fn kind(node: &tree_sitter::Node<'_>) -> &'static str {
    // That of what does not parse is no row of the table.
    let known = KINDS.get(usize::from(node.kind_id())).copied();
    known.unwrap_or_else(|| LANGUAGE.node_kind_for_id(node.kind_id()).unwrap_or(""))
}

/// Copies the tree without recursion.
fn copy(tree: &Tree, text: &str) -> Result<(Rc<Node>, Vec<Problem>), Problem> {
    let mut cursor = tree.walk();
    let mut errors = Vec::new();
    let mut open = vec![begin(&cursor, text, &mut errors)];
    'nodes: loop {
        if cursor.goto_first_child() {
            let node = begin(&cursor, text, &mut errors);
            if open.len() >= MAX_DEPTH {
                return Err(too_deep(node.at));
            }
            open.push(node);
            continue;
        }
        loop {
            let node = open.pop().map(Rc::new);
            let Some((parent, node)) = open.last_mut().zip(node.clone()) else {
                let root = node.ok_or_else(|| {
                    Problem::new(
                        Position::default(),
                        "the file is empty",
                        "write something into it",
                    )
                })?;
                break 'nodes Ok((root, errors));
            };
            if kept(&cursor) {
                parent.children.push(node);
            }
            if cursor.goto_next_sibling() {
                open.push(begin(&cursor, text, &mut errors));
                break;
            }
            cursor.goto_parent();
        }
    }
}

fn kept(cursor: &TreeCursor<'_>) -> bool {
    let node = cursor.node();
    kind(&node) != "comment" && (node.is_named() || cursor.field_id().is_some())
}

fn begin(cursor: &TreeCursor<'_>, text: &str, errors: &mut Vec<Problem>) -> Node {
    let node = cursor.node();
    let point = node.start_position();
    let at = Position {
        line: point.row + 1,
        column: point.column + 1,
    };
    if (node.is_error() || node.is_missing()) && errors.len() < MAX_ERRORS {
        errors.push(syntax_error(&node, at, text));
    }
    Node {
        kind: kind(&node),
        field: cursor
            .field_id()
            .and_then(|id| LANGUAGE.field_name_for_id(id.get())),
        broken: node.has_error(),
        at,
        start: node.start_byte(),
        end: node.end_byte(),
        children: Vec::new(),
    }
}

fn syntax_error(node: &tree_sitter::Node<'_>, at: Position, text: &str) -> Problem {
    if node.is_missing() {
        let message = format!("syntax error: {} is missing", node.kind());
        return Problem::new(at, message, format!("add {}", node.kind()));
    }
    let near = text.get(node.byte_range()).unwrap_or("");
    let near = one_line(near, 20);
    Problem::new(
        at,
        format!("syntax error near \"{near}\""),
        "make it what `php -l` accepts",
    )
}

/// A piece of code on one line, without control characters, cut after so many characters.
pub(crate) fn one_line(code: &str, most: usize) -> String {
    let mut line = String::new();
    for (count, character) in code
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .enumerate()
    {
        if count == most {
            line.push('…');
            break;
        }
        let hidden = character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        line.push(if hidden { '\u{fffd}' } else { character });
    }
    line
}
