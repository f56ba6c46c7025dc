//! Lines on standard output, and whether they are coloured.
//!
//! How loud a process is and whether it colours is said once, at its beginning, and holds for all
//! of it. A reader that went away (`… | head`) ends the output, not with a panic.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::input::Line;

static QUIET: AtomicBool = AtomicBool::new(false);
static VERBOSITY: AtomicUsize = AtomicUsize::new(0);
static COLOURS: AtomicBool = AtomicBool::new(false);
static COLOURS_ERRORS: AtomicBool = AtomicBool::new(false);

/// What a terminal is taken for that does not say how wide it is.
const WIDTH: usize = 80;

/// Sets what a command line wants.
pub fn set(line: &Line) {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let wanted = |terminal: bool| line.colour.unwrap_or(terminal && !plain);
    QUIET.store(line.is_quiet, Ordering::Relaxed);
    VERBOSITY.store(line.verbosity, Ordering::Relaxed);
    COLOURS.store(wanted(std::io::stdout().is_terminal()), Ordering::Relaxed);
    COLOURS_ERRORS.store(wanted(std::io::stderr().is_terminal()), Ordering::Relaxed);
}

/// Colours nothing from here on.
pub fn without_colours() {
    COLOURS.store(false, Ordering::Relaxed);
}

/// Whether nothing but errors is wanted.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// How much more is wanted: 0 to 3.
pub fn verbosity() -> usize {
    VERBOSITY.load(Ordering::Relaxed)
}

/// Prints a line.
pub fn line(text: &str) {
    self::text(&format!("{text}\n"));
}

/// Prints several lines.
pub fn lines<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) {
    for text in texts {
        line(text.as_ref());
    }
}

/// Prints text as it is.
pub fn text(text: &str) {
    if is_quiet() {
        return;
    }
    let mut out = std::io::stdout().lock();
    // Nobody reads any more: that is no fault of the command.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line of errors, however quiet the rest is.
pub fn error_line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// How wide lines may be that are cut or broken for a person.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.trim().parse().ok());
    columns.filter(|width| *width > 0).unwrap_or(WIDTH)
}

/// A name that can be typed, in green.
pub fn info(text: &str) -> String {
    coloured(text, "32", "39")
}

/// A heading, in yellow.
pub fn comment(text: &str) -> String {
    coloured(text, "33", "39")
}

fn coloured(text: &str, on: &str, off: &str) -> String {
    if COLOURS.load(Ordering::Relaxed) {
        format!("\u{1b}[{on}m{text}\u{1b}[{off}m")
    } else {
        text.to_owned()
    }
}

/// A line of a framed error: white on red.
pub fn alarm(text: &str) -> String {
    if COLOURS_ERRORS.load(Ordering::Relaxed) {
        format!("\u{1b}[37;41m{text}\u{1b}[39;49m")
    } else {
        text.to_owned()
    }
}

/// Prints a line like `println!`, unless the process is to be quiet.
macro_rules! say {
    () => {
        $crate::console::output::line("")
    };
    ($($part:tt)*) => {
        $crate::console::output::line(&format!($($part)*))
    };
}

pub(crate) use say;
