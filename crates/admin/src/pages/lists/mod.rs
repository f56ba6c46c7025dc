//! Grids to look at: products, customers and orders, read through the Web API on behalf of the admin
//! who is signed in.

mod customers;
mod orders;
mod products;

use axum::http::Method;
use axum::response::Response;
use ferrite_base::{Fault, Kind};
use ferrite_webapi::identity::Head;
use ferrite_webapi::{Json, Request};

use super::grid_page::GridPage;
use crate::components::grid::{Cell, Column, FilterKind, Grid, State};
use crate::components::search::literal;
use crate::text::shown;
use crate::web::{Message, Refusal, Visit, render};

pub use customers::show as customers;
pub use orders::show as orders;
pub use products::show as products;

/// A list of the Web API as a grid.
struct List {
    title: &'static str,
    /// The grid's address.
    path: &'static str,
    /// The list's, below `/rest/all`.
    api: &'static str,
    columns: &'static [Column],
    /// What it is sorted by first, the largest first.
    sort: &'static str,
    row: fn(&Json) -> Vec<Cell>,
}

impl List {
    fn show(&self, visit: &Visit<'_>) -> Result<Response, Refusal> {
        let state = State::read(&visit.asked.query, self.columns, self.sort, true);
        let mut frame = visit.frame(self.title);
        let (rows, total) = match self.ask(visit, &state) {
            Ok(answer) => {
                let items = answer["items"]
                    .as_array()
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                let total = answer["total_count"].as_i64().unwrap_or(0);
                (items.iter().map(self.row).collect(), total)
            }
            Err(fault) if fault.kind == Kind::Internal => return Err(fault.into()),
            Err(fault) => {
                frame = frame.with(Message::notice(fault.phrase.rendered()));
                (Vec::new(), 0)
            }
        };
        let url = visit.asked.url(self.path);
        let grid = Grid::new(url, self.columns, &state, rows, total);
        render(&GridPage { frame, grid })
    }

    fn ask(&self, visit: &Visit<'_>, state: &State) -> Result<Json, Fault> {
        let head = Head {
            method: Method::GET,
            scheme: "http",
            path: format!("/rest/all{}", self.api),
            query: Some(self.criteria(state)),
            ..Head::default()
        };
        let request = Request {
            head,
            body: Vec::new(),
            caller: Some(visit.identity()),
        };
        visit.panel().api.ask(request)
    }

    fn criteria(&self, state: &State) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut add = |name: String, value: &str| {
            query.append_pair(&format!("searchCriteria{name}"), value);
        };
        for (at, (field, value)) in state.filters.iter().enumerate() {
            let filter = format!("[filter_groups][{at}][filters][0]");
            let column = self.columns.iter().find(|column| column.key == *field);
            let is_exact = column.is_some_and(|c| matches!(c.filter, FilterKind::Select(_)));
            add(format!("{filter}[field]"), field);
            if is_exact {
                add(format!("{filter}[value]"), value);
            } else {
                add(format!("{filter}[value]"), &format!("%{}%", literal(value)));
                add(format!("{filter}[condition_type]"), "like");
            }
        }
        let way = if state.is_descending { "DESC" } else { "ASC" };
        add("[sort_orders][0][field]".to_owned(), state.sort);
        add("[sort_orders][0][direction]".to_owned(), way);
        add("[page_size]".to_owned(), &state.limit.to_string());
        add("[current_page]".to_owned(), &state.page.to_string());
        query.finish()
    }
}

/// A field as text.
fn text(item: &Json, field: &str) -> String {
    match &item[field] {
        Json::String(text) => shown(text),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// A field of text as a cell.
fn cell(item: &Json, field: &str) -> Cell {
    Cell::Text(text(item, field))
}

/// A date with its time as a cell.
fn moment(item: &Json, field: &str) -> Cell {
    Cell::Moment(text(item, field))
}

/// An amount with two decimals, and its currency where that is known.
fn amount(item: &Json, field: &str, currency: &str) -> Cell {
    let number = match &item[field] {
        Json::String(text) => text.parse::<f64>().ok(),
        other => other.as_f64(),
    };
    let shown = number.map(|number| format!("{number:.2} {currency}"));
    Cell::Text(shown.unwrap_or_default().trim_end().to_owned())
}

/// The label of a value.
fn label(values: &[(&'static str, &'static str)], value: &str) -> String {
    let found = values.iter().find(|(known, _)| *known == value);
    found.map_or_else(|| value.to_owned(), |(_, label)| (*label).to_owned())
}
