//! Passwords at rest: argon2id with 19 MiB, two passes, one lane (OWASP ASVS 5.0, appendix C).

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use ferrite_base::{Fault, Secret};

/// Longer ones are refused before they are hashed.
const LONGEST: usize = 256;

/// What hashing works in. It is kept: blocks of this size that each thread takes and gives back
/// stay with the process, up to half a gigabyte of them. One password is hashed at a time.
static MEMORY: Mutex<Vec<Block>> = Mutex::new(Vec::new());

fn parameters() -> Params {
    Params::new(19 * 1024, 2, 1, None).unwrap_or_default()
}

fn derive(password: &Secret, salt: &Salt, parameters: Params) -> Option<Output> {
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
    let hashed = derive(password, &salt, parameters()).and_then(|hash| {
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
pub fn verify(password: &Secret, hash: Option<&str>) -> bool {
    /// Of no password that anybody knows; it costs what a real one costs.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA\
        $GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";
    if password.reveal().len() > LONGEST {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return false;
    };
    let (Some(salt), Some(wanted), Ok(parameters)) =
        (&parsed.salt, &parsed.hash, Params::try_from(&parsed))
    else {
        return false;
    };
    if parsed.algorithm != Algorithm::Argon2id.ident() {
        return false;
    }
    // The comparison takes the same time wherever they differ.
    let right = derive(password, salt, parameters).is_some_and(|given| given == *wanted);
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_made_elsewhere_is_understood() {
        let known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify(&Secret::new("password"), Some(known)));
        assert!(!verify(&Secret::new("passwort"), Some(known)));
        let other = known.replace("argon2id", "argon2i");
        assert!(!verify(&Secret::new("password"), Some(&other)));
    }

    #[test]
    fn only_the_password_itself_fits_its_hash() {
        let hashed = hash(&Secret::new("Admin123!x")).unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&Secret::new("Admin123!x"), Some(&hashed)));
        assert!(!verify(&Secret::new("admin123!x"), Some(&hashed)));
        assert!(!verify(&Secret::new("Admin123!x"), None));
        assert!(!verify(&Secret::new("x".repeat(257)), Some(&hashed)));
    }
}
