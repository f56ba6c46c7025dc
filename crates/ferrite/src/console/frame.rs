//! An error that a command does not handle: a framed message, the command's usage, exit code 1.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use super::{Command, describe, output};

/// Shows an error on standard error. Its whole chain of causes is one message.
pub fn show(error: &anyhow::Error, command: Option<&dyn Command>) -> ExitCode {
    let mut lines = vec![String::new()];
    let wide = std::io::stderr().is_terminal();
    lines.extend(framed(
        &format!("{error:#}"),
        wide.then(|| output::width().saturating_sub(5)),
    ));
    lines.push(String::new());
    if let Some(command) = command {
        lines.push(describe::synopsis(command, false));
        lines.push(String::new());
    }
    for line in lines {
        output::error_line(&line);
    }
    ExitCode::FAILURE
}

/// A message with an empty line above and below, all of one width. Only for a terminal are long
/// lines broken: a program looks for whole sentences.
fn framed(message: &str, most: Option<usize>) -> Vec<String> {
    let mut texts = Vec::new();
    for line in message.trim().lines() {
        match most {
            Some(most) => texts.extend(broken(line, most.max(1))),
            None => texts.push(line.to_owned()),
        }
    }
    let length = |text: &String| text.chars().count();
    let width = texts.iter().map(length).max().unwrap_or(0);
    let empty = output::alarm(&" ".repeat(width + 4));
    let inner = texts.iter().map(|text| {
        let rest = " ".repeat(width - length(text));
        output::alarm(&format!("  {text}{rest}  "))
    });
    let mut lines = vec![empty.clone()];
    lines.extend(inner);
    lines.push(empty);
    lines
}

fn broken(line: &str, most: usize) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters.chunks(most).map(String::from_iter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_wide_as_its_longest_line() {
        assert_eq!(
            framed("one\nthree", None),
            ["         ", "  one    ", "  three  ", "         "]
        );
        assert_eq!(
            framed("abcde", Some(3)),
            ["       ", "  abc  ", "  de   ", "       "]
        );
    }
}
