//! Sentences for the next page. They travel in a signed cookie, so that showing one changes nothing
//! in the store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};

use super::keys::Keys;
use crate::text::shown;

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    Success,
    Error,
    Warning,
    Notice,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub tone: Tone,
    pub text: String,
}

const LONGEST: usize = 3_000;
const PURPOSE: &str = "messages";

impl Message {
    fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        let text = shown(text.as_ref());
        Self { tone, text }
    }

    pub fn success(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Success, text)
    }

    pub fn error(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Error, text)
    }

    pub fn warning(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Warning, text)
    }

    pub fn notice(text: impl AsRef<str>) -> Self {
        Self::new(Tone::Notice, text)
    }

    /// The class of its box.
    pub fn class(&self) -> &'static str {
        match self.tone {
            Tone::Success => "success",
            Tone::Error => "error",
            Tone::Warning => "warning",
            Tone::Notice => "notice",
        }
    }

    /// How a screen reader takes it.
    pub fn role(&self) -> &'static str {
        match self.tone {
            Tone::Error | Tone::Warning => "alert",
            Tone::Success | Tone::Notice => "status",
        }
    }

    /// Messages as a cookie's value.
    pub fn pack(messages: &[Self], keys: &Keys) -> Option<String> {
        let body = BASE64.encode(serde_json::to_vec(messages).ok()?);
        let tag = keys.tag(PURPOSE, body.as_bytes());
        (body.len() < LONGEST).then(|| format!("{tag}.{body}"))
    }

    /// What [`Self::pack`] made; nothing of what anybody else did.
    pub fn unpack(value: &str, keys: &Keys) -> Vec<Self> {
        let Some((tag, body)) = value.split_once('.') else {
            return Vec::new();
        };
        if tag != keys.tag(PURPOSE, body.as_bytes()) {
            return Vec::new();
        }
        let bytes = BASE64.decode(body).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use ferrite_base::Secret;

    use super::*;

    #[test]
    fn messages_come_back_as_they_were_and_forged_ones_do_not() {
        let keys = Keys::new(&Secret::new("key"));
        let messages = vec![Message::success("The integration 'é' has been saved.")];
        let packed = Message::pack(&messages, &keys).unwrap();
        assert_eq!(Message::unpack(&packed, &keys), messages);
        assert!(Message::unpack(&packed.replacen('.', ".x", 1), &keys).is_empty());
        assert!(Message::unpack("", &keys).is_empty());
    }
}
