//! Deleting an integration, after a question.

use askama::Template;
use axum::response::Response;
use ferrite_integrations::SetupType;

use super::dialog::Behind;
use super::{GRID, asked_for, back, to_grid};
use crate::components::grid::{Cell, Grid};
use crate::text::shown;
use crate::web::{Frame, Message, Refusal, Visit, redirect, render};

#[derive(Template)]
#[template(path = "delete.html")]
struct DeletePage {
    frame: Frame,
    grid: Grid,
    close_url: String,
    name: String,
    url: String,
}

/// `GET /integration/{id}/delete`
pub fn ask(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    let panel = visit.panel();
    if one.setup_type == SetupType::Config && !panel.integrations.is_orphaned(&one) {
        let name = &one.name;
        let text = format!("Uninstall the extension to remove integration '{name}'.");
        return Err(back(Message::error(text)));
    }
    let behind = Behind::new(visit)?;
    render(&DeletePage {
        frame: behind.frame,
        grid: behind.grid,
        close_url: behind.close_url,
        name: shown(&one.name),
        url: visit.asked.url(&format!("{GRID}/{}/delete", one.id)),
    })
}

/// `POST /integration/{id}/delete`
pub fn confirm(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let id = asked_for(visit)?.id;
    let gone = visit.panel().integrations.delete(id).map_err(to_grid)?;
    let text = format!("The integration '{}' has been deleted.", gone.name);
    Ok(redirect(visit.asked, GRID, vec![Message::success(text)]))
}
