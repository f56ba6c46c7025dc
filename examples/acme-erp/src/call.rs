//! One call to a store, as it is shown: no secret is in it.

use ferrite_base::DateTime;

/// A call and how it ended.
#[derive(Clone, Debug)]
pub struct Call {
    /// When it was made.
    pub at: DateTime,
    /// The method.
    pub method: &'static str,
    /// Path and query, readable.
    pub target: String,
    /// The status, or none where no answer came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub milliseconds: u128,
    /// What became of it, in words.
    pub note: String,
    /// The header that signed it, with what must not be seen masked.
    pub authorization: String,
}

impl Call {
    /// The status as it is shown.
    pub fn status_text(&self) -> String {
        self.status
            .map_or("no answer".into(), |status| status.to_string())
    }

    /// Whether it did what it was made for.
    pub fn succeeded(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// An `Authorization` header with keys, nonce and signature cut down to what tells them apart.
pub fn masked(header: &str) -> String {
    const OPEN: [&str; 3] = ["oauth_signature_method", "oauth_timestamp", "oauth_version"];
    let parts = header.strip_prefix("OAuth ").unwrap_or(header).split(", ");
    let shown = parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if OPEN.contains(&name) {
            return part.to_owned();
        }
        let value = value.trim_matches('"');
        let kept = match name {
            "oauth_consumer_key" | "oauth_token" => value.get(..4).unwrap_or_default(),
            _ => "",
        };
        format!("{name}=\"{kept}…\"")
    });
    format!("OAuth {}", shown.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_signs_a_call_is_masked() {
        let header = "OAuth oauth_consumer_key=\"ckckckck\", oauth_nonce=\"n0n\", \
                      oauth_signature_method=\"HMAC-SHA256\", oauth_token=\"tktktktk\", \
                      oauth_verifier=\"vfvf\", oauth_version=\"1.0\", oauth_signature=\"c2ln\"";
        let wanted = "OAuth oauth_consumer_key=\"ckck…\", oauth_nonce=\"…\", \
                      oauth_signature_method=\"HMAC-SHA256\", oauth_token=\"tktk…\", \
                      oauth_verifier=\"…\", oauth_version=\"1.0\", oauth_signature=\"…\"";
        assert_eq!(masked(header), wanted);
    }
}
