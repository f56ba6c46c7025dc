//! What is wrong with a module's files, said so that its author can put it right.
//!
//! Everything that reads files collects [`Report`]s; nothing stops at the first. Names and texts in
//! them come from files that others wrote, so that they are escaped wherever they are shown.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// How much a report matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The module is left out, and the command exits with 1.
    Fault,
    /// Magento tolerates it in production: the module is loaded, and the command exits with 0.
    Warning,
}

/// One thing that is wrong, where it is, and what would put it right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Report {
    /// How much it matters.
    pub severity: Severity,
    /// The module it belongs to, where that is known.
    pub module: Option<String>,
    /// The file, below the root that was read; absolute where it lies outside of it.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What would put it right, in one sentence; empty where the message says it.
    pub hint: String,
}

/// A report as JSON shows it.
#[derive(Serialize)]
struct Shown<'a> {
    severity: Severity,
    module: Option<&'a str>,
    file: String,
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
    hint: &'a str,
}

impl Report {
    /// A fault of a whole file.
    pub fn fault(file: &Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Fault, file, message)
    }

    /// A warning about a whole file.
    pub fn warning(file: &Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, file, message)
    }

    fn new(severity: Severity, file: &Path, message: impl Into<String>) -> Self {
        Self {
            severity,
            module: None,
            file: file.to_owned(),
            line: None,
            column: None,
            message: message.into(),
            hint: String::new(),
        }
    }

    /// The same at a line and a column, both from 1.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = (column > 0).then_some(column);
        self
    }

    /// The same with what would put it right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same of a module.
    #[must_use]
    pub fn of(mut self, module: &str) -> Self {
        self.module = Some(module.to_owned());
        self
    }

    /// Whether it leaves the module out.
    pub fn is_fault(&self) -> bool {
        self.severity == Severity::Fault
    }

    /// Reports as a JSON list, one object each with `severity`, `module`, `file`, `line`, `column`,
    /// `message` and `hint`, in the order given.
    pub fn json(reports: &[Self]) -> String {
        let shown: Vec<_> = reports.iter().map(Self::shown).collect();
        // Provable: structures of texts and numbers always become JSON.
        let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
        escape_json(&text)
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            severity: self.severity,
            module: self.module.as_deref(),
            file: self.file.to_string_lossy().replace('\\', "/"),
            line: self.line,
            column: self.column,
            message: &self.message,
            hint: &self.hint,
        }
    }
}

impl fmt::Display for Report {
    /// `fault: app/code/A/B/etc/acl.xml:3:5: message`, and the hint on a line of its own.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Fault => "fault",
            Severity::Warning => "warning",
        };
        write!(out, "{kind}: {}", escape(&self.file.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
            if let Some(column) = self.column {
                write!(out, ":{column}")?;
            }
        }
        write!(out, ": {}", escape(&self.message))?;
        if !self.hint.is_empty() {
            write!(out, "\n  {}", escape(&self.hint))?;
        }
        Ok(())
    }
}

/// A text without anything that a terminal would obey or reorder: control characters, marks of
/// direction, and what has no width are shown as `\u{1b}`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_hidden(letter) {
            escaped.extend(letter.escape_unicode());
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// JSON without any of that in its texts: it stands there as `\u009b`. The ends of lines stay, which
/// are the layout's own.
pub fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        // JSON itself escapes what lies below the blank.
        if letter != '\n' && is_hidden(letter) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Whether a terminal would obey, reorder or hide this.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_the_place_and_the_way_out() {
        let file = Path::new("app/code/A/B/etc/acl.xml");
        let report = Report::fault(file, "it is wrong").at(3, 5).hint("right it");
        assert_eq!(
            report.to_string(),
            "fault: app/code/A/B/etc/acl.xml:3:5: it is wrong\n  right it"
        );
        let bare = Report::warning(file, "it is odd");
        assert_eq!(
            bare.to_string(),
            "warning: app/code/A/B/etc/acl.xml: it is odd"
        );
        assert!(report.is_fault() && !bare.is_fault());
    }

    #[test]
    fn nothing_in_a_report_moves_a_terminal() {
        let file = Path::new("a\u{1b}[2J\u{202e}b");
        let report = Report::fault(file, "x\r\ny\u{9b}").hint("z\u{200f}");
        let shown = report.to_string();
        let controls = shown.chars().filter(|letter| is_hidden(*letter));
        assert_eq!(controls.collect::<String>(), "\n");
        assert!(shown.contains("\\u{1b}[2J\\u{202e}b"), "{shown}");
        let json = Report::json(&[report]);
        assert!(
            json.chars()
                .all(|letter| letter == '\n' || !is_hidden(letter))
        );
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read[0]["message"], "x\r\ny\u{9b}");
        assert_eq!(read[0]["hint"], "z\u{200f}");
    }
}
