//! Extension attributes: what one family adds to another's type.
//!
//! The family that owns a type takes [`Providers`] when it binds its routes, and calls them in the
//! transaction of the thing that they extend: catalog does not know inventory, but a product has a
//! `stock_item` once inventory is there.

use std::sync::Arc;

use ferrite_base::Fault;
use ferrite_storage::Tx;
use serde_json::{Map, Value};

use crate::Call;

/// An extension attribute of one type.
pub trait Provider: Send + Sync {
    /// The attribute's code.
    fn code(&self) -> &'static str;

    /// The resource without which it is left out of answers.
    fn resource(&self) -> Option<&'static str>;

    /// Refuses a value that has the wrong form.
    fn check(&self, sent: &Value) -> Result<(), Fault>;

    /// The value for a thing; none where it has none.
    fn read(&self, tx: &mut Tx<'_>, of: &Extended<'_>) -> Result<Option<Value>, Fault>;

    /// Stores what was sent for a thing, or what it needs where nothing was. Says whether the thing can
    /// be sold, where that is for this family to say.
    fn write(
        &self,
        tx: &mut Tx<'_>,
        of: &Extended<'_>,
        sent: Option<&Value>,
    ) -> Result<Option<bool>, Fault>;

    /// Takes away what it holds for a thing that is being deleted.
    fn delete(&self, tx: &mut Tx<'_>, of: &Extended<'_>) -> Result<(), Fault>;
}

/// The thing that is extended.
#[derive(Clone, Copy, Debug)]
pub struct Extended<'a> {
    /// Its id.
    pub id: i64,
    /// What clients call it by: a product's sku.
    pub key: &'a str,
    /// Its type id, where its kind has types.
    pub type_id: &'a str,
    /// Whether it is being made.
    pub is_new: bool,
}

/// All providers for one type, in the order in which their attributes are shown.
#[derive(Clone, Default)]
pub struct Providers(Vec<Arc<dyn Provider>>);

impl Providers {
    /// Adds a provider.
    pub fn add(&mut self, provider: impl Provider + 'static) {
        self.0.push(Arc::new(provider));
    }

    /// The codes of the attributes.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|provider| provider.code())
    }

    /// Checks a value, where the code is known; none where it is not.
    pub fn check(&self, code: &str, sent: &Value) -> Option<Result<(), Fault>> {
        let provider = self.0.iter().find(|provider| provider.code() == code)?;
        Some(provider.check(sent))
    }

    /// Adds what the caller may see of a thing.
    pub fn read(
        &self,
        call: &Call,
        tx: &mut Tx<'_>,
        of: &Extended<'_>,
        out: &mut Map<String, Value>,
    ) -> Result<(), Fault> {
        for provider in &self.0 {
            let shown = match provider.resource() {
                Some(resource) => call.may(resource)?,
                None => true,
            };
            if shown && let Some(value) = provider.read(tx, of)? {
                out.insert(provider.code().to_owned(), value);
            }
        }
        Ok(())
    }

    /// Stores what was sent for a thing; whether it can be sold, where one of them says so.
    pub fn write(
        &self,
        tx: &mut Tx<'_>,
        of: &Extended<'_>,
        sent: &Map<String, Value>,
    ) -> Result<Option<bool>, Fault> {
        let mut is_salable = None;
        for provider in &self.0 {
            let said = provider.write(tx, of, sent.get(provider.code()))?;
            is_salable = said.or(is_salable);
        }
        Ok(is_salable)
    }

    /// Takes away what is held for a thing.
    pub fn delete(&self, tx: &mut Tx<'_>, of: &Extended<'_>) -> Result<(), Fault> {
        self.0
            .iter()
            .try_for_each(|provider| provider.delete(tx, of))
    }
}
