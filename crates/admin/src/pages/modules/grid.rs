//! The grid of modules.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use ferrite_setup::{SETUP_MODULES, SetupModule};
use ferrite_storage::fold::fold;

use super::GRID;
use super::row::{self, Row};
use crate::components::grid::{Cell, Column, Finding, Grid, State};
use crate::web::{Frame, Message, Refusal, Visit, render};

const STATES: &[(&str, &str)] = &[
    ("enabled", "Enabled"),
    ("disabled", "Disabled"),
    ("fresh", "Waits for setup:upgrade"),
    ("left-out", "Left out"),
    ("findings", "With faults or warnings"),
];
const ORIGINS: &[(&str, &str)] = &[
    ("app/code", "app/code"),
    ("vendor", "vendor"),
    ("built in", "built in"),
];

const COLUMNS: &[Column] = &[
    Column::text("place", "Order").unfiltered().number(),
    Column::text("name", "Module"),
    Column::select("state", "State", STATES),
    Column::select("origin", "Origin", ORIGINS),
    Column::plain("package", "Package"),
    Column::plain("version", "Version"),
    Column::plain("stored", "In the Store"),
    Column::plain("sequence", "Sequence"),
];

/// The order without a sorted column: those that are left out, those on disk, the built-in ones.
const OWN_FIRST: &str = "own";

#[derive(Template)]
#[template(path = "modules.html")]
struct ModulesPage {
    frame: Frame,
    grid: Grid,
    /// What belongs to none of the modules.
    general: Vec<Finding>,
}

/// `GET /module`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let modules = &visit.panel().modules;
    let state = State::read(&visit.asked.query, COLUMNS, OWN_FIRST, false);
    let mut rows = row::all(modules);
    rows.retain(|row| fits(row, &state));
    sort(&mut rows, &state);
    let total = rows.len();
    let first = usize::try_from((state.page - 1).saturating_mul(state.limit)).unwrap_or(usize::MAX);
    let limit = usize::try_from(state.limit).unwrap_or(usize::MAX);
    let page: Vec<_> = rows.iter().skip(first).take(limit).collect();
    let remembered = visit.panel().db().read(|tx| SETUP_MODULES.all(tx))?;
    let remembered: BTreeMap<&str, &SetupModule> = remembered
        .iter()
        .map(|row| (row.module.as_str(), row))
        .collect();
    let cells = page
        .iter()
        .map(|row| row.cells(remembered.get(row.name).copied()));
    let cells: Vec<Vec<Cell>> = cells.collect();
    let url = visit.asked.url(GRID);
    let mut grid = Grid::new(
        url,
        COLUMNS,
        &state,
        cells,
        i64::try_from(total).unwrap_or(i64::MAX),
    );
    grid.findings = page.iter().map(|row| row.findings()).collect();
    let mut frame = visit.frame("Modules");
    match modules.left_out.len() {
        0 => {}
        1 => frame = frame.with(Message::error("One module is left out because of a fault.")),
        many => {
            let text = format!("{many} modules are left out because of faults.");
            frame = frame.with(Message::error(text));
        }
    }
    render(&ModulesPage {
        frame,
        grid,
        general: row::general(modules),
    })
}

fn fits(row: &Row<'_>, state: &State) -> bool {
    let named = state
        .filter("name")
        .is_none_or(|text| fold(row.name).contains(&fold(text)));
    let origin = state
        .filter("origin")
        .is_none_or(|origin| origin == row.origin());
    let fits_state = state.filter("state").is_none_or(|value| match value {
        "findings" => row.has_findings(),
        value => row.state().1 == value,
    });
    named && origin && fits_state
}

/// Where two are alike in the column, the load order counts.
fn sort(rows: &mut [Row<'_>], state: &State) {
    match state.sort {
        OWN_FIRST => rows.sort_by_key(|row| (row.place > 0, row.is_built_in())),
        "name" => rows.sort_by_key(|row| fold(row.name)),
        "state" => rows.sort_by_key(|row| row.state().0),
        "origin" => rows.sort_by_key(Row::origin),
        _ => {}
    }
    if state.is_descending {
        rows.reverse();
    }
}
