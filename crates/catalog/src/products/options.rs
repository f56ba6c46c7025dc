//! Custom options: `/V1/products/options…`, `/V1/products/:sku/options…`, and `options` in a
//! product's payload.
//!
//! They are kept with their product, as on the wire; their ids are given out once for all products.

use ferrite_base::phrase::Value as PhraseValue;
use ferrite_base::{Amount, Fault};
use ferrite_storage::{Collection, Declared, Error, serde_document};
use ferrite_webapi::dto::{Opt, Wire as _};
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde::{Deserialize, Serialize};

use super::by_sku;
use super::rows::{self, PRODUCTS, Product};
use super::types::{OptionType, OptionValue, ProductOption};

/// Types of options: code, label, group.
const TYPES: [(&str, &str, &str); 10] = [
    ("field", "Field", "Text"),
    ("area", "Area", "Text"),
    ("file", "File", "File"),
    ("drop_down", "Drop-down", "Select"),
    ("radio", "Radio Buttons", "Select"),
    ("checkbox", "Checkbox", "Select"),
    ("multiple", "Multiple Select", "Select"),
    ("date", "Date", "Date"),
    ("date_time", "Date & Time", "Date"),
    ("time", "Time", "Date"),
];

/// A number that was given out; its row goes at once, the table remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Number {
    id: i64,
}

serde_document!(Number);

static OPTION_NUMBERS: Collection<Number> = Collection {
    name: "catalog_product_option_number",
    fields: &[],
};

static VALUE_NUMBERS: Collection<Number> = Collection {
    name: "catalog_product_option_value_number",
    fields: &[],
};

/// The tables.
pub(super) fn tables() -> [&'static dyn Declared; 2] {
    [&OPTION_NUMBERS, &VALUE_NUMBERS]
}

fn next(tx: &mut Tx<'_>, numbers: &Collection<Number>) -> Result<i64, Error> {
    let id = numbers.insert(tx, &mut Number::default())?;
    numbers.delete(tx, id)?;
    Ok(id)
}

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/products/options/types", types);
    routes.bind_kept("GET /V1/products/:sku/options", list);
    routes.bind("GET /V1/products/:sku/options/:optionId", get);
    routes.bind("POST /V1/products/options", post);
    routes.bind("PUT /V1/products/options/:optionId", post);
    routes.bind("DELETE /V1/products/:sku/options/:optionId", remove);
}

fn types(_: &Call, _: &mut Tx<'_>) -> Result<Vec<OptionType>, Fault> {
    let shown = |(code, label, group): &(&str, &str, &str)| OptionType {
        label: (*label).into(),
        code: (*code).into(),
        group: (*group).into(),
    };
    Ok(TYPES.iter().map(shown).collect())
}

fn list(_: &Call, tx: &mut Tx<'_>, sku: String) -> Result<Vec<Json>, Fault> {
    Ok(by_sku(tx, &sku)?.options)
}

