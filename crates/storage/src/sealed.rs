//! Secrets at rest: sealed with XChaCha20-Poly1305 under a key that is not in the store.
//!
//! A sealed text is `1:<key id>:<base64 of nonce and ciphertext>`. The place where it stands
//! (table, column and what names the row) is authenticated with it, so that a ciphertext that was
//! moved to another row does not open.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use ferrite_base::{Randomness, Secret};
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Collection, Db, Error, Result, Tx};

const NONCE: usize = 24;

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key_id: String,
    mac: Hmac<Sha256>,
    randomness: Randomness,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({})", self.key_id)
    }
}

impl Sealer {
    /// A sealer under a key of the installation's.
    pub fn new(key: &Secret, randomness: Randomness) -> Self {
        let key = Sha256::new()
            .chain_update(b"ferrite secrets at rest 1\0")
            .chain_update(key.reveal().as_bytes())
            .finalize();
        let id = Sha256::new()
            .chain_update(b"ferrite key id\0")
            .chain_update(key)
            .finalize();
        let key_id = id
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            cipher: XChaCha20Poly1305::new(&Key::from(<[u8; 32]>::from(key))),
            key_id,
            mac: mac(&key),
            randomness,
        }
    }

    /// Seals a secret for a place. It draws a nonce: to be called before a write's function.
    pub fn seal(&self, place: &str, secret: &Secret) -> Result<String> {
        let nonce: [u8; NONCE] = self.randomness.bytes();
        let payload = Payload {
            msg: secret.reveal().as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Sealed(place.to_owned()))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!("1:{}:{}", self.key_id, BASE64.encode(bytes)))
    }

    /// A hash that only this key makes of a text: 64 hexadecimal digits (HMAC-SHA256).
    pub fn hash(&self, text: &str) -> String {
        let mac = self.mac.clone().chain_update(text.as_bytes()).finalize();
        let digits = mac.into_bytes();
        digits.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: &str, text: &str) -> Result<Secret> {
        let refused = || Error::Sealed(place.to_owned());
        let rest = text.strip_prefix("1:").ok_or_else(refused)?;
        let (key_id, body) = rest.split_once(':').ok_or_else(refused)?;
        if key_id != self.key_id {
            return Err(refused());
        }
        let bytes = BASE64.decode(body).map_err(|_| refused())?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(refused)?;
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        let opened = self.cipher.decrypt(&XNonce::from(*nonce), payload);
        let text = String::from_utf8(opened.map_err(|_| refused())?).map_err(|_| refused())?;
        Ok(Secret::new(text))
    }

    /// Notes in a fresh store which key it belongs to.
    pub fn mark(&self) -> Result<KeyCheck> {
        let sealed = self.seal(CHECK_PLACE, &Secret::new(CHECK_TEXT.to_owned()))?;
        Ok(KeyCheck { id: 1, sealed })
    }

    /// Whether the store was written under this key.
    pub fn fits(&self, db: &Db) -> Result<bool> {
        let check = db.read(|tx| KEY_CHECKS.get(tx, 1))?;
        Ok(check.is_some_and(|check| self.open(CHECK_PLACE, &check.sealed).is_ok()))
    }
}

/// What hashes under a key.
fn mac(key: &[u8]) -> Hmac<Sha256> {
    let own = Sha256::new()
        .chain_update(b"ferrite hashes 1\0")
        .chain_update(key)
        .finalize();
    let mut block = [0; 64];
    block.iter_mut().zip(own).for_each(|(to, from)| *to = from);
    <Hmac<Sha256> as hmac::KeyInit>::new(&block.into())
}

const CHECK_PLACE: &str = "key_check";
const CHECK_TEXT: &str = "ferrite";

/// A known text under the store's key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyCheck {
    id: i64,
    sealed: String,
}

crate::serde_document!(KeyCheck);

impl KeyCheck {
    /// Writes it into a fresh store.
    pub fn install(&self, tx: &mut Tx<'_>) -> Result<()> {
        KEY_CHECKS.insert_as(tx, self)
    }
}

/// The one [`KeyCheck`] of a store.
pub static KEY_CHECKS: Collection<KeyCheck> = Collection {
    name: "key_check",
    fields: &[],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(key: &str) -> Sealer {
        Sealer::new(&Secret::new(key.to_owned()), Randomness::seeded(7))
    }

    #[test]
    fn a_secret_opens_at_its_place_under_its_key_only() {
        let one = sealer("key one");
        let sealed = one
            .seal("a/secret/1", &Secret::new("hush".to_owned()))
            .unwrap();
        assert!(!sealed.contains("hush"));
        assert_eq!(one.open("a/secret/1", &sealed).unwrap().reveal(), "hush");
        assert!(one.open("a/secret/2", &sealed).is_err());
        assert!(sealer("key two").open("a/secret/1", &sealed).is_err());
        let again = one
            .seal("a/secret/1", &Secret::new("hush".to_owned()))
            .unwrap();
        assert_ne!(sealed, again);
    }

    #[test]
    fn a_hash_is_one_of_the_text_and_of_the_key() {
        let (one, two) = (sealer("key one"), sealer("key two"));
        assert_eq!(one.hash("a").len(), 64);
        assert_eq!(one.hash("a"), one.clone().hash("a"));
        assert_ne!(one.hash("a"), one.hash("b"));
        assert_ne!(one.hash("a"), two.hash("a"));
    }

    #[test]
    fn a_flipped_bit_and_broken_text_are_refused() {
        let sealer = sealer("key");
        let sealed = sealer.seal("p", &Secret::new("hush".to_owned())).unwrap();
        let last = if sealed.ends_with("A=") { "B=" } else { "A=" };
        let flipped = format!("{}{last}", &sealed[..sealed.len() - 2]);
        for broken in [flipped.as_str(), "", "1:", "1:x:y", "2:a:b", "hush"] {
            assert!(sealer.open("p", broken).is_err(), "{broken}");
        }
    }
}
