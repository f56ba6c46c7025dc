//! The `Authorization: OAuth …` header (RFC 5849 §3.5.1), as Magento reads it.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use crate::{Method, Problem};

/// The protocol parameters of one request, by name. One parse feeds base string, look-ups and nonce
/// alike. What needs no decoding is borrowed from the header.
#[derive(Clone, PartialEq, Eq)]
pub struct Protocol<'a>(Vec<(&'a str, Cow<'a, str>)>);

const SECRET: [&str; 4] = [
    "oauth_signature",
    "oauth_token",
    "oauth_verifier",
    "oauth_nonce",
];

impl fmt::Debug for Protocol<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().map(|(name, value)| {
            let value = if SECRET.contains(name) { "***" } else { value };
            (name, value)
        });
        f.debug_map().entries(shown).finish()
    }
}

impl<'a> Protocol<'a> {
    /// Reads a header. None where it is no OAuth header, or one without any `oauth_…` parameter:
    /// such a caller is a guest.
    pub fn parse(header: &'a str) -> Result<Option<Self>, Problem> {
        let Some(parameters) = after_scheme(header) else {
            return Ok(None);
        };
        let mut list: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(8);
        for part in parameters.split(',') {
            let Some((name, value)) = part.trim().split_once('=') else {
                continue;
            };
            if !is_protocol_name(name) {
                continue;
            }
            let value = match without_quotes(value) {
                Cow::Borrowed(value) if !value.contains('%') => Cow::Borrowed(value),
                Cow::Borrowed(value) => percent_decode_str(value).decode_utf8_lossy(),
                Cow::Owned(value) => {
                    let value = percent_decode_str(&value).decode_utf8_lossy();
                    Cow::Owned(value.into_owned())
                }
            };
            match list.binary_search_by_key(&name, |(earlier, _)| earlier) {
                Ok(place)
                    if list
                        .get(place)
                        .is_some_and(|(_, earlier)| *earlier != value) =>
                {
                    return Err(Problem::Repeated(name.to_owned()));
                }
                Ok(_) => {}
                Err(place) => list.insert(place, (name, value)),
            }
        }
        Ok((!list.is_empty()).then_some(Self(list)))
    }

    /// A parameter's decoded value.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.as_ref())
    }

    /// All parameters but the signature itself.
    pub(crate) fn signed(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter().map(|(name, value)| (*name, value.as_ref()));
        all.filter(|(name, _)| *name != "oauth_signature")
    }

    /// Checks what needs no look-up, in Magento's order: version, required parameters, the token's
    /// length, the method. `further` are required beside the five that always are.
    pub fn check(&self, further: &[&'static str], sha1: bool) -> Result<Method, Problem> {
        if let Some(version) = self.get("oauth_version")
            && version.trim().parse::<f64>().ok() != Some(1.0)
        {
            return Err(Problem::Version(version.to_owned()));
        }
        let always = [
            "oauth_consumer_key",
            "oauth_signature",
            "oauth_signature_method",
            "oauth_nonce",
            "oauth_timestamp",
        ];
        let wanted = always.iter().chain(further);
        let missing: Vec<_> = wanted
            .copied()
            .filter(|name| self.get(name).is_none())
            .collect();
        if !missing.is_empty() {
            return Err(Problem::Missing(missing));
        }
        if self
            .get("oauth_token")
            .is_some_and(|token| token.len() != 32)
        {
            return Err(Problem::TokenLength);
        }
        match self.get("oauth_signature_method") {
            Some("HMAC-SHA256") => Ok(Method::HmacSha256),
            Some("HMAC-SHA1") if sha1 => Ok(Method::HmacSha1),
            other => Err(Problem::Method(other.unwrap_or_default().to_owned())),
        }
    }
}

/// What stands behind the first `OAuth `, in any case.
fn after_scheme(header: &str) -> Option<&str> {
    const SCHEME: &[u8] = b"oauth ";
    let mut places = header.as_bytes().windows(SCHEME.len());
    let at = places.position(|six| six.eq_ignore_ascii_case(SCHEME))?;
    header.get(at + SCHEME.len()..)
}

/// The value without any quotation mark; mostly there are just the two around it.
fn without_quotes(value: &str) -> Cow<'_, str> {
    let inner = value.strip_prefix('"').unwrap_or(value);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if inner.contains('"') {
        Cow::Owned(inner.replace('"', ""))
    } else {
        Cow::Borrowed(inner)
    }
}

/// Names that hold `oauth_` and a letter, dash or underscore after it.
pub(crate) fn is_protocol_name(name: &str) -> bool {
    let goes_on = |rest: &str| {
        let next = rest.bytes().next();
        next.is_some_and(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
    };
    // Mostly it is where a name begins.
    name.strip_prefix("oauth_").is_some_and(goes_on)
        || name
            .match_indices("oauth_")
            .any(|(at, found)| goes_on(&name[at + found.len()..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn checks_come_in_magentos_order() {
        let check = |header: &str| {
            Protocol::parse(header)
                .unwrap()
                .unwrap()
                .check(&["oauth_token"], false)
        };
        let five = "oauth_consumer_key=\"k\", oauth_signature=\"s\", oauth_nonce=\"n\", \
                    oauth_timestamp=\"1\"";
        assert_eq!(
            check("OAuth oauth_nonce=\"n\", oauth_version=\"2.0\""),
            Err(Problem::Version("2.0".into()))
        );
        let missing = check(&format!("OAuth {five}")).unwrap_err();
        assert_eq!(
            missing,
            Problem::Missing(vec!["oauth_signature_method", "oauth_token"])
        );
        let short = format!("OAuth {five}, oauth_signature_method=\"X\", oauth_token=\"t\"");
        assert_eq!(check(&short), Err(Problem::TokenLength));
        let token = "t".repeat(32);
        let sha1 =
            format!("OAuth {five}, oauth_signature_method=\"HMAC-SHA1\", oauth_token=\"{token}\"");
        assert_eq!(check(&sha1), Err(Problem::Method("HMAC-SHA1".into())));
    }

    #[test]
    fn a_header_without_parameters_is_a_guests_and_a_repeated_one_is_refused() {
        assert_eq!(Protocol::parse("OAuth junk"), Ok(None));
        assert_eq!(Protocol::parse("Bearer x"), Ok(None));
        let twice = Protocol::parse("OAuth oauth_nonce=\"a\", oauth_nonce=\"b\"");
        assert_eq!(twice, Err(Problem::Repeated("oauth_nonce".into())));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(header in "\\PC{0,200}") {
            let _ = Protocol::parse(&header);
            let _ = Protocol::parse(&format!("OAuth {header}"));
        }
    }
}
