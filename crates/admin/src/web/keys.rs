//! Form keys and signed cookies: both are made of the installation's key, so that nothing has to be
//! kept of a browser in which nobody has signed in.

use ferrite_base::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The panel's key.
pub struct Keys(Option<Hmac<Sha256>>);

impl Keys {
    pub fn new(crypt_key: &Secret) -> Self {
        let root = Hmac::<Sha256>::new_from_slice(crypt_key.reveal().as_bytes());
        let panel = root.ok().and_then(|mut mac| {
            mac.update(b"ferrite panel 1");
            Hmac::new_from_slice(&mac.finalize().into_bytes()).ok()
        });
        Self(panel)
    }

    /// What stands in each form of the browser that has this token.
    pub fn form_key(&self, token: &str) -> String {
        self.tag("form", token.as_bytes())
    }

    /// Whether it is that browser's form key.
    pub fn is_form_key(&self, token: &str, given: &str) -> bool {
        let right = self.form_key(token);
        !right.is_empty() && bool::from(right.as_bytes().ct_eq(given.as_bytes()))
    }

    /// What tells a browser in which this admin has signed in.
    pub fn device(&self, user_name: &str, id: &str) -> String {
        let mark = self.tag(
            "device",
            format!("{}\0{id}", user_name.to_lowercase()).as_bytes(),
        );
        format!("{id}.{mark}")
    }

    /// The id of such a browser; none where it is another admin's, or none of ours.
    pub fn known_device<'a>(&self, user_name: &str, given: &'a str) -> Option<&'a str> {
        let (id, mark) = given.split_once('.')?;
        let right = self.device(user_name, id);
        let fits = !mark.is_empty() && bool::from(right.as_bytes().ct_eq(given.as_bytes()));
        fits.then_some(id)
    }

    /// A mark that only we can make.
    pub fn tag(&self, purpose: &str, bytes: &[u8]) -> String {
        let Some(mut mac) = self.0.clone() else {
            return String::new();
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        let tag = mac.finalize().into_bytes();
        tag.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_for_its_admin_alone() {
        let keys = Keys::new(&Secret::new("one"));
        let device = keys.device("admin", "1234");
        assert_eq!(keys.known_device("ADMIN", &device), Some("1234"));
        assert_eq!(keys.known_device("other", &device), None);
        assert_eq!(keys.known_device("admin", "1234."), None);
        assert_eq!(keys.known_device("admin", "1234"), None);
        let others = Keys::new(&Secret::new("two"));
        assert_eq!(others.known_device("admin", &device), None);
    }

    #[test]
    fn a_form_key_is_of_one_browser_and_one_installation() {
        let keys = Keys::new(&Secret::new("one"));
        let key = keys.form_key("browser");
        assert_eq!(key.len(), 32);
        assert!(keys.is_form_key("browser", &key));
        assert!(!keys.is_form_key("another", &key));
        assert!(!keys.is_form_key("browser", ""));
        assert!(!Keys::new(&Secret::new("two")).is_form_key("browser", &key));
    }
}
