//! Whether a form was sent from one of our own pages, as far as the browser says.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// False where the browser names another origin, or says that the request comes from elsewhere.
/// Browsers that say neither are believed: the form key decides.
pub fn is_ours(headers: &HeaderMap) -> bool {
    let text = |value: Option<&http::HeaderValue>| {
        value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    if let Some(site) = text(headers.get("sec-fetch-site"))
        && !matches!(site.as_str(), "same-origin" | "none")
    {
        return false;
    }
    let Some(origin) = text(headers.get(ORIGIN)) else {
        return true;
    };
    // A proxy may have taken TLS off: the authority alone is compared.
    let authority = origin.split_once("://").map(|(_, rest)| rest.to_owned());
    authority.is_some_and(|name| {
        text(headers.get(HOST)).is_some_and(|host| host.eq_ignore_ascii_case(&name))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn asked(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(HOST, HeaderValue::from_static("shop.test:8080"));
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        is_ours(&map)
    }

    #[test]
    fn other_sites_are_refused_and_silence_is_not() {
        assert!(asked(&[]));
        assert!(asked(&[("origin", "http://shop.test:8080")]));
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        for other in [
            "https://evil.test",
            "null",
            "http://shop.test",
            "http://shop.test:8080.evil",
        ] {
            assert!(!asked(&[("origin", other)]), "{other}");
        }
        for other in ["cross-site", "same-site"] {
            assert!(!asked(&[("sec-fetch-site", other)]), "{other}");
        }
    }
}
