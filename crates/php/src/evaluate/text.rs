//! Texts with what stands in them: `'…'`, `"…"`, heredoc, nowdoc.

use std::rc::Rc;

use super::Evaluator;
use super::folded::Folded;
use super::literal::{dedent, double_quoted, single_quoted};
use crate::parse::Node;

impl Evaluator<'_> {
    pub(super) fn single(&mut self, node: &Node) -> Folded {
        let code = self.code(node);
        let inside = code.trim_start_matches(['b', 'B']);
        let inside = inside
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''));
        Folded::text(single_quoted(inside.unwrap_or("")))
    }

    pub(super) fn double(&mut self, node: &Rc<Node>) -> Folded {
        let code = self.code(node);
        let open = code.find('"').map_or(0, |at| at + 1);
        let (start, end) = (node.start + open, node.end.saturating_sub(1));
        self.template(node, start, end, 0, true)
    }

    pub(super) fn heredoc(&mut self, node: &Rc<Node>) -> Folded {
        let Some((start, end, indent)) = self.heredoc_body(node) else {
            return Folded::text("");
        };
        match node.field("value") {
            Some(body) => self.template(&body.clone(), start, end, indent, false),
            None => Folded::text(""),
        }
    }

    pub(super) fn nowdoc(&mut self, node: &Rc<Node>) -> Folded {
        let Some((start, end, indent)) = self.heredoc_body(node) else {
            return Folded::text("");
        };
        let body = self.frame.unit.script.text.get(start..end).unwrap_or("");
        Folded::text(dedent(body, indent))
    }

    /// Where a heredoc's lines begin and end, without the last line end, and how far they are indented.
    fn heredoc_body(&self, node: &Node) -> Option<(usize, usize, usize)> {
        let text = &self.frame.unit.script.text;
        let opening = node.field("identifier")?;
        let start = opening.end + text.get(opening.end..)?.find('\n')? + 1;
        let close = node.field("end_tag")?.start;
        let end_tag = close
            + text
                .get(close..)?
                .find(|next: char| !next.is_whitespace())?;
        let line = text.get(..end_tag)?.rfind('\n')? + 1;
        let end = text.get(..line)?.strip_suffix('\n')?.len();
        let end = text.get(..end)?.strip_suffix('\r').map_or(end, str::len);
        (end >= start).then_some((start, end, end_tag - line))
    }

    /// Text from `start` to `end` with the children of the node in it.
    fn template(
        &mut self,
        node: &Rc<Node>,
        start: usize,
        end: usize,
        indent: usize,
        quote: bool,
    ) -> Folded {
        let text = self.frame.unit.script.text.clone();
        let mut out = String::new();
        let mut known = true;
        let mut from = start;
        let mut first = true;
        let parts = node
            .children
            .iter()
            .filter(|part| !matches!(part.kind, "string_content" | "escape_sequence"));
        for part in parts {
            if part.start < from || part.end > end {
                continue;
            }
            let mut piece = text.get(from..part.start).unwrap_or("");
            from = part.end;
            let braced = piece.ends_with('{')
                && text
                    .get(part.end..)
                    .is_some_and(|rest| rest.starts_with('}'));
            if braced {
                piece = &piece[..piece.len() - 1];
                from += 1;
            }
            let first = std::mem::replace(&mut first, false);
            out.push_str(&double_quoted(&undent(piece, indent, first), quote));
            let value = if braced {
                self.value(part)
            } else {
                self.in_text(part)
            };
            match value.to_text() {
                Some(value) => {
                    if !self.room(value.len(), part.at) {
                        return Folded::Unknown;
                    }
                    out.push_str(&value);
                }
                None => known = false,
            }
        }
        let last = text.get(from..end).unwrap_or("");
        out.push_str(&double_quoted(&undent(last, indent, first), quote));
        if known && self.room(out.len(), node.at) {
            Folded::text(out)
        } else {
            Folded::Unknown
        }
    }

    /// A variable that stands in a text without braces: there `$a[key]` has a text for its key.
    fn in_text(&mut self, part: &Rc<Node>) -> Folded {
        if let ("subscript_expression", [list, key]) = (part.kind, &*part.children)
            && key.kind == "name"
        {
            let (list, key) = (self.value(list), self.code(key));
            return Self::element(&list, &Folded::text(key));
        }
        self.value(part)
    }
}

/// Takes indentation off a piece of a heredoc; only the first piece begins with a line.
fn undent(piece: &str, indent: usize, first: bool) -> String {
    match piece.split_once('\n') {
        _ if indent == 0 => piece.to_owned(),
        _ if first => dedent(piece, indent),
        Some((line, rest)) => format!("{line}\n{}", dedent(rest, indent)),
        None => piece.to_owned(),
    }
}
