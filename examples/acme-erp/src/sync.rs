//! What Acme ERP does with a store: reads its orders and products, and tells it how many it has.

use ferrite_oauth1::Credentials;
use serde_json::{Value, json};

use crate::book::Connection;
use crate::call::Call;
use crate::client::{Client, NoAnswer, Question, part, query};

const ORDERS_A_PAGE: usize = 50;
const MOST_PAGES: usize = 20;

/// An order, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub number: String,
    pub date: String,
    pub customer: String,
    pub status: String,
    pub total: String,
}

/// A product, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub kind: String,
    pub price: String,
}

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("The store refused with status {status}: {message}")]
    Refused { status: u16, message: String },
    #[error("The store answered something that cannot be read.")]
    Unreadable,
}

/// Work with one store; the calls that were made stay in it, in their order.
pub struct Work<'a> {
    client: &'a Client,
    connection: &'a Connection,
    pub calls: Vec<Call>,
}

impl<'a> Work<'a> {
    pub fn new(client: &'a Client, connection: &'a Connection) -> Self {
        let calls = Vec::new();
        Self {
            client,
            connection,
            calls,
        }
    }

    /// All orders, the newest first, page by page.
    pub fn orders(&mut self) -> Result<Vec<Order>, SyncError> {
        let mut orders = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = query(&[
                ("searchCriteria[sortOrders][0][field]", "entity_id"),
                ("searchCriteria[sortOrders][0][direction]", "DESC"),
                ("searchCriteria[pageSize]", &ORDERS_A_PAGE.to_string()),
                ("searchCriteria[currentPage]", &page.to_string()),
            ]);
            let found = self.ask("GET", &format!("rest/V1/orders?{query}"), None)?;
            let (items, total) = list(&found)?;
            self.remark(format!("{} of {total} orders", items.len()));
            orders.extend(items.iter().map(order));
            if items.is_empty() || page * ORDERS_A_PAGE >= total {
                break;
            }
        }
        Ok(orders)
    }

    /// The first products by SKU.
    pub fn products(&mut self) -> Result<Vec<Product>, SyncError> {
        let query = query(&[
            ("searchCriteria[sortOrders][0][field]", "sku"),
            ("searchCriteria[sortOrders][0][direction]", "ASC"),
            ("searchCriteria[pageSize]", "50"),
            ("searchCriteria[currentPage]", "1"),
        ]);
        let found = self.ask("GET", &format!("rest/V1/products?{query}"), None)?;
        let (items, total) = list(&found)?;
        self.remark(format!("{} of {total} products", items.len()));
        Ok(items.iter().map(product).collect())
    }

    /// Tells the store how many there are; says how many it had before. It asks first, so that a
    /// mistyped SKU does not make a product.
    pub fn push_stock(&mut self, sku: &str, quantity: &Value) -> Result<String, SyncError> {
        let item = self.ask("GET", &format!("rest/V1/stockItems/{}", part(sku)), None)?;
        let before = text(&item, "qty");
        self.remark(format!("{before} in stock"));
        let in_stock = quantity.as_f64().is_some_and(|quantity| quantity > 0.0);
        let stock = json!({ "qty": quantity, "is_in_stock": in_stock });
        let body = json!({ "product": { "extension_attributes": { "stock_item": stock } } });
        self.ask(
            "PUT",
            &format!("rest/V1/products/{}", part(sku)),
            Some(&body),
        )?;
        self.remark(format!("{quantity} in stock"));
        Ok(before)
    }

    fn ask(
        &mut self,
        method: &'static str,
        target: &str,
        body: Option<&Value>,
    ) -> Result<Value, SyncError> {
        let connection = self.connection;
        let credentials = Credentials {
            consumer_key: connection.consumer_key.clone(),
            consumer_secret: connection.consumer_secret.clone(),
            token: Some(connection.token.reveal().to_owned()),
            token_secret: connection.token_secret.clone(),
        };
        let question = Question {
            method,
            target,
            body,
            verifier: None,
        };
        let (call, answer) = self.client.ask(&connection.store, &credentials, &question);
        self.calls.push(call);
        let answer = answer?;
        let json = serde_json::from_str::<Value>(&answer.body);
        let result = match (answer.status, json) {
            (200, Ok(json)) => Ok(json),
            (200, Err(_)) => Err(SyncError::Unreadable),
            (status, json) => Err(SyncError::Refused {
                status,
                message: json.ok().map_or_else(nothing_said, |json| message(&json)),
            }),
        };
        if let Err(error) = &result {
            self.remark(error.to_string());
        }
        result
    }

    /// Says what became of the last call.
    fn remark(&mut self, note: String) {
        if let Some(call) = self.calls.last_mut() {
            call.note = note;
        }
    }
}

