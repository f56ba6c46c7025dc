//! What is stored of a stock item, and how it is shown.

use ferrite_base::{DateTime, Fault, Kind, Phrase};
use ferrite_storage::{Collection, Field, Scalar, serde_document};
use ferrite_webapi::dto::{Opt, Wire as _, merge};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::STOCK;
use super::types::StockItem;
use crate::quantity::Quantity;

/// A stock item: what was set, as on the wire.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StockRow {
    /// Its row.
    pub id: i64,
    /// Its product.
    pub product_id: i64,
    /// The product's sku.
    #[serde(default)]
    pub sku: String,
    /// The product's type.
    #[serde(default)]
    pub type_id: String,
    /// What was set.
    pub values: Map<String, Value>,
}

serde_document!(StockRow);

/// All stock items.
pub static STOCK_ITEMS: Collection<StockRow> = Collection {
    name: "cataloginventory_stock_item",
    fields: &[
        Field::int("product_id", |row: &StockRow| {
            Some(Scalar::from(row.product_id))
        }),
        // Written with each order and each count, and asked for by one list alone.
        Field::decimal("qty", |row: &StockRow| row.known().map(Quantity::scalar)).without_index(),
    ],
};

/// Types whose stock is counted; the others are in stock with what they consist of.
const COUNTED: [&str; 3] = ["simple", "virtual", "downloadable"];

/// Whether products of a type are counted.
fn is_counted(type_id: &str) -> bool {
    COUNTED.contains(&type_id)
}

/// The fields that hold quantities.
const QUANTITIES: [&str; 6] = [
    "qty",
    "min_qty",
    "min_sale_qty",
    "max_sale_qty",
    "notify_stock_qty",
    "qty_increments",
];

/// Below this a product counts as running low.
pub(crate) const NOTIFY_BELOW: f64 = 1.0;

impl StockRow {
    /// The stock item of a new product: nothing is known of it yet.
    pub(super) fn of(product_id: i64, sku: &str, type_id: &str) -> Self {
        let mut values = Map::new();
        if !is_counted(type_id) {
            values.insert("qty".to_owned(), 0.into());
        }
        Self {
            id: 0,
            product_id,
            sku: sku.to_owned(),
            type_id: type_id.to_owned(),
            values,
        }
    }

    /// How many there are, where that is known.
    fn known(&self) -> Option<Quantity> {
        let qty = self.values.get("qty")?.as_f64()?;
        Some(Quantity::clamped(qty))
    }

    /// How many there are; none of what nothing is known of.
    pub(crate) fn quantity(&self) -> Quantity {
        self.known().unwrap_or_default()
    }

    /// Whether it is counted; otherwise it is in stock with what it consists of.
    pub(crate) fn is_counted(&self) -> bool {
        is_counted(&self.type_id)
    }

    fn item(&self) -> StockItem {
        let mut values = self.values.clone();
        // An earlier version kept whatever was sent.
        values.remove("extension_attributes");
        let values = Value::Object(values);
        StockItem::from_value(&values)
            .ok()
            .flatten()
            .unwrap_or_default()
    }

    /// Whether it is said to be in stock.
    pub(crate) fn is_in_stock(&self) -> bool {
        self.flag("is_in_stock").unwrap_or(false)
    }

    /// Whether it can be sold: what is not managed always can.
    pub(crate) fn is_salable(&self) -> bool {
        let follows = self.flag("use_config_manage_stock").unwrap_or(true);
        let is_managed = follows || self.flag("manage_stock").unwrap_or(true);
        !is_managed || self.is_in_stock()
    }

    /// A flag that was set.
    fn flag(&self, name: &str) -> Option<bool> {
        bool::from_value(self.values.get(name)?).ok()?
    }

    /// Takes over what lies in the default source. What is used up is not in stock.
    pub(super) fn set(&mut self, quantity: Quantity, in_stock: bool) {
        self.values
            .insert("qty".to_owned(), quantity.number().into());
        let item = self.shown();
        let is_managed = item.manage_stock != Opt::Is(false);
        let in_stock = in_stock && !(is_managed && is_used_up(&item));
        self.values
            .insert("is_in_stock".to_owned(), in_stock.into());
    }

    /// Takes in what was sent for a product of a type, with all that follows from it.
    pub(super) fn change(
        &mut self,
        type_id: &str,
        sent: &StockItem,
        now: &DateTime,
    ) -> Result<(), Fault> {
        self.lay_over(sent)?;
        if is_counted(type_id) {
            self.settle(sent, now);
        } else {
            self.values.insert("qty".to_owned(), 0.into());
        }
        Ok(())
    }

