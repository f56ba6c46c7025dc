//! Stores > Settings > Configuration > Services: Magento Web API, OAuth.

use askama::Template;
use ferrite_base::StoreScope;
use ferrite_settings::{Kind, find};

use crate::page::{Frame, Message};
use crate::panel::{Page, PanelError, Visit};

/// A setting of a page: path, label, comment.
type Setting = (&'static str, &'static str, &'static str);

/// A group of settings.
type Group = (&'static str, &'static [Setting]);

const WEBAPI: &[Group] = &[
    (
        "Web API Security Setting",
        &[(
            "webapi/webapisecurity/allow_insecure",
            "Allow Anonymous Guest Access",
            "This feature applies only to CMS, Catalog and Store APIs. \
             Please consult your developers for details on potential security risks.",
        )],
    ),
    (
        "Web Api Input Limits",
        &[
            (
                "webapi/validation/input_limit_enabled",
                "Enable Input Limits",
                "",
            ),
            (
                "webapi/validation/complex_array_limit",
                "Input List Limit",
                "Maximum number of items allowed in an entity's array property.",
            ),
            (
                "webapi/validation/maximum_page_size",
                "Maximum Page Size",
                "Maximum number of items allowed in a paginated search result.",
            ),
            (
                "webapi/validation/default_page_size",
                "Default Page Size",
                "Default number of items a paginated search result.",
            ),
        ],
    ),
    (
        "JWT Authentication",
        &[
            (
                "webapi/jwtauth/customer_expiration",
                "Customer JWT Expires In",
                "(minutes)",
            ),
            (
                "webapi/jwtauth/admin_expiration",
                "Admin User JWT Expires In",
                "(minutes)",
            ),
        ],
    ),
];

const OAUTH: &[Group] = &[
    (
        "Access Token Expiration",
        &[
            (
                "oauth/access_token_lifetime/customer",
                "Customer Token Lifetime (hours)",
                "We will disable this feature if the value is empty.",
            ),
            (
                "oauth/access_token_lifetime/admin",
                "Admin Token Lifetime (hours)",
                "We will disable this feature if the value is empty.",
            ),
        ],
    ),
    (
        "Cleanup Settings",
        &[
            (
                "oauth/cleanup/cleanup_probability",
                "Cleanup Probability",
                "Integer. Launch cleanup in X OAuth requests. 0 (not recommended) - to disable cleanup",
            ),
            (
                "oauth/cleanup/expiration_period",
                "Expiration Period",
                "Cleanup entries older than X minutes.",
            ),
        ],
    ),
    (
        "Consumer Settings",
        &[
            (
                "oauth/consumer/expiration_period",
                "Expiration Period",
                "Consumer key/secret will expire if not used within X seconds after Oauth token exchange starts.",
            ),
            (
                "oauth/consumer/post_maxredirects",
                "OAuth consumer credentials HTTP Post maxredirects",
                "Number of maximum redirects for OAuth consumer credentials Post request.",
            ),
            (
                "oauth/consumer/post_timeout",
                "OAuth consumer credentials HTTP Post timeout",
                "Timeout for OAuth consumer credentials Post request within X seconds.",
            ),
            (
                "oauth/consumer/enable_integration_as_bearer",
                "Allow OAuth Access Tokens to be used as standalone Bearer tokens",
                "",
            ),
            (
                "oauth/consumer/allow_local_callbacks",
                "Allow Callbacks to Local Addresses",
                "Lets callback URLs lead to this machine and to private networks.",
            ),
        ],
    ),
    (
        "Signatures",
        &[
            (
                "oauth/signature/accept_sha1",
                "Accept HMAC-SHA1",
                "For connectors that were written for Magento 2.4.3 and older.",
            ),
            (
                "oauth/signature/accept_legacy_form",
                "Accept Signatures as 2.4.7 Reads Requests",
                "Beside those that are right by RFC 5849.",
            ),
        ],
    ),
    (
        "Authentication Locks",
        &[
            (
                "oauth/authentication_lock/max_failures_count",
                "Maximum Login Failures to Lock Out Account",
                "Maximum Number of authentication failures to lock out account.",
            ),
            (
                "oauth/authentication_lock/timeout",
                "Lockout Time (seconds)",
                "Period of time in seconds after which account will be unlocked.",
            ),
        ],
    ),
];

struct Field {
    path: &'static str,
    label: &'static str,
    comment: &'static str,
    is_yes_no: bool,
    value: String,
    problem: Option<&'static str>,
}

struct Section {
    heading: &'static str,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "configuration.html")]
struct Configuration {
    frame: Frame,
    action: String,
    sections: Vec<Section>,
}

/// A page of settings.
pub(crate) fn route(visit: &Visit<'_>, section: &str, is_post: bool) -> Page {
    let (title, groups, resource) = match section {
        "webapi" => ("Magento Web API", WEBAPI, "Magento_Webapi::config_webapi"),
        "oauth" => ("OAuth", OAUTH, "Magento_Integration::config_oauth"),
        _ => return Err(PanelError::NotFound),
    };
    visit.require(resource)?;
    let path = format!("configuration/{section}");
    let fields = visit.request.form();
    let posted = |path: &str| is_post.then(|| fields.get(path).trim().to_owned());
    let sections: Vec<Section> = groups
        .iter()
        .map(|(heading, settings)| Section {
            heading,
            fields: settings
                .iter()
                .map(|one| field(visit, one, posted))
                .collect(),
        })
        .collect();
    let all = || sections.iter().flat_map(|section| &section.fields);
    let first = all().find_map(|field| field.problem);
    let mut frame = visit.frame(title);
    if is_post {
        match first {
            Some(problem) => frame.messages.push(Message::error(problem)),
            None => {
                for field in all() {
                    visit.panel.settings.set(field.path, Some(&field.value))?;
                }
                return Ok(visit.done(&path, "You saved the configuration."));
            }
        }
    }
    Ok(visit.show(&Configuration {
        frame,
        action: visit.address(&path),
        sections,
    }))
}

fn field(
    visit: &Visit<'_>,
    (path, label, comment): &Setting,
    posted: impl Fn(&str) -> Option<String>,
) -> Field {
    let declared = find(path);
    let held = || visit.panel.settings.text(path, &StoreScope::admin());
    let posted = posted(path);
    let problem = posted
        .as_ref()
        .and_then(|value| declared.and_then(|declared| declared.refusal(value)));
    Field {
        path,
        label,
        comment,
        is_yes_no: declared.is_some_and(|declared| declared.kind == Kind::YesNo),
        value: posted.unwrap_or_else(held),
        problem,
    }
}
