//! System > Permissions > All Users.

use axum::response::Response;
use ferrite_accounts::{ADMINS, Admin};
use ferrite_storage::Page;

use crate::components::grid::{Cell, Column, Grid, State};
use crate::components::search::search;
use crate::pages::grid_page::GridPage;
use crate::text::shown;
use crate::web::{Refusal, Visit, render};

const COLUMNS: &[Column] = &[
    Column::text("entity_id", "ID").unfiltered().number(),
    Column::text("user_name", "User Name"),
    Column::plain("first_name", "First Name"),
    Column::plain("last_name", "Last Name"),
    Column::text("email", "Email"),
    Column::plain("status", "Status"),
];

/// `GET /user`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let state = State::read(&visit.asked.query, COLUMNS, "entity_id", false);
    let found: Page<Admin> = visit
        .panel()
        .db()
        .read(|tx| ADMINS.search(tx, &search(&state)))?;
    let rows = found.items.iter().map(row).collect();
    let url = visit.asked.url("/user");
    render(&GridPage {
        frame: visit.frame("Users"),
        grid: Grid::new(url, COLUMNS, &state, rows, found.total),
    })
}

fn row(admin: &Admin) -> Vec<Cell> {
    let (status, tone) = if admin.is_active {
        ("Active", "good")
    } else {
        ("Inactive", "")
    };
    vec![
        Cell::Text(admin.id.to_string()),
        Cell::Text(shown(&admin.user_name)),
        Cell::Text(shown(&admin.first_name)),
        Cell::Text(shown(&admin.last_name)),
        Cell::Text(shown(&admin.email)),
        Cell::Badge(status.to_owned(), tone),
    ]
}
