//! The values of a product's attributes: what was sent, checked and laid over what is stored.

use ferrite_base::{Amount, DateTime, Fault, Kind, Phrase};
use ferrite_webapi::dto::{Opt, php_type, type_error};
use serde_json::Value;

use super::rows::Product;
use super::types::ProductInput;
use crate::attributes::{Attribute, Backend, Fact};
use crate::eav::known::Attributes;
use crate::scoped::DEFAULT;

/// What is not negative, wherever it stands.
const NOT_NEGATIVE: [&str; 5] = ["price", "special_price", "cost", "weight", "msrp"];

/// The largest value of an `int` column.
const LARGEST_INT: i64 = 2_147_483_647;

/// Attributes that are kept elsewhere than among the values.
const ELSEWHERE: [&str; 10] = [
    "sku",
    "category_ids",
    "required_options",
    "has_options",
    "created_at",
    "updated_at",
    "media_gallery",
    "tier_price",
    "quantity_and_stock_status",
    "custom_layout_update_file", // there are no such files
];

/// A list of values is refused where one is wanted.
pub(super) fn check_types(all: &Attributes, sent: &ProductInput) -> Result<(), Fault> {
    for (code, value) in sent.custom_attributes.get().map_or(&[][..], |all| &all.0) {
        let Some(attribute) = all.find(code) else {
            continue;
        };
        let is_list = value.is_array() || value.is_object();
        let fault = match code.as_str() {
            "category_ids" | "media_gallery" | "quantity_and_stock_status" | "tier_price" => {
                continue;
            }
            _ if is_list => type_error("array", wanted(attribute)),
            _ if attribute.backend == Backend::Int && !is_whole(value) => {
                type_error(&shown(value), "int")
            }
            _ => continue,
        };
        let text = format!(
            "Error occurred during \"custom_attributes\" processing. \
             Attribute \"{code}\" has invalid value. {}",
            fault.phrase.text
        );
        return Err(Fault::new(Kind::Request, Phrase::new(text)));
    }
    Ok(())
}

fn is_whole(value: &Value) -> bool {
    match value {
        Value::Null | Value::Number(_) => true,
        Value::String(text) => text.trim().parse::<f64>().is_ok(),
        _ => false,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "1" } else { "" }.to_owned(),
        other => php_type(other).to_owned(),
    }
}

fn wanted(attribute: &Attribute) -> &'static str {
    match attribute.backend {
        Backend::Int => "int",
        Backend::Decimal => "float",
        _ => "string",
    }
}

/// Lays what was sent over a product's values, in the scope of a store view.
pub(super) fn lay_over(
    product: &mut Product,
    known: &Attributes,
    sent: &ProductInput,
    store_id: i64,
) -> Result<(), Fault> {
    for (code, value) in fields(sent) {
        put(product, known, store_id, code, &value)?;
    }
    for (code, value) in sent.custom_attributes.get().map_or(&[][..], |all| &all.0) {
        put(product, known, store_id, code, value)?;
    }
    let price = Amount::leading(product.values.text(DEFAULT, "special_price"));
    let start = product.values.text(DEFAULT, "special_from_date");
    if price > Amount::ZERO && start.is_empty() {
        let today = product.updated_at.as_str().get(..10).unwrap_or_default();
        let midnight = format!("{today} 00:00:00");
        product
            .values
            .set(DEFAULT, "special_from_date", midnight.into());
    }
    Ok(())
}

/// The fields of the type that are attributes, as far as they were sent.
fn fields(sent: &ProductInput) -> Vec<(&'static str, Value)> {
    fn value<T: Clone, J: Into<Value>>(field: &Opt<T>, json: impl Fn(T) -> J) -> Option<Value> {
        match field {
            Opt::Absent => None,
            Opt::Null => Some(Value::Null),
            Opt::Is(value) => Some(json(value.clone()).into()),
        }
    }
    let all = [
        ("name", value(&sent.name, Value::from)),
        // As text, since a JSON number has no room for all of a column's digits.
        ("price", value(&sent.price, |price| price.to_string())),
        ("status", value(&sent.status, Value::from)),
        ("visibility", value(&sent.visibility, Value::from)),
        ("weight", value(&sent.weight, Value::from)),
    ];
    let sent = all
        .into_iter()
        .filter_map(|(code, value)| Some((code, value?)));
    sent.collect()
}

