//! A line of a log: one line, whatever a client has put into it.

use std::fmt::Write as _;

/// The longest line, in bytes.
const LONGEST: usize = 1024;

/// A text as one line of at most 1 KB. What is not plain to see (control characters, line
/// separators, changes of direction) is written as `\u{…}`, and a backslash twice, so that no two
/// texts look alike.
pub fn log_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len().min(LONGEST));
    for character in text.chars() {
        let before = line.len();
        match character {
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            hidden if is_hidden(hidden) => {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => line.push(plain),
        }
        if line.len() > LONGEST - '…'.len_utf8() {
            line.truncate(before);
            line.push('…');
            break;
        }
    }
    line
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_a_line_or_hides_in_one() {
        assert_eq!(log_line("a plain „line“"), "a plain „line“");
        let forged = "x\r\n{\"level\":\"info\"}\u{1b}[2J\u{202e}\u{2028}\0\\n";
        let wanted = r#"x\u{d}\n{"level":"info"}\u{1b}[2J\u{202e}\u{2028}\u{0}\\n"#;
        assert_eq!(log_line(forged), wanted);
    }

    #[test]
    fn a_long_one_is_cut_between_characters() {
        for text in [
            "a".repeat(1_000_000),
            "ä".repeat(1_000_000),
            "\u{1b}".repeat(10_000),
        ] {
            let line = log_line(&text);
            assert!(
                line.len() <= LONGEST && line.len() > LONGEST - 10,
                "{}",
                line.len()
            );
            assert!(line.ends_with('…'));
        }
        let whole = "a".repeat(LONGEST - 3);
        assert_eq!(log_line(&whole), whole);
    }
}
