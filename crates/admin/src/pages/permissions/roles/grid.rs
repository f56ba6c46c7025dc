//! The grid of roles, also behind the dialog.

use axum::response::Response;
use ferrite_accounts::roles::{ROLES, Role};
use ferrite_storage::Page;

use super::super::people::PeoplePage;
use super::GRID;
use crate::components::grid::{Cell, Column, Grid, State};
use crate::components::search::search;
use crate::text::shown;
use crate::web::fields::Fields;
use crate::web::{Frame, Refusal, Visit};

const COLUMNS: &[Column] = &[
    Column::text("entity_id", "ID").unfiltered().number(),
    Column::text("name", "Role"),
    Column::plain("access", "Resource Access"),
    Column::plain("edit", "Edit"),
];

/// `GET /role`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let (frame, grid) = framed(visit, &visit.asked.query)?;
    let page = PeoplePage {
        frame,
        grid,
        new_url: visit.asked.url("/role/new"),
        new_title: "Add New Role",
    };
    page.answer()
}

/// The frame and the grid.
pub fn framed(visit: &Visit<'_>, query: &Fields) -> Result<(Frame, Grid), Refusal> {
    let state = State::read(query, COLUMNS, "entity_id", false);
    let by = search(&state);
    let found: Page<Role> = visit.panel().db().read(|tx| ROLES.search(tx, &by))?;
    let rows = found.items.iter().map(|one| row(visit, one)).collect();
    let grid = Grid::new(visit.asked.url(GRID), COLUMNS, &state, rows, found.total);
    Ok((visit.frame("Roles"), grid))
}

fn row(visit: &Visit<'_>, role: &Role) -> Vec<Cell> {
    let access = match role.is_all() {
        true => "All".to_owned(),
        false => format!("Custom ({})", role.resources.len()),
    };
    vec![
        Cell::Text(role.id.to_string()),
        Cell::Text(shown(&role.name)),
        Cell::Text(access),
        Cell::Icon {
            url: visit.asked.url(&format!("{GRID}/{}", role.id)),
            icon: "edit",
            title: "Edit",
            class: "",
        },
    ]
}
