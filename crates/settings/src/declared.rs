//! The configuration paths that something reads, each with its default.

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number, 0 or greater.
    Number,
    /// `0` or `1`.
    YesNo,
    /// One segment of an address that nothing else is served under.
    Segment,
}

/// The setting of the panel's path, without slashes.
pub const PANEL_PATH: &str = "admin/url/custom_path";

/// A declared path.
#[derive(Debug)]
pub struct Declared {
    /// `section/group/field`
    pub path: &'static str,
    /// What its values look like.
    pub kind: Kind,
    /// What counts while nobody has set it.
    pub default: &'static str,
    /// Whether websites and store views may have values of their own.
    pub scoped: bool,
}

const fn global(path: &'static str, kind: Kind, default: &'static str) -> Declared {
    Declared {
        path,
        kind,
        default,
        scoped: false,
    }
}

const fn scoped(path: &'static str, kind: Kind, default: &'static str) -> Declared {
    Declared {
        path,
        kind,
        default,
        scoped: true,
    }
}

use Kind::{Number, Segment, Text, YesNo};

/// All declared paths.
pub const DECLARED: &[Declared] = &[
    scoped("web/unsecure/base_url", Text, ""),
    scoped("web/secure/base_url", Text, ""),
    global("web/proxies/trusted_proxies", Text, ""),
    global("web/hosts/allowed_hosts", Text, ""),
    global("system/deploy/mode", Text, "default"),
    global("system/bulk/lifetime", Number, "60"),
    scoped("general/locale/code", Text, "en_US"),
    scoped("general/locale/timezone", Text, "UTC"),
    scoped("general/locale/weight_unit", Text, "lbs"),
    scoped("general/country/allow", Text, ""),
    global(
        "general/country/optional_zip_countries",
        Text,
        "HK,IE,MO,PA,GB",
    ),
    global(
        "general/region/state_required",
        Text,
        "AU,BR,CA,CH,EE,ES,HR,IN,LT,LV,MX,RO,US",
    ),
    global("currency/options/base", Text, "USD"),
    scoped("currency/options/default", Text, "USD"),
    scoped("currency/options/allow", Text, "USD"),
    global(
        "cataloginventory/source_selection_distance_based/provider",
        Text,
        "google",
    ),
    global("webapi/webapisecurity/allow_insecure", YesNo, "0"),
    scoped("webapi/validation/input_limit_enabled", YesNo, "0"),
    scoped("webapi/validation/complex_array_limit", Number, ""),
    scoped("webapi/validation/maximum_page_size", Number, ""),
    scoped("webapi/validation/default_page_size", Number, ""),
    global("webapi/jwtauth/jwt_alg", Text, "HS256"),
    global("webapi/jwtauth/jwe_alg", Text, "A128GCM"),
    global("webapi/jwtauth/customer_expiration", Number, "60"),
    global("webapi/jwtauth/admin_expiration", Number, "60"),
    global("oauth/access_token_lifetime/customer", Number, "1"),
    global("oauth/access_token_lifetime/admin", Number, "4"),
    global("oauth/cleanup/cleanup_probability", Number, "100"),
    global("oauth/cleanup/expiration_period", Number, "120"),
    global("oauth/consumer/expiration_period", Number, "300"),
    global("oauth/consumer/post_maxredirects", Number, "0"),
    global("oauth/consumer/post_timeout", Number, "5"),
    scoped("oauth/consumer/enable_integration_as_bearer", YesNo, "0"),
    global("oauth/consumer/allow_local_callbacks", YesNo, "0"),
    global("oauth/signature/accept_sha1", YesNo, "0"),
    global("oauth/signature/accept_legacy_form", YesNo, "1"),
    global("oauth/authentication_lock/max_failures_count", Number, "6"),
    global("oauth/authentication_lock/timeout", Number, "1800"),
    global(PANEL_PATH, Segment, "admin"),
    global("admin/security/lockout_failures", Number, "6"),
    global("admin/security/lockout_threshold", Number, "30"),
    global("admin/security/session_lifetime", Number, "900"),
    global("admin/security/use_case_sensitive_login", YesNo, "0"),
    global("admin/security/admin_account_sharing", YesNo, "0"),
    scoped("checkout/options/enable_guest_checkout_login", YesNo, "0"),
    scoped("checkout/options/enable_agreements", YesNo, "0"),
    scoped("customer/create_account/default_group", Number, "1"),
    scoped("customer/create_account/confirm", YesNo, "0"),
    global("customer/account_share/scope", YesNo, "1"),
    scoped("customer/password/minimum_password_length", Number, "8"),
    scoped(
        "customer/password/required_character_classes_number",
        Number,
        "3",
    ),
    scoped(
        "customer/password/reset_link_expiration_period",
        Number,
        "2",
    ),
    scoped("customer/password/lockout_failures", Number, "10"),
    scoped("customer/password/lockout_threshold", Number, "10"),
];

/// The declaration of a path.
pub fn find(path: &str) -> Option<&'static Declared> {
    DECLARED.iter().find(|declared| declared.path == path)
}

impl Declared {
    /// Why a value does not fit, in Magento's words.
    pub fn refusal(&self, value: &str) -> Option<&'static str> {
        match self.kind {
            Kind::YesNo if !matches!(value, "0" | "1") => {
                Some("Please enter 0 or 1 in this field.")
            }
            Kind::Number if !value.is_empty() && value.parse::<u32>().is_err() => {
                Some("Please enter a number 0 or greater in this field.")
            }
            Kind::Segment if !is_free_segment(value) => Some(
                "Please use only letters (a-z or A-Z), numbers (0-9), underscores (_) and hyphens (-) \
                 in this field, and no name that is in use already.",
            ),
            _ => None,
        }
    }
}

/// Whether it can be an address's first segment beside those of the Web API and of OAuth.
fn is_free_segment(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let taken = [
        "",
        "rest",
        "soap",
        "oauth",
        "graphql",
        "media",
        "static",
        "index",
        "integration",
    ];
    text.len() <= 64 && text.chars().all(plain) && !taken.contains(&&*text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_three_parts_stand_once_and_their_defaults_fit() {
        for declared in DECLARED {
            assert_eq!(declared.path.split('/').count(), 3, "{}", declared.path);
            assert_eq!(
                declared.refusal(declared.default),
                None,
                "{}",
                declared.path
            );
            let same = DECLARED.iter().filter(|other| other.path == declared.path);
            assert_eq!(same.count(), 1, "{}", declared.path);
        }
    }
}
