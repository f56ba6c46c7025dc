//! What a page's identifier may be: the address at which the shop shows it.

use ferrite_base::Fault;
use ferrite_storage::Tx;
use serde_json::Value;

use super::could_not_save;
use super::rows::PAGES;
use crate::rows::{Row, is_taken};

/// Pages that a fresh install's configuration names, with what it calls them.
const RESERVED: [(&str, &str); 3] = [
    ("no-route", "CMS No Route Page"),
    ("home", "CMS Home Page"),
    ("enable-cookies", "CMS No Cookies Page"),
];

/// Refuses an identifier that is no address, that another page has where this one is seen, and
/// whatever would take a page away that the configuration names.
pub(super) fn check(tx: &mut Tx<'_>, row: &Row, before: Option<&Row>) -> Result<(), Fault> {
    let identifier = of(row);
    if !is_address(identifier) {
        return Err(could_not_save(
            "The page URL key can't use capital letters or disallowed symbols. \
             Remove the letters and symbols and try again.",
        ));
    }
    if identifier.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(could_not_save(
            "The page URL key can't use only numbers. Add letters or words and try again.",
        ));
    }
    if let Some(before) = before {
        let is_off = row.values.get("active") == Some(&Value::Bool(false));
        let goes = is_off || of(before) != identifier;
        let named = RESERVED
            .iter()
            .find(|(reserved, _)| *reserved == of(before));
        if let (Some((_, name)), true) = (named, goes) {
            let why = format!("This identifier is reserved for \"{name}\" in configuration.");
            return Err(could_not_save(&why));
        }
    }
    if is_taken(&PAGES, tx, identifier, row)? {
        return Err(could_not_save(
            "URL key for specified store already exists.",
        ));
    }
    Ok(())
}

fn of(row: &Row) -> &str {
    row.values
        .get("identifier")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Two or more of `a-z 0-9 _ / -`, the first a letter or digit, and perhaps a dot with an ending.
fn is_address(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (path, ending) = match text.split_once('.') {
        Some((path, ending)) => (path, Some(ending)),
        None => (text, None),
    };
    let of_path = |byte: u8| plain(byte) || matches!(byte, b'_' | b'/' | b'-');
    let of_ending = |byte: u8| plain(byte) || matches!(byte, b'_' | b'-');
    path.len() > 1
        && path.bytes().next().is_some_and(plain)
        && path.bytes().all(of_path)
        && ending.is_none_or(|ending| !ending.is_empty() && ending.bytes().all(of_ending))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_plain() {
        for good in ["about-us", "dir/page_2", "a1.html", "0-1"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "a", "-a", "A-b", "a b", "a.", "a.b.c", "ä-b"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
