//! What is stored: rows of columns, each named as on the wire, nulls left out.

use ferrite_storage::{Collection, Document, Error, Field, Scalar};
use serde_json::{Map, Value};

/// A row of columns.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its id.
    pub id: i64,
    /// Its columns, without the id.
    pub values: Map<String, Value>,
}

impl Document for Row {
    fn id(&self) -> i64 {
        self.id
    }

    fn set_id(&mut self, id: i64) {
        self.id = id;
    }

    fn to_text(&self) -> Result<String, Error> {
        serde_json::to_string(&self.values).map_err(broken)
    }

    fn from_text(text: &str) -> Result<Self, Error> {
        let values = serde_json::from_str(text).map_err(broken)?;
        Ok(Self { id: 0, values })
    }
}

fn broken(error: serde_json::Error) -> Error {
    Error::Document {
        table: "sales".to_owned(),
        reason: error.to_string(),
    }
}

impl Row {
    /// A text column.
    pub fn text(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_str().map(Scalar::from)
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<Scalar> {
        self.values.get(name)?.as_i64().map(Scalar::from)
    }

    /// A decimal, in millionths.
    pub fn decimal(&self, name: &str) -> Option<Scalar> {
        let value = self.values.get(name)?.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an amount beyond the range saturates"
        )]
        let scaled = (value * 1_000_000.0).round() as i64;
        Some(Scalar::from(scaled))
    }

    /// An amount; 0 where there is none.
    pub fn amount(&self, name: &str) -> f64 {
        self.values.get(name).and_then(Value::as_f64).unwrap_or(0.0)
    }
}

macro_rules! columns {
    ($($kind:ident($read:ident): $($name:literal)*;)*) => {
        &[$($(Field::$kind($name, |row: &Row| row.$read($name)),)*)*]
    };
}

/// All orders.
pub static ORDERS: Collection<Row> = Collection {
    name: "sales_order",
    fields: columns! {
        text(text): "status" "state" "increment_id" "customer_email" "customer_firstname"
            "customer_lastname" "created_at" "updated_at" "ext_order_id" "ext_customer_id"
            "coupon_code" "order_currency_code" "base_currency_code" "store_name" "remote_ip"
            "protect_code" "shipping_description" "hold_before_state" "hold_before_status"
            "original_increment_id" "applied_rule_ids";
        int(number): "store_id" "customer_id" "customer_group_id" "customer_is_guest" "quote_id"
            "billing_address_id" "is_virtual" "email_sent" "total_item_count";
        decimal(decimal): "grand_total" "base_grand_total" "subtotal" "base_subtotal" "total_paid"
            "total_due" "total_refunded" "total_invoiced" "total_canceled" "total_qty_ordered"
            "shipping_amount" "tax_amount" "discount_amount" "weight";
    },
};

/// The lines of all orders.
pub static ITEMS: Collection<Row> = Collection {
    name: "sales_order_item",
    fields: columns! {
        int(number): "order_id" "parent_item_id" "product_id" "store_id" "quote_item_id";
        text(text): "sku" "name" "product_type" "created_at" "updated_at" "ext_order_item_id";
        decimal(decimal): "price" "row_total" "qty_ordered" "qty_invoiced" "qty_shipped"
            "qty_canceled" "qty_refunded";
    },
};

/// The addresses of all orders.
pub static ADDRESSES: Collection<Row> = Collection {
    name: "sales_order_address",
    fields: columns! {
        int(number): "parent_id";
    },
};

/// How all orders are paid.
pub static PAYMENTS: Collection<Row> = Collection {
    name: "sales_order_payment",
    fields: columns! {
        int(number): "parent_id";
    },
};

/// The comments on all orders.
pub static COMMENTS: Collection<Row> = Collection {
    name: "sales_order_status_history",
    fields: columns! {
        int(number): "parent_id" "is_customer_notified" "is_visible_on_front";
        text(text): "status" "entity_name" "created_at" "comment";
    },
};
