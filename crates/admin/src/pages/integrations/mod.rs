//! System > Extensions > Integrations: the grid, the form, and the dialogs of activating,
//! reauthorizing and deleting. The life cycle itself is `ferrite-integrations`.
//!
//! A dialog is a page of its own that shows the grid behind it: it works without scripts, and a
//! script makes it modal.

mod activate;
mod declared;
mod delete;
mod dialog;
mod exchange;
mod form;
mod grid;
pub mod linked;
mod save;
mod secrets;
mod steps;

use std::sync::Arc;

use axum::Router;
use ferrite_base::{Fault, Kind};
use ferrite_integrations::Integration;

use crate::Panel;
use crate::web::route::{act, poll, show};
use crate::web::{Message, Refusal, Visit};

/// What an admin needs for these pages.
pub const RESOURCE: &str = "Magento_Integration::integrations";
/// Where the grid is.
pub const GRID: &str = "/integration";

/// The addresses.
pub fn router() -> Router<Arc<Panel>> {
    Router::new()
        .route(GRID, show(RESOURCE, grid::show))
        .route(
            "/integration/new",
            show(RESOURCE, form::new).merge(act(RESOURCE, save::create)),
        )
        .route(
            "/integration/{id}",
            show(RESOURCE, form::edit).merge(act(RESOURCE, save::update)),
        )
        .route("/integration/{id}/secrets", act(RESOURCE, secrets::show))
        .route(
            "/integration/{id}/activate",
            show(RESOURCE, activate::ask).merge(act(RESOURCE, activate::allow)),
        )
        .route("/integration/{id}/exchange", show(RESOURCE, exchange::show))
        .route(
            "/integration/{id}/exchange/state",
            poll(RESOURCE, exchange::state),
        )
        .route(
            "/integration/{id}/exchange/retry",
            act(RESOURCE, exchange::retry),
        )
        .route(
            "/integration/{id}/delete",
            show(RESOURCE, delete::ask).merge(act(RESOURCE, delete::confirm)),
        )
}

/// The integration that the address names, or the way back to the grid.
fn asked_for(visit: &Visit<'_>) -> Result<Integration, Refusal> {
    let id = visit.asked.id();
    if id < 1 {
        let text = "Integration ID is not specified or is invalid.";
        return Err(back(Message::error(text)));
    }
    let found = visit.panel().integrations.get(id);
    found.map_err(to_grid)
}

/// To the grid, which shows this.
fn back(message: Message) -> Refusal {
    Refusal::Elsewhere(GRID.to_owned(), message)
}

/// A sentence that was refused with is shown above the grid; a fault of our own is one.
fn to_grid(fault: Fault) -> Refusal {
    if fault.kind == Kind::Internal {
        return Refusal::Fault(fault);
    }
    back(Message::error(fault.phrase.rendered()))
}

/// Refuses an admin who would grant, or get hold of, more than they hold themselves.
fn check_reach(visit: &Visit<'_>, resources: &[String]) -> Result<(), Refusal> {
    if visit.holds(resources) {
        return Ok(());
    }
    let text = "You need more permissions: the integration has access to resources that your own \
                role does not have.";
    Err(back(Message::error(text)))
}
