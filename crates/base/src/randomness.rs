//! Randomness as a value: handed in, seeded in tests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// Where unpredictable bytes come from. Cheap to clone.
#[derive(Clone)]
pub struct Randomness(Option<Arc<Mutex<StdRng>>>);

/// The alphabet of Magento's keys, secrets, tokens and verifiers.
const TOKEN_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

impl Randomness {
    /// The operating system's, through a thread's own cryptographic generator.
    pub fn system() -> Self {
        Self(None)
    }

    /// A repeatable sequence, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// `N` unpredictable bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match &self.0 {
            None => rand::rng().fill_bytes(&mut out),
            Some(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut out),
        }
        out
    }

    /// A number below `end` (at least 1), each equally likely.
    pub fn below(&self, end: usize) -> usize {
        let end = end.max(1);
        match &self.0 {
            None => rand::rng().random_range(0..end),
            Some(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .random_range(0..end),
        }
    }

    /// 32 characters of `0-9a-z`: a consumer key, a secret, a token, a verifier (165 bits).
    pub fn token(&self) -> String {
        (0..32)
            .filter_map(|_| TOKEN_ALPHABET.get(self.below(TOKEN_ALPHABET.len())))
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// `N` bytes as lower-case hexadecimal digits.
    pub fn hex<const N: usize>(&self) -> String {
        self.bytes::<N>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Randomness::seeded"
        } else {
            "Randomness::system"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_32_characters_and_a_seed_repeats_them() {
        let (one, two) = (Randomness::seeded(7), Randomness::seeded(7));
        let token = one.token();
        assert_eq!(token.len(), 32);
        assert!(token.bytes().all(|b| TOKEN_ALPHABET.contains(&b)));
        assert_eq!(token, two.token());
        assert_ne!(token, two.token());
    }
}
