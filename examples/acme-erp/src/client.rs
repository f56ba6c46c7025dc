//! Signed calls to a store over HTTP, one at a time; every call is told, also one that failed.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ferrite_base::{Clock, Randomness};
use ferrite_oauth1::{Credentials, Method, Request, Scheme, authorization};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use ureq::Agent;
use ureq::tls::TlsConfig;
use url::Url;

use crate::call::{Call, masked};

const LONGEST_ANSWER: u64 = 8 * 1024 * 1024;

/// All that RFC 3986 does not let stand in a part of an address.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A part of a path or query, escaped. A space is `%20`: some stores take `+` for a plus.
pub fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// A query of these names and values.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What is asked of a store.
pub struct Question<'a> {
    pub method: &'static str,
    /// Below the store's base URL, escaped.
    pub target: &'a str,
    /// A JSON body.
    pub body: Option<&'a Value>,
    pub verifier: Option<&'a str>,
}

/// What the store said, whatever its status.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// Why there is no answer. It names the store.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The store at {store} {reason}.")]
pub struct NoAnswer {
    store: String,
    reason: String,
}

/// The client.
pub struct Client {
    agent: Agent,
    timeout: Duration,
    clock: Clock,
    randomness: Randomness,
}

impl Client {
    pub fn new(timeout: Duration, clock: Clock, randomness: Randomness) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .timeout_global(Some(timeout))
            // A connection that the store closed meanwhile would look like a store that is gone.
            .max_idle_connections(0)
            .user_agent("Acme-ERP/1.0")
            .accept("application/json")
            .build();
        Self {
            agent: Agent::new_with_config(config),
            timeout,
            clock,
            randomness,
        }
    }

    /// Signs and sends. It blocks for as long as the store takes.
    pub fn ask(
        &self,
        store: &Url,
        credentials: &Credentials,
        question: &Question<'_>,
    ) -> (Call, Result<Answer, NoAnswer>) {
        let began = Instant::now();
        let at = self.clock.now();
        let no_answer = |reason: String| NoAnswer {
            store: store.to_string(),
            reason,
        };
        let mut shown = String::new();
        let answer = self
            .header(store, credentials, question)
            .and_then(|(url, header)| {
                shown = masked(&header);
                self.send(&url, &header, question)
                    .map_err(|error| self.reason(&error))
            })
            .map_err(no_answer);
        let call = Call {
            at,
            method: question.method,
            target: readable(store, question.target),
            status: answer.as_ref().ok().map(|answer| answer.status),
            milliseconds: began.elapsed().as_millis(),
            note: match &answer {
                Ok(_) => String::new(),
                Err(error) => error.to_string(),
            },
            authorization: shown,
        };
        (call, answer)
    }

    /// The whole address, and the header that signs it.
    fn header(
        &self,
        store: &Url,
        credentials: &Credentials,
        question: &Question<'_>,
    ) -> Result<(Url, String), String> {
        let url = store
            .join(question.target)
            .map_err(|_| "has no such address".to_owned())?;
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            _ => Scheme::Http,
        };
        let request = Request {
            method: question.method,
            schemes: &[scheme],
            host: url.authority(),
            path: url.path(),
            query: url.query(),
            form: None,
        };
        let nonce = self.randomness.token();
        let now = self.clock.unix_seconds();
        let method = Method::HmacSha256;
        let header = authorization(
            &request,
            credentials,
            method,
            &nonce,
            now,
            question.verifier,
        );
        let header = header.map_err(|problem| format!("cannot be asked: {problem}"))?;
        Ok((url, header))
    }

    fn send(
        &self,
        url: &Url,
        header: &str,
        question: &Question<'_>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = http::Request::builder()
            .method(question.method)
            .uri(url.as_str())
            .header("Authorization", header);
        if question.body.is_some() {
            request = request.header("Content-Type", "application/json");
        }
        let body = question.body.map(Value::to_string);
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body)?),
            None => self.agent.run(request.body(())?),
        }?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
        Ok(Answer {
            status,
            body: body.lossy_utf8(true).read_to_string()?,
        })
    }

    fn reason(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(_) => {
                format!(
                    "did not answer within {} seconds",
                    self.timeout.as_secs_f32()
                )
            }
            ureq::Error::HostNotFound => "cannot be found: nobody knows its name".to_owned(),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                "does not answer: the connection was refused".to_owned()
            }
            ureq::Error::Io(error) => format!("does not answer: {error}"),
            ureq::Error::ConnectionFailed => "does not answer: no connection".to_owned(),
            ureq::Error::BodyExceedsLimit(_) => "answered more than can be read".to_owned(),
            other => format!("did not answer as a store does: {other}"),
        }
    }
}

/// The target as a person reads it: the path from the root, escapes decoded.
fn readable(store: &Url, target: &str) -> String {
    let whole = format!("{}{target}", store.path());
    percent_decode_str(&whole).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_escaped_and_shown_readable() {
        let store = Url::parse("http://store.test/shop/").unwrap();
        let target = format!(
            "rest/V1/orders?{}",
            query(&[("searchCriteria[pageSize]", "a b")])
        );
        assert_eq!(target, "rest/V1/orders?searchCriteria%5BpageSize%5D=a%20b");
        let shown = readable(&store, &target);
        assert_eq!(shown, "/shop/rest/V1/orders?searchCriteria[pageSize]=a b");
    }
}
