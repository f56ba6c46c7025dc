//! Where the third party sends the person back to: a page that closes its window. It lies outside of
//! the panel's path, which third parties need not know, and says nothing of anybody.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::assets;

/// Its address, below the base URL.
pub const LOGIN_SUCCESS: &str = "/integration/login-success";

#[derive(Template)]
#[template(path = "linked.html")]
struct LinkedPage;

impl LinkedPage {
    fn asset(plain_name: &str) -> String {
        format!("{LOGIN_SUCCESS}/{}", assets::name(plain_name))
    }
}

/// `GET /integration/login-success`
pub async fn show() -> Response {
    let Ok(html) = LinkedPage.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}
