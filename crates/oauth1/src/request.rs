//! A request as it was received, nothing decoded, and how much of it is read.

use crate::{Problem, Protocol};

/// What stands before `://` in the address that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Scheme {
    /// As it is written in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that an address need not name.
    pub(crate) fn own_port(self) -> &'static str {
        match self {
            Self::Http => ":80",
            Self::Https => ":443",
        }
    }
}

/// A request's parts.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// The schemes that the sender may have signed, the likeliest first: the connection's own, and
    /// `https` where a header says that TLS ended before us. It cannot weaken a signature, so such
    /// a header may come from anyone.
    pub schemes: &'a [Scheme],
    /// The `Host` header as sent, port included.
    pub host: &'a str,
    /// The raw path.
    pub path: &'a str,
    /// The raw query, without `?`.
    pub query: Option<&'a str>,
    /// The body of a form post.
    pub form: Option<&'a str>,
}

const MOST_PARAMETERS: usize = 1_000;
const LONGEST: usize = 64 * 1024;

impl Request<'_> {
    /// Refuses more than is read, by counting alone: nothing is decoded, sorted or hashed before.
    pub(crate) fn check_size(&self, protocol: &Protocol<'_>) -> Result<(), Problem> {
        let texts = [self.query, self.form].into_iter().flatten();
        let (mut length, mut count) = (self.path.len(), 0);
        for text in texts {
            length += text.len();
            count += text.split('&').count();
        }
        for (name, value) in protocol.signed() {
            length += name.len() + value.len();
            count += 1;
        }
        if length > LONGEST || count > MOST_PARAMETERS {
            return Err(Problem::TooLarge);
        }
        Ok(())
    }
}
