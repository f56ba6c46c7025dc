//! What Magento's OAuth provider says when it refuses, in its words.

use ferrite_base::{Fault, Kind, Phrase};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Required parameters are absent, in the order in which they are looked for. 400.
    #[error("required: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    /// `oauth_version` is not 1.0. 400.
    #[error("The \"{0}\" Oauth version isn't supported.")]
    Version(String),
    /// `oauth_token` is not 32 bytes long. 400.
    #[error("The token length is invalid. Check the length and try again.")]
    TokenLength,
    /// The signature method is not accepted. 400.
    #[error("Signature method {0} is not supported")]
    Method(String),
    /// A protocol parameter stands twice with different values (RFC 5849 §3.1). 400.
    #[error("The {0} parameter is given more than once.")]
    Repeated(String),
    /// More parameters or text than is read. 400.
    #[error("The request has too many parameters.")]
    TooLarge,
    /// The signature is wrong. 401.
    #[error("The signature is invalid. Verify and try again.")]
    Signature,
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Missing(fields) => Self::required(fields),
            Problem::Version(version) => {
                let text = "The \"%1\" Oauth version isn't supported.";
                Self::new(Kind::Invalid, Phrase::list(text, [version]))
            }
            Problem::Method(method) => {
                let text = "Signature method %1 is not supported";
                Self::new(Kind::Invalid, Phrase::list(text, [method]))
            }
            Problem::Signature => Self::new(Kind::Denied, Phrase::new(problem.to_string())),
            other => Self::invalid(other.to_string()),
        }
    }
}
