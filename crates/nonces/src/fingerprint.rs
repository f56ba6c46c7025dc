//! Names of credentials and nonces: eight bytes of SHA-256, so that no secret is recorded and no
//! row id that could be given out again.

use sha2::{Digest as _, Sha256};

/// A token, or a consumer key where there is no token yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Credential(pub(crate) u64);

impl Credential {
    /// The credential that this text is.
    pub fn of(text: &str) -> Self {
        Self(fingerprint(text))
    }

    /// The credential of which the store keeps no more than the SHA-256, in hexadecimal digits.
    pub fn from_sha256(hex: &str) -> Option<Self> {
        u64::from_str_radix(hex.get(..16)?, 16).ok().map(Self)
    }
}

/// Who signs: a consumer with a credential.
#[derive(Clone, Copy, Debug)]
pub struct Claimant {
    consumer: u64,
    credential: Credential,
}

impl Claimant {
    /// The consumer of this key.
    pub fn new(consumer_key: &str, credential: Credential) -> Self {
        Self {
            consumer: fingerprint(consumer_key),
            credential,
        }
    }

    /// The claim of a request; the nonce counts whole, whatever its length.
    pub fn claim(self, nonce: &str, timestamp: i64) -> Claim {
        Claim {
            consumer: self.consumer,
            credential: self.credential,
            nonce: fingerprint(nonce),
            timestamp,
        }
    }
}

/// A rightly signed request's claim to be new.
#[derive(Clone, Debug)]
pub struct Claim {
    pub(crate) consumer: u64,
    pub(crate) credential: Credential,
    pub(crate) nonce: u64,
    /// Seconds since 1970.
    pub(crate) timestamp: i64,
}

impl Claim {
    /// The claim of a request; the nonce counts whole, whatever its length.
    pub fn new(consumer_key: &str, credential: Credential, nonce: &str, timestamp: i64) -> Self {
        Claimant::new(consumer_key, credential).claim(nonce, timestamp)
    }
}

fn fingerprint(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_length_count() {
        assert_ne!(fingerprint("a"), fingerprint("A"));
        let long = "x".repeat(32);
        assert_ne!(fingerprint(&long), fingerprint(&(long.clone() + "y")));
    }

    #[test]
    fn a_stored_digest_names_the_same_credential() {
        let hex: String = Sha256::digest(b"token")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(Credential::from_sha256(&hex), Some(Credential::of("token")));
    }
}
