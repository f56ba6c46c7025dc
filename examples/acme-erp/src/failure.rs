//! A request that cannot be done, as a page with a sentence that says what to do.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::page::{Frame, render};

/// What went wrong, for a person.
#[derive(Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
}

impl Failure {
    pub fn new(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            status,
            title,
            text,
        }
    }

    pub fn not_found() -> Self {
        let text = "There is no such page, or it belongs to another account.";
        Self::new(StatusCode::NOT_FOUND, "Not found", text)
    }

    pub fn method() -> Self {
        let text = "This address is not called in this way.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Not possible", text)
    }

    pub fn unsaved() -> Self {
        let text = "Acme ERP could not save that. Whoever runs it finds the reason in its output.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Not saved", text)
    }

    pub fn broken() -> Self {
        let text = "Something went wrong in Acme ERP. Try again.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Not done", text)
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Frame,
    text: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = FailurePage {
            frame: Frame::plain(self.title),
            text: self.text,
        };
        render(self.status, &page)
    }
}
