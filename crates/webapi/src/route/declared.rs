//! The rows of Magento's route table, as data.

use std::sync::Arc;

use crate::guest_access;

/// A route as Magento declares it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The module that declares it, such as `Magento_Store`.
    pub module: String,
    /// GET, POST, PUT or DELETE.
    pub method: String,
    /// The path below `/rest/{store}`, such as `/V1/products/:sku`.
    pub path: String,
    /// The service contract, such as `Magento\Store\Api\StoreRepositoryInterface`.
    pub service: String,
    /// The contract's method.
    pub operation: String,
    /// The resources that the caller needs, all of them.
    pub resources: Vec<String>,
    /// Values that the server sets whatever the client sends: (dotted path, placeholder).
    pub forced: Vec<(String, String)>,
    /// Whether a setting opens it to guests.
    pub opens_to_guests: bool,
    /// Whether it answers over HTTPS alone.
    pub secure: bool,
    /// The most things that a list in its data may hold, in place of the configured number
    /// (`input-array-size-limit`).
    pub most_items: Option<usize>,
    /// What the contract's method takes, in order.
    pub parameters: Arc<[Parameter]>,
    /// The declared type of the answer.
    pub returns: String,
}

/// A parameter of a service contract's method.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The key in the body or query, in camelCase.
    pub name: String,
    /// Its declared type.
    pub kind: String,
    /// What stands in for it when it is not sent, as JSON; none where it is required.
    pub default: Option<serde_json::Value>,
}

impl Row {
    /// `GET /V1/store/websites`
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All rows, in the order in which Magento's modules declare them.
pub fn declared() -> Vec<Row> {
    let facts = include_str!("../../data/routes.csv");
    let mut reader = csv::Reader::from_reader(facts.as_bytes());
    reader
        .records()
        .filter_map(Result::ok)
        .filter_map(|record| row(&record))
        .collect()
}

fn row(record: &csv::StringRecord) -> Option<Row> {
    let text = |index: usize| record.get(index).map(str::to_owned);
    let (method, path) = (text(1)?, text(2)?);
    Some(Row {
        module: text(0)?,
        opens_to_guests: guest_access::opens(&method, &path),
        method,
        path,
        service: text(3)?,
        operation: text(4)?,
        resources: list(record, 5, "|"),
        forced: list(record, 6, ";")
            .iter()
            .filter_map(|pair| {
                pair.split_once('=')
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
            })
            .collect(),
        secure: record.get(7) == Some("true"),
        most_items: None,
        parameters: list(record, 8, ";")
            .iter()
            .filter_map(|part| parameter(part))
            .collect(),
        returns: text(9)?,
    })
}

fn list(record: &csv::StringRecord, index: usize, separator: &str) -> Vec<String> {
    let cell = record.get(index).unwrap_or_default();
    cell.split(separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `name:type`, `name:type|null=null`, `name:bool=false`.
fn parameter(text: &str) -> Option<Parameter> {
    let (name, rest) = text.split_once(':')?;
    let (kind, default) = match rest.split_once('=') {
        None => (rest, None),
        Some((kind, literal)) => (kind, Some(literal)),
    };
    let default = default.map(|literal| {
        let json = if literal == "''" { "\"\"" } else { literal };
        serde_json::from_str(json).unwrap_or(serde_json::Value::Null)
    });
    Some(Parameter {
        name: name.to_owned(),
        kind: kind.to_owned(),
        default,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_data_is_read() {
        let rows = declared();
        assert_eq!(rows.len(), 416);
        let find = |name: &str| rows.iter().find(|row| row.name() == name).cloned();
        let product = find("GET /V1/products/:sku").unwrap();
        assert_eq!(product.resources, ["Magento_Catalog::products"]);
        assert_eq!(product.parameters.len(), 4);
        assert_eq!(product.parameters[1].default, Some(false.into()));
        let me = find("PUT /V1/customers/me").unwrap();
        assert_eq!(me.forced[0], ("customer.id".into(), "%customer_id%".into()));
    }
}
