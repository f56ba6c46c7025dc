//! Whether so many of a product can be sold: Magento's conditions, each with its code and sentence.
//!
//! A quantity has to be one that can be sold at all, and something has to be in stock; then one
//! reason is enough: backorders, stock that is not managed, or enough of it.

use ferrite_base::Fault;
use ferrite_webapi::Tx;
use ferrite_webapi::dto::Opt;

use super::SalabilityError;
use super::stocked::{Stocked, least, takes_backorders};
use crate::quantity::Quantity;
use crate::reservations;
use crate::stock::{StockItem, StockRow};

/// Why so many cannot be sold; nothing where they can.
pub(super) fn errors(
    tx: &mut Tx<'_>,
    stock_id: i64,
    row: &StockRow,
    quantity: f64,
) -> Result<Vec<SalabilityError>, Fault> {
    let stocked = Stocked::open(tx, stock_id)?;
    let held = stocked.held(tx, row)?;
    let unassigned = || Fault::invalid("The requested sku is not assigned to given stock.");
    let held = held.ok_or_else(unassigned)?;
    let item = row.shown();
    if let Some(error) = bad_quantity(&item, quantity) {
        return Ok(vec![error]);
    }
    let is_managed = item.manage_stock != Opt::Is(false);
    if is_managed && !held.in_stock {
        return Ok(vec![SalabilityError::new(
            "is_any_source_item_in_stock-no_source_items_in_stock",
            "There are no source items with the in stock status",
        )]);
    }
    let reserved = reservations::sum(tx, stock_id, &row.sku)?;
    let is_enough = held.quantity + reserved - least(&item) >= Quantity::clamped(quantity);
    let backorders = takes_backorders(&item) && least(&item) >= Quantity::ZERO;
    if backorders || !is_managed || is_enough {
        return Ok(Vec::new());
    }
    Ok(vec![
        SalabilityError::new("back_order-disabled", "Backorders are disabled"),
        SalabilityError::new("manage_stock-enabled", "Manage stock is enabled"),
        SalabilityError::new(
            "is_salable_with_reservations-not_enough_qty",
            "The requested qty is not available",
        ),
    ])
}

/// Why nobody can buy this quantity, whatever there is.
fn bad_quantity(item: &StockItem, quantity: f64) -> Option<SalabilityError> {
    if item.is_qty_decimal != Opt::Is(true) && quantity.fract() != 0.0 {
        return Some(SalabilityError::new(
            "is_correct_qty-is_qty_decimal",
            "You cannot use decimal quantity for this product.",
        ));
    }
    let fewest = item.min_sale_qty.value().unwrap_or(0.0);
    if fewest != 0.0 && quantity < fewest {
        let text = format!("The fewest you may purchase is {fewest}.");
        return Some(SalabilityError::new("is_correct_qty-min_sale_qty", &text));
    }
    let most = item.max_sale_qty.value().unwrap_or(0.0);
    if most != 0.0 && quantity > most {
        return Some(SalabilityError::new(
            "is_correct_qty-max_sale_qty",
            "The requested qty exceeds the maximum qty allowed in shopping cart",
        ));
    }
    let in_steps = item.enable_qty_increments == Opt::Is(true);
    let step = item
        .qty_increments
        .value()
        .filter(|step| in_steps && *step > 0.0)?;
    let fits = Quantity::clamped(quantity).is_multiple_of(Quantity::clamped(step));
    let text = format!("You can buy this product only in quantities of {step} at a time.");
    (!fits).then(|| SalabilityError::new("is_correct_qty-qty_increment", &text))
}
