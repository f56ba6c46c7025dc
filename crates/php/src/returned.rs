//! Files that return a value: `config.php`, `env.php`, `autoload_files.php`.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use crate::evaluate::folded::Folded;
use crate::evaluate::{Evaluator, Unit};
use crate::literals;
use crate::parse::{Node, Script};
use crate::problem::{Position, Problem};
use crate::value::{Array, Key, Value};
use crate::write::LOWEST;

const ARRAY: &str = "array_creation_expression";
const START: Position = Position { line: 1, column: 1 };

/// What a file returns as far as it stands there in literals, for whoever edits the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Literals {
    /// The array. What in it is computed is null: that depends on where the file is run.
    pub array: Array,
    /// Whether the file does nothing but return literals: written anew from the array it loses at most
    /// comments.
    pub is_whole: bool,
}

/// [`returned_value`] of a file's bytes; one that returns nothing but plain literals needs no parsing.
///
/// # Errors
/// As [`Script::parse`] and [`returned_value`].
pub fn value_in(
    bytes: &[u8],
    file: &Path,
    known: &BTreeMap<String, Value>,
) -> Result<Value, Problem> {
    match literals::array_of(bytes) {
        Some(array) => Ok(Value::Array(array)),
        None => returned_value(&Script::parse(bytes)?, file, known),
    }
}

/// [`returned_literals`] of a file's bytes; one that returns nothing but plain literals needs no parsing.
///
/// # Errors
/// As [`Script::parse`] and [`returned_literals`].
pub fn literals_in(bytes: &[u8]) -> Result<Literals, Problem> {
    match literals::array_of(bytes) {
        Some(array) => Ok(Literals {
            array,
            is_whole: true,
        }),
        None => returned_literals(&Script::parse(bytes)?),
    }
}

/// What the file returns. `file` is what its `__FILE__` is; `known` are variables (without `$`) that it
/// finds set.
///
/// # Errors
/// The script has errors, returns nothing, or something that cannot be told without running it.
pub fn returned_value(
    script: &Script,
    file: &Path,
    known: &BTreeMap<String, Value>,
) -> Result<Value, Problem> {
    folded(script, file, known)?.to_value().ok_or_else(untold)
}

/// The literals of the array that the file returns.
///
/// # Errors
/// The script has errors, or returns no array.
pub fn returned_literals(script: &Script) -> Result<Literals, Problem> {
    if let Some(error) = script.errors().first() {
        return Err(error.clone());
    }
    let statements = &script.root.children;
    let returned = statements
        .iter()
        .find(|node| node.kind == "return_statement")
        .ok_or_else(nothing)?;
    let array = returned.first().filter(|value| value.kind == ARRAY);
    let array = array.ok_or_else(|| {
        Problem::new(
            returned.at,
            "no array is returned",
            "let the file return one",
        )
    })?;
    let is_alone = statements.iter().all(|node| {
        Rc::ptr_eq(node, returned)
            || matches!(
                node.kind,
                "php_tag" | "declare_statement" | "empty_statement"
            )
    });
    let unit = Unit {
        file: String::new(),
        path: None,
        script: script.clone(),
    };
    let mut reader = LiteralReader {
        evaluator: Evaluator::new(Rc::new(unit), &|_| None),
        text: &script.text,
        is_whole: is_alone,
    };
    let array = reader.array(array)?;
    Ok(Literals {
        array,
        is_whole: reader.is_whole,
    })
}

fn folded(
    script: &Script,
    file: &Path,
    known: &BTreeMap<String, Value>,
) -> Result<Folded, Problem> {
    if let Some(error) = script.errors().first() {
        return Err(error.clone());
    }
    let unit = Unit {
        file: String::new(),
        path: Some(file.to_owned()),
        script: script.clone(),
    };
    let mut evaluator = Evaluator::new(Rc::new(unit), &|_| None);
    for (name, value) in known {
        evaluator.set_variable(name, Folded::of_value(value));
    }
    let returned = evaluator.run();
    if evaluator.stopped()
        && let Some(problem) = evaluator.problems.into_iter().next()
    {
        return Err(problem.problem);
    }
    returned.ok_or_else(nothing)
}

fn nothing() -> Problem {
    let message = "the file returns nothing";
    Problem::new(START, message, "let it return an array")
}

fn untold() -> Problem {
    let message = "what the file returns cannot be told without running it";
    Problem::new(START, message, "let it return literals")
}

/// Reads literals and passes over whatever else there is.
struct LiteralReader<'a> {
    evaluator: Evaluator<'a>,
    text: &'a str,
    is_whole: bool,
}

impl LiteralReader<'_> {
    /// Recursion is bounded by the depth of a script.
    fn array(&mut self, node: &Node) -> Result<Array, Problem> {
        let mut entries = Vec::with_capacity(node.children.len());
        let mut next: i64 = 0;
        for element in &node.children {
            let (key, value) = match &*element.children {
                [value] if !matches!(value.kind, "variadic_unpacking" | "by_ref") => {
                    (Some(Key::Integer(next)), value)
                }
                [key, value] if value.kind != "by_ref" => {
                    (self.literal(key).and_then(|key| key.to_key()), value)
                }
                _ => (None, element),
            };
            let Some(key) = key else {
                let message = "the key of an element is computed";
                let hint = "write the key as text or number";
                return Err(Problem::new(element.at, message, hint));
            };
            if let Key::Integer(number) = key {
                next = next.max(number.saturating_add(1));
            }
            entries.push((key, self.value(value)?));
        }
        Ok(Array::new(entries))
    }

    fn value(&mut self, node: &Rc<Node>) -> Result<Value, Problem> {
        if node.kind == ARRAY {
            return Ok(Value::Array(self.array(node)?));
        }
        let value = self.literal(node).and_then(|value| value.to_value());
        self.is_whole &= value.is_some();
        Ok(value.unwrap_or(Value::Null))
    }

    /// A single literal; what is too large to be held is none, since it could not be written again.
    fn literal(&mut self, node: &Rc<Node>) -> Option<Folded> {
        let text = node.text(self.text);
        let is_literal = match node.kind {
            "string" | "integer" | "float" | "boolean" | "null" => true,
            "encapsed_string" => node
                .children
                .iter()
                .all(|part| matches!(part.kind, "string_content" | "escape_sequence")),
            "unary_op_expression" => {
                let digits = text.strip_prefix('-').unwrap_or_default().trim_start();
                digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
            }
            // How the lowest integer is written.
            "binary_expression" => text == LOWEST,
            _ => false,
        };
        match is_literal.then(|| self.evaluator.value(node))? {
            Folded::Float(number) if !number.is_finite() => None,
            value => Some(value),
        }
    }
}
