//! How an address becomes a plain function: who asks is found out, the form key and the page's
//! resource are checked, and the handler runs on a blocking thread.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use ferrite_accounts::roles;
use ferrite_accounts::sessions::{self, Found};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use super::answer::{ForNextPage, NewDevice, NewToken, Refusal, panic_report, why};
use super::cookies::Cookie;
use super::fields::Fields;
use super::message::Message;
use super::{Asked, Visit, origin};
use crate::Panel;
use crate::pages::sign_in;

/// What a handler comes to.
pub type Answer = Result<Response, Refusal>;

/// A page's function.
pub type Handler = fn(&Visit<'_>) -> Answer;

/// A function of a page that needs nobody signed in.
pub type OpenHandler = fn(&Asked) -> Answer;

/// The address that a request comes from, put into its extensions by who accepts connections.
#[derive(Clone, Copy, Debug)]
pub struct Source(pub IpAddr);

/// Where below the panel a request goes, put into it by the router.
#[derive(Clone)]
pub struct Place {
    /// The panel's own path.
    pub base: String,
    /// The path below it.
    pub path: String,
}

const LARGEST_FORM: usize = 256 * 1024;
const LONGEST_TOKEN: usize = 64;

#[derive(Clone, Copy)]
enum Work {
    /// For whoever is signed in and holds the resource, where one is named.
    Page {
        resource: Option<&'static str>,
        /// Whether it counts as use of the session.
        touches: bool,
        handler: Handler,
    },
    Open(OpenHandler),
}

/// A page.
pub fn show(resource: &'static str, handler: Handler) -> MethodRouter<Arc<Panel>> {
    route(MethodFilter::GET, page(Some(resource), handler))
}

/// A form's target.
pub fn act(resource: &'static str, handler: Handler) -> MethodRouter<Arc<Panel>> {
    route(MethodFilter::POST, page(Some(resource), handler))
}

/// A page for whoever is signed in.
pub fn show_any(handler: Handler) -> MethodRouter<Arc<Panel>> {
    route(MethodFilter::GET, page(None, handler))
}

/// A form's target for whoever is signed in.
pub fn act_any(handler: Handler) -> MethodRouter<Arc<Panel>> {
    route(MethodFilter::POST, page(None, handler))
}

/// What scripts ask again and again: it does not keep the session alive.
pub fn poll(resource: &'static str, handler: Handler) -> MethodRouter<Arc<Panel>> {
    let work = Work::Page {
        resource: Some(resource),
        touches: false,
        handler,
    };
    route(MethodFilter::GET, work)
}

/// A form's target for whoever is not signed in.
pub fn act_open(handler: OpenHandler) -> MethodRouter<Arc<Panel>> {
    route(MethodFilter::POST, Work::Open(handler))
}

/// The answer for an address or a method that leads nowhere.
pub async fn refuse(panel: Arc<Panel>, request: Request, handler: Handler) -> Response {
    handle(panel, Vec::new(), request, page(None, handler)).await
}

fn page(resource: Option<&'static str>, handler: Handler) -> Work {
    Work::Page {
        resource,
        touches: true,
        handler,
    }
}

fn route(method: MethodFilter, work: Work) -> MethodRouter<Arc<Panel>> {
    let handler = move |State(panel): State<Arc<Panel>>, named: RawPathParams, request: Request| {
        let named = named.iter().map(|(k, v)| (k.to_owned(), v.to_owned()));
        handle(panel, named.collect(), request, work)
    };
    on(method, handler)
}

async fn handle(
    panel: Arc<Panel>,
    parameters: Vec<(String, String)>,
    request: Request,
    work: Work,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_FORM).await.ok();
    let of_panics = Arc::clone(&panel);
    let blocking = move || {
        let asked = read(panel, &parts, parameters, body.as_ref());
        let reply = match body {
            None => Err(Refusal::TooLarge),
            Some(_) => check(&asked, &parts).and_then(|()| answer(&asked, &parts.method, work)),
        };
        let response = reply.unwrap_or_else(|refusal| refusal.answer_guest(&asked));
        with_cookies(&asked, response)
    };
    let answered = tokio::task::spawn_blocking(blocking).await;
    answered.unwrap_or_else(|_| {
        let text = panic_report(&of_panics);
        (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
    })
}

fn read(
    panel: Arc<Panel>,
    parts: &Parts,
    parameters: Vec<(String, String)>,
    body: Option<&Bytes>,
) -> Asked {
    let is_secure = panel.is_secure();
    let place = parts.extensions.get::<Place>().cloned();
    let place = place.unwrap_or_else(|| Place {
        base: panel.path(),
        path: parts.uri.path().to_owned(),
    });
    let known = Cookie::Token.read(&parts.headers, is_secure);
    let known = known.filter(|token| {
        let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain && (32..=LONGEST_TOKEN).contains(&token.len())
    });
    let messages = Cookie::Messages.read(&parts.headers, is_secure);
    let messages = messages.map(|value| Message::unpack(&value, &panel.keys));
    let form = body.filter(|_| is_form(&parts.headers));
    Asked {
        base: place.base,
        path: place.path,
        parameters,
        query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: form.map(|bytes| Fields::parse(bytes)).unwrap_or_default(),
        wants_json: text(&parts.headers, &ACCEPT).starts_with("application/json"),
        is_fresh: known.is_none(),
        token: known.unwrap_or_else(|| panel.randomness().token()),
        messages: messages.unwrap_or_default(),
        source: parts.extensions.get::<Source>().map(|source| source.0),
        device: Cookie::Device
            .read(&parts.headers, is_secure)
            .unwrap_or_default(),
        panel,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = text(headers, &CONTENT_TYPE).split(';').next().unwrap_or("");
    kind.trim() == "application/x-www-form-urlencoded"
}

/// A form counts where it comes from one of our pages, as that browser got it.
fn check(asked: &Asked, parts: &Parts) -> Result<(), Refusal> {
    if parts.method != Method::POST {
        return Ok(());
    }
    let given = asked.field("form_key");
    let genuine = is_form(&parts.headers)
        && origin::is_ours(&parts.headers)
        && !asked.is_fresh
        && asked.panel.keys.is_form_key(&asked.token, given);
    if genuine {
        Ok(())
    } else {
        Err(Refusal::InvalidFormKey)
    }
}

fn answer(asked: &Asked, method: &Method, work: Work) -> Answer {
    let (resource, touches, handler) = match work {
        Work::Open(handler) => return handler(asked),
        Work::Page {
            resource,
            touches,
            handler,
        } => (resource, touches, handler),
    };
    let (panel, now) = (&asked.panel, asked.panel.clock().unix_seconds());
    let (session, admin) = match sessions::find(panel.db(), panel.settings(), &asked.token, now)? {
        Found::Alive(found) => *found,
        Found::Ended(ended) if method == Method::POST => return Err(Refusal::SignedOut(ended)),
        Found::Ended(ended) => return sign_in::page(asked, Some(Message::error(why(ended)))),
        Found::Nothing if method == Method::POST => return Ok(sign_in::again(asked)),
        Found::Nothing => return sign_in::page(asked, None),
    };
    if touches {
        sessions::touch(panel.db(), panel.settings(), &session, now)?;
    }
    let tree = panel.tree();
    let grants = panel
        .db()
        .read(|tx| roles::grants(tx, admin.role_id, tree))?;
    let visit = Visit {
        asked,
        session,
        admin,
        grants: Arc::new(grants),
    };
    let reply = match resource {
        Some(resource) if !visit.may(resource) => Err(Refusal::Denied),
        _ => handler(&visit),
    };
    Ok(reply.unwrap_or_else(|refusal| refusal.answer(&visit)))
}

/// Sets the browser's token where it is new, and its messages.
fn with_cookies(asked: &Asked, mut response: Response) -> Response {
    let set = |cookie: Cookie, value: Option<&str>| cookie.header(value, &asked.panel, &asked.base);
    let mut cookies: Vec<Option<HeaderValue>> = Vec::new();
    match response.extensions_mut().remove::<NewToken>() {
        Some(NewToken(token)) => cookies.push(set(Cookie::Token, token.as_deref())),
        None if asked.is_fresh => cookies.push(set(Cookie::Token, Some(&asked.token))),
        None => {}
    }
    if let Some(NewDevice(device)) = response.extensions_mut().remove::<NewDevice>() {
        cookies.push(set(Cookie::Device, Some(&device)));
    }
    let next = response.extensions_mut().remove::<ForNextPage>();
    match next.filter(|next| !next.0.is_empty()) {
        Some(next) => {
            let value = Message::pack(&next.0, &asked.panel.keys);
            cookies.push(set(Cookie::Messages, value.as_deref()));
        }
        // They have been shown.
        None if !asked.messages.is_empty() && !asked.wants_json => {
            cookies.push(set(Cookie::Messages, None));
        }
        None => {}
    }
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
