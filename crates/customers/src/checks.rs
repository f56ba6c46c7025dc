//! What names, e-mail addresses and passwords must look like.

use ferrite_base::{DateTime, Fault, Kind, Phrase, Secret, StoreScope, phrase};
use ferrite_settings::Settings;

const LONGEST_NAME: usize = 255;
const LONGEST_PASSWORD: usize = 256;
const BAD_EMAIL: &str = "\"Email\" is not a valid email address.";

/// The fields of a customer that are names, with their labels.
const NAMES: [(&str, &str, bool); 3] = [
    ("firstname", "First Name", true),
    ("middlename", "Middle Name", false),
    ("lastname", "Last Name", true),
];

/// Everything that is wrong with a customer's names and e-mail address, one sentence a line.
pub(crate) fn check(text: impl Fn(&str) -> String) -> Result<(), Fault> {
    let email = text("email");
    if email.is_empty() {
        return Err(Fault::invalid(
            "The customer email is missing. Enter and try again.",
        ));
    }
    let mut wrong = Vec::new();
    for (field, label, is_required) in NAMES {
        if is_required && text(field).is_empty() {
            wrong.push(format!("\"{label}\" is a required value."));
        }
    }
    if !is_email(&email) {
        wrong.push(BAD_EMAIL.to_owned());
    }
    for (field, label, _) in NAMES {
        let value = text(field);
        if !value.is_empty() && !is_name(&value) {
            wrong.push(format!("{label} is not valid!"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Fault::invalid(wrong.join("\n")))
}

/// A day as it is stored: of a date, of a moment, of seconds since 1970, or month/day/year.
pub(crate) fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let moment = match text.split('/').collect::<Vec<_>>()[..] {
        [month, day, year] if year.len() == 4 => {
            DateTime::parse(&format!("{year}-{month:0>2}-{day:0>2}"))
        }
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok().map(DateTime::from_unix_seconds)
        }
        _ => DateTime::parse(text),
    };
    Some(moment?.as_str().get(..10)?.to_owned())
}

/// `Invalid value of "%value" provided for the %fieldName field.`
pub(crate) fn invalid_value(field: &str, value: impl Into<phrase::Value>) -> Phrase {
    let text = "Invalid value of \"%value\" provided for the %fieldName field.";
    Phrase::named(text, [("fieldName", field.into()), ("value", value.into())])
}

/// An e-mail address that is none.
pub(crate) fn bad_email() -> Fault {
    Fault::invalid(BAD_EMAIL)
}

/// Letters, digits, blanks and the marks that names have.
fn is_name(text: &str) -> bool {
    let fits =
        |c: char| c.is_alphanumeric() || c.is_whitespace() || ",-_.'’`&".contains(c) || is_mark(c);
    text.chars().count() <= LONGEST_NAME && text.chars().all(fits)
}

/// Combining marks, which stand on the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

/// A local part, one `@` and a host of several labels.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let label = |label: &str| {
        let plain = |c: char| c.is_alphanumeric() || c == '-';
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(plain)
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;@\\,\"".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && host.len() <= 253
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(plain)
        && host.contains('.')
        && host.split('.').all(label)
}

/// A password that is the e-mail address is none.
pub(crate) fn differs_from_email(password: &Secret, email: &str) -> Result<(), Fault> {
    if !password.reveal().eq_ignore_ascii_case(email) {
        return Ok(());
    }
    let text = "The password can't be the same as the email address. \
                Create a new password and try again.";
    Err(Fault::invalid(text))
}

/// Whether a password is strong enough, by the configured rules.
pub(crate) fn check_strength(
    settings: &Settings,
    store: &StoreScope,
    password: &Secret,
) -> Result<(), Fault> {
    let text = password.reveal();
    let refused = |text: &str, value: phrase::Value| {
        Err(Fault::new(Kind::Invalid, Phrase::list(text, [value])))
    };
    let least = settings.number("customer/password/minimum_password_length", store);
    let length = text.chars().count();
    if length > LONGEST_PASSWORD {
        return refused(
            "Please enter a password with at most %1 characters.",
            phrase::Value::Number(256),
        );
    }
    if i64::try_from(length).unwrap_or(i64::MAX) < least {
        return refused(
            "The password needs at least %1 characters. Create a new password and try again.",
            least.to_string().into(),
        );
    }
    if text.trim() != text {
        return Err(Fault::invalid(
            "The password can't begin or end with a space. Verify the password and try again.",
        ));
    }
    let classes = settings.number("customer/password/required_character_classes_number", store);
    if count_classes(text) < classes {
        return refused(
            "Minimum of different classes of characters in password is %1. \
             Classes of characters: Lower Case, Upper Case, Digits, Special Characters.",
            classes.to_string().into(),
        );
    }
    Ok(())
}

fn count_classes(text: &str) -> i64 {
    let classes: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let there = classes
        .iter()
        .filter(|class| text.chars().any(*class))
        .count();
    i64::try_from(there).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_what_names_hold() {
        for good in [
            "Ada",
            "O'Neil-Smith",
            "Bob 2nd",
            "Ñuñez",
            " ",
            "Ángela & Co., jr.",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["<script>", "A % B", "http://x", "a\u{0}b"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(!is_name(&"F".repeat(256)));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let fault = check(|field| if field == "email" { "nope" } else { "" }.to_owned());
        let told = "\"First Name\" is a required value.\n\"Last Name\" is a required value.\n\
                    \"Email\" is not a valid email address.";
        assert_eq!(fault.unwrap_err().to_string(), told);
    }

    #[test]
    fn days_are_read_in_the_forms_that_magento_reads() {
        for text in ["1990-02-03", "1990-02-03 10:00:00", "2/3/1990", "634003200"] {
            assert_eq!(day(text).as_deref(), Some("1990-02-03"), "{text}");
        }
        for text in ["32-13-1990", "13/1/1990", "soon", "", "1/2/3/4"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn classes_of_characters_are_counted() {
        assert_eq!(count_classes("abcdefgh12"), 2);
        assert_eq!(count_classes("Passw0rd!"), 4);
        assert_eq!(count_classes("grüße"), 2);
    }

    #[test]
    fn addresses_of_mail() {
        for good in ["a@example.com", "a.b+c@mail-1.example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "nope",
            "a b@example.com",
            "a@b",
            "a..b@c.de",
            "@c.de",
            "a@-b.de",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
