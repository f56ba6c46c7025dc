//! The tokens that admins and customers get: a JWT as Magento 2.4.4 and later issue it.
//!
//! The header must equal, byte for byte, the one that is issued here: no other algorithm, no other
//! key, no other shape is looked at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ferrite_base::Secret;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

const HEADER: &str = "{\"kid\":\"1\",\"alg\":\"HS256\"}";
const KEY_LENGTH: usize = 2048;

/// What a token says, in the order in which it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user's id.
    pub uid: i64,
    /// 2 for an admin, 3 for a customer.
    pub utypid: i64,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

/// The installation's key for tokens.
#[derive(Clone)]
pub struct JwtKey(Hmac<Sha256>);

impl std::fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JwtKey(***)")
    }
}

impl JwtKey {
    /// Made of the installation's crypt key: the last of several, padded with `&` to 2,048 bytes.
    pub fn new(crypt_key: &Secret) -> Option<Self> {
        let key = crypt_key.reveal().split_whitespace().last()?;
        let missing = KEY_LENGTH.saturating_sub(key.len());
        let left = "&".repeat(missing / 2);
        let right = "&".repeat(missing - missing / 2);
        let padded = Secret::new(format!("{left}{key}{right}"));
        Hmac::new_from_slice(padded.reveal().as_bytes())
            .ok()
            .map(Self)
    }

    /// Issues a token.
    pub fn issue(&self, claims: &Claims) -> Option<String> {
        Some(self.sign(HEADER, &serde_json::to_string(claims).ok()?))
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        let signature = BASE64.encode(mac.finalize().into_bytes());
        format!("{signed}.{signature}")
    }

    /// Reads a token; none where anything about it is not as issued, or its time is over.
    pub fn read(&self, token: &str, now: i64) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        if header != BASE64.encode(HEADER) || claims.contains('.') {
            return None;
        }
        let mut mac = self.0.clone();
        mac.update(signed.as_bytes());
        mac.verify_slice(&BASE64.decode(signature).ok()?).ok()?;
        let claims: Claims = serde_json::from_slice(&BASE64.decode(claims).ok()?).ok()?;
        let fits = claims.uid > 0 && claims.exp > now && claims.iat > 0 && claims.iat <= now + 60;
        fits.then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> JwtKey {
        JwtKey::new(&Secret::new("old-key 0123456789abcdef0123456789abcdef")).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            uid: 1,
            utypid: 2,
            iat: 1_718_000_000,
            exp: 1_718_003_600,
        }
    }

    const TOKEN: &str = "eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOjEsInV0eXBpZCI6MiwiaWF0IjoxNzE4MDAwMDAwLCJleHAiOjE3MTgwMDM2MDB9.MeDWewJzkVtcFrEuXmiC-an2aEJJNzDbPhBADjZh9qg";

    #[test]
    fn a_token_is_what_magento_issues_for_the_same_key() {
        assert_eq!(key().issue(&claims()).unwrap(), TOKEN);
        assert_eq!(key().read(TOKEN, 1_718_000_001), Some(claims()));
    }

    #[test]
    fn anything_else_is_no_token() {
        let now = 1_718_000_001;
        assert_eq!(key().read(TOKEN, 1_718_003_600), None, "over");
        assert_eq!(
            key().read(TOKEN, 1_717_999_000),
            None,
            "issued in the future"
        );
        let none = TOKEN.replacen(
            "eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ",
            "eyJhbGciOiJub25lIn0",
            1,
        );
        for token in [
            &none,
            "",
            "a.b",
            "a.b.c.d",
            &format!("{TOKEN}="),
            &format!("{TOKEN}.x"),
        ] {
            assert_eq!(key().read(token, now), None, "{token}");
        }
        let other = JwtKey::new(&Secret::new("another-key")).unwrap();
        assert_eq!(other.read(TOKEN, now), None);
    }

    #[test]
    fn a_right_signature_over_anything_else_counts_for_nothing() {
        let (key, now) = (key(), 1_718_000_001);
        let whole = r#"{"uid":1,"utypid":2,"iat":1718000000,"exp":1718003600}"#;
        assert!(key.read(&key.sign(HEADER, whole), now).is_some());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"kid":"1","alg":"None"}"#,
            r#"{"kid":"1","alg":"HS384"}"#,
            r#"{"kid":"1","alg":"RS256"}"#,
            r#"{"alg":"HS256","kid":"1"}"#,
            r#"{"kid":"../../dev/null","alg":"HS256"}"#,
            r#"{"kid":"1","alg":"HS256","jku":"https://evil.test/keys"}"#,
            r#"{"kid":"1","alg":"HS256","jwk":{}}"#,
            r#"{"kid":"1","alg":"dir","enc":"A128GCM"}"#,
        ] {
            assert_eq!(key.read(&key.sign(header, whole), now), None, "{header}");
        }
        for claims in [
            r#"{"uid":"1","utypid":2,"iat":1718000000,"exp":1718003600}"#,
            r#"{"uid":0,"utypid":2,"iat":1718000000,"exp":1718003600}"#,
            r#"{"uid":-1,"utypid":2,"iat":1718000000,"exp":1718003600}"#,
            r#"{"uid":9223372036854775808,"utypid":2,"iat":1718000000,"exp":1718003600}"#,
            r#"{"uid":1,"uid":2,"utypid":2,"iat":1718000000,"exp":1718003600}"#,
            r#"{"uid":1,"utypid":2,"iat":1718000000}"#,
            r#"{"uid":1,"utypid":2,"iat":1718000062,"exp":1718003600}"#,
            r#"{"uid":1,"utypid":2,"iat":1718000000,"exp":"1718003600"}"#,
            "[]",
            "",
        ] {
            assert_eq!(key.read(&key.sign(HEADER, claims), now), None, "{claims}");
        }
    }
}
