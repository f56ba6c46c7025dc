//! The grid of integrations, also behind the dialogs.

use askama::Template;
use axum::response::Response;
use ferrite_integrations::{INTEGRATIONS, Integration, SetupType, Status};
use ferrite_storage::{Filter, Page, Search};

use super::{GRID, declared};
use crate::components::grid::{Cell, Column, Grid, State};
use crate::components::search::search;
use crate::text::shown;
use crate::web::fields::Fields;
use crate::web::{Frame, Message, Refusal, Visit, render};

const STATUSES: &[(&str, &str)] = &[("0", "Inactive"), ("1", "Active"), ("2", "Reset")];

const COLUMNS: &[Column] = &[
    Column::text("name", "Name"),
    Column::select("status", "Status", STATUSES),
    Column::plain("activate", "Activate"),
    Column::plain("edit", "Edit"),
    Column::plain("delete", "Delete"),
];

#[derive(Template)]
#[template(path = "integrations.html")]
struct IntegrationsPage {
    frame: Frame,
    grid: Grid,
    new_url: String,
}

/// `GET /integration`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let (frame, grid) = framed(visit, &visit.asked.query)?;
    render(&IntegrationsPage {
        frame,
        grid,
        new_url: visit.asked.url("/integration/new"),
    })
}

/// The frame and the grid, with the warning while an integration is not secure.
pub fn framed(visit: &Visit<'_>, query: &Fields) -> Result<(Frame, Grid), Refusal> {
    let state = State::read(query, COLUMNS, "id", false);
    let (found, insecure) = visit.panel().db().read(|tx| {
        let found: Page<Integration> = INTEGRATIONS.search(tx, &by(&state))?;
        let insecure = INTEGRATIONS.search(tx, &insecure())?;
        Ok::<_, ferrite_storage::Error>((found, insecure.total > 0))
    })?;
    let rows = found.items.iter().map(|one| row(visit, one)).collect();
    let grid = Grid::new(visit.asked.url(GRID), COLUMNS, &state, rows, found.total);
    let frame = visit.frame("Integrations");
    if !insecure {
        return Ok((frame, grid));
    }
    let text = "Warning! Integrations not using HTTPS are insecure and potentially expose private or \
                personally identifiable information";
    Ok((frame.with(Message::warning(text)), grid))
}

/// Names are looked for by a part of them, a status by its number.
fn by(state: &State) -> Search {
    let mut search = search(state);
    for filter in search.groups.iter_mut().flatten() {
        if filter.field == "status" {
            "eq".clone_into(&mut filter.condition);
            state
                .filter("status")
                .unwrap_or_default()
                .clone_into(&mut filter.value);
        }
    }
    search
}

fn insecure() -> Search {
    Search {
        groups: vec![vec![Filter {
            field: "insecure".to_owned(),
            condition: "eq".to_owned(),
            value: "1".to_owned(),
        }]],
        page_size: Some(1),
        page: 1,
        ..Search::default()
    }
}

fn row(visit: &Visit<'_>, one: &Integration) -> Vec<Cell> {
    let url = |action: &str| visit.asked.url(&format!("{GRID}/{}{action}", one.id));
    let is_manual = one.setup_type == SetupType::Manual;
    let tone = match one.status {
        Status::Active => "good",
        Status::Reset => "warn",
        Status::Inactive => "",
    };
    let activate = match one.status {
        Status::Active => "Reauthorize",
        Status::Inactive | Status::Reset => "Activate",
    };
    let icon = |icon, title| Cell::Icon {
        url: url(""),
        icon,
        title,
        class: "",
    };
    vec![
        Cell::Name {
            text: shown(&one.name),
            is_insecure: one.is_insecure(),
            label: declared::label(visit.panel(), one),
        },
        Cell::Badge(one.status.label().to_owned(), tone),
        Cell::Link {
            url: url("/activate"),
            text: activate,
        },
        if is_manual {
            icon("edit", "Edit")
        } else {
            icon("view", "View")
        },
        if is_manual || visit.panel().integrations.is_orphaned(one) {
            Cell::Icon {
                url: url("/delete"),
                icon: "delete",
                title: "Remove",
                class: "danger-link",
            }
        } else {
            Cell::Disabled {
                icon: "delete",
                title: "Uninstall the extension to remove this integration",
            }
        },
    ]
}
