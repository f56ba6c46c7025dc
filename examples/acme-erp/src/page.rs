//! What all pages have in common: the frame around them and how they leave.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use url::Url;

use crate::app::App;
use crate::session::{Notice, Session};

/// The frame of a page.
pub struct Frame {
    pub title: String,
    /// Whether the way in or out is offered.
    pub navigation: bool,
    /// The company that is logged in.
    pub company: Option<String>,
    pub notice: Option<Notice>,
    pub form_token: String,
}

impl Frame {
    /// A page without a session.
    pub fn plain(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            navigation: false,
            company: None,
            notice: None,
            form_token: String::new(),
        }
    }

    /// A page of a session; its notice is shown.
    pub fn new(app: &App, session: &Session, title: impl Into<String>) -> Self {
        let account = session.account.as_deref();
        Self {
            title: title.into(),
            navigation: true,
            company: account.and_then(|id| {
                app.read(|book| book.account(id).map(|account| account.company.clone()))
            }),
            notice: app.sessions.take_notice(&session.id),
            form_token: session.form_token.clone(),
        }
    }
}

/// A page as an answer.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let header = [(CONTENT_TYPE, "text/html; charset=utf-8")];
            (status, header, html).into_response()
        }
        Err(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "The page cannot be shown.",
        )
            .into_response(),
    }
}

/// Goes on with another page.
pub fn redirect(to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// Nothing but our own style sheet and icon is loaded, no script runs, and forms go here alone.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                          frame-ancestors 'none'; base-uri 'none'";

/// Lets a form of this page end at the store, which browsers count as where the form goes.
pub fn allow_return(mut response: Response, return_to: Option<&Url>) -> Response {
    if let Some(url) = return_to {
        let origin = url.origin().ascii_serialization();
        let form = "form-action 'self'";
        let policy = POLICY.replace(form, &format!("{form} {origin}"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response
                .headers_mut()
                .insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}