    /// Lays over what was sent.
    fn lay_over(&mut self, sent: &StockItem) -> Result<(), Fault> {
        if let Some(stock) = sent.stock_id.value().filter(|stock| *stock != STOCK) {
            let text = "The \"%1\" value is invalid for stock ID. \
                        Enter stock with a default value of %2 to try again.";
            let values = [stock.to_string(), STOCK.to_string()];
            return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
        }
        if let Some(id) = sent.item_id.value() {
            self.check_id(id)?;
        }
        let mut item = self.item();
        merge(&mut item, sent);
        let kept = match item.to_value() {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let own = [
            "item_id",
            "product_id",
            "stock_id",
            "show_default_notification_message",
        ];
        self.values = kept
            .into_iter()
            .filter(|(name, value)| !value.is_null() && !own.contains(&name.as_str()))
            .map(as_kept)
            .collect();
        Ok(())
    }

    fn check_id(&self, id: i64) -> Result<(), Fault> {
        if id <= 0 {
            let text = "The \"%1\" value is invalid for stock item ID. \
                        Enter either null or a number greater than zero to try again.";
            return Err(Fault::new(
                Kind::Invalid,
                Phrase::list(text, [id.to_string()]),
            ));
        }
        if self.id != 0 && id != self.id {
            let text = "The \"%1\" value is invalid for stock item ID. \
                        Use the stock item ID's assigned \"%2\" value and try again.";
            let values = [id.to_string(), self.id.to_string()];
            return Err(Fault::new(Kind::Invalid, Phrase::list(text, values)));
        }
        Ok(())
    }

    /// Notes when it ran low, and takes what is used up out of stock: by itself it comes back only
    /// where it went by itself.
    fn settle(&mut self, sent: &StockItem, now: &DateTime) {
        let item = self.shown();
        if item.manage_stock == Opt::Is(false) {
            self.values.remove("stock_status_changed_auto");
            return;
        }
        let qty = item.qty.value().unwrap_or(0.0);
        if qty < item.notify_stock_qty.value().unwrap_or(NOTIFY_BELOW) {
            let now = Value::from(now.as_str());
            self.values.entry("low_stock_date").or_insert(now);
        } else {
            self.values.remove("low_stock_date");
        }
        if item.qty.get().is_none() {
            return; // nothing is known of it yet
        }
        let is_used_up = is_used_up(&item);
        let went_by_itself = item.stock_status_changed_auto.value().unwrap_or(0) != 0;
        if is_used_up && item.is_in_stock == Opt::Is(true) {
            self.values.insert("is_in_stock".to_owned(), false.into());
            self.values
                .insert("stock_status_changed_auto".to_owned(), 1.into());
        } else if !is_used_up && went_by_itself {
            if sent.is_in_stock == Opt::Is(false) {
                self.values.remove("stock_status_changed_auto");
            } else {
                self.values.insert("is_in_stock".to_owned(), true.into());
            }
        }
    }

    /// Lets a threshold follow the configuration again: what a product's payload does not say of it
    /// is not kept.
    pub(super) fn forget_unsent_threshold(&mut self, sent: &StockItem) {
        if !sent.notify_stock_qty.is_sent() && !sent.use_config_notify_stock_qty.is_sent() {
            self.values.remove("use_config_notify_stock_qty");
        }
    }

    /// The stock item as it is read.
    pub(crate) fn shown(&self) -> StockItem {
        let mut item = self.item();
        item.item_id = self.id.into();
        item.product_id = self.product_id.into();
        item.stock_id = STOCK.into();
        if item.qty.get().is_none() {
            item.qty = Opt::Null;
        }
        item.is_in_stock.or_set(false);
        item.is_qty_decimal.or_set(false);
        item.show_default_notification_message = false.into();
        item.use_config_min_sale_qty.or_set(1);
        item.is_decimal_divided.or_set(false);
        item.stock_status_changed_auto.or_set(0);
        follow(&mut item.use_config_min_qty, &mut item.min_qty, 0.0);
        follow(
            &mut item.use_config_max_sale_qty,
            &mut item.max_sale_qty,
            10_000.0,
        );
        follow(&mut item.use_config_backorders, &mut item.backorders, 0);
        follow(
            &mut item.use_config_notify_stock_qty,
            &mut item.notify_stock_qty,
            NOTIFY_BELOW,
        );
        follow(
            &mut item.use_config_qty_increments,
            &mut item.qty_increments,
            0.0,
        );
        follow(
            &mut item.use_config_enable_qty_inc,
            &mut item.enable_qty_increments,
            false,
        );
        follow(
            &mut item.use_config_manage_stock,
            &mut item.manage_stock,
            true,
        );
        if item.use_config_min_sale_qty == Opt::Is(1) {
            item.min_sale_qty = 1.0.into();
        }
        item.min_sale_qty.or_set(1.0);
        item
    }
}

/// A value as its column holds it: what is beyond a quantity's is its largest.
fn as_kept((name, value): (String, Value)) -> (String, Value) {
    match value.as_f64() {
        Some(number) if QUANTITIES.contains(&name.as_str()) => {
            (name, Quantity::clamped(number).number().into())
        }
        _ => (name, value),
    }
}

/// Whether nothing is left that can be sold.
fn is_used_up(item: &StockItem) -> bool {
    let backorders = item.backorders.value().unwrap_or(0) != 0;
    !backorders && item.qty.value().unwrap_or(0.0) <= item.min_qty.value().unwrap_or(0.0)
}

/// A value that follows the configuration is the configured one.
fn follow<T>(follows: &mut Opt<bool>, value: &mut Opt<T>, configured: T) {
    follows.or_set(true);
    if *follows == Opt::Is(true) || value.get().is_none() {
        *value = Opt::Is(configured);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str) -> StockItem {
        let value = serde_json::from_str(text).expect("JSON");
        StockItem::from_value(&value)
            .expect("a stock item")
            .expect("an object")
    }

    #[test]
    fn a_new_item_is_empty_and_follows_the_configuration() {
        let shown = StockRow::of(7, "a", "simple").shown().to_value();
        assert_eq!(shown["qty"], Value::Null);
        assert_eq!(shown["is_in_stock"], false);
        assert_eq!(shown["max_sale_qty"], 10_000.0);
        assert_eq!(
            StockRow::of(7, "a", "bundle").shown().to_value()["qty"],
            0.0
        );
    }

    #[test]
    fn what_is_used_up_is_out_of_stock_and_runs_low() {
        let now = DateTime::from_unix_seconds(1_800_000_000);
        let mut row = StockRow::of(7, "a", "simple");
        let mut save = |text: &str| {
            let sent = sent(text);
            row.lay_over(&sent).expect("fits");
            row.settle(&sent, &now);
            row.shown()
        };
        let item = save(r#"{"qty": 5, "is_in_stock": true}"#);
        assert_eq!(item.is_in_stock, Opt::Is(true));
        assert_eq!(item.low_stock_date, Opt::Absent);
        let item = save(r#"{"qty": 0}"#);
        assert_eq!(item.is_in_stock, Opt::Is(false));
        assert_eq!(item.low_stock_date, "2027-01-15 08:00:00".into());
        assert_eq!(item.stock_status_changed_auto, Opt::Is(1));
        let item = save(r#"{"qty": 1}"#);
        assert_eq!(item.is_in_stock, Opt::Is(true), "it went by itself");
        save(r#"{"qty": 0}"#);
        let item = save(r#"{"qty": 1, "is_in_stock": false}"#);
        assert_eq!(item.is_in_stock, Opt::Is(false), "it was said so");
        let item = save(r#"{"qty": 2}"#);
        assert_eq!(item.is_in_stock, Opt::Is(false), "it was taken out by hand");
    }

    #[test]
    fn what_is_not_managed_keeps_its_state_and_its_date() {
        let now = DateTime::from_unix_seconds(1_800_000_000);
        let mut row = StockRow::of(7, "a", "simple");
        for text in [
            r#"{"qty": 0, "is_in_stock": true}"#,
            r#"{"is_in_stock": true, "manage_stock": false, "use_config_manage_stock": false}"#,
        ] {
            let sent = sent(text);
            row.lay_over(&sent).expect("fits");
            row.settle(&sent, &now);
        }
        let item = row.shown();
        assert_eq!(item.is_in_stock, Opt::Is(true));
        assert_eq!(item.stock_status_changed_auto, Opt::Is(0));
        assert!(item.low_stock_date.get().is_some());
    }

    #[test]
    fn quantities_are_what_their_columns_hold() {
        let mut row = StockRow::of(7, "a", "simple");
        let all = r#"{"qty": 1e9, "max_sale_qty": 1.23456, "use_config_max_sale_qty": false}"#;
        row.lay_over(&sent(all)).expect("fits");
        let item = row.shown();
        assert_eq!(item.qty, Opt::Is(99_999_999.999_9));
        assert_eq!(item.max_sale_qty, Opt::Is(1.2346));
    }

    #[test]
    fn an_earlier_versions_extension_attributes_are_passed_over() {
        let mut row = StockRow::of(7, "a", "simple");
        row.values.insert("qty".to_owned(), 3.into());
        row.values.insert(
            "extension_attributes".to_owned(),
            serde_json::json!({"x": 1}),
        );
        assert_eq!(row.shown().qty, Opt::Is(3.0));
    }

    #[test]
    fn a_foreign_id_is_refused() {
        let mut row = StockRow::of(7, "a", "simple");
        row.id = 3;
        assert!(row.lay_over(&sent(r#"{"item_id": 4}"#)).is_err());
        assert!(row.lay_over(&sent(r#"{"item_id": -1}"#)).is_err());
        assert!(row.lay_over(&sent(r#"{"stock_id": 2}"#)).is_err());
        assert!(
            row.lay_over(&sent(r#"{"item_id": 3, "stock_id": 1}"#))
                .is_ok()
        );
    }
}
