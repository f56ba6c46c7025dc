//! Passwords at rest: argon2id with 19 MiB, two passes, one lane (OWASP ASVS 5.0, appendix C).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use ferrite_base::{Fault, Secret};

/// Longer ones are refused before they are hashed.
const LONGEST: usize = 256;

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash, as a PHC string with its salt.
pub fn hash(password: &Secret) -> Result<String, Fault> {
    let hashed = argon2().hash_password(password.reveal().as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|_| Fault::internal("a password cannot be hashed"))
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
    let right = argon2()
        .verify_password(password.reveal().as_bytes(), &parsed)
        .is_ok();
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

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
