//! `GET /V1/stockItems/lowStock/`: what has run low.

use ferrite_storage::{Filter, Search};
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Call, Fault, Json, Tx};
use serde_json::json;

use super::STOCK_ITEMS;

/// Magento answers with what it has asked its own tables, under this name.
const MAPPER: &str =
    "Magento\\CatalogInventory\\Model\\ResourceModel\\Stock\\Item\\StockItemCriteriaMapper";

/// The website that all stock items belong to: that of the admin.
const SCOPE: i64 = 0;

/// The stock items of at most this quantity, a page of them; those of another website are none.
pub(super) fn list(
    _: &Call,
    tx: &mut Tx<'_>,
    scope_id: i64,
    qty: f64,
    current_page: i64,
    page_size: i64,
) -> Result<Json, Fault> {
    let at_most = Filter {
        field: "qty".to_owned(),
        condition: "lteq".to_owned(),
        value: format!("{qty:.6}"),
    };
    let mut groups = vec![vec![at_most]];
    if scope_id != SCOPE {
        groups.push(vec![no_row()]);
    }
    let page = STOCK_ITEMS.search(
        tx,
        &Search {
            groups,
            page_size: (page_size > 0).then_some(page_size),
            page: current_page,
            ..Search::default()
        },
    )?;
    let items: Json = page
        .items
        .iter()
        .map(|row| row.shown().to_value())
        .collect();
    Ok(json!({
        "items": items,
        "search_criteria": {
            "mapper_interface_name": MAPPER,
            "criteria_list": [],
            "filters": [],
            "orders": [],
            "limit": [current_page.to_string(), page_size.to_string()],
        },
        "total_count": page.total,
    }))
}

/// What no row meets.
fn no_row() -> Filter {
    Filter {
        field: "entity_id".to_owned(),
        condition: "eq".to_owned(),
        value: "0".to_owned(),
    }
}
