//! PHP files that return an array of literals: `app/etc/env.php` and `app/etc/config.php`.
//!
//! They are read, never run. An expression that is no literal (a call, a constant) is passed over
//! and remembered: such a file can be read but not written, since writing would lose it.
//! Keys and values come out as a JSON tree in the file's order: an array whose keys are 0, 1, 2, …
//! as a list, any other as an object.

use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// No file of a store nests deeper.
const DEEPEST: usize = 64;

/// What a file returns.
#[derive(Debug, Default)]
pub struct Returned {
    /// The array.
    pub tree: Map<String, Value>,
    /// Whether all of it is literal.
    pub is_literal: bool,
}

/// Reads a file's text. The error names the line.
pub fn read(text: &str) -> Result<Returned> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        text,
        at: 0,
        is_literal: true,
    };
    match reader.file() {
        Ok(tree) => Ok(Returned {
            tree,
            is_literal: reader.is_literal,
        }),
        Err(error) => {
            let before = text.get(..reader.at).unwrap_or(text);
            bail!("line {}: {error}", before.matches('\n').count() + 1)
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    is_literal: bool,
}

impl<'a> Reader<'a> {
    fn file(&mut self) -> Result<Map<String, Value>> {
        self.space();
        if !self.take("<?php") {
            bail!("the file does not begin with <?php");
        }
        loop {
            self.space();
            if self.word("return") {
                break;
            }
            // `declare(strict_types=1);` and the like may stand before it.
            match self.rest().find(';') {
                Some(end) if self.rest().starts_with("declare") => self.at += end + 1,
                _ => bail!("nothing is returned"),
            }
        }
        self.space();
        let value = self.value(0)?;
        self.space();
        if !self.take(";") {
            bail!("a semicolon is missing");
        }
        match value {
            Value::Object(tree) => Ok(tree),
            Value::Array(list) => Ok(list
                .into_iter()
                .enumerate()
                .map(|(key, value)| (key.to_string(), value))
                .collect()),
            _ => bail!("no array is returned"),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes a word in any case that ends there.
    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest
            .get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        let next = rest.get(word.len()..).and_then(|rest| rest.chars().next());
        let ends = next.is_none_or(|next| !next.is_alphanumeric() && !"_\\:".contains(next));
        if found && ends {
            self.at += word.len();
        }
        found && ends
    }

    /// Passes over blanks and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let end = if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |end| end + 2)
            } else if trimmed.starts_with("//") || trimmed.starts_with('#') {
                trimmed.find('\n').unwrap_or(trimmed.len())
            } else {
                return;
            };
            self.at += end;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        if depth > DEEPEST {
            bail!("arrays are nested too deep");
        }
        let begin = (self.at, self.is_literal);
        let value = self.literal(depth)?;
        self.space();
        // What goes on after a literal makes an expression of it.
        let rest = self.rest();
        let ends =
            rest.is_empty() || rest.starts_with([',', ']', ')', ';']) || rest.starts_with("=>");
        match value {
            Some(value) if ends => Ok(value),
            _ => {
                (self.at, _) = begin;
                self.expression()?;
                self.is_literal = false;
                Ok(Value::Null)
            }
        }
    }

    fn literal(&mut self, depth: usize) -> Result<Option<Value>> {
        if self.take("[") {
            return self.array("]", depth).map(Some);
        }
        let before = self.at;
        if self.word("array") {
            self.space();
            if self.take("(") {
                return self.array(")", depth).map(Some);
            }
            self.at = before;
        }
        for (word, value) in [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ] {
            if self.word(word) {
                return Ok(Some(value));
            }
        }
        if self.rest().starts_with(['\'', '"']) {
            return self.string();
        }
        Ok(self.number())
    }

    fn array(&mut self, end: &str, depth: usize) -> Result<Value> {
        let mut map = Map::new();
        let mut next: i64 = 0;
        let mut is_list = true;
        loop {
            self.space();
            if self.take(end) {
                break;
            }
            let mut value = self.value(depth + 1)?;
            self.space();
            let mut key = next.to_string();
            if self.take("=>") {
                let Some(given) = key_text(&value) else {
                    bail!("a key is neither text nor a number");
                };
                self.space();
                value = self.value(depth + 1)?;
                is_list &= given == key;
                key = given;
            }
            if let Ok(number) = key.parse::<i64>() {
                next = next.max(number.saturating_add(1));
            }
            map.insert(key, value);
            self.space();
            if !self.take(",") && !self.rest().starts_with(end) {
                bail!("a comma or the end of the array is missing");
            }
        }
        if is_list && !map.is_empty() {
            return Ok(Value::Array(
                map.into_iter().map(|(_, value)| value).collect(),
            ));
        }
        Ok(Value::Object(map))
    }

    fn string(&mut self) -> Result<Option<Value>> {
        let mut letters = self.rest().char_indices();
        let Some((_, quote)) = letters.next() else {
            return Ok(None);
        };
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    self.at += at + letter.len_utf8();
                    return Ok(Some(Value::String(text)));
                }
                '\\' => match letters.next().map(|(_, next)| next) {
                    Some(next) if next == quote || next == '\\' => text.push(next),
                    Some('n') if quote == '"' => text.push('\n'),
                    Some('t') if quote == '"' => text.push('\t'),
                    Some('r') if quote == '"' => text.push('\r'),
                    Some('$') if quote == '"' => text.push('$'),
                    Some(next) => text.extend(['\\', next]),
                    None => break,
                },
                // A variable within the text.
                '$' if quote == '"' => return Ok(None),
                _ => text.push(letter),
            }
        }
        bail!("a text has no end")
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        let value = match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Value::from(number),
            (_, Ok(number)) => Value::from(number),
            _ => return None,
        };
        self.at += end;
        Some(value)
    }

    /// Passes over what is no literal, up to where the value ends.
    fn expression(&mut self) -> Result<()> {
        let mut depth = 0_usize;
        loop {
            self.space();
            let Some(letter) = self.rest().chars().next() else {
                bail!("an expression has no end");
            };
            match letter {
                '\'' | '"' => self.quoted(letter),
                ',' | ';' if depth == 0 => return Ok(()),
                '(' | '[' | '{' => {
                    depth += 1;
                    self.at += 1;
                }
                ')' | ']' | '}' if depth == 0 => return Ok(()),
                ')' | ']' | '}' => {
                    depth -= 1;
                    self.at += 1;
                }
                '=' if depth == 0 && self.rest().starts_with("=>") => return Ok(()),
                other => self.at += other.len_utf8(),
            }
        }
    }

    /// Passes over a text.
    fn quoted(&mut self, quote: char) {
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            if letter == '\\' {
                letters.next();
            } else if letter == quote {
                self.at += at + 1;
                return;
            }
        }
        self.at = self.text.len();
    }
}

fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a file that returns an array, laid out as Magento's.
pub fn written(tree: &Map<String, Value>) -> String {
    format!("<?php\nreturn {};\n", object(tree, 0))
}

fn object(tree: &Map<String, Value>, depth: usize) -> String {
    let entry = |(key, value): (&String, &Value)| {
        let is_number = key
            .parse::<i64>()
            .is_ok_and(|number| number.to_string() == *key);
        let key = if is_number { key.clone() } else { quoted(key) };
        format!("{key} => {}", literal(value, depth + 1))
    };
    bracketed(tree.iter().map(entry).collect(), depth)
}

fn literal(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(tree) => object(tree, depth),
        Value::Array(list) => {
            let values = list.iter().map(|value| literal(value, depth + 1));
            bracketed(values.collect(), depth)
        }
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn bracketed(entries: Vec<String>, depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let lines: Vec<String> = entries.iter().map(|one| format!("{indent}{one}")).collect();
    let end = "    ".repeat(depth);
    if lines.is_empty() {
        return format!("[\n\n{end}]");
    }
    format!("[\n{}\n{end}]", lines.join(",\n"))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tree(text: &str) -> (Value, bool) {
        let read = read(text).unwrap();
        (Value::Object(read.tree), read.is_literal)
    }

    #[test]
    fn literals_are_read_in_both_spellings() {
        let text = "\u{feff}<?php\r\n/** by hand */\r\ndeclare(strict_types=1);\nreturn array(\n  'a' => 'it\\'s', # one\n \
             \"b\" => [1, -2.5, true, NULL], 'driver' => [1014 => false],\n 'empty' => [],\n);";
        let wanted = json!({"a": "it's", "b": [1, -2.5, true, null],
            "driver": {"1014": false}, "empty": {}});
        assert_eq!(tree(text), (wanted, true));
    }

    #[test]
    fn what_is_no_literal_is_passed_over_and_remembered() {
        let text =
            "<?php return ['p' => getenv('A,]') ?: ['x'], 'c' => A\\B::class, 't' => 'a' . \"b\",
            'v' => \"x$y\", 'n' => 1];";
        let wanted = json!({"p": null, "c": null, "t": null, "v": null, "n": 1});
        assert_eq!(tree(text), (wanted, false));
    }

    #[test]
    fn faults_name_their_line() {
        for (text, wanted) in [
            ("return [];", "line 1: the file does not begin with <?php"),
            ("<?php\n$a = 1;", "line 2: nothing is returned"),
            (
                "<?php\nreturn [\n'a' => 'x\n];",
                "line 3: a text has no end",
            ),
            (
                "<?php\nreturn ['a' => 1",
                "line 2: a comma or the end of the array is missing",
            ),
            ("<?php return [1]", "line 1: a semicolon is missing"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), wanted, "{text}");
        }
        let deep = format!("<?php return {}", "[".repeat(100_000));
        assert!(read(&deep).unwrap_err().to_string().contains("too deep"));
    }

    #[test]
    fn what_is_written_looks_like_magentos() {
        let Value::Object(tree) = json!({"modules": {"Magento_Store": 1, "A_B": 0}}) else {
            unreachable!()
        };
        assert_eq!(
            written(&tree),
            "<?php\nreturn [\n    'modules' => [\n        'Magento_Store' => 1,\n        'A_B' => 0\n    ]\n];\n"
        );
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            proptest::collection::vec(("[a-z'\\\\/]{1,6}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in values()) {
            let tree = Map::from_iter([("top".to_owned(), value)]);
            let back = read(&written(&tree)).unwrap();
            prop_assert_eq!(back.tree, tree);
            prop_assert!(back.is_literal);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(<\\?php return )?[\\[\\](),'\"a0=>;\\\\$ ]{0,40}") {
            let _ = read(&text);
        }
    }
}
