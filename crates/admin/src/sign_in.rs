//! Signing in and out.
//!
//! Before a sign-in there is a cookie with a random id and nothing in the store; its form's key
//! follows from it. The id changes at the sign-in.

use askama::Template;
use ferrite_accounts::Refusal;
use ferrite_base::Secret;

use crate::panel::{Page, Panel, Visit};
use crate::{Answer, Request, form_key, session};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    base: &'a str,
    version: String,
    form_key: String,
    user_name: &'a str,
    to: &'a str,
    message: Option<&'a str>,
}

/// Whatever is wrong, this is said.
const REFUSED: &str = "The account sign-in was incorrect or your account is disabled temporarily. \
                       Please wait and try again later.";

const LOCKED: &str = "Your account is temporarily disabled. Please try again later.";

/// The page for whoever is not signed in, whichever page was asked for.
pub(crate) fn page(
    panel: &Panel,
    request: &Request,
    base: &str,
    path: &str,
    message: Option<&str>,
) -> Page {
    let name = session::cookie_name(request.is_https);
    let held = request.cookie(name).filter(|id| id.len() == 32);
    if request.method == "POST" {
        return enter(panel, request, base, held);
    }
    Ok(form(panel, request, base, held, "", path, message))
}

fn form(
    panel: &Panel,
    request: &Request,
    base: &str,
    held: Option<&str>,
    user_name: &str,
    to: &str,
    message: Option<&str>,
) -> Answer {
    let fresh = panel.randomness.hex::<16>();
    let id = held.unwrap_or(&fresh);
    let page = SignInPage {
        base,
        version: panel.version(),
        form_key: form_key::of(id),
        user_name,
        to: if to == "sign-in" { "" } else { to },
        message,
    };
    let answer = Answer::page(200, &page);
    match held {
        Some(_) => answer,
        None => answer.with("set-cookie", session::cookie(id, request.is_https, base)),
    }
}

fn enter(panel: &Panel, request: &Request, base: &str, held: Option<&str>) -> Page {
    let fields = request.form();
    let to = fields.get("to").to_owned();
    let name = fields.get("username").to_owned();
    let again = |message: &str| form(panel, request, base, held, &name, &to, Some(message));
    if !held.is_some_and(|id| form_key::fits(request, id)) {
        return Ok(again("Invalid Form Key. Please refresh the page."));
    }
    let password = Secret::new(fields.get("password").to_owned());
    match panel.sign_in.admin(&name, &password)? {
        Err(Refusal::Wrong | Refusal::Locked) => Ok(again(REFUSED)),
        Ok(admin) => {
            let id = panel.sessions.begin(&admin)?;
            let cookie = session::cookie(&id, request.is_https, base);
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-');
            let to = if to.chars().all(plain) {
                to.as_str()
            } else {
                ""
            };
            let to = if to.is_empty() { "integrations" } else { to };
            Ok(Answer::see_other(&format!("{base}/{to}")).with("set-cookie", cookie))
        }
    }
}

/// Signs out, and has the browser forget what it keeps.
pub(crate) fn out(visit: &Visit<'_>) -> Page {
    visit.panel.sessions.end(&visit.session)?;
    let answer = Answer::see_other(&visit.address("sign-in"));
    Ok(answer.with("clear-site-data", "\"cache\", \"storage\""))
}

/// Ends a session whose admin has been locked.
pub(crate) fn locked(visit: &Visit<'_>) -> Page {
    visit.panel.sessions.end(&visit.session)?;
    let panel = visit.panel;
    Ok(form(
        panel,
        visit.request,
        &visit.base,
        None,
        "",
        "",
        Some(LOCKED),
    ))
}
