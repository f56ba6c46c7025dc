//! The text that is signed (RFC 5849 §3.4.1), over the request as it was received.

use percent_encoding::percent_decode_str;

use crate::header::is_protocol_name;
use crate::{Problem, Protocol, encode, natural};

/// A request's parts, nothing decoded.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The `Host` header as sent, port included.
    pub host: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query, without `?`.
    pub query: Option<&'a str>,
    /// The body of a form post.
    pub form: Option<&'a str>,
}

/// Whose reading of a request was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 5849.
    Rfc5849,
    /// Magento 2.4.6 and 2.4.7: natural order, the last of a repeated name, pairs with exactly one
    /// `=`, a literal `+`, a decoded path.
    Magento247,
}

const MOST_PARAMETERS: usize = 1_000;
const LONGEST: usize = 64 * 1024;

/// The base string in one form.
pub fn base_string(
    request: &Request<'_>,
    protocol: &Protocol,
    form: Form,
) -> Result<String, Problem> {
    let sizes = [request.query, request.form].map(|text| text.map_or(0, str::len));
    if sizes.iter().sum::<usize>() + request.path.len() > LONGEST {
        return Err(Problem::TooLarge);
    }
    let mut pairs: Vec<(String, String)> = protocol
        .signed()
        .map(|(name, value)| (encode(name.as_bytes()), encode(value.as_bytes())))
        .collect();
    match form {
        Form::Rfc5849 => {
            pairs.extend(request.query.into_iter().flat_map(rfc_pairs));
            pairs.extend(request.form.into_iter().flat_map(rfc_pairs));
            pairs.sort();
        }
        Form::Magento247 => {
            for (name, value) in request.form.into_iter().flat_map(rfc_pairs) {
                put(&mut pairs, name, value);
            }
            for (name, value) in request.query.into_iter().flat_map(magento_pairs) {
                put(&mut pairs, name, value);
            }
            pairs.sort_by(|left, right| natural::compare(&left.0, &right.0));
        }
    }
    if pairs.len() > MOST_PARAMETERS {
        return Err(Problem::TooLarge);
    }
    let parameters: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let path = match form {
        Form::Rfc5849 => request.path.to_owned(),
        Form::Magento247 => magento_path(request.path),
    };
    let path = if path.is_empty() { "/" } else { path.as_str() };
    let url = format!(
        "{}://{}{path}",
        request.scheme,
        authority(request.scheme, request.host)
    );
    Ok([
        encode(request.method.to_ascii_uppercase().as_bytes()),
        encode(url.as_bytes()),
        encode(parameters.join("&").as_bytes()),
    ]
    .join("&"))
}

/// The host in lower case, without the scheme's own port (§3.4.1.2).
fn authority(scheme: &str, host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let port = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(port).map_or(host.clone(), str::to_owned)
}

/// Form decoding (§3.4.1.3.1): `+` is a space, a name without `=` has an empty value.
fn rfc_pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let part = |text: &str| {
            let spaced = text.replace('+', " ");
            encode(&percent_decode_str(&spaced).collect::<Vec<u8>>())
        };
        (part(name), part(value))
    })
}

fn magento_pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split('&')
        .filter(|pair| pair.matches('=').count() == 1)
        .filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
            let name = decoded(name);
            if is_protocol_name(&String::from_utf8_lossy(&name)) {
                return None;
            }
            Some((encode(&name), encode(&decoded(value))))
        })
}

/// A later value of a name replaces the earlier one.
fn put(pairs: &mut Vec<(String, String)>, name: String, value: String) {
    match pairs.iter_mut().find(|(earlier, _)| *earlier == name) {
        Some(pair) => pair.1 = value,
        None => pairs.push((name, value)),
    }
}

/// Escapes of characters that a path may hold are decoded, `%2F` included; others upper-cased.
fn magento_path(path: &str) -> String {
    const ALLOWED: &[u8] = b"-._~!$&'()*+,;=:@/";
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at..at + 3);
        let byte = escape
            .and_then(|escape| escape.get(1..))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, escape) {
            (Some(byte), _) if byte.is_ascii_alphanumeric() || ALLOWED.contains(&byte) => {
                out.push(char::from(byte));
            }
            (Some(_), Some(escape)) => out.push_str(&escape.to_ascii_uppercase()),
            _ => {
                out.push('%');
                rest = rest.get(at + 1..).unwrap_or_default();
                continue;
            }
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    out + rest
}
