//! The data types of the service contracts, as data, and what their fields hold.
//!
//! In: the rows of `data/types.csv` (facts of Magento's data interfaces, one field a row, in output
//! order) and the type names that stand in the route table. Out: [`Kind`]s, from which both schemas
//! are written.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing: it is written as an empty list.
    Nothing,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A text.
    Text,
    /// A whole number, in some cases written as a text.
    IntegerOrText,
    /// Any value.
    Any,
    /// What an attribute holds.
    AttributeValue,
    /// A pair of an attribute's code and its value.
    CustomAttribute,
    /// A data type of this name.
    Object(String),
    /// The extension attributes of the data type of this name.
    Extension(String),
    /// A list.
    List(Box<Kind>),
}

impl Kind {
    /// Whether it is one value of a known type.
    pub fn is_simple(&self) -> bool {
        matches!(
            self,
            Self::Integer | Self::Number | Self::Boolean | Self::Text
        )
    }
}

/// A field of a data type, or an extension attribute of one.
#[derive(Clone, Debug)]
pub struct Property {
    /// The key, in snake_case.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Left out of answers while it is null.
    pub nullable: bool,
    /// Whether a request may set it.
    pub writable: bool,
}

/// All data types that a route takes or gives.
#[derive(Debug, Default)]
pub struct Types {
    fields: BTreeMap<String, Vec<Property>>,
    extensions: BTreeMap<String, Vec<Property>>,
    by_class: HashMap<String, String>,
}

impl Types {
    /// The declared types, read when they are first asked for.
    pub fn declared() -> &'static Self {
        static DECLARED: LazyLock<Types> = LazyLock::new(Types::read);
        &DECLARED
    }

    fn read() -> Self {
        let facts = include_str!("../../data/types.csv");
        let mut reader = csv::Reader::from_reader(facts.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
        let mut types = Self::default();
        for record in &records {
            if let (Some(name), Some(class)) = (record.get(0), record.get(1)) {
                types.by_class.insert(class.to_owned(), name.to_owned());
                types.fields.entry(name.to_owned()).or_default();
            }
        }
        for record in &records {
            types.add(record);
        }
        types
    }

    fn add(&mut self, record: &csv::StringRecord) -> Option<()> {
        let (owner, name) = (record.get(0)?, record.get(3)?);
        let kind = match record.get(4)? {
            "extension_attributes" => Kind::Extension(owner.to_owned()),
            kind => self.kind(kind),
        };
        let property = Property {
            name: name.to_owned(),
            kind,
            nullable: record.get(5)? == "true",
            writable: record.get(6)? == "true",
        };
        let part = match record.get(2)? {
            "extension" => &mut self.extensions,
            _ => &mut self.fields,
        };
        // A type without fields has a row that names none.
        if !name.is_empty() {
            part.entry(owner.to_owned()).or_default().push(property);
        }
        Some(())
    }

    /// What a declared type holds: a simple one, a class, a data type's name, or a list (`[]`) of
    /// one. Of a class that is not known here anything can be said.
    pub fn kind(&self, declared: &str) -> Kind {
        let declared = declared.trim_end_matches("|null");
        if let Some(element) = declared.strip_suffix("[]") {
            // A list where something simple is due is written as JSON in a text.
            let element = match element.strip_suffix("[]") {
                Some("int" | "float" | "bool" | "string") => "string",
                _ => element,
            };
            return Kind::List(Box::new(self.kind(element)));
        }
        match declared {
            "void" | "null" => Kind::Nothing,
            "int" | "integer" => Kind::Integer,
            "float" | "double" => Kind::Number,
            "bool" | "boolean" => Kind::Boolean,
            "string" | "DateTimeInterface" | "DateTimeImmutable" => Kind::Text,
            "array" => Kind::List(Box::new(Kind::Any)),
            "custom_attributes" => Kind::CustomAttribute,
            name => {
                let by_class = self.by_class.get(name.trim_start_matches('\\'));
                let known = by_class.or_else(|| Some(self.fields.get_key_value(name)?.0));
                known.map_or(Kind::Any, |name| Kind::Object(name.clone()))
            }
        }
    }

    /// The class of a data type, without a leading backslash.
    pub fn class(&self, name: &str) -> Option<&str> {
        let found = self.by_class.iter().find(|(_, of)| *of == name);
        found.map(|(class, _)| class.as_str())
    }

    /// The fields of a data type, in output order.
    pub fn fields(&self, name: &str) -> &[Property] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// The extension attributes of a data type.
    pub fn extensions(&self, name: &str) -> &[Property] {
        self.extensions.get(name).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::declared;

    #[test]
    fn every_type_that_a_route_names_is_known() {
        let types = Types::declared();
        for row in declared() {
            let taken = row.parameters.iter().map(|parameter| &parameter.kind);
            for name in taken.chain([&row.returns]).filter(|name| *name != "mixed") {
                let mut kind = types.kind(name);
                while let Kind::List(element) = kind {
                    kind = *element;
                }
                assert_ne!(kind, Kind::Any, "{}: {name}", row.name());
            }
        }
    }

    #[test]
    fn fields_keep_their_order_and_their_marks() {
        let types = Types::declared();
        let product = "CatalogDataProductInterface";
        let names: Vec<&str> = types.fields(product).iter().map(|f| &*f.name).collect();
        assert_eq!(names.get(..3), Some(&["id", "sku", "name"][..]));
        let find = |name: &str| types.fields(product).iter().find(|f| f.name == name);
        let attributes = find("custom_attributes").unwrap();
        assert_eq!(attributes.kind, Kind::List(Box::new(Kind::CustomAttribute)));
        let extension = find("extension_attributes").unwrap();
        assert_eq!(extension.kind, Kind::Extension(product.to_owned()));
        let stock = types.extensions(product).iter();
        assert!(stock.clone().any(|property| property.name == "stock_item"));
    }
}
