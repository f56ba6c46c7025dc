//! `sprintf` with `%s`, `%d`, `%u`, `%x`, `%c`, positions, padding and `%%`.

use std::rc::Rc;

use super::Evaluator;
use super::folded::Folded;
use crate::parse::Node;

/// How wide a padded value may be.
const MAX_WIDTH: usize = 1000;

impl Evaluator<'_> {
    pub(super) fn printed(
        &mut self,
        format: &str,
        values: &[Folded],
        at: &Rc<Node>,
    ) -> Option<Folded> {
        let mut out = String::new();
        let mut rest = format;
        let mut next = 0;
        while let Some(percent) = rest.find('%') {
            out.push_str(&rest[..percent]);
            rest = &rest[percent + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let (piece, after) = one(rest, values, &mut next)?;
            rest = after;
            if !self.room(piece.len(), at.at) {
                return None;
            }
            out.push_str(&piece);
        }
        out.push_str(rest);
        self.room(out.len(), at.at).then(|| Folded::text(out))
    }
}

/// One conversion after its `%`: what it prints, and what follows it.
fn one<'f>(format: &'f str, values: &[Folded], next: &mut usize) -> Option<(String, &'f str)> {
    let mut rest = format;
    let position = rest
        .split_once('$')
        .and_then(|(number, after)| Some((number.parse::<usize>().ok()?, after)));
    let at = match position {
        Some((number, after)) => {
            rest = after;
            number.checked_sub(1)?
        }
        None => {
            *next += 1;
            *next - 1
        }
    };
    let (mut left, mut pad) = (false, ' ');
    while let Some(flag) = rest.chars().next().filter(|flag| "-0 '".contains(*flag)) {
        rest = &rest[1..];
        match flag {
            '-' => left = true,
            '0' => pad = '0',
            '\'' => {
                pad = rest.chars().next()?;
                rest = &rest[pad.len_utf8()..];
            }
            _ => pad = ' ',
        }
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let width: usize = if digits == 0 {
        0
    } else {
        rest[..digits]
            .parse()
            .ok()
            .filter(|width| *width <= MAX_WIDTH)?
    };
    rest = &rest[digits..];
    let kind = rest.chars().next()?;
    let value = values.get(at)?;
    let text = match kind {
        's' => value.to_text()?.to_string(),
        'd' | 'i' | 'u' => (value.to_number()? as i64).to_string(),
        'x' => format!("{:x}", value.to_number()? as i64),
        _ => return None,
    };
    let fill: String = std::iter::repeat_n(pad, width.saturating_sub(text.len())).collect();
    let text = if left {
        format!("{text}{fill}")
    } else {
        format!("{fill}{text}")
    };
    Some((text, &rest[kind.len_utf8()..]))
}
