//! Why a call was not made or did not end well.
//!
//! The texts are meant for the panel: none names a resolved address, and a name that does not
//! exist reads like one that leads to a private address, so that the panel does not tell about
//! the names of the inner network. The log may use [`Refusal::log_text`] and the addresses of
//! [`crate::Trace`].

use thiserror::Error;

/// The call was not made: no packet went to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    #[error("the URL is not valid")]
    InvalidUrl,
    #[error("the URL is too long")]
    TooLong,
    #[error("only http and https URLs are called")]
    Scheme,
    #[error("the URL contains a user name or password")]
    UserInfo,
    #[error("the port is not allowed")]
    Port,
    /// A literal address or a local name in the URL itself.
    #[error("the address is not public")]
    NotPublic,
    /// A name with at least one address that is not public, or with too many of them.
    #[error("the address is not public, or the name was not found")]
    NameNotPublic,
    #[error("the address is not public, or the name was not found")]
    NameNotFound,
}

impl Refusal {
    /// Tells apart what the panel does not.
    #[must_use]
    pub fn log_text(self) -> String {
        match self {
            Refusal::NameNotPublic => "the name has an address that is not public".to_owned(),
            Refusal::NameNotFound => "the name was not found".to_owned(),
            other => other.to_string(),
        }
    }
}

/// The call was tried and failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    #[error("the connection was refused")]
    ConnectionRefused,
    #[error("the address cannot be reached")]
    Unreachable,
    #[error("no answer within the time limit")]
    TimedOut,
    #[error("the connection was closed before the answer was complete")]
    Closed,
    #[error("the certificate is self-signed")]
    TlsSelfSigned,
    #[error("the certificate has expired")]
    TlsExpired,
    #[error("the certificate is not valid yet")]
    TlsNotYetValid,
    #[error("the certificate is for another name")]
    TlsWrongName,
    #[error("the certificate was issued by an unknown authority")]
    TlsUnknownRoot,
    #[error("the server speaks no TLS version that is still safe (1.2 or 1.3)")]
    TlsVersion,
    #[error("the server does not speak TLS on this port")]
    NotTls,
    #[error("the TLS connection could not be set up")]
    TlsOther,
    #[error("the answer is not HTTP/1.1")]
    BadAnswer,
    #[error("the answer is too large")]
    TooLarge,
    #[error("the connection failed")]
    Other,
}

/// A file of certificate authorities that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RootsError {
    #[error("the file is not in PEM format")]
    Pem,
    #[error("the file contains no certificate")]
    Empty,
    #[error("the file contains a certificate that cannot be used")]
    Certificate,
    #[error("TLS could not be set up")]
    Tls,
}

/// Either of the two, while a call is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Refusal> for Stop {
    fn from(reason: Refusal) -> Self {
        Stop::Refused(reason)
    }
}

impl From<Failure> for Stop {
    fn from(reason: Failure) -> Self {
        Stop::Failed(reason)
    }
}
