//! How Magento 2.4.6 and 2.4.7 read a request where they part from RFC 5849.
//!
//! Settled by vectors and by requests tried on a running Magento: `%2F` in a path becomes `/`,
//! other escapes of bytes that no path holds are written in upper case, names sort in natural
//! order, the last value of a name counts, a pair without exactly one `=` does not, `+` stays.
//! Assumed from the description alone, since no vector holds them:
//! - "allowed in a path" is what RFC 3986 §3.3 allows (letters, digits, `-._~!$&'()*+,;=:@/`), so
//!   `%21` is decoded, and `%25` and `%C3%A9` stay; a byte that is not allowed and stands
//!   unescaped is escaped;
//! - dot segments are removed before escapes are decoded, so `%2E%2E` stays a segment;
//! - a form field with `[` in its name cannot be signed in this form, also where it never closes;
//! - names that natural order holds equal (`7`, `007`) stay in the order header, body, query.
//!
//! Whoever signs such a request by RFC 5849 is not touched by this: that form is tried first.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::base_string::{Pair, form_decoded};
use crate::header::is_protocol_name;
use crate::{Request, encode, natural};

/// RFC 3986 §3.3, with `%` left alone: what is escaped already is not escaped again.
const NOT_IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'%');

const ALLOWED: &[u8] = b"-._~!$&'()*+,;=:@/";

/// The parameters in their order; `own` are those of the header. None where a form field has a
/// name that this form cannot sign.
pub fn parameters<'a>(
    request: &Request<'_>,
    own: impl Iterator<Item = Pair<'a>>,
) -> Option<Vec<Pair<'a>>> {
    let mut pairs = Pairs::default();
    for (name, value) in own {
        pairs.put(name, value);
    }
    for field in request.form.into_iter().flat_map(|text| text.split('&')) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let name = field_name(name)?;
        if !name.is_empty() && !is_protocol(&name) {
            pairs.put(encode(&name).into(), encode(&form_decoded(value)).into());
        }
    }
    for pair in request.query.into_iter().flat_map(|text| text.split('&')) {
        let Some((name, value)) = pair.split_once('=').filter(|(_, v)| !v.contains('=')) else {
            continue;
        };
        let name = decoded(name);
        if !is_protocol(&name) {
            pairs.put(encode(&name).into(), encode(&decoded(value)).into());
        }
    }
    let mut pairs = pairs.list;
    pairs.sort_by(|left, right| natural::compare(&left.0, &right.0));
    Some(pairs)
}

/// The name of a pair of a query that is left unsigned because it looks like a protocol
/// parameter's.
pub fn hidden_in_query(pair: &str) -> Option<String> {
    let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
    hidden(decoded(name))
}

/// The same for a field of a form.
pub fn hidden_in_form(field: &str) -> Option<String> {
    let (name, _) = field.split_once('=').unwrap_or((field, ""));
    hidden(field_name(name)?)
}

fn hidden(name: Vec<u8>) -> Option<String> {
    is_protocol(&name).then(|| String::from_utf8_lossy(&name).into_owned())
}

fn is_protocol(name: &[u8]) -> bool {
    is_protocol_name(&String::from_utf8_lossy(name))
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// A form field's name as PHP registers it. None where it would become a nested array.
fn field_name(name: &str) -> Option<Vec<u8>> {
    let name = form_decoded(name);
    if name.contains(&b'[') {
        return None;
    }
    let start = name.iter().take_while(|byte| **byte == b' ').count();
    let end = name.iter().position(|byte| *byte == 0);
    let kept = name.get(start..end.unwrap_or(name.len()));
    let plain = |byte: &u8| match byte {
        b' ' | b'.' => b'_',
        other => *other,
    };
    Some(kept.unwrap_or_default().iter().map(plain).collect())
}

/// Pairs in the order in which their names came first; a later value takes the earlier one's place.
#[derive(Default)]
struct Pairs<'a> {
    list: Vec<Pair<'a>>,
    places: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Pairs<'a> {
    fn put(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) {
        match self.places.entry(name) {
            Entry::Occupied(place) => {
                if let Some(pair) = self.list.get_mut(*place.get()) {
                    pair.1 = value;
                }
            }
            Entry::Vacant(place) => {
                self.list.push((place.key().clone(), value));
                place.insert(self.list.len() - 1);
            }
        }
    }
}

/// The path that is signed; borrowed where it is the raw one.
pub fn path(raw: &str) -> Cow<'_, str> {
    let read = unescaped(&without_dots(raw));
    if read == raw {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(read)
    }
}

