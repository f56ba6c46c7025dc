//! What keeps a file, or a part of it, from being read: where, what, and what would fix it.

/// A place in a file, both counted from 1; the column counts bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
}

/// Why a file, or a part of it, cannot be read. The message quotes nothing but names of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What would fix it.
    pub hint: String,
}

impl Problem {
    pub(crate) fn new(at: Position, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            line: at.line,
            column: at.column,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Where.
    pub fn at(&self) -> Position {
        Position {
            line: self.line,
            column: self.column,
        }
    }
}