fn get(_: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<Json, Fault> {
    let product = by_sku(tx, &sku)?;
    let found = product.options.into_iter().find(|held| id_of(held) == id);
    found.ok_or_else(|| no_such(id))
}

/// Saves an option; the answer is what was sent, with its id.
fn post(_: &Call, tx: &mut Tx<'_>, option: ProductOption) -> Result<ProductOption, Fault> {
    let sku = option.product_sku.value().unwrap_or_default();
    if sku.is_empty() {
        return Err(Fault::invalid(
            "The ProductSku is empty. Set the ProductSku and try again.",
        ));
    }
    let mut product = by_sku(tx, &sku)?;
    let sent_id = option.option_id.value().filter(|id| *id != 0);
    let place = product
        .options
        .iter()
        .position(|held| sent_id == Some(id_of(held)));
    if sent_id.is_some() && place.is_none() {
        return Err(foreign());
    }
    check(&option)?;
    let held = place.map(|place| product.options.remove(place));
    let stored = complete(tx, &product.sku, &option, held.as_ref())?;
    let mut answer = option;
    answer.option_id = stored.option_id.clone();
    answer.file_extension = stored.file_extension.clone();
    product.options.push(stored.to_value());
    keep(tx, &mut product)?;
    Ok(answer)
}

fn remove(_: &Call, tx: &mut Tx<'_>, sku: String, id: i64) -> Result<bool, Fault> {
    let mut product = by_sku(tx, &sku)?;
    let count = product.options.len();
    product.options.retain(|held| id_of(held) != id);
    if product.options.len() == count {
        return Err(no_such(id));
    }
    keep(tx, &mut product)?;
    Ok(true)
}

fn keep(tx: &mut Tx<'_>, product: &mut Product) -> Result<(), Fault> {
    sort(&mut product.options);
    PRODUCTS.put(tx, product)?;
    Ok(rows::index_anew(tx, product)?)
}

/// The options of a payload, checked: they take the place of all that the product has.
pub(super) fn replaced(
    tx: &mut Tx<'_>,
    product: &Product,
    sent: &[ProductOption],
) -> Result<Vec<Json>, Fault> {
    sent.iter().try_for_each(check)?;
    let mut options = Vec::with_capacity(sent.len());
    for option in sent {
        let id = option.option_id.value().filter(|id| *id != 0);
        let held = product.options.iter().find(|held| id == Some(id_of(held)));
        if id.is_some() && held.is_none() {
            return Err(foreign());
        }
        let option = complete(tx, &product.sku, option, held)?;
        options.push(option.to_value());
    }
    sort(&mut options);
    Ok(options)
}

fn sort(options: &mut [Json]) {
    options.sort_by_key(|option| option["sort_order"].as_i64());
}

/// Whether an option has what its type needs; everything that it lacks is said at once.
fn check(option: &ProductOption) -> Result<(), Fault> {
    let code = option.r#type.get().map_or("", String::as_str);
    let found = TYPES.iter().find(|(known, _, _)| *known == code);
    let mut lacks = Vec::new();
    if code.is_empty() || option.title.get().is_none_or(String::is_empty) {
        lacks.push("Missed values for option required fields");
    }
    if found.is_none() {
        lacks.push("Invalid option type");
    }
    let fits = match found {
        Some((_, _, "Select")) => {
            let values = option.values.get().map_or(&[][..], Vec::as_slice);
            !values.is_empty() && values.iter().all(is_value)
        }
        _ => is_price_type(&option.price_type),
    };
    if !fits {
        lacks.push("Invalid option value");
    }
    if lacks.is_empty() {
        return Ok(());
    }
    Err(Fault::invalid(lacks.join("\n")))
}

fn is_value(value: &OptionValue) -> bool {
    let has_title = value.title.get().is_some_and(|title| !title.is_empty());
    let is_free = value.price.get().is_none() && value.price_type.get().is_none();
    has_title && (is_free || is_price_type(&value.price_type))
}

fn is_price_type(kind: &Opt<String>) -> bool {
    kind.get()
        .is_some_and(|kind| ["fixed", "percent"].contains(&kind.as_str()))
}

/// An option as it is stored: with ids, and with what counts where nothing was sent.
fn complete(
    tx: &mut Tx<'_>,
    sku: &str,
    sent: &ProductOption,
    held: Option<&Json>,
) -> Result<ProductOption, Fault> {
    let mut option = sent.clone();
    let is_select = option.values.get().is_some_and(|values| !values.is_empty());
    option.option_id = match held {
        Some(held) => id_of(held).into(),
        None => next(tx, &OPTION_NUMBERS)?.into(),
    };
    option.product_sku = sku.into();
    option.sort_order = option.sort_order.value().unwrap_or(0).into();
    option.is_require = option.is_require.value().unwrap_or(false).into();
    if let Opt::Is(most) = &mut option.max_characters {
        *most = (*most).max(0);
    }
    if let Opt::Is(endings) = &mut option.file_extension {
        *endings = list_of_endings(endings);
    }
    if is_select {
        (option.price, option.price_type) = (Opt::Absent, Opt::Absent);
    } else {
        option.values = Opt::Absent;
        option.price.or_set(Amount::ZERO);
    }
    let held_values = held.and_then(|held| held["values"].as_array());
    for value in option.values.get_mut().into_iter().flatten() {
        let id = value.option_type_id.value();
        let has = |held: &Json| id.is_some() && held["option_type_id"].as_i64() == id;
        if !held_values.is_some_and(|all| all.iter().any(has)) {
            value.option_type_id = next(tx, &VALUE_NUMBERS)?.into();
        }
        value.sort_order = value.sort_order.value().unwrap_or(0).into();
        value.price = value.price.value().unwrap_or_default().into();
        value.price_type.or_set("fixed".to_owned());
    }
    if let Opt::Is(values) = &mut option.values {
        values.sort_by_key(|value| value.sort_order.value());
    }
    Ok(option)
}

/// `png,.jpg;gif` as `png, jpg, gif`
fn list_of_endings(text: &str) -> String {
    let between = |letter: char| !letter.is_ascii_alphanumeric();
    let endings = text.split(between).filter(|ending| !ending.is_empty());
    endings.collect::<Vec<_>>().join(", ")
}

fn id_of(option: &Json) -> i64 {
    option["option_id"].as_i64().unwrap_or(0)
}

/// An id was sent that is of none of the product's options.
fn foreign() -> Fault {
    Fault::not_found("No such entity.")
}

fn no_such(id: i64) -> Fault {
    Fault::no_such_entity("optionId", PhraseValue::Number(id))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(option: &Json) -> String {
        let option = ProductOption::from_value(option)
            .expect("fits")
            .expect("an object");
        check(&option)
            .err()
            .map_or(String::new(), |fault| fault.to_string())
    }

    #[test]
    fn an_option_needs_what_its_type_needs() {
        let field = json!({"title": "A", "type": "field", "price_type": "fixed"});
        assert_eq!(checked(&field), "");
        let free = json!({"title": "A", "type": "radio", "values": [{"title": "B"}]});
        assert_eq!(checked(&free), "");
        let no_price = json!({"title": "A", "type": "field"});
        assert_eq!(checked(&no_price), "Invalid option value");
        let no_values = json!({"title": "A", "type": "radio", "values": []});
        assert_eq!(checked(&no_values), "Invalid option value");
        assert_eq!(checked(&json!({})).lines().count(), 3);
    }

    #[test]
    fn endings_of_files_are_a_list() {
        assert_eq!(list_of_endings("png,.jpg; gif"), "png, jpg, gif");
    }
}