fn put(
    product: &mut Product,
    known: &Attributes,
    store_id: i64,
    code: &str,
    value: &Value,
) -> Result<(), Fault> {
    let Some(attribute) = known.find(code) else {
        return Ok(()); // an attribute that the product does not have is dropped
    };
    if attribute.backend == Backend::Static && attribute.fact(Fact::UserDefined) == "1" {
        return Ok(()); // there is no column for it
    }
    if ELSEWHERE.contains(&code) || !attribute.applies_to(&product.type_id) {
        return Ok(());
    }
    let scope = if attribute.is_global {
        DEFAULT
    } else {
        store_id
    };
    let stored = stored(attribute, value)?;
    // What a store view would inherit anyway is not written there.
    let inherited = scope != DEFAULT && product.values.get(scope, code) == Some(&stored);
    if !inherited {
        product.values.set(scope, code, stored);
    }
    Ok(())
}

/// A value as its column holds it; null takes it away.
fn stored(attribute: &Attribute, value: &Value) -> Result<Value, Fault> {
    let text = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "1" } else { "0" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(_) | Value::Object(_) => return Ok(Value::Null),
    };
    let code = attribute.code.as_str();
    let number = Amount::leading(&text);
    let is_price = attribute.fact(Fact::Input) == "price";
    if (is_price || NOT_NEGATIVE.contains(&code)) && number.is_negative() {
        return Err(Fault::invalid(
            "Please enter a number 0 or greater in this field.",
        ));
    }
    let fits = match attribute.backend {
        Backend::Int => number.abs() <= LARGEST_INT.into(),
        Backend::Decimal => number.fits_column(),
        _ => true,
    };
    if !fits {
        return Err(super::parts::unable());
    }
    Ok(match attribute.backend {
        // Empty text hides what would be inherited, until the next save.
        Backend::DateTime if text.is_empty() => text.into(),
        Backend::Decimal => number.column_text().into(),
        Backend::Int => number.trunc().to_string().into(),
        Backend::DateTime => match DateTime::parse(&text) {
            Some(moment) => moment.as_str().into(),
            None => return Err(bad_value(code, &text)),
        },
        Backend::Text if attribute.fact(Fact::Backend) == "varchar" => {
            text.chars().take(255).collect::<String>().into()
        }
        Backend::Static | Backend::Text => text.into(),
    })
}

fn bad_value(code: &str, value: &str) -> Fault {
    let text = "Invalid value of \"%value\" provided for the %fieldName field.";
    let values = [("fieldName", code), ("value", value)];
    Fault::new(Kind::Invalid, Phrase::named(text, values))
}

/// What a new product has where nothing was sent.
pub(super) fn set_defaults(product: &mut Product, known: &Attributes) {
    for attribute in known.iter() {
        let default = attribute.fact(Fact::Default);
        let in_list = attribute.fact(Fact::Input) == "select";
        // A select has one value, however many options were made the default one.
        let default = if in_list {
            default.split(',').next().unwrap_or("")
        } else {
            default
        };
        let applies = attribute.applies_to(&product.type_id);
        let elsewhere = ELSEWHERE.contains(&attribute.code.as_str());
        if !default.is_empty() && applies && !elsewhere {
            product.values.set(DEFAULT, &attribute.code, default.into());
        }
    }
    if product.type_id == "bundle" {
        for code in ["price", "weight"] {
            product.values.set(DEFAULT, code, "0.000000".into());
        }
    }
}

/// Takes away what a type does not have.
pub(super) fn drop_foreign(product: &mut Product, known: &Attributes) {
    let type_id = product.type_id.clone();
    for attribute in known.iter() {
        if !attribute.applies_to(&type_id) {
            product.values.forget(&attribute.code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_must_fit_its_column() {
        let fresh = crate::products::attributes::fresh();
        let find = |code: &str| fresh.iter().find(|one| one.code == code).unwrap();
        let stored_of = |code: &str, value: Value| stored(find(code), &value);
        assert_eq!(stored_of("price", 12.5.into()).unwrap(), "12.500000");
        assert_eq!(stored_of("price", "".into()).unwrap(), "0.000000");
        assert_eq!(stored_of("status", "2.9".into()).unwrap(), "2");
        assert!(stored_of("price", 1e300.into()).is_err());
        assert!(stored_of("status", 4_294_967_296_i64.into()).is_err());
        assert_eq!(stored_of("news_from_date", "".into()).unwrap(), "");
    }

    #[test]
    fn a_price_is_kept_to_its_last_digit() {
        let fresh = crate::products::attributes::fresh();
        let price = fresh.iter().find(|one| one.code == "price").unwrap();
        for (sent, held) in [
            ("12345678901234.123456", "12345678901234.123456"),
            ("0.0000005", "0.000001"),
            ("12.99 EUR", "12.990000"),
            ("-0", "0.000000"),
        ] {
            assert_eq!(stored(price, &sent.into()).unwrap(), held);
        }
        assert!(stored(price, &"99999999999999.9999995".into()).is_err());
    }
}
