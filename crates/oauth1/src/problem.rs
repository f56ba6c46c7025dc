//! What Magento's OAuth provider says when it refuses, in its words.

use ferrite_base::{Fault, Kind, Phrase};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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
    /// What looking the parameters up has shown. 401.
    #[error(transparent)]
    LookUp(#[from] LookUp),
}

/// What only the one who keeps consumers, tokens and nonces can find wrong. All are 401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookUp {
    /// The consumer key is not empty and not 32 bytes long.
    #[error("Consumer key is not the correct length")]
    ConsumerKeyLength,
    /// Nobody has this consumer key.
    #[error("A consumer having the specified key does not exist")]
    NoConsumer,
    /// The timestamp is refused, or the nonce cannot be judged.
    #[error("An error occurred validating the nonce")]
    Nonce,
    /// The nonce is used by the consumer of this id.
    #[error("The nonce is already being used by the consumer with ID {0}")]
    NonceUsed(i64),
    /// The time for asking for a request token has passed.
    #[error("Consumer key has expired")]
    ConsumerExpired,
    /// The consumer of this id has no token at all.
    #[error("A token with consumer ID {0} does not exist")]
    NoTokenOfConsumer(i64),
    /// A request token was asked for outside an exchange.
    #[error("Cannot create request token because consumer token is not a verifier token")]
    NotAVerifierToken,
    /// Nobody has this token.
    #[error("Specified token does not exist")]
    NoToken,
    /// The request token is another consumer's.
    #[error("Request token is not associated with the specified consumer")]
    ForeignRequestToken,
    /// An access token was asked for with a token of another kind.
    #[error("Token is already being used")]
    TokenUsed,
    /// The verifier is no text.
    #[error("Verifier is invalid")]
    Verifier,
    /// The verifier is not 32 bytes long.
    #[error("Verifier is not the correct length")]
    VerifierLength,
    /// The verifier is another one than was posted to the callback.
    #[error("Token verifier and verifier token do not match")]
    VerifierMismatch,
    /// The token turned out to be no request token when it was to be exchanged.
    #[error("Cannot get access token because consumer token is not a request token")]
    NotARequestToken,
    /// The access token is another consumer's.
    #[error("Token is not associated with the specified consumer")]
    ForeignToken,
    /// The API was called with a token of another kind.
    #[error("Token is not an access token")]
    NotAnAccessToken,
    /// The access token was taken back.
    #[error("Access token has been revoked")]
    Revoked,
}

impl From<LookUp> for Fault {
    fn from(problem: LookUp) -> Self {
        let phrase = match problem {
            LookUp::NonceUsed(consumer) => Phrase::list(
                "The nonce is already being used by the consumer with ID %1",
                [consumer.to_string()],
            ),
            LookUp::NoTokenOfConsumer(consumer) => Phrase::list(
                "A token with consumer ID %1 does not exist",
                [consumer.to_string()],
            ),
            other => Phrase::new(other.to_string()),
        };
        Self::new(Kind::Denied, phrase)
    }
}

/// What PHP's `urlencode` leaves as it is, beside the space.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b' ');

impl Problem {
    /// The body with which the token endpoints answer; the status is that of the [`Fault`].
    pub fn token_body(&self) -> String {
        let text = match self {
            Self::Missing(fields) => {
                let phrase = |field: &&str| Fault::required_phrase(field).rendered();
                let sentences: Vec<String> = fields.iter().map(phrase).collect();
                match sentences.as_slice() {
                    [one] => one.clone(),
                    several => {
                        let open = several.iter().map(|text| text.trim_end_matches('.'));
                        open.collect::<Vec<_>>().join(", ")
                    }
                }
            }
            other => other.to_string(),
        };
        let text = utf8_percent_encode(&text, PLAIN).to_string();
        format!("oauth_problem={}", text.replace(' ', "+"))
    }
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
            Problem::LookUp(problem) => problem.into(),
            Problem::Signature => Self::new(Kind::Denied, Phrase::new(problem.to_string())),
            other => Self::invalid(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_endpoints_answer_in_magentos_words() {
        let one = Problem::Missing(vec!["oauth_nonce"]).token_body();
        let wanted = "oauth_problem=%22oauth_nonce%22+is+required.+Enter+and+try+again.";
        assert_eq!(one, wanted);
        let two = Problem::Missing(vec!["oauth_nonce", "oauth_timestamp"]).token_body();
        let wanted = "oauth_problem=%22oauth_nonce%22+is+required.+Enter+and+try+again\
                      %2C+%22oauth_timestamp%22+is+required.+Enter+and+try+again";
        assert_eq!(two, wanted);
        let version = Problem::Version("2.0~".into()).token_body();
        let wanted = "oauth_problem=The+%222.0%7E%22+Oauth+version+isn%27t+supported.";
        assert_eq!(version, wanted);
        let used = Problem::from(LookUp::NonceUsed(3)).token_body();
        assert!(used.ends_with("by+the+consumer+with+ID+3"));
    }

    #[test]
    fn the_api_leaves_placeholders_open() {
        let fault = Fault::from(Problem::from(LookUp::NonceUsed(3)));
        assert_eq!(fault.kind, Kind::Denied);
        let wanted = Phrase::list(
            "The nonce is already being used by the consumer with ID %1",
            ["3".to_owned()],
        );
        assert_eq!(fault.phrase, wanted);
        let fault = Fault::from(Problem::from(LookUp::NotAnAccessToken));
        assert_eq!(fault.phrase, Phrase::new("Token is not an access token"));
    }
}
