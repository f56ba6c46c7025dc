//! Prices of many products at once: base prices ([`base`]), costs ([`cost`]), special prices
//! ([`special`]) and tier prices ([`tiers`]); and tier prices of one product, one at a time
//! ([`group_prices`]).
//!
//! Rows that are wrong are answered, each with what is wrong; the others are saved all the same.

mod base;
mod cost;
mod group_prices;
mod special;
#[cfg(test)]
mod tests;
mod tiers;

use ferrite_base::{Amount, Fault, Phrase};
use ferrite_settings::Stores;
use ferrite_webapi::dto::NoExtension;
use ferrite_webapi::{Routes, Tx, dto};

use super::own_values;
use super::rows::{self, PRODUCTS, Product};
use crate::eav::known::Attributes;
use crate::scoped::DEFAULT;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    base::routes(routes);
    cost::routes(routes);
    special::routes(routes);
    tiers::routes(routes);
    group_prices::routes(routes);
}

dto! {
    /// `Magento\Catalog\Api\Data\PriceUpdateResultInterface`: a row that was not saved.
    pub struct Refused {
        message: String,
        parameters: Vec<String>,
        extension_attributes: NoExtension [null],
    }
}

impl Refused {
    /// A sentence with its values beside it.
    fn new(message: impl Into<String>, values: Vec<String>) -> Self {
        Self {
            message: message.into().into(),
            parameters: values.into(),
            ..Self::default()
        }
    }

    /// `Invalid attribute %fieldName = %fieldValue.`
    fn field(name: &str, value: String) -> Self {
        let message = "Invalid attribute %fieldName = %fieldValue.";
        Self::new(message, vec![name.to_owned(), value])
    }

    /// A store view that is none.
    fn store(sku: &str, store_id: i64) -> Self {
        let message = "Requested store is not found. Row ID: SKU = %SKU, Store ID: %storeId.";
        Self::new(message, vec![sku.to_owned(), store_id.to_string()])
    }

    /// A sentence with its values put in, and beside it too.
    fn rendered<const N: usize>(text: &str, values: [(&str, String); N]) -> Self {
        let list = values.iter().map(|(_, value)| value.clone()).collect();
        Self::new(Phrase::named(text, values).rendered(), list)
    }
}

/// A number as PHP writes it in a text.
fn shown(number: Option<impl ToString>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Whether there is a store view, the default scope included.
fn is_store(stores: &Stores, store_id: i64) -> bool {
    stores.view(store_id).is_some()
}

/// Which of these products there are, each once, in the order in which they are named.
fn named(tx: &mut Tx<'_>, skus: &[String]) -> Result<Vec<Product>, Fault> {
    let mut found: Vec<Product> = Vec::new();
    for sku in skus {
        if let Some(product) = Product::find(tx, sku)?
            && found.iter().all(|other| other.id != product.id)
        {
            found.push(product);
        }
    }
    Ok(found)
}

/// A decimal attribute of a product in the default scope.
fn amount(product: &Product, code: &str) -> Option<Amount> {
    product.values.text(DEFAULT, code).parse().ok()
}

/// Sets a decimal attribute in the default scope; nothing where it fits no column.
fn set_amount(product: &mut Product, code: &str, amount: Amount) -> bool {
    let fits = amount.fits_column();
    if fits {
        product
            .values
            .set(DEFAULT, code, amount.column_text().into());
    }
    fits
}

/// Whether a product has an attribute: its type and its set have it.
fn has(tx: &mut Tx<'_>, product: &Product, code: &str) -> Result<bool, Fault> {
    let known = Attributes::of_set(tx, product.attribute_set_id)?;
    let found = known.as_ref().and_then(|known| known.find(code));
    Ok(found.is_some_and(|attribute| attribute.applies_to(&product.type_id)))
}

/// Keeps a product whose values have changed.
fn put(tx: &mut Tx<'_>, product: &Product) -> Result<(), Fault> {
    PRODUCTS.put(tx, product)?;
    rows::index_anew(tx, product)?;
    if let Some(known) = Attributes::of_set(tx, product.attribute_set_id)? {
        own_values::index_anew(tx, product, &known)?;
    }
    Ok(())
}