/// RFC 3986 §5.2.4, for a path that begins with `/`.
fn without_dots(path: &str) -> Cow<'_, str> {
    let dots = |segment: &str| matches!(segment, "." | "..");
    let Some(rest) = path
        .strip_prefix('/')
        .filter(|rest| rest.split('/').any(dots))
    else {
        return Cow::Borrowed(path);
    };
    let mut kept: Vec<&str> = Vec::new();
    for segment in rest.split('/') {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    if rest.rsplit('/').next().is_some_and(dots) {
        kept.push("");
    }
    Cow::Owned(format!("/{}", kept.join("/")))
}

/// Escapes of bytes that a path may hold are decoded, all others upper-cased; what no path holds
/// is escaped.
fn unescaped(path: &str) -> String {
    let path = utf8_percent_encode(path, NOT_IN_A_PATH).to_string();
    let mut parts = path.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        let hexadecimal = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| hexadecimal);
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || ALLOWED.contains(&byte) => {
                out.push(char::from(byte));
            }
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None => {
                out.push('%');
                out.push_str(digits);
            }
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Scheme;

    fn joined(query: Option<&str>, form: Option<&str>) -> Option<String> {
        let request = Request {
            method: "POST",
            schemes: &[Scheme::Http],
            host: "h",
            path: "/",
            query,
            form,
        };
        let own = [(Cow::Borrowed("oauth_nonce"), Cow::Borrowed("n"))];
        let pairs = parameters(&request, own.into_iter())?;
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        Some(pairs.collect::<Vec<_>>().join("&"))
    }

    #[test]
    fn paths_are_read_as_described() {
        let cases = [
            ("/a%2Fb", "/a/b"),
            ("/my%20sku", "/my%20sku"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/%7Ea", "/~a"),
            ("/%25", "/%25"),
            ("/%21%27%28%29%2a!'()*", "/!'()*!'()*"),
            ("/caf\u{e9} \"", "/caf%C3%A9%20%22"),
            ("/%zz/%4", "/%zz/%4"),
            ("/a/./b/../c", "/a/c"),
            ("/a/b/..", "/a/"),
            ("/../../a/.", "/a/"),
            ("/a/%2E%2e/b", "/a/../b"),
            ("/a//b/", "/a//b/"),
            ("", ""),
        ];
        for (raw, wanted) in cases {
            assert_eq!(path(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn a_form_is_read_as_php_reads_it() {
        let form = joined(None, Some("a.b=1&c+d=x+y&e%2Ef=2&+g=3&h&=4&i=1&i=2"));
        let wanted = "a_b=1&c_d=x%20y&e_f=2&g=3&h=&i=2&oauth_nonce=n";
        assert_eq!(form.as_deref(), Some(wanted));
        let form = joined(None, Some("oauth_token=x&my_oauth_a=1&oauth.b=2&oauth_=3"));
        assert_eq!(form.as_deref(), Some("oauth_=3&oauth_nonce=n"));
        assert_eq!(joined(None, Some("a[b]=1")), None);
        assert_eq!(joined(None, Some("a%5Bb%5D=1")), None);
    }

    #[test]
    fn a_query_goes_over_a_form_and_drops_what_has_not_one_equals_sign() {
        let both = joined(Some("a=2&b&c=d=e&f=+&x[oauth_y]=1"), Some("a=1&z=0"));
        assert_eq!(both.as_deref(), Some("a=2&f=%2B&oauth_nonce=n&z=0"));
    }

    #[test]
    fn hidden_names_are_found_however_they_are_written() {
        let hidden = ["oauth_a=1", "x%5Boauth%5Fa%5D", "x[oauth_a]=b=c"];
        assert!(hidden.iter().all(|pair| hidden_in_query(pair).is_some()));
        let signed = [
            "oauth_=1",
            "a=oauth_b",
            "Oauth_a=1",
            "oauth_1=1",
            "oauth.a=1",
            "",
        ];
        assert!(signed.iter().all(|pair| hidden_in_query(pair).is_none()));
        assert_eq!(hidden_in_form("oauth.a+b=1").as_deref(), Some("oauth_a_b"));
    }

    proptest! {
        #[test]
        fn no_path_makes_it_panic(raw in "(/|a|%2F|%41|%c3|%z|%|é|\\.)*") {
            let read = path(&raw);
            prop_assert!(read.is_ascii());
            prop_assert_eq!(read.starts_with('/'), raw.starts_with('/') || raw.starts_with("%2F"));
        }
    }
}
