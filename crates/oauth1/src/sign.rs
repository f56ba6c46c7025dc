//! Signing a request, as a client does.

use ferrite_base::Secret;

use crate::{Form, Method, Problem, Protocol, Request, Scheme, SigningKey, base_string, encode};

/// What a client signs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The consumer's key.
    pub consumer_key: String,
    /// The consumer's secret.
    pub consumer_secret: Secret,
    /// The token, once there is one.
    pub token: Option<String>,
    /// The token's secret; empty before there is one.
    pub token_secret: Secret,
}

/// The value of the `Authorization` header for a request, signed for its first scheme. A timestamp is a
/// number of seconds, or what somebody else may have written there.
pub fn authorization(
    request: &Request<'_>,
    credentials: &Credentials,
    method: Method,
    nonce: &str,
    timestamp: impl ToString,
    verifier: Option<&str>,
) -> Result<String, Problem> {
    let name = match method {
        Method::HmacSha256 => "HMAC-SHA256",
        Method::HmacSha1 => "HMAC-SHA1",
    };
    let timestamp = timestamp.to_string();
    let mut pairs = vec![
        ("oauth_consumer_key", credentials.consumer_key.as_str()),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", name),
        ("oauth_timestamp", &timestamp),
    ];
    pairs.extend(
        credentials
            .token
            .as_deref()
            .map(|token| ("oauth_token", token)),
    );
    pairs.extend(verifier.map(|verifier| ("oauth_verifier", verifier)));
    pairs.push(("oauth_version", "1.0"));
    let parts: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", encode(value.as_bytes())))
        .collect();
    let header = format!("OAuth {}", parts.join(", "));
    let protocol = Protocol::parse(&header)?.ok_or(Problem::Signature)?;
    let key = SigningKey::new(&credentials.consumer_secret, &credentials.token_secret)
        .ok_or(Problem::Signature)?;
    let scheme = request.schemes.first().copied().unwrap_or(Scheme::Http);
    let text = base_string(request, &protocol, scheme, Form::Rfc5849)?;
    let signature = key.sign(method, &text);
    Ok(format!(
        "{header}, oauth_signature=\"{}\"",
        encode(signature.as_bytes())
    ))
}
