//! The text that is signed (RFC 5849 §3.4.1), over the request as it was received.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::{Problem, Protocol, Request, Scheme, encode, encoded, legacy, push_encoded};

/// Whose reading of a request was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 5849.
    Rfc5849,
    /// Magento 2.4.6 and 2.4.7: natural order, the last of a repeated name, pairs with exactly one
    /// `=`, a literal `+`, a decoded path.
    Magento247,
}

/// A name and a value, both encoded.
pub(crate) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The base string for a scheme in one form. Refused where that form cannot read the request.
pub fn base_string(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    scheme: Scheme,
    form: Form,
) -> Result<String, Problem> {
    request.check_size(protocol)?;
    let reading = Reading::new(request, protocol, form).ok_or(Problem::Signature)?;
    Ok(reading.base_string(request, scheme))
}

/// What one form makes of a request, the same for each scheme. Its size has been checked before.
pub(crate) struct Reading<'a> {
    /// The path that is signed.
    pub path: Cow<'a, str>,
    parameters: String,
}

impl<'a> Reading<'a> {
    /// None where the form cannot read the request.
    pub fn new(request: &Request<'a>, protocol: &Protocol<'_>, form: Form) -> Option<Self> {
        let own = protocol
            .signed()
            .map(|(name, value)| (encoded(name), encoded(value)));
        let (path, pairs) = match form {
            Form::Rfc5849 => (Cow::Borrowed(request.path), sorted(request, own)),
            Form::Magento247 => (
                legacy::path(request.path),
                legacy::parameters(request, own)?,
            ),
        };
        let mut parameters = String::with_capacity(512);
        for (name, value) in &pairs {
            if !parameters.is_empty() {
                parameters.push_str("%26");
            }
            push_encoded_again(&mut parameters, name);
            parameters.push_str("%3D");
            push_encoded_again(&mut parameters, value);
        }
        Some(Self { path, parameters })
    }

    pub fn base_string(&self, request: &Request<'_>, scheme: Scheme) -> String {
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        let mut out = String::with_capacity(self.parameters.len() + 256);
        for byte in request.method.bytes() {
            push_encoded(&mut out, &[byte.to_ascii_uppercase()]);
        }
        out.push('&');
        push_encoded(&mut out, scheme.name().as_bytes());
        push_encoded(&mut out, b"://");
        for byte in authority(scheme, request.host).bytes() {
            push_encoded(&mut out, &[byte.to_ascii_lowercase()]);
        }
        push_encoded(&mut out, path.as_bytes());
        out.push('&');
        out.push_str(&self.parameters);
        out
    }
}

/// Encodes what is encoded already: only `%` is left to encode in it.
fn push_encoded_again(out: &mut String, text: &str) {
    let mut parts = text.split('%');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str("%25");
        out.push_str(part);
    }
}

/// The host without the scheme's own port (§3.4.1.2).
fn authority(scheme: Scheme, host: &str) -> &str {
    host.strip_suffix(scheme.own_port()).unwrap_or(host)
}

/// All parameters in the order of their bytes (§3.4.1.3.2).
fn sorted<'a>(request: &Request<'a>, own: impl Iterator<Item = Pair<'a>>) -> Vec<Pair<'a>> {
    let texts = [request.query, request.form].into_iter().flatten();
    let mut pairs: Vec<Pair<'_>> = own.chain(texts.flat_map(form_pairs)).collect();
    pairs.sort();
    pairs
}

/// Form decoding (§3.4.1.3.1): `+` is a space, a name without `=` has an empty value. A signature
/// is never signed, wherever it stands.
fn form_pairs<'a>(text: &str) -> impl Iterator<Item = Pair<'a>> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let part = |text| Cow::Owned(encode(&form_decoded(text)));
        (part(name), part(value))
    });
    pairs.filter(|(name, _)| name != "oauth_signature")
}

/// A part of a form: `+` is a space, escapes are bytes.
pub(crate) fn form_decoded(text: &str) -> Vec<u8> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn text(request: &Request<'_>, form: Form) -> Result<String, Problem> {
        let protocol = Protocol::parse("OAuth oauth_nonce=\"n\"").unwrap().unwrap();
        base_string(request, &protocol, Scheme::Http, form)
    }

    fn request<'a>(query: Option<&'a str>, form: Option<&'a str>) -> Request<'a> {
        Request {
            method: "GET",
            schemes: &[Scheme::Http],
            host: "h",
            path: "/",
            query,
            form,
        }
    }

    #[test]
    fn a_signature_in_query_or_body_is_not_signed() {
        let query = "oauth_signature=x&a=1&oauth%5Fsignature=y&oauth_signature";
        let both = request(Some(query), Some("oauth_signature=z&b=2"));
        let wanted = "GET&http%3A%2F%2Fh%2F&a%3D1%26b%3D2%26oauth_nonce%3Dn";
        assert_eq!(text(&both, Form::Rfc5849).unwrap(), wanted);
    }

    #[test]
    fn parameters_are_counted_before_anything_else() {
        let most = vec!["a"; 999].join("&");
        assert!(text(&request(Some(&most), None), Form::Rfc5849).is_ok());
        let halves = vec!["a"; 500].join("&");
        let split = request(Some(&halves), Some(&halves));
        let long = "a".repeat(64 * 1024 + 1);
        for form in [Form::Rfc5849, Form::Magento247] {
            for request in [
                split,
                request(None, Some(&long)),
                request(Some(&long), None),
            ] {
                assert_eq!(text(&request, form), Err(Problem::TooLarge));
            }
        }
    }
}
