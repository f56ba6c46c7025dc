//! The grid of users, also behind the dialogs.

use axum::response::Response;
use ferrite_accounts::{ADMINS, Admin, Locked};
use ferrite_storage::Page;

use super::super::people::PeoplePage;
use super::GRID;
use crate::components::grid::{Cell, Column, Grid, State};
use crate::components::search::search;
use crate::text::shown;
use crate::web::fields::Fields;
use crate::web::{Frame, Refusal, Visit};

const STATUSES: &[(&str, &str)] = &[("1", "Active"), ("0", "Inactive")];

const COLUMNS: &[Column] = &[
    Column::text("entity_id", "ID").unfiltered().number(),
    Column::text("user_name", "User Name"),
    Column::text("first_name", "First Name"),
    Column::text("last_name", "Last Name"),
    Column::text("email", "Email"),
    Column::select("is_active", "Status", STATUSES),
    Column::plain("edit", "Edit"),
];

/// `GET /user`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let (frame, grid) = framed(visit, &visit.asked.query)?;
    let page = PeoplePage {
        frame,
        grid,
        new_url: visit.asked.url("/user/new"),
        new_title: "Add New User",
    };
    page.answer()
}

/// The frame and the grid.
pub fn framed(visit: &Visit<'_>, query: &Fields) -> Result<(Frame, Grid), Refusal> {
    let state = State::read(query, COLUMNS, "entity_id", false);
    let panel = visit.panel();
    let now = panel.clock().unix_seconds();
    let locked = Locked::read(panel.db(), panel.settings(), now)?;
    let by = search(&state);
    let found: Page<Admin> = panel.db().read(|tx| ADMINS.search(tx, &by))?;
    let rows = found.items.iter().map(|one| row(visit, one, &locked));
    let url = visit.asked.url(GRID);
    let grid = Grid::new(url, COLUMNS, &state, rows.collect(), found.total);
    Ok((visit.frame("Users"), grid))
}

fn row(visit: &Visit<'_>, admin: &Admin, locked: &Locked) -> Vec<Cell> {
    let (status, tone) = match admin.is_active {
        true if locked.has(&admin.user_name) => ("Locked", "warn"),
        true => ("Active", "good"),
        false => ("Inactive", ""),
    };
    vec![
        Cell::Text(admin.id.to_string()),
        Cell::Text(shown(&admin.user_name)),
        Cell::Text(shown(&admin.first_name)),
        Cell::Text(shown(&admin.last_name)),
        Cell::Text(shown(&admin.email)),
        Cell::Badge(status.to_owned(), tone),
        Cell::Icon {
            url: visit.asked.url(&format!("{GRID}/{}", admin.id)),
            icon: "edit",
            title: "Edit",
            class: "",
        },
    ]
}
