//! Signing in and out.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::sessions;
use ferrite_base::Secret;
use http::header::{HeaderName, HeaderValue};

use crate::web::answer::{NewDevice, NewToken};
use crate::web::{Asked, Frame, Message, Refusal, Visit, redirect, render};

/// One sentence for whatever is wrong.
const REFUSED: &str = "The account sign-in was incorrect or your account is disabled temporarily. \
                       Please wait and try again later.";
const LONGEST_NAME: usize = 255;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    frame: Frame,
    user_name: String,
    /// The page that was asked for, below the panel's path.
    return_to: String,
}

/// The form, in place of a page that needs somebody signed in.
pub fn page(asked: &Asked, message: Option<Message>) -> Result<Response, Refusal> {
    let given = asked.field("return_to");
    let return_to = if given.is_empty() { &asked.path } else { given };
    let frame = asked.frame("Sign in");
    render(&SignIn {
        frame: match message {
            Some(message) => frame.with(message),
            None => frame,
        },
        user_name: asked.field("username").to_owned(),
        return_to: local(return_to).to_owned(),
    })
}

/// The way back to the form for who posted something after the session's end.
pub fn again(asked: &Asked) -> Response {
    let text = "Your session has ended. Please sign in again.";
    redirect(asked, "/", vec![Message::error(text)])
}

/// A path below the panel's, and nothing else.
fn local(path: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_');
    let fits = path.starts_with('/') && !path.starts_with("//") && path.chars().all(plain);
    if fits && !path.starts_with("/sign-") {
        path
    } else {
        "/"
    }
}

/// `POST /sign-in`
pub fn enter(asked: &Asked) -> Result<Response, Refusal> {
    let panel = &asked.panel;
    let (name, password) = (asked.field("username"), asked.field("password"));
    let fits = !name.is_empty() && !password.is_empty() && name.chars().count() <= LONGEST_NAME;
    if !fits {
        return page(asked, Some(Message::error(REFUSED)));
    }
    let origin = asked.origin(name);
    let Ok(admin) = panel.sign_in.admin(name, &Secret::new(password), &origin)? else {
        return page(asked, Some(Message::error(REFUSED)));
    };
    let now = panel.clock().unix_seconds();
    let token = panel.randomness().token();
    sessions::start(panel.db(), panel.settings(), &admin, &token, now)?;
    let mut response = redirect(asked, local(asked.field("return_to")), Vec::new());
    response.extensions_mut().insert(NewToken(Some(token)));
    if origin.device.is_none() {
        let id = panel.randomness().token();
        let device = panel.keys.device(&admin.user_name, &id);
        response.extensions_mut().insert(NewDevice(device));
    }
    Ok(response)
}

/// `POST /sign-out`
pub fn leave(visit: &Visit<'_>) -> Result<Response, Refusal> {
    sessions::end(visit.panel().db(), &visit.session)?;
    let message = Message::success("You have logged out.");
    let mut response = redirect(visit.asked, "/", vec![message]);
    response.extensions_mut().insert(NewToken(None));
    let clear = HeaderName::from_static("clear-site-data");
    let what = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(clear, what);
    Ok(response)
}
