//! An exchange under way: the link to the third party, what has happened so far, trying again.

use askama::Template;
use ferrite_integrations::{Activation, Exchange, ExchangeState};
use serde_json::json;

use crate::Answer;
use crate::page::{Frame, Message};
use crate::panel::{LOGIN_SUCCESS, Page, PanelError, Visit};

/// In how many seconds a page without scripts asks again.
const ASKS_EVERY: u32 = 3;

struct Step {
    at: String,
    name: String,
    is_done: bool,
    detail: String,
}

#[derive(Template)]
#[template(path = "exchange.html")]
struct Progress {
    frame: Frame,
    name: String,
    steps: Vec<Step>,
    /// The third party's page; none where there is nothing to log in for.
    link: Option<String>,
    state_address: String,
    is_running: bool,
    retry: Option<(String, i64)>,
    back: String,
}

fn latest(visit: &Visit<'_>, id: i64) -> Result<Exchange, PanelError> {
    let found = visit.panel.db.read(|tx| Exchange::latest(tx, id))?;
    found.ok_or(PanelError::NotFound)
}

/// How an exchange stands; what has become active is said once, on the grid.
pub(crate) fn show(visit: &Visit<'_>, id: i64) -> Page {
    let one = visit.panel.integrations.get(id)?;
    let exchange = latest(visit, id)?;
    if exchange.state == ExchangeState::Completed {
        let name = &one.name;
        let text = if exchange.is_reauthorization {
            format!("The integration '{name}' has been re-authorized.")
        } else {
            format!("The integration '{name}' has been activated.")
        };
        return Ok(visit.done("integrations", text));
    }
    let is_running = exchange.state == ExchangeState::Running;
    let mut frame = visit.frame(one.name.clone());
    if is_running {
        frame.refresh = ASKS_EVERY;
    } else if let Some(last) = exchange.steps.last() {
        frame.messages.push(Message::error(last.detail.clone()));
    }
    let address = format!("integrations/{id}/exchange");
    let failed = exchange.state == ExchangeState::Failed;
    let key = visit.panel.integrations.credentials(id)?.consumer_key;
    let step = |step: &ferrite_integrations::Step| Step {
        at: step.at.to_string(),
        name: step.name.clone(),
        is_done: step.is_done,
        detail: step.detail.clone(),
    };
    Ok(visit.show(&Progress {
        frame,
        name: one.name,
        steps: exchange.steps.iter().map(step).collect(),
        link: is_running.then(|| link(visit, &exchange, &key)),
        state_address: visit.address(&format!("{address}/state")),
        is_running,
        retry: failed.then(|| (visit.address(&address), exchange.id)),
        back: visit.address("integrations"),
    }))
}

/// The third party's page with the consumer's key and the way back, always joined with `?`.
fn link(visit: &Visit<'_>, exchange: &Exchange, key: &str) -> String {
    let base = visit.panel.settings.base_url();
    let way_back = format!("{}{LOGIN_SUCCESS}", base.trim_end_matches('/'));
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("oauth_consumer_key", key)
        .append_pair("success_call_back", &way_back)
        .finish();
    format!("{}?{query}", exchange.identity_link_url)
}

/// For the script that follows an exchange.
pub(crate) fn state(visit: &Visit<'_>, id: i64) -> Page {
    let exchange = latest(visit, id)?;
    let body = json!({
        "running": exchange.state == ExchangeState::Running,
        "steps": exchange.steps.len(),
    });
    Ok(Answer::json(&body))
}

/// Tries a failed exchange again.
pub(crate) fn retry(visit: &Visit<'_>, id: i64) -> Page {
    let exchange = visit.request.form().get("exchange").parse().unwrap_or(0);
    let address = format!("integrations/{id}/exchange");
    match visit.panel.integrations.retry(id, exchange) {
        Ok(Activation::Exchange(_)) => Ok(Answer::see_other(&visit.address(&address))),
        Ok(Activation::Active(_)) => Ok(Answer::see_other(&visit.address("integrations"))),
        Err(fault) => Ok(visit.back("integrations", Message::error(fault.phrase.rendered()))),
    }
}
