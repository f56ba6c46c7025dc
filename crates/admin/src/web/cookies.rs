//! The cookies: the browser's token, the messages for its next page, and that it is known.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::Panel;

/// A cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The token of a session, or of a browser in which nobody has signed in.
    Token,
    /// Messages for the next page.
    Messages,
    /// That an admin has signed in in this browser before.
    Device,
}

impl Cookie {
    fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Token, true) => "__Host-ferrite_admin",
            (Self::Token, false) => "ferrite_admin",
            (Self::Device, true) => "__Host-ferrite_device",
            (Self::Device, false) => "ferrite_device",
            (Self::Messages, true) => "__Host-ferrite_messages",
            (Self::Messages, false) => "ferrite_messages",
        }
    }

    /// Its value in a request.
    pub fn read(self, headers: &HeaderMap, is_secure: bool) -> Option<String> {
        let lines = headers.get_all(COOKIE).iter();
        let pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'));
        let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
        let found = pairs.find(|(name, _)| *name == self.name(is_secure));
        found.map(|(_, value)| value.to_owned())
    }

    /// The header that sets it, or takes it away where no value is given.
    pub fn header(self, value: Option<&str>, panel: &Panel, path: &str) -> Option<HeaderValue> {
        let is_secure = panel.is_secure();
        let name = self.name(is_secure);
        // A name with `__Host-` is taken with `Secure` and `Path=/` alone.
        let place = if is_secure {
            "Path=/; Secure".to_owned()
        } else {
            format!("Path={path}")
        };
        let (value, end) = match value {
            Some(value) if self == Self::Device => (value, "; Max-Age=31536000"),
            Some(value) => (value, ""),
            None => ("", "; Max-Age=0"),
        };
        let text = format!("{name}={value}; {place}; HttpOnly; SameSite=Lax{end}");
        HeaderValue::from_str(&text).ok()
    }
}
