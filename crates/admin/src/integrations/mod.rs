//! System > Extensions > Integrations: the grid, the form, activating, the exchange, deleting.

mod activate;
mod delete;
mod exchange;
mod form;
mod grid;
mod resources;

use askama::Template;

use crate::Answer;
use crate::panel::{Page, PanelError, Visit};

const RESOURCE: &str = "Magento_Integration::integrations";

/// The pages below `integrations`.
pub(crate) fn route(visit: &Visit<'_>, rest: &[&str], is_post: bool) -> Page {
    visit.require(RESOURCE)?;
    let id = |text: &str| text.parse::<i64>().map_err(|_| PanelError::NotFound);
    match (rest, is_post) {
        ([], false) => grid::show(visit),
        (["new"], false) => form::new(visit),
        (["new"], true) => form::save(visit, None),
        ([one], false) => form::edit(visit, id(one)?),
        ([one], true) => form::save(visit, Some(id(one)?)),
        ([one, "activate"], false) => activate::ask(visit, id(one)?),
        ([one, "activate"], true) => activate::allow(visit, id(one)?),
        ([one, "exchange"], false) => exchange::show(visit, id(one)?),
        ([one, "exchange"], true) => exchange::retry(visit, id(one)?),
        ([one, "exchange", "state"], false) => exchange::state(visit, id(one)?),
        ([one, "delete"], false) => delete::ask(visit, id(one)?),
        ([one, "delete"], true) => delete::delete(visit, id(one)?),
        _ => Err(PanelError::NotFound),
    }
}

#[derive(Template)]
#[template(path = "login_success.html")]
struct LoginSuccess;

/// Where a third party sends a person back to: one fixed page, whatever the request says.
pub(crate) fn login_success() -> Answer {
    Answer::page(200, &LoginSuccess)
}
