//! Products, customers and orders to look at: the Web API asked in process, as the admin who is
//! signed in.

use std::sync::Arc;

use ferrite_webapi::api;
use ferrite_webapi::identity::{Caller, Head, Identity};
use serde_json::Value;

use crate::panel::{Page, PanelError, Visit};
use crate::users::{Table, records};

const PAGE: i64 = 20;

/// A grid: its address in the Web API, and what it shows.
struct Grid {
    title: &'static str,
    resource: &'static str,
    path: &'static str,
    sort: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const PRODUCTS: Grid = Grid {
    title: "Products",
    resource: "Magento_Catalog::products",
    path: "/rest/all/V1/products",
    sort: "entity_id",
    columns: &[
        ("ID", "id"),
        ("Name", "name"),
        ("Type", "type_id"),
        ("SKU", "sku"),
        ("Price", "price"),
        ("Status", "status"),
    ],
};

const CUSTOMERS: Grid = Grid {
    title: "Customers",
    resource: "Magento_Customer::manage",
    path: "/rest/all/V1/customers/search",
    sort: "entity_id",
    columns: &[
        ("ID", "id"),
        ("First Name", "firstname"),
        ("Last Name", "lastname"),
        ("Email", "email"),
        ("Group", "group_id"),
        ("Customer Since", "created_at"),
    ],
};

const ORDERS: Grid = Grid {
    title: "Orders",
    resource: "Magento_Sales::sales_order",
    path: "/rest/all/V1/orders",
    sort: "entity_id",
    columns: &[
        ("ID", "increment_id"),
        ("Purchase Date", "created_at"),
        ("Bill-to Email", "customer_email"),
        ("Grand Total", "grand_total"),
        ("Status", "status"),
    ],
};

/// A page of one of the grids.
pub(crate) fn route(visit: &Visit<'_>, name: &str) -> Page {
    let grid = match name {
        "products" => PRODUCTS,
        "customers" => CUSTOMERS,
        "orders" => ORDERS,
        _ => return Err(PanelError::NotFound),
    };
    visit.require(grid.resource)?;
    let page = visit
        .request
        .query()
        .get("page")
        .parse::<i64>()
        .unwrap_or(1)
        .max(1);
    let answer = ask(visit, &grid, page)?;
    let total = answer
        .get("total_count")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let items = answer.get("items").and_then(Value::as_array);
    let row = |item: &Value| {
        let cell = |(_, field): &(&str, &str)| shown(grid.title, field, item.get(*field));
        grid.columns.iter().map(cell).collect()
    };
    let last = (total + PAGE - 1) / PAGE;
    let link = |number: i64| {
        let address = format!("{}?page={number}", visit.address(name));
        (number.to_string(), address, number == page)
    };
    Ok(visit.show(&Table {
        frame: visit.frame(grid.title),
        columns: grid.columns.iter().map(|(label, _)| *label).collect(),
        rows: items
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(row)
            .collect(),
        found: records(total),
        pages: around(page, last).into_iter().map(link).collect(),
    }))
}

/// The pages near one, as far as there are any.
pub(crate) fn around(page: i64, last: i64) -> Vec<i64> {
    if last < 2 {
        return Vec::new();
    }
    let near = (page - 3).max(1)..=(page + 3).min(last);
    near.collect()
}

fn ask(visit: &Visit<'_>, grid: &Grid, page: i64) -> Result<Value, PanelError> {
    let query = format!(
        "searchCriteria[pageSize]={PAGE}&searchCriteria[currentPage]={page}\
         &searchCriteria[sortOrders][0][field]={}&searchCriteria[sortOrders][0][direction]=DESC",
        grid.sort
    );
    let caller = Identity::new(
        Caller::Admin(visit.admin.id),
        Arc::new(visit.grants.clone()),
    );
    let response = visit.panel.api.answer(api::Request {
        head: Head {
            method: "GET".to_owned(),
            path: grid.path.to_owned(),
            query: Some(query),
            ..Head::default()
        },
        body: Vec::new(),
        caller: Some(caller),
    });
    match response.status {
        200 => Ok(serde_json::from_str(&response.body).unwrap_or(Value::Null)),
        401 => Err(PanelError::Forbidden),
        _ => Ok(Value::Null),
    }
}

fn shown(title: &str, field: &str, value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match (title, field, text.as_str()) {
        ("Products", "status", "1") => "Enabled".to_owned(),
        ("Products", "status", _) => "Disabled".to_owned(),
        (_, "price" | "grand_total", _) if !text.is_empty() => text
            .parse::<f64>()
            .map_or(text, |amount| format!("${amount:.2}")),
        ("Customers", "group_id", "0") => "NOT LOGGED IN".to_owned(),
        ("Customers", "group_id", "1") => "General".to_owned(),
        ("Customers", "group_id", "2") => "Wholesale".to_owned(),
        ("Customers", "group_id", "3") => "Retailer".to_owned(),
        _ => text,
    }
}
