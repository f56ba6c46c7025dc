//! A bar for long work, on a terminal only.

use std::io::{IsTerminal as _, Write as _};

use super::output;

const WIDTH: usize = 28;

/// How far a piece of work is. It draws on standard error and leaves nothing behind.
pub struct Progress {
    label: String,
    shown: bool,
    last: Option<usize>,
}

impl Progress {
    /// A bar for this work; none where nobody watches.
    pub fn of(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            shown: std::io::stderr().is_terminal() && !output::is_quiet(),
            last: None,
        }
    }

    /// Shows that `done` of `all` is done.
    pub fn set(&mut self, done: i64, all: i64) {
        let share = done.clamp(0, all.max(1)) * 100 / all.max(1);
        let share = usize::try_from(share).unwrap_or(0);
        if !self.shown || self.last == Some(share) {
            return;
        }
        self.last = Some(share);
        self.draw(&format!("{} {} {share:3}%", self.label, bar(share)));
    }

    fn draw(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        let _ = write!(out, "\r\u{1b}[2K{text}").and_then(|()| out.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.last.is_some() {
            self.draw("");
        }
    }
}

/// A bar for so many hundredths.
pub fn bar(share: usize) -> String {
    let full = WIDTH * share.min(100) / 100;
    let head = if full < WIDTH { ">" } else { "" };
    let rest = "-".repeat(WIDTH.saturating_sub(full + head.len()));
    format!("[{}{head}{rest}]", "=".repeat(full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_keeps_its_width() {
        assert_eq!(bar(0), format!("[>{}]", "-".repeat(27)));
        assert_eq!(bar(50), format!("[{}>{}]", "=".repeat(14), "-".repeat(13)));
        assert_eq!(bar(100), format!("[{}]", "=".repeat(28)));
    }
}
