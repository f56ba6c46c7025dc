//! What leaves a source with a shipment, and what comes back to it.

use ferrite_base::Fault;
use ferrite_webapi::Tx;
use ferrite_webapi::dto::Opt;

use crate::quantity::Quantity;
use crate::salability::stocked::{least, takes_backorders};
use crate::source_items::{self, IN_STOCK, OUT_OF_STOCK, SourceItemRow};
use crate::stock;

/// Takes so many of a sku out of a source; fewer than none come back to it. What is not managed is
/// not counted. What is used up is out of stock from then on.
///
/// Fails with Magento's sentence where there are not so many, unless more is sold than there is.
pub fn deduct(
    tx: &mut Tx<'_>,
    source_code: &str,
    sku: &str,
    quantity: Quantity,
) -> Result<(), Fault> {
    let item = stock::by_sku(tx, sku)?
        .map(|row| row.shown())
        .unwrap_or_default();
    if item.manage_stock == Opt::Is(false) {
        return Ok(());
    }
    let not_there =
        || Fault::invalid("Not all of your products are available in the requested quantity.");
    let held = SourceItemRow::find(tx, source_code, sku)?.ok_or_else(not_there)?;
    let left = held.quantity - quantity;
    let backorders = takes_backorders(&item);
    if left < Quantity::ZERO && quantity > Quantity::ZERO && !backorders {
        return Err(not_there());
    }
    let is_used_up = left <= least(&item) && !backorders;
    let status = match (is_used_up, quantity < Quantity::ZERO) {
        (true, _) => OUT_OF_STOCK,
        (false, true) => IN_STOCK,
        (false, false) => held.status,
    };
    source_items::put(tx, &held.source_code, &held.sku, left, status)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{lying, product, world};

    #[test]
    fn what_leaves_a_source_is_gone_until_it_comes_back() {
        let world = world();
        product(&world, "a", &json!({"qty": 3, "is_in_stock": true}));
        let deduct = |number: f64| {
            let quantity = Quantity::clamped(number);
            world
                .db
                .write(move |tx| deduct(tx, "default", "A", quantity))
        };
        deduct(2.0).unwrap();
        assert_eq!(lying(&world, "a"), ["default 1 1"]);
        assert!(deduct(2.0).unwrap_err().phrase.text.starts_with("Not all"));
        deduct(1.0).unwrap();
        assert_eq!(lying(&world, "a"), ["default 0 0"]);
        deduct(-0.5).unwrap();
        assert_eq!(lying(&world, "a"), ["default 0.5 1"]);
    }

    #[test]
    fn backorders_go_below_nothing_and_what_is_not_managed_is_not_counted() {
        let world = world();
        let backorders = json!({"qty": 1, "is_in_stock": true, "backorders": 1,
            "use_config_backorders": false});
        product(&world, "b", &backorders);
        let free = json!({"qty": 1, "is_in_stock": true, "manage_stock": false,
            "use_config_manage_stock": false});
        product(&world, "m", &free);
        for sku in ["b", "m"] {
            let five = Quantity::clamped(5.0);
            world
                .db
                .write(move |tx| deduct(tx, "default", sku, five))
                .unwrap();
        }
        assert_eq!(lying(&world, "b"), ["default -4 1"]);
        assert_eq!(lying(&world, "m"), ["default 1 1"]);
    }
}
