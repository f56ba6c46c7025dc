//! Whole requests, signed with HMAC-SHA256 and a fresh nonce each, as bytes to send.

use anyhow::{Result, anyhow};
use ferrite_base::Clock;
use ferrite_oauth1::{Credentials, Method, Request, Scheme, authorization};

use crate::Random;

/// Who signs, and for which host.
pub struct Signer {
    credentials: Credentials,
    host: String,
    clock: Clock,
    random: Random,
}

impl Signer {
    /// Signs for `host`; the random numbers become nonces.
    pub fn new(credentials: Credentials, host: impl Into<String>, random: Random) -> Self {
        Self {
            credentials,
            host: host.into(),
            clock: Clock::system(),
            random,
        }
    }

    /// A signed GET. `target` is path and query.
    pub fn get(&mut self, target: &str) -> Result<Vec<u8>> {
        self.request("GET", target, None)
    }

    /// A signed POST of JSON.
    pub fn post(&mut self, target: &str, json: &str) -> Result<Vec<u8>> {
        self.request("POST", target, Some(json))
    }

    /// A GET that is signed with this nonce and timestamp.
    pub fn get_with(&self, target: &str, nonce: &str, timestamp: impl ToString) -> Result<Vec<u8>> {
        self.signed("GET", target, None, nonce, timestamp)
    }

    /// Any request, signed.
    pub fn request(&mut self, method: &str, target: &str, json: Option<&str>) -> Result<Vec<u8>> {
        let nonce = format!("{:016x}{:016x}", self.random.number(), self.random.number());
        self.signed(method, target, json, &nonce, self.clock.unix_seconds())
    }

    fn signed(
        &self,
        method: &str,
        target: &str,
        json: Option<&str>,
        nonce: &str,
        timestamp: impl ToString,
    ) -> Result<Vec<u8>> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let request = Request {
            method,
            schemes: &[Scheme::Http],
            host: &self.host,
            path,
            query,
            form: None,
        };
        let signed = authorization(
            &request,
            &self.credentials,
            Method::HmacSha256,
            nonce,
            timestamp,
            None,
        );
        let signed = signed.map_err(|problem| anyhow!("cannot sign {target}: {problem}"))?;
        let host = &self.host;
        let body = match json {
            Some(json) => format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{json}",
                json.len()
            ),
            None => "\r\n".to_owned(),
        };
        let text =
            format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {signed}\r\n");
        Ok((text + &body).into_bytes())
    }
}
