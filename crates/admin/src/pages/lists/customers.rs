//! Customers > All Customers.

use axum::response::Response;
use ferrite_webapi::Json;

use super::{List, cell, moment};
use crate::components::grid::{Cell, Column};
use crate::web::{Refusal, Visit};

const LIST: List = List {
    title: "Customers",
    path: "/customer",
    api: "/V1/customers/search",
    columns: &[
        Column::text("entity_id", "ID").unfiltered().number(),
        Column::text("firstname", "First Name"),
        Column::text("lastname", "Last Name"),
        Column::text("email", "Email"),
        Column::text("created_at", "Customer Since").unfiltered(),
        Column::plain("created_in", "Account Created in"),
    ],
    sort: "entity_id",
    row,
};

/// `GET /customer`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    LIST.show(visit)
}

fn row(item: &Json) -> Vec<Cell> {
    vec![
        cell(item, "id"),
        cell(item, "firstname"),
        cell(item, "lastname"),
        cell(item, "email"),
        moment(item, "created_at"),
        cell(item, "created_in"),
    ]
}
