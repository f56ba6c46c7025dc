//! Making the connection: the exchange, for the account that is logged in, with the store that
//! sent this browser; then back to that store.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use url::Url;

use crate::app::App;
use crate::book::{Connection, Offer};
use crate::call::Call;
use crate::exchange::{Token, exchange};
use crate::failure::Failure;
use crate::page::{Frame, allow_return, redirect, render};
use crate::posted::Posted;
use crate::session::{Link, Notice, Session};

#[derive(Template)]
#[template(path = "connect.html")]
struct ConnectPage {
    frame: Frame,
    store: Url,
    problem: Option<String>,
    calls: Vec<Call>,
}

/// `GET /connect`: asks somebody who is logged in already.
pub async fn ask(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
) -> Result<Response, Failure> {
    let Some(link) = session.link.clone() else {
        return Ok(redirect("/"));
    };
    if session.account.is_none() {
        return Ok(redirect("/log-in"));
    }
    Ok(page(
        &app,
        &session,
        &link,
        StatusCode::OK,
        None,
        Vec::new(),
    ))
}

/// `POST /connect`
pub async fn confirm(State(app): State<Arc<App>>, posted: Posted) -> Response {
    match posted.session.account {
        Some(_) => finish(app, posted.session).await,
        None => redirect("/log-in"),
    }
}

/// `POST /connect/cancel`
pub async fn cancel(State(app): State<Arc<App>>, posted: Posted) -> Response {
    app.sessions.set_link(&posted.session.id, None);
    redirect("/")
}

/// Connects the store that sent this browser, if one did, and goes back there. It ends what it
/// began even if the browser does not wait: a request token is given once.
pub async fn finish(app: Arc<App>, session: Session) -> Response {
    let work = tokio::spawn(connect(app, session));
    match work.await {
        Ok(response) => response,
        Err(_) => Failure::broken().into_response(),
    }
}

async fn connect(app: Arc<App>, session: Session) -> Response {
    let (Some(link), Some(account)) = (session.link.clone(), session.account.clone()) else {
        return redirect("/");
    };
    let now = app.clock.now();
    let Some(offer) = app.note(|book| book.begin(&link.consumer_key, &now)) else {
        return unavailable(&app, &session, &link);
    };
    // What the person saw is what is connected: a later post may name another store.
    if offer.store != link.store {
        app.note(|book| book.release(offer.number));
        let text = "The store has sent other credentials meanwhile. Follow its link again.";
        return Failure::new(StatusCode::CONFLICT, "The store has changed", text).into_response();
    }
    let (app_there, offer_there) = (app.clone(), offer.clone());
    let work = move || exchange(&app_there.client, &offer_there);
    let Ok((calls, result)) = tokio::task::spawn_blocking(work).await else {
        app.note(|book| book.release(offer.number));
        return Failure::broken().into_response();
    };
    match result {
        Ok(token) => done(&app, &session, &link, account, offer, token, calls),
        Err(error) => {
            app.note(|book| book.release(offer.number));
            let problem = Some(error.to_string());
            page(
                &app,
                &session,
                &link,
                StatusCode::BAD_GATEWAY,
                problem,
                calls,
            )
        }
    }
}

fn done(
    app: &App,
    session: &Session,
    link: &Link,
    account: String,
    offer: Offer,
    token: Token,
    calls: Vec<Call>,
) -> Response {
    let id = app.randomness.hex::<8>();
    let mut connection = Connection {
        id: id.clone(),
        account,
        store: offer.store,
        consumer_key: offer.consumer_key,
        consumer_secret: offer.consumer_secret,
        token: token.token,
        token_secret: token.secret,
        connected: app.clock.now(),
        calls: Default::default(),
        orders: None,
        products: None,
    };
    connection.note(calls);
    if let Err(failure) = app.change(|book| book.connect(offer.number, connection)) {
        return failure.into_response();
    }
    app.sessions.set_link(&session.id, None);
    let notice = Notice::good(format!("{} is connected.", link.store));
    app.sessions.notify(&session.id, notice);
    match &link.return_to {
        Some(url) => redirect(url.as_str()),
        None => redirect(&format!("/stores/{id}")),
    }
}

/// The offer is being exchanged by another request, or was used up.
fn unavailable(app: &App, session: &Session, link: &Link) -> Response {
    let now = app.clock.now();
    if app.read(|book| book.offered(&link.consumer_key, &now).is_some()) {
        let text = "This store is just being connected. Wait some seconds and load the page again.";
        return Failure::new(StatusCode::CONFLICT, "Connecting", text).into_response();
    }
    app.sessions.set_link(&session.id, None);
    let text = "The store's credentials are used up or too old. Start again in the store: \
                Integrations, then Reauthorize.";
    Failure::new(StatusCode::GONE, "No store is waiting", text).into_response()
}

fn page(
    app: &App,
    session: &Session,
    link: &Link,
    status: StatusCode,
    problem: Option<String>,
    calls: Vec<Call>,
) -> Response {
    let page = ConnectPage {
        frame: Frame::new(app, session, "Connect your store"),
        store: link.store.clone(),
        problem,
        calls,
    };
    allow_return(render(status, &page), link.return_to.as_ref())
}
