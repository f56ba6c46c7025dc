//! What a request's head says: whether it is answered at all, for which host it is, and the head as the
//! Web API and the token endpoints read it.

use ferrite_webapi::identity::Head;
use hyper::header::{CONTENT_ENCODING, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;

use crate::server::{Answer, plain};

/// Of the address in a request line.
const LONGEST_TARGET: usize = 32 * 1024;
/// Of all names and values in a head.
const LARGEST_HEADERS: usize = 48 * 1024;

/// What is wrong with a request whoever it is for.
pub fn refused(parts: &Parts) -> Option<Answer> {
    let target = &parts.uri;
    let length = target.path().len() + target.query().map_or(0, str::len);
    if length > LONGEST_TARGET {
        return Some(plain(414, "The request's address is too long.\n"));
    }
    let headers = parts.headers.iter();
    let sizes = headers.map(|(name, value)| name.as_str().len() + value.len());
    if sizes.sum::<usize>() > LARGEST_HEADERS {
        return Some(plain(431, "The request's headers are too large.\n"));
    }
    let mut hosts = target.authority().into_iter();
    if hosts.any(|authority| authority.as_str().contains('@')) {
        return Some(plain(400, "The request's address names a user.\n"));
    }
    // Another server in front of this one may read such a body otherwise.
    if names_other(parts, TRANSFER_ENCODING, "chunked") {
        return Some(plain(400, "The request's transfer encoding is unknown.\n"));
    }
    if names_other(parts, CONTENT_ENCODING, "identity") {
        return Some(plain(415, "The request's body must not be encoded.\n"));
    }
    None
}

/// Whether a header is there with another value than this one.
fn names_other(parts: &Parts, name: HeaderName, known: &str) -> bool {
    let mut values = parts.headers.get_all(name).iter();
    values.any(|value| !value.as_bytes().eq_ignore_ascii_case(known.as_bytes()))
}

/// Which host a request is for; none where that is not clear (RFC 9112 §3.2).
pub fn host(parts: &Parts) -> Option<String> {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    if hosts.next().is_some() || !is_host(host) {
        return None;
    }
    let authority = parts.uri.authority().map(Authority::as_str);
    Some(authority.unwrap_or(host).to_owned())
}

/// A request's head. What is not UTF-8 in a header is replaced.
pub fn head(parts: Parts, host: String) -> Head {
    let mut headers = parts.headers;
    for value in headers.values_mut() {
        if !value.as_bytes().is_ascii() {
            let text = String::from_utf8_lossy(value.as_bytes());
            *value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        }
    }
    Head {
        method: parts.method,
        scheme: "http",
        host,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers,
        form_body: None,
        source: None,
    }
}

/// A name or an address, with a port or none.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '%');
    let name = match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(plain),
    };
    name && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Whether a body of this media type holds the fields of a form.
pub fn is_form(content_type: &str) -> bool {
    content_type.starts_with("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_name_with_one_port() {
        for good in ["h", "h:80", "127.0.0.1:8080", "[::1]:8080", "MAGENTO.test"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "a,b", "u@h", "h/x", "h:65536", "h:", "h:x", "a b"] {
            assert!(!is_host(bad), "{bad}");
        }
    }

    fn status(target: &str, header: (&str, &str)) -> Option<u16> {
        let request = hyper::Request::get(target).header(header.0, header.1);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        refused(&parts).map(|answer| answer.status().as_u16())
    }

    #[test]
    fn what_servers_read_differently_is_refused() {
        let host = ("host", "h");
        let long = |length| format!("/{}", "a".repeat(length));
        assert_eq!(status(&long(LONGEST_TARGET - 1), host), None);
        assert_eq!(status(&long(LONGEST_TARGET), host), Some(414));
        assert_eq!(status("http://h/x", host), None);
        assert_eq!(status("http://u@h/x", host), Some(400));
        assert_eq!(status("/", ("transfer-encoding", "Chunked")), None);
        assert_eq!(
            status("/", ("transfer-encoding", "gzip, chunked")),
            Some(400)
        );
        assert_eq!(status("/", ("content-encoding", "identity")), None);
        assert_eq!(status("/", ("content-encoding", "gzip")), Some(415));
        let value = "a".repeat(LARGEST_HEADERS);
        assert_eq!(status("/", ("x", &value)), Some(431));
        assert_eq!(status("/", ("x", &value[1..])), None);
    }
}
