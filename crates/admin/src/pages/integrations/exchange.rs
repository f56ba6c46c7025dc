//! The exchange as a person follows it: where to log in, what has happened, and Retry.

use askama::Template;
use axum::response::Response;
use ferrite_integrations::{Exchange, ExchangeState, Integration};
use http::StatusCode;
use serde_json::json;

use super::dialog::Behind;
use super::linked::LOGIN_SUCCESS;
use super::steps::{self, ExchangeView};
use super::{GRID, asked_for, back, check_reach, to_grid};
use crate::components::grid::{Cell, Grid};
use crate::text::shown;
use crate::web::answer::json;
use crate::web::{Frame, Message, Refusal, Visit, redirect, render};

#[derive(Template)]
#[template(path = "exchange.html")]
struct ExchangePage {
    frame: Frame,
    grid: Grid,
    close_url: String,
    name: String,
    messages: Vec<Message>,
    /// Where the person logs in, while that is of use.
    link: Option<Link>,
    /// This page.
    url: String,
    /// What a script compares with.
    state: String,
    is_running: bool,
    exchange: ExchangeView,
    /// The exchange that can be tried again.
    retry: Option<i64>,
}

struct Link {
    url: String,
    host: String,
}

/// `GET /integration/{id}/exchange`; one that is completed leads back to the grid.
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    let Some(exchange) = latest(visit, &one)? else {
        return Err(back(Message::notice("No exchange has been started.")));
    };
    if exchange.state == ExchangeState::Completed {
        return Err(back(message(&one, &exchange)));
    }
    let behind = Behind::new(visit)?;
    let mut messages = vec![message(&one, &exchange)];
    if visit.asked.query.given("blocked").is_some() && exchange.state == ExchangeState::Running {
        let text = "Popup Blocker is enabled! Please add this site to your exception list.";
        messages.push(Message::warning(text));
    }
    let link = if exchange.state == ExchangeState::Running {
        let url = link(visit, &exchange)?;
        let host = host(&exchange.identity_link_url).to_owned();
        Some(Link { url, host })
    } else {
        None
    };
    let failed = exchange.state == ExchangeState::Failed;
    render(&ExchangePage {
        frame: behind.frame,
        grid: behind.grid,
        close_url: behind.close_url,
        name: shown(&one.name),
        messages,
        link,
        url: visit.asked.url(&path(&one)),
        state: mark(&exchange),
        is_running: exchange.state == ExchangeState::Running,
        retry: failed.then_some(exchange.id),
        exchange: steps::view(&exchange),
    })
}

/// `GET /integration/{id}/exchange/state`, for a script that waits for something to happen.
pub fn state(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    let exchange = latest(visit, &one)?;
    let state = exchange.as_ref().map(mark);
    Ok(json(StatusCode::OK, &json!({"state": state})))
}

/// `POST /integration/{id}/exchange/retry`
pub fn retry(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    check_reach(visit, &one.resources)?;
    let failed = visit.asked.field("exchange").parse().unwrap_or(0);
    let integrations = &visit.panel().integrations;
    integrations.retry(one.id, failed).map_err(to_grid)?;
    Ok(redirect(visit.asked, &path(&one), Vec::new()))
}

/// The latest exchange of an integration.
fn latest(visit: &Visit<'_>, one: &Integration) -> Result<Option<Exchange>, Refusal> {
    Ok(visit.panel().db().read(|tx| Exchange::latest(tx, one.id))?)
}

/// How an exchange stands, as Magento says it where it says something.
fn message(one: &Integration, exchange: &Exchange) -> Message {
    let name = &one.name;
    let again = exchange.is_reauthorization;
    match exchange.state {
        ExchangeState::Running => {
            let what = if again {
                "re-authorization"
            } else {
                "activation"
            };
            Message::notice(format!("Integration '{name}' has been sent for {what}."))
        }
        ExchangeState::Completed => {
            let what = if again { "re-authorized" } else { "activated" };
            Message::success(format!("The integration '{name}' has been {what}."))
        }
        ExchangeState::Failed => Message::error(
            "The attempt to post data to consumer failed due to an unexpected error. Please try \
             again later.",
        ),
        ExchangeState::Cancelled => Message::notice("This exchange has been cancelled."),
    }
}

fn path(one: &Integration) -> String {
    format!("{GRID}/{}/exchange", one.id)
}

/// Changes whenever anything has happened.
fn mark(exchange: &Exchange) -> String {
    let (state, _) = steps::label(exchange.state);
    format!("{}-{state}-{}", exchange.id, exchange.steps.len())
}

/// The identity link with what Magento adds to it, always behind a question mark.
pub fn link(visit: &Visit<'_>, exchange: &Exchange) -> Result<String, Refusal> {
    let panel = visit.panel();
    let credentials = panel.integrations.credentials(exchange.integration_id)?;
    let base = panel.settings().base_url();
    let done = format!("{}{LOGIN_SUCCESS}", base.trim_end_matches('/'));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("oauth_consumer_key", &credentials.consumer_key);
    query.append_pair("success_call_back", &done);
    Ok(format!("{}?{}", exchange.identity_link_url, query.finish()))
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
