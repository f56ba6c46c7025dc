//! What a handler answers, and how it refuses.

use askama::Template;
use axum::response::{IntoResponse, Response};
use ferrite_accounts::sessions::Ended;
use ferrite_base::{Fault, Kind};
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::frame::Frame;
use super::message::Message;
use super::{Asked, Visit, menu};
use crate::Panel;

/// Messages for the next page, in a response's extensions.
#[derive(Clone, Debug, Default)]
pub struct ForNextPage(pub Vec<Message>);

/// The browser's token is to become this one; none takes it away.
#[derive(Clone, Debug)]
pub struct NewToken(pub Option<String>);

/// The browser is known from now on.
#[derive(Clone, Debug)]
pub struct NewDevice(pub String);

/// Why there is no page.
#[derive(Debug)]
pub enum Refusal {
    /// A fault; its sentence is shown, unless it is one of our own.
    Fault(Fault),
    /// Nothing is found here.
    NotFound,
    /// The admin lacks the page's resource.
    Denied,
    /// The form does not come from one of our pages, or from an old one.
    InvalidFormKey,
    /// On with another page, which shows this.
    Elsewhere(String, Message),
    /// The session is over.
    SignedOut(Ended),
    /// More than we read.
    TooLarge,
    /// The address is there, the method is not.
    Method,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ferrite_storage::Error> for Refusal {
    fn from(error: ferrite_storage::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// A page as an answer.
pub fn render(page: &impl Template) -> Result<Response, Refusal> {
    render_as(StatusCode::OK, page)
}

/// A page as an answer with a status.
pub fn render_as(status: StatusCode, page: &impl Template) -> Result<Response, Refusal> {
    let html = page
        .render()
        .map_err(|error| Fault::internal(error.to_string()))?;
    let kind = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, kind, html).into_response())
}

/// A tree as an answer to a script.
pub fn json(status: StatusCode, value: &Value) -> Response {
    let kind = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, kind, value.to_string()).into_response()
}

/// On with another page of the panel, which shows these messages.
pub fn redirect(asked: &Asked, path: &str, messages: Vec<Message>) -> Response {
    redirect_to(asked, &asked.url(path), messages)
}

/// On with another page, by its whole path.
pub fn redirect_to(asked: &Asked, url: &str, messages: Vec<Message>) -> Response {
    let mut response = if asked.wants_json {
        json(StatusCode::OK, &json!({"_redirect": url}))
    } else {
        let to = HeaderValue::from_str(url).unwrap_or(HeaderValue::from_static("/"));
        (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
    };
    response.extensions_mut().insert(ForNextPage(messages));
    response
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame,
    text: &'a str,
    start: Option<String>,
}

struct Shown<'a> {
    status: StatusCode,
    title: &'a str,
    text: &'a str,
}

impl Refusal {
    /// The answer to whom is signed in.
    pub fn answer(self, visit: &Visit<'_>) -> Response {
        let start = menu::start(&|resource| visit.may(resource));
        let start = start.map(|path| visit.asked.url(path));
        self.shown(visit.asked, start, |title| visit.frame(title))
    }

    /// The answer to whom is not.
    pub fn answer_guest(self, asked: &Asked) -> Response {
        self.shown(asked, None, |title| asked.frame(title))
    }

    fn shown(
        self,
        asked: &Asked,
        start: Option<String>,
        frame: impl FnOnce(&str) -> Frame,
    ) -> Response {
        let report;
        let sentence;
        let (status, title, text) = match &self {
            Self::InvalidFormKey => {
                let text = "Invalid Form Key. Please refresh the page.";
                return elsewhere(asked, "/", Message::error(text));
            }
            Self::Elsewhere(path, message) => {
                return redirect(asked, path, vec![message.clone()]);
            }
            Self::SignedOut(ended) => {
                return elsewhere(asked, "/", Message::error(why(*ended)));
            }
            Self::Fault(fault) if fault.kind == Kind::Internal => {
                report = logged(asked, fault);
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong",
                    report.as_str(),
                )
            }
            Self::Fault(fault) => {
                sentence = crate::text::shown(&fault.phrase.rendered());
                (
                    status_of(fault.kind),
                    "This could not be done",
                    sentence.as_str(),
                )
            }
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "Page not found",
                "There is nothing at this address.",
            ),
            Self::Denied => (
                StatusCode::FORBIDDEN,
                "Access denied",
                "Sorry, you need permissions to view this content.",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too large",
                "The form is larger than what is read.",
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "Method not allowed",
                "This address does not answer that method.",
            ),
        };
        let shown = Shown {
            status,
            title,
            text,
        };
        let mut response = shown.page(asked, start, frame);
        let later = [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        if later.contains(&status) {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl Shown<'_> {
    fn page(
        self,
        asked: &Asked,
        start: Option<String>,
        frame: impl FnOnce(&str) -> Frame,
    ) -> Response {
        if asked.wants_json {
            return json(self.status, &error_json(self.text));
        }
        let page = ErrorPage {
            frame: frame(self.title),
            text: self.text,
            start,
        };
        render_as(self.status, &page).unwrap_or_else(|_| self.status.into_response())
    }
}

fn error_json(text: &str) -> Value {
    json!({"error": true, "message": text})
}

/// Scripts are told at once, browsers on the next page.
fn elsewhere(asked: &Asked, path: &str, message: Message) -> Response {
    if asked.wants_json {
        return json(StatusCode::OK, &error_json(&message.text));
    }
    redirect(asked, path, vec![message])
}

/// Magento's sentence for a session that was ended.
pub fn why(ended: Ended) -> &'static str {
    match ended {
        Ended::Elsewhere => {
            "Someone logged into this account from another device or browser. \
             Your current session is terminated."
        }
        Ended::Locked => "Your account is temporarily disabled. Please try again later.",
    }
}

fn logged(asked: &Asked, fault: &Fault) -> String {
    report(&asked.panel, &fault.to_string())
}

/// What is said of a page that panicked.
pub fn panic_report(panel: &Panel) -> String {
    report(panel, "a page panicked")
}

fn report(panel: &Panel, cause: &str) -> String {
    let digits: String = panel.randomness().hex::<7>();
    let report = format!("panel-{}", digits.get(..13).unwrap_or(&digits));
    panel.log(&format!("{report} {cause}"));
    format!("Internal error. The log says more under {report}.")
}

fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Denied => StatusCode::FORBIDDEN,
        Kind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Kind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
