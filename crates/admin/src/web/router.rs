//! Where the panel is found, and what is served beside its pages.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, STRICT_TRANSPORT_SECURITY};
use http::{StatusCode, Uri};
use tower::ServiceExt as _;

use super::answer::Refusal;
use super::route::{Place, refuse};
use super::{Visit, headers};
use crate::pages::integrations::linked::{self, LOGIN_SUCCESS};
use crate::{Panel, assets, pages};

/// Everything that is served beside the Web API and the token endpoints.
pub fn router(panel: Arc<Panel>) -> Router {
    let (absent, wrong) = (Arc::clone(&panel), Arc::clone(&panel));
    let inner = pages::router()
        .fallback(move |request: Request| refuse(Arc::clone(&absent), request, nothing))
        .method_not_allowed_fallback(move |request: Request| {
            refuse(Arc::clone(&wrong), request, no_method)
        })
        .with_state(Arc::clone(&panel))
        .route("/assets/{name}", get(asset));
    Router::new()
        .route(LOGIN_SUCCESS, get(linked::show))
        .route(&format!("{LOGIN_SUCCESS}/{{name}}"), get(asset))
        .fallback(move |request: Request| enter(Arc::clone(&panel), inner.clone(), request))
        .layer(from_fn(headers::add))
}

fn nothing(_: &Visit<'_>) -> Result<Response, Refusal> {
    Err(Refusal::NotFound)
}

fn no_method(_: &Visit<'_>) -> Result<Response, Refusal> {
    Err(Refusal::Method)
}

/// Cuts the panel's path off; whatever is not below it is the same 404.
async fn enter(panel: Arc<Panel>, inner: Router, mut request: Request) -> Response {
    let asked = Arc::clone(&panel);
    let found = tokio::task::spawn_blocking(move || (asked.path(), asked.is_secure())).await;
    let Ok((base, is_secure)) = found else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let path = request.uri().path();
    let Some(below) = path.strip_prefix(&base).filter(|rest| is_below(rest)) else {
        return absent();
    };
    let below = match below.trim_end_matches('/') {
        "" => "/".to_owned(),
        below => below.to_owned(),
    };
    let query = request.uri().query().map(|query| format!("?{query}"));
    let Ok(uri) = format!("{below}{}", query.unwrap_or_default()).parse::<Uri>() else {
        return absent();
    };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(Place { base, path: below });
    let answered: Result<Response, Infallible> = inner.oneshot(request).await;
    let Ok(mut response) = answered;
    if is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        response
            .headers_mut()
            .insert(STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

fn is_below(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

fn absent() -> Response {
    let kind = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, kind, "Not found.\n").into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::find(&name) else {
        return absent();
    };
    let kept = "public, max-age=31536000, immutable";
    (
        [(CONTENT_TYPE, asset.media), (CACHE_CONTROL, kept)],
        asset.bytes,
    )
        .into_response()
}
