//! System > Permissions > User Roles.

use axum::response::Response;
use ferrite_accounts::roles::{ROLES, Role};
use ferrite_acl::ALL;
use ferrite_storage::Page;

use crate::components::grid::{Cell, Column, Grid, State};
use crate::components::search::search;
use crate::pages::grid_page::GridPage;
use crate::text::shown;
use crate::web::{Refusal, Visit, render};

const COLUMNS: &[Column] = &[
    Column::text("entity_id", "ID").unfiltered().number(),
    Column::text("name", "Role"),
    Column::plain("access", "Resource Access"),
];

/// `GET /role`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let state = State::read(&visit.asked.query, COLUMNS, "entity_id", false);
    let found: Page<Role> = visit
        .panel()
        .db()
        .read(|tx| ROLES.search(tx, &search(&state)))?;
    let rows = found.items.iter().map(row).collect();
    let url = visit.asked.url("/role");
    render(&GridPage {
        frame: visit.frame("Roles"),
        grid: Grid::new(url, COLUMNS, &state, rows, found.total),
    })
}

fn row(role: &Role) -> Vec<Cell> {
    let access = match role.resources.as_slice() {
        [only] if only == ALL => "All".to_owned(),
        ids => format!("Custom ({})", ids.len()),
    };
    vec![
        Cell::Text(role.id.to_string()),
        Cell::Text(shown(&role.name)),
        Cell::Text(access),
    ]
}
