//! A form that was posted by one of our own pages: no handler sees one that was not.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use ferrite_base::Secret;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::failure::Failure;
use crate::session::Session;

/// The fields of a form, decoded.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub fn parse(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        Self(pairs.into_owned().collect())
    }

    /// A field's value without white space around it; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A password, as it was typed.
    pub fn secret(&self, name: &str) -> Secret {
        Secret::new(self.raw(name))
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }

    fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// Whether a body is said to be a form.
pub fn is_form(request: &Request) -> bool {
    let header = request.headers().get(CONTENT_TYPE);
    let media = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// A posted form and the session that posted it.
pub struct Posted {
    pub session: Session,
    pub fields: Fields,
}

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let session = request.extensions().get::<Session>().cloned();
        let session = session.ok_or_else(|| Failure::broken().into_response())?;
        if !is_form(&request) {
            let text = "What was sent is no form. Load the page again.";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Failure::new(status, "Not a form", text).into_response());
        }
        let body = Bytes::from_request(request, app).await.map_err(|_| {
            let text = "What was sent is too long, or was cut off.";
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "Too long", text).into_response()
        })?;
        let fields = Fields::parse(&body);
        let given = fields.text("form_token").as_bytes();
        if !bool::from(given.ct_eq(session.form_token.as_bytes())) {
            let text = "The page was open for too long, or cookies are switched off. Go back, \
                        load it again and send the form once more.";
            let failure = Failure::new(StatusCode::FORBIDDEN, "This form has expired", text);
            return Err(failure.into_response());
        }
        Ok(Self { session, fields })
    }
}
