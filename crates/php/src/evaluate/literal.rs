//! Numbers and the escapes of texts.

use super::folded::Folded;

/// `10`, `1_000`, `0x1F`, `0b11`, `017`, `0o17`; too large ones become floats.
pub(crate) fn integer(text: &str) -> Folded {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let (radix, rest) = match digits.as_bytes() {
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'o', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, &*digits),
    };
    match i64::from_str_radix(rest, radix) {
        Ok(number) => Folded::Int(number),
        Err(_) if radix == 10 => digits.parse().map_or(Folded::Unknown, Folded::Float),
        Err(_) => Folded::Unknown,
    }
}

pub(crate) fn float(text: &str) -> Folded {
    text.replace('_', "")
        .parse()
        .map_or(Folded::Unknown, Folded::Float)
}

/// The inside of `'…'`: only `\\` and `\'` are escapes.
pub(crate) fn single_quoted(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut characters = inside.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(&next @ ('\\' | '\''))) => {
                characters.next();
                out.push(next);
            }
            _ => out.push(character),
        }
    }
    out
}

/// A piece of `"…"` or of a heredoc. `quote` is whether `\"` is an escape, which it is not in a heredoc.
pub(crate) fn double_quoted(piece: &str, quote: bool) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(piece.len());
    let mut rest = piece;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let taken = escape(&rest[at + 1..], quote, &mut out);
        rest = &rest[at + 1 + taken..];
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// What follows a backslash: puts what it stands for and says how many bytes it took.
fn escape(after: &str, quote: bool, out: &mut Vec<u8>) -> usize {
    let simple = match after.as_bytes().first() {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'v') => 0x0b,
        Some(b'e') => 0x1b,
        Some(b'f') => 0x0c,
        Some(b'\\') => b'\\',
        Some(b'$') => b'$',
        Some(b'"') if quote => b'"',
        Some(b'x') => {
            return digits(&after[1..], 16, 2, out).map_or_else(|| kept(out), |taken| taken + 1);
        }
        Some(b'0'..=b'7') => return digits(after, 8, 3, out).unwrap_or(0),
        Some(b'u') => return code_point(after, out).unwrap_or_else(|| kept(out)),
        _ => return kept(out),
    };
    out.push(simple);
    1
}

fn kept(out: &mut Vec<u8>) -> usize {
    out.push(b'\\');
    0
}

fn digits(text: &str, radix: u32, most: usize, out: &mut Vec<u8>) -> Option<usize> {
    let digits: String = text
        .chars()
        .take(most)
        .take_while(|digit| digit.is_digit(radix))
        .collect();
    let number = u32::from_str_radix(&digits, radix).ok()?;
    out.push((number & 0xff) as u8);
    Some(digits.len())
}

fn code_point(text: &str, out: &mut Vec<u8>) -> Option<usize> {
    let (hex, _) = text.strip_prefix("u{")?.split_once('}')?;
    let character = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?;
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Some(hex.len() + 3)
}

/// Takes the closing mark's indentation off the lines of a heredoc.
pub(crate) fn dedent(body: &str, indent: usize) -> String {
    let off = |line: &str| {
        let blank = line
            .bytes()
            .take(indent)
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        line[blank..].to_owned()
    };
    body.split('\n').map(off).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_php() {
        assert_eq!(single_quoted(r"a\'b\\c\n"), r"a'b\c\n");
        assert_eq!(
            double_quoted(r#"a\n\x41\101\u{e9}\$\q\""#, true),
            "a\nAAé$\\q\""
        );
        assert_eq!(double_quoted(r#"\""#, false), r#"\""#);
    }

    #[test]
    fn numbers_are_those_of_php() {
        let cases = [
            ("10", 10),
            ("1_000", 1000),
            ("0x1F", 31),
            ("0b11", 3),
            ("017", 15),
            ("0o17", 15),
            ("0", 0),
        ];
        for (text, number) in cases {
            assert!(
                matches!(integer(text), Folded::Int(found) if found == number),
                "{text}"
            );
        }
        assert!(matches!(integer("99999999999999999999"), Folded::Float(_)));
    }
}
