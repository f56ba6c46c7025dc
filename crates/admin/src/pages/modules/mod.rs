//! System > Tools > Modules: which modules there are, in load order, and what is wrong with any;
//! and what stands in the place of the pages that their menu entries lead to.

mod entry;
mod grid;
mod row;

use std::sync::Arc;

use axum::Router;

use crate::Panel;
use crate::web::route::{show, show_any};

/// What an admin needs for the grid.
pub const RESOURCE: &str = "Magento_Backend::tools";
const GRID: &str = "/module";

/// The addresses.
pub fn router() -> Router<Arc<Panel>> {
    Router::new()
        .route(GRID, show(RESOURCE, grid::show))
        // Each entry has a resource of its own.
        .route("/menu/{id}", show_any(entry::show))
}

/// Where the modules are whose names hold this text.
pub fn found_by_name(text: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("name", text);
    format!("{GRID}?{}", query.finish())
}
