//! What can be set in which section, with Magento's labels and comments.

/// A section: a page of the configuration.
pub struct Section {
    /// Its name in the address.
    pub id: &'static str,
    /// The tab that it is listed under.
    pub tab: &'static str,
    pub title: &'static str,
    /// The resource that it needs.
    pub resource: &'static str,
    pub groups: &'static [Group],
}

/// Fields under a heading.
pub struct Group {
    pub title: &'static str,
    pub fields: &'static [Field],
}

/// A setting.
pub struct Field {
    pub path: &'static str,
    pub label: &'static str,
    pub comment: &'static str,
    pub input: Input,
}

/// How a setting is entered.
#[derive(Clone, Copy)]
pub enum Input {
    Number,
    Text,
    /// Values with their labels.
    Select(&'static [(&'static str, &'static str)]),
}

const YES_NO: Input = Input::Select(&[("0", "No"), ("1", "Yes")]);

const fn field(
    path: &'static str,
    label: &'static str,
    comment: &'static str,
    input: Input,
) -> Field {
    Field {
        path,
        label,
        comment,
        input,
    }
}

const WEBAPI: Section = Section {
    id: "webapi",
    tab: "Services",
    title: "Magento Web API",
    resource: "Magento_Webapi::config_webapi",
    groups: &[
        Group {
            title: "Web Api Input Limits",
            fields: &[
                field(
                    "webapi/validation/input_limit_enabled",
                    "Enable Input Limits",
                    "",
                    YES_NO,
                ),
                field(
                    "webapi/validation/complex_array_limit",
                    "Input List Limit",
                    "Maximum number of items allowed in an entity's array property.",
                    Input::Number,
                ),
                field(
                    "webapi/validation/maximum_page_size",
                    "Maximum Page Size",
                    "Maximum number of items allowed in a paginated search result.",
                    Input::Number,
                ),
                field(
                    "webapi/validation/default_page_size",
                    "Default Page Size",
                    "Default number of items a paginated search result.",
                    Input::Number,
                ),
            ],
        },
        Group {
            title: "JWT Authentication",
            fields: &[
                field(
                    "webapi/jwtauth/jwt_alg",
                    "Algorithm to sign/encrypt JWTs used for authentication",
                    "Selected algorithm will define JWT type used (JWS or JWE)",
                    Input::Select(&[("HS256", "HS256 (JWS)")]),
                ),
                field(
                    "webapi/jwtauth/customer_expiration",
                    "Customer JWT Expires In",
                    "(minutes)",
                    Input::Number,
                ),
                field(
                    "webapi/jwtauth/admin_expiration",
                    "Admin User JWT Expires In",
                    "(minutes)",
                    Input::Number,
                ),
            ],
        },
        Group {
            title: "Web API Security",
            fields: &[field(
                "webapi/webapisecurity/allow_insecure",
                "Allow Anonymous Guest Access",
                "This feature applies only to CMS, Catalog and Store APIs. Please consult your \
                 developers for details on potential security risks.",
                YES_NO,
            )],
        },
    ],
};

const OAUTH: Section = Section {
    id: "oauth",
    tab: "Services",
    title: "OAuth",
    resource: "Magento_Integration::config_oauth",
    groups: &[
        Group {
            title: "Access Token Expiration",
            fields: &[
                field(
                    "oauth/access_token_lifetime/customer",
                    "Customer Token Lifetime (hours)",
                    "We will disable this feature if the value is empty.",
                    Input::Number,
                ),
                field(
                    "oauth/access_token_lifetime/admin",
                    "Admin Token Lifetime (hours)",
                    "We will disable this feature if the value is empty.",
                    Input::Number,
                ),
            ],
        },
        Group {
            title: "Cleanup Settings",
            fields: &[
                field(
                    "oauth/cleanup/cleanup_probability",
                    "Cleanup Probability",
                    "Integer. Launch cleanup in X OAuth requests. 0 (not recommended) - to disable \
                     cleanup",
                    Input::Number,
                ),
                field(
                    "oauth/cleanup/expiration_period",
                    "Expiration Period",
                    "Cleanup entries older than X minutes.",
                    Input::Number,
                ),
            ],
        },
        Group {
            title: "Consumer Settings",
            fields: &[
                field(
                    "oauth/consumer/expiration_period",
                    "Expiration Period",
                    "Consumer key/secret will expire if not used within X seconds after Oauth token \
                     exchange starts.",
                    Input::Number,
                ),
                field(
                    "oauth/consumer/post_maxredirects",
                    "OAuth consumer credentials HTTP Post maxredirects",
                    "Number of maximum redirects for OAuth consumer credentials Post request.",
                    Input::Number,
                ),
                field(
                    "oauth/consumer/post_timeout",
                    "OAuth consumer credentials HTTP Post timeout",
                    "Timeout for OAuth consumer credentials Post request within X seconds.",
                    Input::Number,
                ),
                field(
                    "oauth/consumer/enable_integration_as_bearer",
                    "Allow OAuth Access Tokens to be used as standalone Bearer tokens",
                    "",
                    YES_NO,
                ),
                field(
                    "oauth/consumer/allow_local_callbacks",
                    "Allow Callbacks to Local Addresses",
                    "Lets callback URLs reach loopback, private and link-local addresses. For \
                     development only.",
                    YES_NO,
                ),
            ],
        },
        Group {
            title: "Signatures",
            fields: &[
                field(
                    "oauth/signature/accept_sha1",
                    "Accept HMAC-SHA1",
                    "For connectors that were written for Magento 2.4.3 and older.",
                    YES_NO,
                ),
                field(
                    "oauth/signature/accept_legacy_form",
                    "Accept Magento's Own Base String",
                    "Besides RFC 5849, signatures count that are right as Magento 2.4.7 reads a \
                     request.",
                    YES_NO,
                ),
            ],
        },
        Group {
            title: "Authentication Locks",
            fields: &[
                field(
                    "oauth/authentication_lock/max_failures_count",
                    "Maximum Login Failures to Lock Out Account",
                    "Maximum Number of authentication failures to lock out account.",
                    Input::Number,
                ),
                field(
                    "oauth/authentication_lock/timeout",
                    "Lockout Time (seconds)",
                    "Period of time in seconds after which account will be unlocked.",
                    Input::Number,
                ),
            ],
        },
    ],
};

const ADMIN: Section = Section {
    id: "admin",
    tab: "Advanced",
    title: "Admin",
    resource: "Magento_Config::config_admin",
    groups: &[
        Group {
            title: "Admin Base URL",
            fields: &[field(
                "admin/url/custom_path",
                "Custom Admin Path",
                "You will have to sign in after you save your custom admin path.",
                Input::Text,
            )],
        },
        Group {
            title: "Security",
            fields: &[
                field(
                    "admin/security/admin_account_sharing",
                    "Admin Account Sharing",
                    "If set to Yes, you can log in from multiple computers into same account. Default setting No improves security.",
                    YES_NO,
                ),
                field(
                    "admin/security/use_case_sensitive_login",
                    "Login is Case Sensitive",
                    "",
                    YES_NO,
                ),
                field(
                    "admin/security/session_lifetime",
                    "Admin Session Lifetime (seconds)",
                    "Please enter at least 60 and at most 31536000 (one year).",
                    Input::Number,
                ),
                field(
                    "admin/security/lockout_failures",
                    "Maximum Login Failures to Lockout Account",
                    "We will disable this feature if the value is empty.",
                    Input::Number,
                ),
                field(
                    "admin/security/lockout_threshold",
                    "Lockout Time (minutes)",
                    "",
                    Input::Number,
                ),
            ],
        },
    ],
};

/// All sections, tab by tab.
pub const SECTIONS: &[Section] = &[WEBAPI, OAUTH, ADMIN];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_a_declared_setting_that_stands_once() {
        let mut paths = Vec::new();
        for field in SECTIONS
            .iter()
            .flat_map(|s| s.groups)
            .flat_map(|g| g.fields)
        {
            assert!(
                ferrite_settings::find(field.path).is_some(),
                "{}",
                field.path
            );
            assert!(!paths.contains(&field.path), "{}", field.path);
            paths.push(field.path);
        }
    }
}
