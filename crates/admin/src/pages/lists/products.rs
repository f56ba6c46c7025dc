//! Catalog > Products.

use axum::response::Response;
use ferrite_images::Size;
use ferrite_webapi::Json;

use super::{List, amount, cell, label, moment, text};
use crate::components::grid::{Cell, Column};
use crate::web::{Refusal, Visit};

const TYPES: &[(&str, &str)] = &[
    ("simple", "Simple Product"),
    ("virtual", "Virtual Product"),
    ("downloadable", "Downloadable Product"),
    ("configurable", "Configurable Product"),
    ("grouped", "Grouped Product"),
    ("bundle", "Bundle Product"),
];
const VISIBILITY: &[(&str, &str)] = &[
    ("1", "Not Visible Individually"),
    ("2", "Catalog"),
    ("3", "Search"),
    ("4", "Catalog, Search"),
];
const STATUS: &[(&str, &str)] = &[("1", "Enabled"), ("2", "Disabled")];

const LIST: List = List {
    title: "Products",
    path: "/catalog/product",
    api: "/V1/products",
    columns: &[
        Column::text("entity_id", "ID").unfiltered().number(),
        Column::plain("thumbnail", "Thumbnail"),
        Column::text("name", "Name"),
        Column::select("type_id", "Type", TYPES),
        Column::text("sku", "SKU"),
        Column::text("price", "Price").unfiltered().number(),
        Column::select("visibility", "Visibility", VISIBILITY),
        Column::select("status", "Status", STATUS),
        Column::text("updated_at", "Last Updated At").unfiltered(),
    ],
    sort: "entity_id",
    row,
};

/// `GET /catalog/product`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    LIST.show(visit)
}

fn row(item: &Json) -> Vec<Cell> {
    let status = text(item, "status");
    let tone = if status == "1" { "good" } else { "" };
    vec![
        cell(item, "id"),
        Cell::Picture(thumbnail(item)),
        Cell::name(text(item, "name")),
        Cell::Text(label(TYPES, &text(item, "type_id"))),
        cell(item, "sku"),
        amount(item, "price", ""),
        Cell::Text(label(VISIBILITY, &text(item, "visibility"))),
        Cell::Badge(label(STATUS, &status), tone),
        moment(item, "updated_at"),
    ]
}

/// The address of the image that a product shows in lists.
fn thumbnail(item: &Json) -> Option<String> {
    let attributes = item["custom_attributes"].as_array()?;
    let is_it = |one: &&Json| one["attribute_code"] == "thumbnail";
    let file = attributes.iter().find(is_it)?["value"].as_str()?;
    // No image has the role where it is `no_selection`.
    let is_path = file.starts_with('/');
    is_path.then(|| format!("/media/{}", Size::THUMBNAIL.address(file)))
}
