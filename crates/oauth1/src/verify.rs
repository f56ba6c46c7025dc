//! Comparing a signature with what it should be, in constant time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ferrite_base::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::{Form, Problem, Protocol, Request, base_string, encode};

/// A signature method that can be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// HMAC-SHA256, the only one of Magento 2.4.4 and later.
    HmacSha256,
    /// HMAC-SHA1 (RFC 5849 §3.4.2), for older clients.
    HmacSha1,
}

/// A prepared key: `enc(consumer secret)&enc(token secret)`.
#[derive(Clone)]
pub struct SigningKey {
    sha256: Hmac<Sha256>,
    sha1: Hmac<Sha1>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// Prepares a key; the token's secret is empty before there is a token.
    pub fn new(consumer_secret: &Secret, token_secret: &Secret) -> Option<Self> {
        let parts = [consumer_secret, token_secret].map(|part| encode(part.reveal().as_bytes()));
        let key = Secret::new(parts.join("&"));
        let bytes = key.reveal().as_bytes();
        let sha256 = Hmac::new_from_slice(bytes).ok()?;
        let sha1 = Hmac::new_from_slice(bytes).ok()?;
        Some(Self { sha256, sha1 })
    }

    /// The signature of a base string, in base64.
    pub fn sign(&self, method: Method, text: &str) -> String {
        match method {
            Method::HmacSha256 => {
                let mut mac = self.sha256.clone();
                mac.update(text.as_bytes());
                BASE64.encode(mac.finalize().into_bytes())
            }
            Method::HmacSha1 => {
                let mut mac = self.sha1.clone();
                mac.update(text.as_bytes());
                BASE64.encode(mac.finalize().into_bytes())
            }
        }
    }
}

/// Which form of the request the signature was made over; refused where it is none. The base64
/// text is compared whole, so that no other spelling of the same bytes passes.
pub fn verify(
    request: &Request<'_>,
    protocol: &Protocol,
    key: &SigningKey,
    method: Method,
    legacy: bool,
) -> Result<Form, Problem> {
    let given = protocol.get("oauth_signature").unwrap_or_default();
    let forms = [Form::Rfc5849, Form::Magento247];
    for form in forms.into_iter().take(if legacy { 2 } else { 1 }) {
        let wanted = key.sign(method, &base_string(request, protocol, form)?);
        if wanted.as_bytes().ct_eq(given.as_bytes()).into() {
            return Ok(form);
        }
    }
    Err(Problem::Signature)
}
