//! What a person or a declaration says of an integration, and what can be wrong with it.
//!
//! Magento checks e-mail, addresses and the name in the browser only; here the server checks them
//! too, in the same words.

use ferrite_acl::{ALL, Tree};
use ferrite_base::Fault;
use ferrite_outbound::validate_url;
use url::Url;

/// What is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything, also what comes later.
    All,
    /// These resources.
    Custom(Vec<String>),
}

/// The fields of the form.
#[derive(Clone, Debug)]
pub struct Details {
    /// At most 255 characters.
    pub name: String,
    /// At most 254 characters; may be empty.
    pub email: String,
    /// The callback URL; may be empty.
    pub endpoint: String,
    /// The identity link URL; may be empty.
    pub identity_link_url: String,
    /// What is granted.
    pub access: Access,
}

/// A field that cannot be taken, with Magento's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's name in the form.
    pub field: &'static str,
    /// The sentence.
    pub message: String,
}

const REQUIRED: &str = "This is a required field.";
const EMAIL: &str = "Please enter a valid email address (Ex: johndoe@domain.com).";
const ADDRESS: &str =
    "Please enter a valid URL. Protocol is required (http://, https:// or ftp://).";
const IDENTITY_LINK: &str = "Invalid Identity Link URL";
const LONGEST: usize = 255;

impl Details {
    /// Everything that is wrong, field by field.
    pub fn problems(&self, tree: &Tree) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut add = |field: &'static str, message: &str| {
            found.push(Problem {
                field,
                message: message.to_owned(),
            });
        };
        if self.name.trim().is_empty() {
            add("name", REQUIRED);
        }
        for (field, text, most) in [
            ("name", &self.name, LONGEST),
            ("email", &self.email, LONGEST - 1),
            ("endpoint", &self.endpoint, LONGEST),
            ("identity_link_url", &self.identity_link_url, LONGEST),
        ] {
            if text.chars().count() > most {
                add(
                    field,
                    &format!("Please enter less or equal than {most} symbols."),
                );
            }
        }
        if !self.email.is_empty() && !is_email(&self.email) {
            add("email", EMAIL);
        }
        if !self.endpoint.is_empty() && !validate_url(&self.endpoint) {
            add("endpoint", ADDRESS);
        }
        if !self.identity_link_url.is_empty() && !is_link(&self.identity_link_url) {
            add("identity_link_url", IDENTITY_LINK);
        }
        if let Access::Custom(ids) = &self.access
            && let Err(error) = ferrite_acl::selection::stored(tree, ids)
        {
            add("resource", &error.to_string());
        }
        found
    }

    /// Fails with the first problem; a sentence that does not name its field is given its name.
    pub(crate) fn check(&self, tree: &Tree) -> Result<(), Fault> {
        let Some(first) = self.problems(tree).into_iter().next() else {
            return Ok(());
        };
        if first.message == IDENTITY_LINK {
            return Err(Fault::invalid(first.message));
        }
        Err(Fault::invalid(format!(
            "{}: {}",
            first.field, first.message
        )))
    }

    /// The ids that are stored.
    pub(crate) fn resources(&self, tree: &Tree) -> Vec<String> {
        match &self.access {
            Access::All => vec![ALL.to_owned()],
            Access::Custom(ids) => {
                let stored = ferrite_acl::selection::stored(tree, ids).unwrap_or_default();
                stored.into_iter().map(str::to_owned).collect()
            }
        }
    }
}

/// An address with one `@`, a name before it and a host with a dot after it.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let dotted = host.split_once('.').is_some() && host.split('.').all(|part| !part.is_empty());
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>()[],;:\\\"".contains(c);
    !name.is_empty()
        && !name.starts_with('.')
        && !name.ends_with('.')
        && name.chars().all(plain)
        && dotted
        && host.chars().all(plain)
}

/// An absolute http or https address without user info.
fn is_link(text: &str) -> bool {
    let clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let start = text.to_ascii_lowercase();
    let absolute = start.starts_with("http://") || start.starts_with("https://");
    clean
        && absolute
        && Url::parse(text).is_ok_and(|url| {
            url.host_str().is_some_and(|host| !host.is_empty())
                && url.username().is_empty()
                && url.password().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> Details {
        Details {
            name: "Acme".to_owned(),
            email: String::new(),
            endpoint: String::new(),
            identity_link_url: String::new(),
            access: Access::All,
        }
    }

    fn wrong(details: &Details) -> Vec<(&'static str, String)> {
        let problems = details.problems(Tree::core());
        problems.into_iter().map(|p| (p.field, p.message)).collect()
    }

    #[test]
    fn what_magento_checks_in_the_browser_is_checked_here() {
        assert!(wrong(&details()).is_empty());
        let all = Details {
            name: " ".to_owned(),
            email: "acme".to_owned(),
            endpoint: "acme.example".to_owned(),
            identity_link_url: "javascript:alert(1)".to_owned(),
            access: Access::Custom(vec!["Magento_Sales::nothing".to_owned()]),
        };
        let fields: Vec<_> = wrong(&all).into_iter().map(|(field, _)| field).collect();
        let wanted = ["name", "email", "endpoint", "identity_link_url", "resource"];
        assert_eq!(fields, wanted);
        let long = Details {
            name: "x".repeat(256),
            ..details()
        };
        assert_eq!(wrong(&long).len(), 1);
    }

    #[test]
    fn an_identity_link_is_absolute_and_http() {
        for bad in [
            "javascript:alert(1)",
            "java\tscript:x",
            " data:text/html,x",
            "vbscript:x",
            "//evil",
            "/x",
            "ftp://x",
            "https://u:p@x/",
            "https://x/\r\ny",
            "http:x",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
        assert!(is_link("https://erp.example/login?x=1"));
        assert!(is_link("HTTP://127.0.0.1:8090/login"));
    }

    #[test]
    fn addresses_of_mail() {
        for good in ["a@example.com", "a.b+c@mail.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a", "a@b", "@b.c", "a@b@c.d", "a b@c.d", "a@.c", "a@b."] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
