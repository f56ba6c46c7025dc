//! Files that are nothing but `<?php return [ … ];` with plain literals, read without a syntax tree.
//!
//! `config.php` and `env.php` as Magento writes them are such files, and they are read at every start.
//! Whatever is not of that form, or could be read in another way, is left to the parser: none here never
//! means that a file is wrong. [`Reader`] serves `registration.php` as well.

use crate::parse::MAX_BYTES;
use crate::value::{Array, Key, Value};

/// How deep arrays may nest here.
const MAX_NESTING: usize = 32;

/// The array that such a file returns; none for any other file.
pub(crate) fn array_of(bytes: &[u8]) -> Option<Array> {
    let mut reader = Reader::begin(bytes)?;
    reader.word("return")?;
    reader.pass()?;
    let array = reader.array(0)?;
    reader.pass()?;
    reader.take(";")?;
    reader.end()?;
    Some(array)
}

/// What of a file has not been read yet.
pub(crate) struct Reader<'t> {
    /// All of it, without a byte order mark.
    pub(crate) text: &'t str,
    pub(crate) rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Begins behind `<?php`.
    pub(crate) fn begin(bytes: &'t [u8]) -> Option<Self> {
        if bytes.len() > MAX_BYTES || bytes.contains(&0) {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let rest = text.strip_prefix("<?php")?;
        if !rest.starts_with(|first: char| first.is_ascii_whitespace()) {
            return None;
        }
        let mut reader = Self { text, rest };
        reader.pass()?;
        Some(reader)
    }

    /// Whether nothing more comes.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.pass()?;
        self.rest.is_empty().then_some(())
    }

    /// Passes over white space and comments. None for what needs a closer look.
    pub(crate) fn pass(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_ascii_start();
            let end = if self.rest.starts_with("/*") {
                self.rest.get(2..)?.find("*/")? + 4
            } else if self.rest.starts_with("//")
                || self.rest.starts_with('#') && !self.rest.starts_with("#[")
            {
                let line = self.rest.find('\n').unwrap_or(self.rest.len());
                // There it would end PHP.
                if self.rest.get(..line)?.contains("?>") {
                    return None;
                }
                line
            } else {
                return Some(());
            };
            self.rest = self.rest.get(end..)?;
        }
    }

    pub(crate) fn take(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    /// A whole word, in any case.
    pub(crate) fn word(&mut self, word: &str) -> Option<()> {
        let (found, rest) = self.rest.split_at(self.word_length());
        if !found.eq_ignore_ascii_case(word) {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    fn word_length(&self) -> usize {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
        self.rest.bytes().take_while(is_part).count()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        Some(match self.rest.bytes().next()? {
            b'\'' | b'"' => Value::Text(self.text()?),
            b'[' => Value::Array(self.array(depth)?),
            b'-' | b'0'..=b'9' => Value::Integer(self.integer()?),
            _ => {
                let word = self.rest.get(..self.word_length())?;
                if word.eq_ignore_ascii_case("array") {
                    return Some(Value::Array(self.array(depth)?));
                }
                let value = match &*word.to_ascii_lowercase() {
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    "null" => Value::Null,
                    _ => return None,
                };
                self.rest = self.rest.get(word.len()..)?;
                value
            }
        })
    }

    /// `[…]` or `array(…)`
    fn array(&mut self, depth: usize) -> Option<Array> {
        if depth >= MAX_NESTING {
            return None;
        }
        let close = if self.rest.starts_with('[') {
            self.take("[")?;
            "]"
        } else {
            self.word("array")?;
            self.pass()?;
            self.take("(")?;
            ")"
        };
        let mut entries = Vec::new();
        let mut next: i64 = 0;
        loop {
            self.pass()?;
            if self.take(close).is_some() {
                return Some(Array::new(entries));
            }
            let first = self.value(depth + 1)?;
            self.pass()?;
            let (key, value) = if self.take("=>").is_some() {
                self.pass()?;
                let key = match first {
                    Value::Text(text) => Key::of_text(&text),
                    Value::Integer(number) => Key::Integer(number),
                    _ => return None,
                };
                (key, self.value(depth + 1)?)
            } else {
                (Key::Integer(next), first)
            };
            if let Key::Integer(number) = key {
                // What follows a negative number, or the last one, depends on PHP's version.
                next = next.max(number.checked_add(1).filter(|after| *after > 0)?);
            }
            entries.push((key, value));
            self.pass()?;
            if self.take(",").is_none() && !self.rest.starts_with(close) {
                return None;
            }
        }
    }

    /// `'…'`, or `"…"` without anything that PHP would put in.
    pub(crate) fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        self.rest = self.rest.get(1..)?;
        let mut text = String::new();
        loop {
            let at = self.rest.find([quote, '\\', '$'])?;
            text.push_str(self.rest.get(..at)?);
            let mut after = self.rest.get(at..)?.chars();
            match (after.next()?, quote) {
                ('$', '\'') => text.push('$'),
                ('\\', '\'') => match after.next()? {
                    escaped @ ('\'' | '\\') => text.push(escaped),
                    other => text.extend(['\\', other]),
                },
                (end, _) if end == quote => {
                    self.rest = after.as_str();
                    return Some(text);
                }
                _ => return None,
            }
            self.rest = after.as_str();
        }
    }

    /// A decimal integer in its shortest form.
    fn integer(&mut self) -> Option<i64> {
        let sign = usize::from(self.rest.starts_with('-'));
        let length = sign
            + self
                .rest
                .get(sign..)?
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
        let digits = self.rest.get(..length)?;
        let number: i64 = digits.parse().ok()?;
        if number.to_string() != digits || number == i64::MIN {
            return None;
        }
        self.rest = self.rest.get(length..)?;
        let goes_on = |next: char| next == '.' || next == '_' || next.is_alphanumeric();
        (!self.rest.starts_with(goes_on)).then_some(number)
    }
}
