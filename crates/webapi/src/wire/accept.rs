//! Which media type an answer has, and which ones a body may have.

use std::cmp::Ordering;

use ferrite_base::{Fault, Kind, Phrase};

/// The two forms in which the Web API speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json`
    Json,
    /// `application/xml`
    Xml,
}

impl Format {
    /// The `Content-Type` of an answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
        }
    }

    /// Picks the form by the `Accept` header: the first type, by `q` and then by place, that fits.
    pub fn accepted(header: Option<&str>) -> Result<Self, Fault> {
        let header = header
            .filter(|text| !text.trim().is_empty())
            .unwrap_or("*/*");
        if let Some(only) = Self::of(header) {
            return Ok(only);
        }
        let named = header.split(',').map(media_and_quality);
        let mut types: Vec<(&str, &str)> = named.filter(|(media, _)| is_media(media)).collect();
        if types.is_empty() {
            return Ok(Self::Json);
        }
        types.sort_by(|left, right| by_quality(right.1, left.1));
        types.iter().find_map(|(media, _)| Self::of(media)).ok_or_else(|| {
            let text = format!(
                "Server cannot match any of the given Accept HTTP header media type(s) from the \
                 request: \"{header}\" with media types from the config of response renderer."
            );
            Fault::new(Kind::NotAcceptable, Phrase::new(text))
        })
    }

    fn of(media: &str) -> Option<Self> {
        match media {
            "*/*" | "application/json" | "application/*" => Some(Self::Json),
            "text/xml" | "application/xml" | "application/xhtml+xml" | "text/*" => Some(Self::Xml),
            _ => None,
        }
    }

    /// Picks the reader of a body by its `Content-Type`.
    pub fn of_body(content_type: Option<&str>) -> Result<Self, Fault> {
        let refused = |text: &str| Err(Fault::new(Kind::Request, Phrase::new(text)));
        let Some(header) = content_type.map(str::trim).filter(|text| !text.is_empty()) else {
            return refused("Content-Type header is empty.");
        };
        let (media, parameter) = match header.split_once(';') {
            Some((media, parameter)) => (media, Some(parameter.trim_start_matches(' '))),
            None => (header, None),
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/-+.".contains(&byte);
        if media.is_empty() || !media.bytes().all(fits) {
            return refused("Content-Type header is invalid.");
        }
        if let Some(parameter) = parameter {
            match parameter.split_at_checked("charset=".len()) {
                Some((name, value))
                    if name.eq_ignore_ascii_case("charset=") && !value.is_empty() =>
                {
                    if !value.eq_ignore_ascii_case("utf-8") {
                        return refused("UTF-8 is the only supported charset.");
                    }
                }
                _ => return refused("Content-Type header is invalid."),
            }
        }
        match media {
            "application/json" => Ok(Self::Json),
            "application/xml" | "application/xhtml+xml" | "text/xml" => Ok(Self::Xml),
            other => refused(&format!(
                "Server cannot understand Content-Type HTTP header media type {other}"
            )),
        }
    }
}

fn media_and_quality(entry: &str) -> (&str, &str) {
    let mut parts = entry.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let first = parts.next().and_then(|first| first.split_once('='));
    let quality = first.filter(|(_, value)| !value.contains('='));
    (media, quality.map_or("1.0", |(_, value)| value))
}

/// Magento takes the first parameter for `q` whatever its name: numbers are compared as such, and
/// anything else as text.
fn by_quality(left: &str, right: &str) -> Ordering {
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    }
}

/// Whether it has the form of a media type; entries that have not are passed over.
fn is_media(media: &str) -> bool {
    let is_part = |part: &str, more: &[u8]| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    match media.split_once('/') {
        Some((kind, subtype)) => is_part(kind, b"*+-") && is_part(subtype, b"*+-."),
        None => is_part(media, b"*+-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_read_by_quality_and_place() {
        let of = |text| Format::accepted(Some(text)).ok();
        assert_eq!(Format::accepted(None).ok(), Some(Format::Json));
        assert_eq!(
            of("text/html,application/xhtml+xml,*/*;q=0.8"),
            Some(Format::Xml)
        );
        assert_eq!(
            of("application/xml;q=0.5, application/json"),
            Some(Format::Json)
        );
        assert_eq!(of("text/html"), None);
        assert_eq!(of("text/html, json"), None);
        assert_eq!(of("???, (x)"), Some(Format::Json));
        let charset = "application/json, application/xml;charset=utf-8";
        assert_eq!(of(charset), Some(Format::Xml));
        let whole = "application/xml;q=1, application/json;q=.9";
        assert_eq!(of(whole), Some(Format::Xml));
    }

    #[test]
    fn bodies_are_json_or_xml_in_utf_8() {
        let text = |header| Format::of_body(header).map_err(|fault| fault.to_string());
        assert_eq!(
            text(Some("application/json; charset=UTF-8")),
            Ok(Format::Json)
        );
        assert_eq!(text(Some("text/xml")), Ok(Format::Xml));
        assert_eq!(text(None), Err("Content-Type header is empty.".into()));
        for invalid in [
            "application/json ; charset=utf-8",
            "a/b;c=d",
            "a b",
            ";",
            "a/b;charset=",
        ] {
            assert_eq!(
                text(Some(invalid)),
                Err("Content-Type header is invalid.".into())
            );
        }
        assert!(text(Some("json")).is_err_and(|t| t.ends_with("media type json")));
        let utf_7 = Some("application/json; charset=utf-7");
        assert_eq!(
            text(utf_7),
            Err("UTF-8 is the only supported charset.".into())
        );
        assert!(text(Some("text/plain")).is_err_and(|t| t.ends_with("media type text/plain")));
    }
}
