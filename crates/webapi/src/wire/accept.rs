//! Which media type an answer has, and which ones a body may have.

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
        let mut types: Vec<(&str, &str)> = header.split(',').map(media_and_quality).collect();
        // Magento sorts the texts of the q values, the larger text first.
        types.sort_by(|left, right| right.1.cmp(left.1));
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
        let mut parts = header.splitn(2, ';');
        let media = parts.next().unwrap_or_default().trim();
        if media.split('/').count() != 2 || media.contains(char::is_whitespace) {
            return refused("Content-Type header is invalid.");
        }
        if let Some(parameter) = parts.next() {
            let Some((name, value)) = parameter.trim().split_once('=') else {
                return refused("Content-Type header is invalid.");
            };
            if !name.trim().eq_ignore_ascii_case("charset") {
                return refused("Content-Type header is invalid.");
            }
            if !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8") {
                return refused("UTF-8 is the only supported charset.");
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
    let quality = parts
        .next()
        .and_then(|first| first.strip_prefix("q="))
        .unwrap_or("1.0");
    (media, quality)
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
        assert_eq!(
            text(Some("json")),
            Err("Content-Type header is invalid.".into())
        );
        let utf_7 = Some("application/json; charset=utf-7");
        assert_eq!(
            text(utf_7),
            Err("UTF-8 is the only supported charset.".into())
        );
        assert!(text(Some("text/plain")).is_err_and(|t| t.ends_with("media type text/plain")));
    }
}
