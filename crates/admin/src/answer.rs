//! An answer of the panel, with the headers that every one carries.

use askama::Template;

/// Scripts and styles come from the panel alone, and nothing frames it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
     base-uri 'none'; require-trusted-types-for 'script'";

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, the `Content-Type` among them.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    fn new(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let fixed = [
            ("content-type", content_type),
            ("cache-control", "no-store"),
            ("content-security-policy", POLICY),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        let headers = fixed.map(|(name, value)| (name, value.to_owned()));
        Self {
            status,
            headers: headers.into(),
            body,
        }
    }

    /// A page.
    pub(crate) fn page(status: u16, template: &impl Template) -> Self {
        match template.render() {
            Ok(text) => Self::new(status, "text/html; charset=utf-8", text.into_bytes()),
            Err(_) => Self::text(500, "The page cannot be made."),
        }
    }

    /// Plain text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(
            status,
            "text/plain; charset=utf-8",
            text.as_bytes().to_vec(),
        )
    }

    /// JSON for a script.
    pub(crate) fn json(value: &serde_json::Value) -> Self {
        let body = value.to_string().into_bytes();
        Self::new(200, "application/json; charset=utf-8", body)
    }

    /// A file that is part of the program: its address changes with it, so it is kept for a year.
    pub(crate) fn file(content_type: &str, body: &[u8]) -> Self {
        let mut answer = Self::new(200, content_type, body.to_vec());
        for (name, value) in &mut answer.headers {
            if *name == "cache-control" {
                "public, max-age=31536000, immutable".clone_into(value);
            }
        }
        answer
    }

    /// Another address, to be got.
    pub(crate) fn see_other(address: &str) -> Self {
        Self::new(303, "text/plain; charset=utf-8", Vec::new()).with("location", address)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
