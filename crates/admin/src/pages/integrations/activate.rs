//! Activate and Reauthorize: the dialog that asks, and what Allow does.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::sessions;
use ferrite_integrations::{Activation, ExchangeState, Integration, Status};
use http::StatusCode;
use serde_json::json;

use super::dialog::Behind;
use super::form::Details;
use super::{GRID, asked_for, check_reach, exchange, to_grid};
use crate::components::grid::{Cell, Grid};
use crate::components::tree::{self, Item};
use crate::text::shown;
use crate::web::answer::json;
use crate::web::{Frame, Message, Refusal, Visit, redirect, render};

#[derive(Template)]
#[template(path = "permissions.html")]
struct PermissionsPage {
    frame: Frame,
    grid: Grid,
    close_url: String,
    name: String,
    url: String,
    once: String,
    is_reauthorization: bool,
    /// Whether there is a token that counts at present.
    has_token: bool,
    has_exchange: bool,
    is_all: bool,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage {
    frame: Frame,
    grid: Grid,
    close_url: String,
    name: String,
    message: Message,
    details: Details,
}

/// `GET /integration/{id}/activate`
pub fn ask(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    let behind = Behind::new(visit)?;
    let tree = visit.panel().tree();
    render(&PermissionsPage {
        frame: behind.frame,
        grid: behind.grid,
        close_url: behind.close_url,
        name: shown(&one.name),
        url: visit.asked.url(&path(&one, "activate")),
        once: visit.panel().randomness().token(),
        is_reauthorization: is_reauthorization(&one),
        has_token: one.status == Status::Active,
        has_exchange: one.has_exchange(),
        is_all: one.has_everything(),
        items: tree::granted(tree, &one.grants(tree)),
    })
}

fn is_reauthorization(one: &Integration) -> bool {
    one.status != Status::Inactive
}

fn path(one: &Integration, action: &str) -> String {
    format!("{GRID}/{}/{action}", one.id)
}

/// `POST /integration/{id}/activate`
pub fn allow(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    check_reach(visit, &one.resources)?;
    let panel = visit.panel();
    let again = is_reauthorization(&one);
    let seen = visit.asked.field("reauthorize") == "1";
    let is_first = sessions::take_once(panel.db(), &visit.session, visit.asked.field("once"))?;
    if !is_first || seen != again {
        let text = "The integration has been changed in the meantime. Please look at it again.";
        return Ok(redirect(visit.asked, GRID, vec![Message::notice(text)]));
    }
    match panel.integrations.activate(one.id).map_err(to_grid)? {
        Activation::Active(credentials) => {
            let behind = Behind::new(visit)?;
            let done = if again { "re-authorized" } else { "activated" };
            render(&TokensPage {
                frame: behind.frame,
                grid: behind.grid,
                close_url: behind.close_url,
                name: shown(&one.name),
                message: Message::success(format!(
                    "The integration '{}' has been {done}.",
                    one.name
                )),
                details: Details::open(&credentials),
            })
        }
        Activation::Exchange(begun) => {
            let next = path(&one, "exchange");
            if visit.asked.wants_json && begun.state == ExchangeState::Running {
                let link = exchange::link(visit, &begun)?;
                let told = json!({"identity_link_url": link, "next": visit.asked.url(&next)});
                return Ok(json(StatusCode::OK, &told));
            }
            Ok(redirect(visit.asked, &next, Vec::new()))
        }
    }
}
