//! Sales > Orders.

use axum::response::Response;
use ferrite_webapi::Json;

use super::{List, amount, cell, label, moment, text};
use crate::components::grid::{Cell, Column};
use crate::web::{Refusal, Visit};

const STATUS: &[(&str, &str)] = &[
    ("pending", "Pending"),
    ("pending_payment", "Pending Payment"),
    ("processing", "Processing"),
    ("complete", "Complete"),
    ("closed", "Closed"),
    ("canceled", "Canceled"),
    ("holded", "On Hold"),
    ("payment_review", "Payment Review"),
    ("fraud", "Suspected Fraud"),
];

const LIST: List = List {
    title: "Orders",
    path: "/sales/order",
    api: "/V1/orders",
    columns: &[
        Column::text("increment_id", "ID"),
        Column::text("created_at", "Purchase Date").unfiltered(),
        Column::plain("customer", "Bill-to Name"),
        Column::text("customer_email", "Customer Email"),
        Column::text("base_grand_total", "Grand Total (Base)")
            .unfiltered()
            .number(),
        Column::text("grand_total", "Grand Total (Purchased)")
            .unfiltered()
            .number(),
        Column::select("status", "Status", STATUS),
    ],
    sort: "created_at",
    row,
};

/// `GET /sales/order`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    LIST.show(visit)
}

fn row(item: &Json) -> Vec<Cell> {
    let address = &item["billing_address"];
    let name = format!(
        "{} {}",
        text(address, "firstname"),
        text(address, "lastname")
    );
    let status = text(item, "status");
    let tone = match status.as_str() {
        "complete" => "good",
        "processing" | "holded" | "payment_review" => "warn",
        "canceled" | "fraud" => "bad",
        _ => "",
    };
    vec![
        cell(item, "increment_id"),
        moment(item, "created_at"),
        Cell::Text(name.trim().to_owned()),
        cell(item, "customer_email"),
        amount(item, "base_grand_total", &text(item, "base_currency_code")),
        amount(item, "grand_total", &text(item, "order_currency_code")),
        Cell::Badge(label(STATUS, &status), tone),
    ]
}
