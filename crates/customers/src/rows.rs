//! What is stored of customers and addresses: columns named as on the wire, nulls left out.

use ferrite_base::StoreScope;
use ferrite_settings::Settings;
use ferrite_storage::{Collection, Document, Error, Field, Scalar, Tx};
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
        table: "customer".to_owned(),
        reason: error.to_string(),
    }
}

impl Row {
    /// A text column; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.values
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A number; 0 where there is none.
    pub fn number(&self, name: &str) -> i64 {
        self.values.get(name).and_then(Value::as_i64).unwrap_or(0)
    }

    /// Sets a column; null takes it away.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        if value.is_null() {
            self.values.remove(name);
        } else {
            self.values.insert(name.to_owned(), value);
        }
    }

    fn cell(&self, name: &str) -> Option<Scalar> {
        match self.values.get(name)? {
            Value::String(text) => Some(Scalar::from(text.as_str())),
            Value::Number(number) => number.as_i64().map(Scalar::from),
            _ => None,
        }
    }

    fn full_name(&self) -> Option<Scalar> {
        let parts = ["prefix", "firstname", "middlename", "lastname", "suffix"];
        let parts = parts.map(|part| self.text(part));
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Some(Scalar::from(parts.join(" ").as_str()))
    }
}

/// The key that an account waits for until it is confirmed.
pub(crate) const CONFIRMATION: &str = "confirmation";

/// The field that accounts are found by; it is no column that clients know.
pub(crate) const ACCOUNT: &str = "account";

/// What an account is found by: one e-mail address in one website.
pub(crate) fn place(email: &str, website_id: i64) -> Scalar {
    Scalar::from(format!("{website_id}/{email}").as_str())
}

macro_rules! columns {
    ($($kind:ident: $($name:literal)*;)*) => {
        &[
            Field::unique_text(ACCOUNT, |row: &Row| {
                Some(place(row.text("email"), row.number("website_id")))
            }),
            Field::text("name", Row::full_name).without_index(),
            Field::text("email", |row: &Row| row.cell("email")),
            Field::text("lastname", |row: &Row| row.cell("lastname")),
            Field::text("updated_at", |row: &Row| row.cell("updated_at")),
            $($(Field::$kind($name, |row: &Row| row.cell($name)).without_index(),)*)*
        ]
    };
}

/// All customers.
pub static CUSTOMERS: Collection<Row> = Collection {
    name: "customer_entity",
    fields: columns! {
        text: "firstname" "middlename" "prefix" "suffix" "dob" "taxvat" "created_at" "created_in"
            "confirmation" "default_billing" "default_shipping" "billing_postcode" "billing_city"
            "billing_telephone" "billing_region" "billing_country_id" "billing_company";
        int: "group_id" "website_id" "store_id" "gender" "disable_auto_group_change" "failures_num";
    },
};

/// The addresses of all customers.
pub static ADDRESSES: Collection<Row> = Collection {
    name: "customer_address_entity",
    fields: &[Field::int("customer_id", |row: &Row| {
        row.cell("customer_id")
    })],
};

/// Whether an account counts in its own website only (`customer/account_share/scope`).
pub(crate) fn per_website(settings: &Settings) -> bool {
    settings.flag("customer/account_share/scope", &StoreScope::admin())
}

/// The customer of an e-mail address in a website, or in any where accounts are shared.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    settings: &Settings,
    email: &str,
    website_id: i64,
) -> Result<Option<Row>, Error> {
    let own = CUSTOMERS.find(tx, ACCOUNT, &place(email, website_id))?;
    if own.is_some() || per_website(settings) {
        return Ok(own);
    }
    CUSTOMERS.find(tx, "email", &Scalar::from(email))
}