fn nothing_said() -> String {
    "it did not say why.".to_owned()
}

/// The items of a list (none are `null` too) and how many there are in all.
fn list(found: &Value) -> Result<(&[Value], usize), SyncError> {
    let items = match found.get("items") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(Value::Null) => &[],
        _ => return Err(SyncError::Unreadable),
    };
    let total = found.get("total_count").and_then(Value::as_u64);
    let total = total.and_then(|total| usize::try_from(total).ok());
    Ok((items, total.unwrap_or(items.len())))
}

fn order(item: &Value) -> Order {
    let names = [
        text(item, "customer_firstname"),
        text(item, "customer_lastname"),
    ];
    let name = names.join(" ").trim().to_owned();
    let customer = match name.is_empty() {
        true => text(item, "customer_email"),
        false => name,
    };
    let total = money(item, "grand_total");
    Order {
        number: text(item, "increment_id"),
        date: text(item, "created_at"),
        customer,
        status: text(item, "status"),
        total: format!("{total} {}", text(item, "order_currency_code"))
            .trim()
            .to_owned(),
    }
}

fn product(item: &Value) -> Product {
    Product {
        sku: text(item, "sku"),
        name: text(item, "name"),
        kind: text(item, "type_id"),
        price: money(item, "price"),
    }
}

fn text(item: &Value, name: &str) -> String {
    match item.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn money(item: &Value, name: &str) -> String {
    let amount = item.get(name).and_then(Value::as_f64);
    amount
        .map(|amount| format!("{amount:.2}"))
        .unwrap_or_default()
}

/// The store's sentence, its values filled in, cut where it is very long.
fn message(json: &Value) -> String {
    let Some(Value::String(sentence)) = json.get("message") else {
        return nothing_said();
    };
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut sentence = sentence.clone();
    match json.get("parameters") {
        Some(Value::Array(values)) => {
            // From behind, so that %1 does not take the beginning of %10.
            for (at, value) in values.iter().enumerate().rev() {
                sentence = sentence.replace(&format!("%{}", at + 1), &plain(value));
            }
        }
        Some(Value::Object(values)) => {
            for (name, value) in values {
                sentence = sentence.replace(&format!("%{name}"), &plain(value));
            }
        }
        _ => {}
    }
    sentence.chars().take(500).collect()
}

/// A quantity that somebody typed.
pub fn quantity(typed: &str) -> Option<Value> {
    const MOST: i64 = 99_999_999;
    if let Ok(whole) = typed.parse::<i64>() {
        return (0..=MOST).contains(&whole).then(|| Value::from(whole));
    }
    let part = typed.parse::<f64>().ok()?;
    (0.0..=99_999_999.0)
        .contains(&part)
        .then(|| Value::from(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stores_sentence_is_filled_in() {
        let json = json!({
            "message": "The consumer isn't authorized to access %resources.",
            "parameters": { "resources": "Magento_Sales::actions_view" }
        });
        let wanted = "The consumer isn't authorized to access Magento_Sales::actions_view.";
        assert_eq!(message(&json), wanted);
        let json = json!({ "message": "%1 and %2", "parameters": ["a", 2] });
        assert_eq!(message(&json), "a and 2");
        assert_eq!(message(&json!([])), "it did not say why.");
    }

    #[test]
    fn lists_may_be_empty_in_two_ways() {
        let none = json!({ "items": null, "total_count": 0 });
        assert_eq!(list(&none).unwrap(), (&[][..], 0));
        let none = json!({ "items": [] });
        assert_eq!(list(&none).unwrap(), (&[][..], 0));
        assert!(list(&json!({ "message": "x" })).is_err());
    }

    #[test]
    fn quantities_are_numbers_that_are_not_negative() {
        assert_eq!(quantity("7"), Some(json!(7)));
        assert_eq!(quantity("2.5"), Some(json!(2.5)));
        for wrong in ["", "-1", "-0.5", "many", "NaN", "inf", "1e12", "100000000"] {
            assert_eq!(quantity(wrong), None, "{wrong}");
        }
    }
}
