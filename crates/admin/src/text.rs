//! Text of others on its way to a page.

/// The text with what would deceive the eye marked: NUL, other control characters, and characters
/// that turn the direction of writing. The template escapes the rest.
pub fn shown(text: &str) -> String {
    let is_mark = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    if !text.contains(is_mark) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_mark(c) {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_writing_around_is_marked() {
        assert_eq!(shown("Acme <b> é"), "Acme <b> é");
        assert_eq!(shown("a\u{202e}gpj\0"), "a[U+202E]gpj[U+0000]");
    }
}
