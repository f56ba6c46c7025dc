//! The shapes that Magento's schemas demand of names, ids and addresses.

/// Upper-case letters, then at least one letter or digit: a half of a module's name.
fn is_half(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// `Vendor_Module`
pub fn is_module(text: &str) -> bool {
    text.split_once('_')
        .is_some_and(|(vendor, module)| is_half(vendor) && is_half(module))
}

/// Whether a name can be no path and no code, whatever the schema says of it.
pub fn is_harmless(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// `1.0.0`
pub fn is_version(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || letter == '.')
}

/// `Vendor_Module::thing`
pub fn is_resource(text: &str) -> bool {
    text.split_once("::").is_some_and(|(module, name)| {
        is_module(module)
            && !name.is_empty()
            && name
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

/// Something like `Vendor_Module::thing`: what files of integrations demand.
pub fn is_like_resource(text: &str) -> bool {
    // All that stands before the last `::` may hold the underscore.
    text.rsplit_once("::").is_some_and(|(module, name)| {
        let inner = module
            .char_indices()
            .skip(1)
            .any(|(at, letter)| letter == '_' && at + 1 < module.len());
        inner && !name.is_empty()
    })
}

/// What a route names: a resource, `anonymous` or `self`.
pub fn is_reference(text: &str) -> bool {
    matches!(text, "anonymous" | "self") || is_resource(text)
}

/// `name@host.domain`
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, rest)| {
        let host = rest.split_once('.');
        !name.is_empty()
            && host.is_some_and(|(host, domain)| !host.is_empty() && !domain.is_empty())
    })
}

/// An address of at least four characters, without blanks.
pub fn is_address(text: &str) -> bool {
    text.len() >= 4
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
}

/// An address, or nothing.
pub fn is_address_or_empty(text: &str) -> bool {
    text.is_empty() || is_address(text)
}

/// `/V1/acme/things/:id`
pub fn is_url(text: &str) -> bool {
    let version = text.strip_prefix("/V").unwrap_or_default();
    let digits = version.len()
        - version
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    digits > 0
        && version[digits..].starts_with('/')
        && version.len() > digits + 1
        && !text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
}

/// `Vendor\Module\Api\ThingInterface`
pub fn is_class(text: &str) -> bool {
    let text = text.strip_prefix('\\').unwrap_or(text);
    text.split('\\').all(|part| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

/// `acme/thing/index`
pub fn is_action(text: &str) -> bool {
    text.len() >= 3
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_' | '-' | '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check, what passes it, and what does not.
    type Case = (
        fn(&str) -> bool,
        &'static [&'static str],
        &'static [&'static str],
    );

    #[test]
    fn shapes_are_those_of_the_schemas() {
        let table: [Case; 9] = [
            (
                is_module,
                &["Vendor_Module", "MGT_IntegrationManager", "A1_B2"],
                &[
                    "",
                    "vendor_module",
                    "Vendor",
                    "A_B",
                    "Vendor_Module_X",
                    "../../x",
                    "Vendor_module",
                ],
            ),
            (is_version, &["1", "1.0.0", "2.0"], &["", "1.0-beta", "v1"]),
            (
                is_resource,
                &["Vendor_Module::thing", "Magento_Backend::admin_2"],
                &[
                    "Vendor_Module::",
                    "Vendor_Module",
                    "Vendor_Module::a-b",
                    "x::y",
                ],
            ),
            (
                is_like_resource,
                &["a_b::c", "Vendor_Module::a-b"],
                &["ab::c", "_b::c", "a_::c", "a_b::"],
            ),
            (
                is_email,
                &["dev@acme.test", "a@b.c"],
                &["", "a", "a@b", "@b.c", "a@.c", "a@b."],
            ),
            (
                is_address,
                &["https://acme.test/x"],
                &["", "a b c d", "abc"],
            ),
            (
                is_url,
                &["/V1/things/:id", "/V12/x"],
                &["/V1/", "/V1", "V1/x", "/Vx/y", "/V1/a b"],
            ),
            (
                is_class,
                &["A\\B\\CInterface", "\\A"],
                &["", "A\\", "A\\1", "A-B"],
            ),
            (
                is_harmless,
                &["Vendor_Module", "x"],
                &["", "../x", "a\0b", "a/b"],
            ),
        ];
        for (index, (check, good, bad)) in table.iter().enumerate() {
            assert!(good.iter().all(|text| check(text)), "{index}");
            assert!(bad.iter().all(|text| !check(text)), "{index}");
        }
    }
}
