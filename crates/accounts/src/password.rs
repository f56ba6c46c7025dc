//! Passwords at rest: argon2id with 19 MiB, two passes, one lane (OWASP ASVS 5.0, appendix C).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ferrite_base::{Fault, Kind, Phrase, Secret};

/// What 256 characters can take. Longer ones are refused before they are hashed.
const LONGEST: usize = 1024;

/// What hashing works in. It is kept: blocks of this size that each thread takes and gives back
/// stay with the process, up to half a gigabyte of them. One password is hashed at a time.
static MEMORY: Mutex<Vec<Block>> = Mutex::new(Vec::new());

fn parameters() -> Params {
    Params::new(19 * 1024, 2, 1, None).unwrap_or_default()
}

/// The one that is hashed, and those that wait for it.
const LONGEST_QUEUE: usize = 17;

static QUEUE: AtomicUsize = AtomicUsize::new(0);

/// A place in the queue; given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    /// A flood of sign-ins is sent away instead of waiting without end.
    fn take(queue: &'a AtomicUsize) -> Result<Self, Fault> {
        let longer = |length: usize| (length < LONGEST_QUEUE).then_some(length + 1);
        match queue.fetch_update(Ordering::AcqRel, Ordering::Acquire, longer) {
            Ok(_) => Ok(Self(queue)),
            Err(_) => {
                let text = "The server is busy. Please try again in a moment.";
                Err(Fault::new(Kind::Unavailable, Phrase::new(text)))
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn derive(password: &Secret, salt: &Salt, parameters: Params) -> Result<Option<Output>, Fault> {
    let _place = Place::take(&QUEUE)?;
    Ok(derive_now(password, salt, parameters))
}

fn derive_now(password: &Secret, salt: &Salt, parameters: Params) -> Option<Output> {
    let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
    let blocks = parameters.block_count();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let bytes = password.reveal().as_bytes();
    argon2
        .hash_password_into_with_memory(bytes, salt, &mut out, memory.as_mut_slice())
        .ok()?;
    Output::new(&out).ok()
}

/// The hash, as a PHC string with its salt.
pub fn hash(password: &Secret) -> Result<String, Fault> {
    let salt = Salt::generate();
    let hashed = derive(password, &salt, parameters())?.and_then(|hash| {
        Some(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&parameters()).ok()?,
            salt: Some(salt),
            hash: Some(hash),
        })
    });
    hashed
        .map(|hash| hash.to_string())
        .ok_or_else(|| Fault::internal("a password cannot be hashed"))
}

/// Whether it is the password of the hash. Without a hash it takes as long and says no.
///
/// Fails where too many passwords wait to be looked at.
pub fn verify(password: &Secret, hash: Option<&str>) -> Result<bool, Fault> {
    /// Of no password that anybody knows; it costs what a real one costs.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA\
        $GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";
    if password.reveal().len() > LONGEST {
        return Ok(false);
    }
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return Ok(false);
    };
    let (Some(salt), Some(wanted), Ok(parameters)) =
        (&parsed.salt, &parsed.hash, Params::try_from(&parsed))
    else {
        return Ok(false);
    };
    if parsed.algorithm != Algorithm::Argon2id.ident() {
        return Ok(false);
    }
    // The comparison takes the same time wherever they differ.
    let right = derive(password, salt, parameters)?.is_some_and(|given| given == *wanted);
    Ok(right && hash.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_made_elsewhere_is_understood() {
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify(&Secret::new("password"), Some(known)).unwrap());
        assert!(!verify(&Secret::new("passwort"), Some(known)).unwrap());
        let other = known.replace("argon2id", "argon2i");
        assert!(!verify(&Secret::new("password"), Some(&other)).unwrap());
    }

    #[test]
    fn only_the_password_itself_fits_its_hash() {
        let hashed = hash(&Secret::new("Admin123!x")).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&Secret::new("Admin123!x"), Some(&hashed)).unwrap());
        assert!(!verify(&Secret::new("admin123!x"), Some(&hashed)).unwrap());
        assert!(!verify(&Secret::new("Admin123!x"), None).unwrap());
        assert!(!verify(&Secret::new("x".repeat(1025)), Some(&hashed)).unwrap());
    }

    #[test]
    fn a_flood_is_sent_away() {
        let queue = AtomicUsize::new(0);
        let places: Vec<_> = (0..LONGEST_QUEUE).map(|_| Place::take(&queue)).collect();
        assert!(places.iter().all(Result::is_ok));
        let refused = Place::take(&queue).err().map(|fault| fault.kind);
        assert_eq!(refused, Some(Kind::Unavailable));
        drop(places);
        assert!(Place::take(&queue).is_ok());
    }

    #[test]
    fn the_longest_password_counts_whatever_its_characters_take() {
        let longest = Secret::new("\u{1F511}".repeat(256));
        assert!(verify(&longest, Some(&hash(&longest).unwrap())).unwrap());
    }
}
