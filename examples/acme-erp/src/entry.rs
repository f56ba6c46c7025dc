//! Logging in, signing up, logging out. Whoever came from a store is connected with it at once.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use ferrite_base::Secret;
use http::StatusCode;

use crate::accounts::{self, MOST_ACCOUNTS, Mistake, SignUp};
use crate::app::App;
use crate::book::Account;
use crate::connect;
use crate::failure::Failure;
use crate::page::{Frame, allow_return, redirect, render};
use crate::posted::Posted;
use crate::session::Session;
use crate::web::NewSession;

const WRONG: &str = "The e-mail address or the password is wrong.";
const WAIT: &str = "Too many attempts with this e-mail address. Wait a minute and try again.";
const TAKEN: &str = "There is an account with this e-mail address already. Log in instead.";
const FULL: &str = "Acme ERP has no room for more accounts.";

#[derive(Template)]
#[template(path = "log-in.html")]
struct LogInPage<'a> {
    frame: Frame,
    store: Option<String>,
    email: &'a str,
    problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "sign-up.html")]
struct SignUpPage<'a> {
    frame: Frame,
    store: Option<String>,
    company: &'a str,
    email: &'a str,
    mistakes: Vec<Mistake>,
}

impl SignUpPage<'_> {
    fn mistake(&self, field: &str) -> Option<&'static str> {
        let mut mistakes = self.mistakes.iter();
        mistakes
            .find(|mistake| mistake.field == field)
            .map(|mistake| mistake.text)
    }
}

/// `GET /log-in`
pub async fn log_in_page(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Response {
    match session.account {
        Some(_) => redirect(inside(&session)),
        None => log_in_answer(&app, &session, StatusCode::OK, "", None),
    }
}

/// `GET /sign-up`
pub async fn sign_up_page(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Response {
    match session.account {
        Some(_) => redirect(inside(&session)),
        None => sign_up_answer(&app, &session, "", "", Vec::new()),
    }
}

fn inside(session: &Session) -> &'static str {
    match session.link {
        Some(_) => "/connect",
        None => "/",
    }
}

/// `POST /log-in`
pub async fn log_in(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let Posted { session, fields } = posted;
    let email = fields.text("email");
    if !app.attempts.allow(email) {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return log_in_answer(&app, &session, status, email, Some(WAIT));
    }
    let account = app.read(|book| book.account_by_email(email).cloned());
    let hash = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let password = fields.secret("password");
    let fits = hashing(&app, move || accounts::fits(&password, hash.as_deref())).await;
    match account {
        Some(account) if fits == Some(true) => {
            app.attempts.forget(email);
            enter(app, &session, &account.id).await
        }
        _ => log_in_answer(&app, &session, StatusCode::UNAUTHORIZED, email, Some(WRONG)),
    }
}

/// `POST /sign-up`
pub async fn sign_up(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let Posted { session, fields } = posted;
    let (company, email) = (fields.text("company"), fields.text("email"));
    let password = fields.secret("password");
    let asked = SignUp {
        company,
        email,
        password: &password,
    };
    let mut mistakes = asked.mistakes();
    let mut note = |text: Option<&'static str>| {
        mistakes.extend(text.map(|text| Mistake {
            field: "email",
            text,
        }));
        mistakes.is_empty()
    };
    // Before the password is hashed, which costs, and again when it is kept.
    if !note(app.read(|book| no_room(&book.accounts, email))) {
        return sign_up_answer(&app, &session, company, email, mistakes);
    }
    let Some(password_hash) = hash(&app, password).await else {
        return Failure::broken().into_response();
    };
    let account = Account {
        id: app.randomness.hex::<8>(),
        company: company.to_owned(),
        email: email.to_owned(),
        password_hash,
    };
    let id = account.id.clone();
    let kept = app.change(|book| match no_room(&book.accounts, email) {
        Some(text) => Err(text),
        None => {
            book.accounts.push(account);
            Ok(())
        }
    });
    match kept {
        Ok(Ok(())) => enter(app, &session, &id).await,
        Ok(Err(text)) => {
            note(Some(text));
            sign_up_answer(&app, &session, company, email, mistakes)
        }
        Err(failure) => failure.into_response(),
    }
}

fn no_room(accounts: &[Account], email: &str) -> Option<&'static str> {
    let taken = accounts
        .iter()
        .any(|account| account.email.eq_ignore_ascii_case(email));
    match taken {
        true => Some(TAKEN),
        false => (accounts.len() >= MOST_ACCOUNTS).then_some(FULL),
    }
}

/// `POST /log-out`
pub async fn log_out(State(app): State<Arc<App>>, posted: Posted) -> Response {
    app.sessions.end(&posted.session.id);
    let fresh = app.sessions.start();
    with_session(redirect("/"), fresh)
}

/// Goes in, under a new session, and on with the store that sent this browser.
async fn enter(app: Arc<App>, before: &Session, account: &str) -> Response {
    let session = app.sessions.sign_in(before, account);
    let response = match session.link {
        Some(_) => connect::finish(app, session.clone()).await,
        None => redirect("/"),
    };
    with_session(response, session)
}

fn with_session(mut response: Response, session: Session) -> Response {
    response.extensions_mut().insert(NewSession(session.id));
    response
}

async fn hash(app: &App, password: Secret) -> Option<String> {
    hashing(app, move || accounts::hash(&password))
        .await
        .flatten()
}

/// Work with a password: slow on purpose, and only so many at once.
async fn hashing<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let _permit = app.hashing.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

fn log_in_answer(
    app: &App,
    session: &Session,
    status: StatusCode,
    email: &str,
    problem: Option<&'static str>,
) -> Response {
    let page = LogInPage {
        frame: Frame::new(app, session, "Log in"),
        store: session.link.as_ref().map(|link| link.store.to_string()),
        email,
        problem,
    };
    let return_to = session
        .link
        .as_ref()
        .and_then(|link| link.return_to.as_ref());
    allow_return(render(status, &page), return_to)
}

fn sign_up_answer(
    app: &App,
    session: &Session,
    company: &str,
    email: &str,
    mistakes: Vec<Mistake>,
) -> Response {
    let status = match mistakes.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = SignUpPage {
        frame: Frame::new(app, session, "Sign up"),
        store: session.link.as_ref().map(|link| link.store.to_string()),
        company,
        email,
        mistakes,
    };
    let return_to = session
        .link
        .as_ref()
        .and_then(|link| link.return_to.as_ref());
    allow_return(render(status, &page), return_to)
}
