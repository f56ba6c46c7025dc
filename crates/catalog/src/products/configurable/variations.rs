//! `PUT /V1/configurable-products/variation`: the variations that a product could have, one for
//! each combination of values. Nothing is stored.

use ferrite_base::Fault;
use ferrite_webapi::dto::Wire as _;
use ferrite_webapi::{Call, Json, Routes, Tx};
use serde_json::{Map, Value, json};

use super::TYPE;
use super::options::attribute_id;
use super::rows;
use super::types::ConfigurableOption;
use crate::products::types::ProductInput;

/// So many combinations are made up at most.
const MOST: usize = 10_000;

/// Binds the routes.
pub(super) fn routes(routes: &mut Routes) {
    routes.bind("PUT /V1/configurable-products/variation", make_up);
}

fn make_up(
    _: &Call,
    tx: &mut Tx<'_>,
    product: ProductInput,
    options: Vec<ConfigurableOption>,
) -> Result<Vec<Json>, Fault> {
    let mut axes: Vec<(String, Vec<i64>)> = Vec::new();
    for option in &options {
        let id = attribute_id(option).unwrap_or(0);
        let code = rows::attribute(tx, id)?.code;
        let values = option.values.get().into_iter().flatten();
        axes.push((
            code,
            values
                .filter_map(|value| value.value_index.value())
                .collect(),
        ));
    }
    let count = axes.iter().map(|(_, values)| values.len());
    let count = count.fold(1_usize, usize::saturating_mul);
    if count > MOST {
        return Err(Fault::invalid("The options have too many combinations."));
    }
    if axes.is_empty() {
        return Ok(Vec::new());
    }
    let mut combinations: Vec<Vec<i64>> = vec![Vec::new()];
    for (_, values) in &axes {
        let with = |held: &Vec<i64>| {
            let held = held.clone();
            values
                .iter()
                .map(move |value| [held.clone(), vec![*value]].concat())
        };
        combinations = combinations.iter().flat_map(with).collect();
    }
    let codes: Vec<&str> = axes.iter().map(|(code, _)| code.as_str()).collect();
    Ok(combinations
        .iter()
        .map(|values| variation(&product, &codes, values))
        .collect())
}

fn variation(product: &ProductInput, codes: &[&str], values: &[i64]) -> Json {
    let ending: String = values.iter().map(|value| format!("-{value}")).collect();
    let type_id = product.type_id.value().unwrap_or_else(|| TYPE.to_owned());
    // The price of a configurable product is that of its variations.
    let price = product
        .price
        .value()
        .filter(|_| type_id != TYPE)
        .unwrap_or_default();
    let pairs = codes.iter().zip(values);
    let custom: Vec<Value> = pairs
        .map(|(code, value)| json!({"attribute_code": code, "value": value.to_string()}))
        .collect();
    let fields = [
        (
            "sku",
            (product.sku.value().unwrap_or_default() + &ending).into(),
        ),
        (
            "name",
            (product.name.value().unwrap_or_default() + &ending).into(),
        ),
        ("attribute_set_id", product.attribute_set_id.value().into()),
        ("price", price.to_value()),
        ("status", 1.into()),
        ("visibility", 1.into()),
        ("type_id", type_id.into()),
        ("weight", product.weight.value().into()),
        ("product_links", json!([])),
        ("tier_prices", json!([])),
        ("custom_attributes", custom.into()),
    ];
    let kept = fields
        .into_iter()
        .filter(|(_, value): &(&str, Value)| !value.is_null());
    let named = kept.map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.collect::<Map<_, _>>())
}
