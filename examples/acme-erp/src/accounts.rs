//! The rules of signing up and logging in. Passwords are kept as argon2id.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use ferrite_base::Secret;

const LONGEST_PASSWORD: usize = 256;
/// So many can sign up.
pub const MOST_ACCOUNTS: usize = 1_000;

/// What somebody typed to sign up.
pub struct SignUp<'a> {
    pub company: &'a str,
    pub email: &'a str,
    pub password: &'a Secret,
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub field: &'static str,
    pub text: &'static str,
}

impl SignUp<'_> {
    /// What is wrong with it, as far as can be told without looking at other accounts.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let mut note = |field, text| mistakes.push(Mistake { field, text });
        let plain = |text: &str| !text.chars().any(char::is_control);
        if self.company.is_empty() {
            note("company", "Enter the name of your company.");
        } else if self.company.chars().count() > 100 || !plain(self.company) {
            note("company", "Enter a name of at most 100 characters.");
        }
        if !is_email(self.email) {
            note("email", "Enter an e-mail address such as you@example.com.");
        }
        if self.password.reveal().chars().count() < 8 {
            note("password", "Choose a password of at least 8 characters.");
        } else if self.password.reveal().len() > LONGEST_PASSWORD {
            note("password", "Choose a shorter password.");
        }
        mistakes
    }
}

fn is_email(text: &str) -> bool {
    let bad = |c: char| c.is_whitespace() || c.is_control();
    match text.split_once('@') {
        Some((name, host)) => {
            let shape = !name.is_empty() && host.contains('.') && !host.contains('@');
            let ends = host.starts_with('.') || host.ends_with('.');
            shape && !ends && text.len() <= 254 && !text.chars().any(bad)
        }
        None => false,
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password, with its salt. None where the system gives no randomness.
pub fn hash(password: &Secret) -> Option<String> {
    let hashed = argon2().hash_password(password.reveal().as_bytes());
    hashed.ok().map(|hash| hash.to_string())
}

/// Whether it is the password of the hash. Without a hash it takes as long and says no.
pub fn fits(password: &Secret, hash: Option<&str>) -> bool {
    /// Of no password that anybody knows.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA\
        $GpZ3sK/oH9p7VIiV56G/64Zo/8GaUw434IimaPqxwCo";
    if password.reveal().len() > LONGEST_PASSWORD {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return false;
    };
    let right = argon2().verify_password(password.reveal().as_bytes(), &parsed);
    right.is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let password = Secret::new("short");
        let sign_up = SignUp {
            company: "",
            email: "nobody",
            password: &password,
        };
        let fields: Vec<_> = sign_up.mistakes().iter().map(|m| m.field).collect();
        assert_eq!(fields, ["company", "email", "password"]);
        let password = Secret::new("long enough");
        let sign_up = SignUp {
            company: "Acme & Söhne",
            email: "a@b.example",
            password: &password,
        };
        assert_eq!(sign_up.mistakes(), []);
    }

    #[test]
    fn addresses_without_a_name_or_host_are_refused() {
        for wrong in [
            "", "@", "a@", "@b.c", "a@b", "a@.b", "a@b.", "a b@c.d", "a@b@c.d",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }

    #[test]
    fn only_the_password_itself_fits_its_hash() {
        let hashed = hash(&Secret::new("Acme123!x")).unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(fits(&Secret::new("Acme123!x"), Some(&hashed)));
        assert!(!fits(&Secret::new("acme123!x"), Some(&hashed)));
        assert!(!fits(&Secret::new("Acme123!x"), None));
    }
}
