//! OAuth 1.0a (RFC 5849) without I/O: reading the header, base strings, signing and verifying.
//!
//! There is no clock, no store and no randomness here: timestamps, nonces and secrets come in as
//! arguments. A signature counts if it is right over the request as it was received, in RFC 5849's
//! form or, where that differs, in the form that Magento 2.4.7 reads ([`Form`]).

mod base_string;
mod header;
mod legacy;
mod natural;
mod problem;
mod request;
mod sign;
mod verify;

pub use base_string::{Form, base_string};
pub use header::Protocol;
pub use problem::{LookUp, Problem};
pub use request::{Request, Scheme};
pub use sign::{Credentials, authorization};
pub use verify::{Method, SigningKey, Verified, verify};

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// RFC 5849 §3.6: everything but letters, digits, `-`, `.`, `_` and `~`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// RFC 5849 §3.6 encoding.
pub(crate) fn encode(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    push_encoded(&mut out, text);
    out
}

/// The same for a text that mostly needs none.
pub(crate) fn encoded(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_encode(text.as_bytes(), ENCODED).into()
}

/// Appends a text, encoded.
pub(crate) fn push_encoded(out: &mut String, text: &[u8]) {
    out.extend(percent_encoding::percent_encode(text, ENCODED));
}

/// What PHP's `(int)` makes of a timestamp: the number that it begins with, 0 where there is none.
pub fn php_int(text: &str) -> i64 {
    let text = text.trim_start();
    let signed = text.starts_with(['-', '+']);
    let digits = text
        .bytes()
        .skip(usize::from(signed))
        .take_while(u8::is_ascii_digit)
        .count();
    let number = text
        .get(..digits + usize::from(signed))
        .and_then(|head| head.parse().ok());
    match (number, digits, text.starts_with('-')) {
        (Some(number), ..) => number,
        (None, 0, _) => 0,
        (None, _, true) => i64::MIN,
        (None, _, false) => i64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::php_int;

    #[test]
    fn timestamps_are_cast_as_php_casts_them() {
        assert_eq!(php_int("1718000000abc"), 1_718_000_000);
        assert_eq!(php_int(" 1718000000.9"), 1_718_000_000);
        assert_eq!((php_int("abc"), php_int(""), php_int("-1")), (0, 0, -1));
        assert_eq!(php_int("99999999999999999999"), i64::MAX);
    }
}
