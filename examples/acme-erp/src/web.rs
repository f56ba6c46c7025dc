//! Which address leads where, sessions, and the headers of every answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::app::App;
use crate::failure::Failure;
use crate::page::POLICY;
use crate::session::{self, Session};
use crate::{callback, connect, entry, link, store_page};

const LONGEST_BODY: usize = 16 * 1024;

/// Put into an answer: the browser gets this session's cookie.
#[derive(Clone)]
pub struct NewSession(pub String);

/// Everything that is served.
pub fn router(app: Arc<App>) -> Router {
    let pages = Router::new()
        .route("/", get(store_page::home))
        .route("/link", get(link::follow))
        .route("/log-in", get(entry::log_in_page).post(entry::log_in))
        .route("/sign-up", get(entry::sign_up_page).post(entry::sign_up))
        .route("/log-out", post(entry::log_out))
        .route("/connect", get(connect::ask).post(connect::confirm))
        .route("/connect/cancel", post(connect::cancel))
        .route("/stores/{id}", get(store_page::show))
        .route("/stores/{id}/orders", post(store_page::sync_orders))
        .route("/stores/{id}/products", post(store_page::read_products))
        .route("/stores/{id}/stock", post(store_page::push_stock))
        .route("/stores/{id}/disconnect", post(store_page::disconnect))
        .route_layer(from_fn_with_state(app.clone(), with_session));
    Router::new()
        .merge(pages)
        .route("/callback", post(callback::receive))
        .route(
            "/style.css",
            get(async || file("text/css; charset=utf-8", include_str!("style.css"))),
        )
        .route(
            "/icon.svg",
            get(async || file("image/svg+xml", include_str!("icon.svg"))),
        )
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || Failure::method())
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn(with_headers))
        .with_state(app)
}

/// A file of ours; browsers may keep it for a while.
fn file(media: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, media), (CACHE_CONTROL, "max-age=300")];
    (headers, text)
}

/// Finds the browser's session or starts one.
async fn with_session(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let known = cookie(request.headers()).and_then(|id| app.sessions.find(id));
    let fresh = known.is_none();
    let session: Session = known.unwrap_or_else(|| app.sessions.start());
    let mut id = fresh.then(|| session.id.clone());
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    if let Some(NewSession(other)) = response.extensions_mut().remove() {
        id = Some(other);
    }
    if let Some(id) = id {
        let cookie = format!("{}={id}; Path=/; HttpOnly; SameSite=Lax", session::COOKIE);
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
    response
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == session::COOKIE)
        .map(|(_, id)| id)
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in defaults {
        let entry = response.headers_mut().entry(name);
        entry.or_insert(HeaderValue::from_static(value));
    }
    response
}
