//! JSON schemas of [`Kind`]s, in the form of either document.
//!
//! In: kinds. Out: a schema for each, and the definitions of all data types that were named on the
//! way.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::types::{Kind, Property, Types};

/// Which document the schemas are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Swagger 2.0 as Magento writes it: the contract.
    Swagger,
    /// OpenAPI 3.1: what really comes, `fields` and null included, and nothing else.
    OpenApi,
}

/// The name of a pair of `custom_attributes`.
const ATTRIBUTE: &str = "FrameworkAttributeInterface";

/// Writes schemas and remembers what they refer to.
pub struct Shapes<'a> {
    types: &'a Types,
    style: Style,
    named: BTreeSet<Kind>,
}

impl<'a> Shapes<'a> {
    /// A writer that has referred to nothing so far.
    pub fn new(types: &'a Types, style: Style) -> Self {
        Self {
            types,
            style,
            named: BTreeSet::new(),
        }
    }

    /// The schema of a value.
    pub fn of(&mut self, kind: &Kind) -> Value {
        match (kind, self.style) {
            (Kind::Integer, Style::Swagger) => json!({"type": "integer"}),
            (Kind::Integer, Style::OpenApi) => json!({"type": "integer", "format": "int64"}),
            (Kind::Number, _) => json!({"type": "number"}),
            (Kind::Boolean, _) => json!({"type": "boolean"}),
            (Kind::Text, _) | (Kind::Any, Style::Swagger) => json!({"type": "string"}),
            (Kind::Any, Style::OpenApi) => json!({"description": "Whatever it is."}),
            (Kind::IntegerOrText, _) => json!({"type": ["integer", "string"]}),
            (Kind::AttributeValue, Style::Swagger) => json!({"type": "string"}),
            (Kind::AttributeValue, Style::OpenApi) => json!({
                "description": "As the attribute wants it: most are written as a text, those of \
                                which several can be chosen as a list.",
                "type": ["string", "number", "boolean", "array", "object", "null"],
            }),
            (Kind::Nothing, Style::Swagger) => json!({"type": "array", "items": {}}),
            (Kind::Nothing, Style::OpenApi) => json!({"type": "array", "maxItems": 0}),
            (Kind::List(element), _) => json!({"type": "array", "items": self.of(element)}),
            (Kind::Object(_) | Kind::Extension(_) | Kind::CustomAttribute, _) => {
                let reference = json!({"$ref": format!("{}{}", self.place(), self.name(kind))});
                self.named.insert(kind.clone());
                match self.style {
                    Style::Swagger => reference,
                    // An object of which `fields` leaves nothing is an empty list.
                    Style::OpenApi => {
                        json!({"anyOf": [reference, {"type": "array", "maxItems": 0}]})
                    }
                }
            }
        }
    }

    /// The same for a value that may be null.
    pub fn or_null(&mut self, kind: &Kind) -> Value {
        let mut schema = self.of(kind);
        if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
            choices.push(json!({"type": "null"}));
        } else if let Some(name) = schema.get("type").filter(|name| name.is_string()) {
            schema["type"] = json!([name, "null"]);
        }
        schema
    }

    /// The definitions of everything that was referred to, and of what these refer to.
    pub fn definitions(&mut self) -> Map<String, Value> {
        let mut out = Map::new();
        let mut done = BTreeSet::new();
        while let Some(kind) = self.named.pop_first() {
            if done.insert(kind.clone()) {
                let name = self.name(&kind);
                let definition = self.definition(&kind);
                out.insert(name, definition);
            }
        }
        out.sort_keys();
        out
    }

    fn definition(&mut self, kind: &Kind) -> Value {
        let types = self.types;
        let attribute = [
            ("attribute_code", Kind::Text),
            ("value", Kind::AttributeValue),
        ];
        match kind {
            // A contract of which nothing is declared says nothing.
            Kind::Object(name) if types.fields(name).is_empty() => json!({"type": "object"}),
            Kind::Object(name) => self.object(types.fields(name)),
            Kind::Extension(name) => self.object(types.extensions(name)),
            _ => self.object(&attribute.map(|(name, kind)| Property {
                name: name.to_owned(),
                kind,
                nullable: false,
                writable: true,
            })),
        }
    }

    fn object(&mut self, fields: &[Property]) -> Value {
        let mut out = Map::from_iter([("type".to_owned(), json!("object"))]);
        let mut properties = Map::new();
        for field in fields {
            let schema = match self.style {
                Style::Swagger => self.of(&field.kind),
                Style::OpenApi => {
                    let mut schema = self.or_null(&field.kind);
                    if !field.writable {
                        schema["readOnly"] = json!(true);
                    }
                    schema
                }
            };
            properties.insert(field.name.clone(), schema);
        }
        if !properties.is_empty() {
            out.insert("properties".into(), properties.into());
        }
        // `fields` may leave anything out: the contract alone can promise. In a request another key
        // is refused, and in an answer there is none.
        let promised = fields.iter().filter(|field| !field.nullable);
        let promised: Vec<&str> = promised.map(|field| &*field.name).collect();
        if self.style == Style::OpenApi {
            out.insert("additionalProperties".into(), json!(false));
        } else if !promised.is_empty() {
            out.insert("required".into(), promised.into());
        }
        out.into()
    }

    fn place(&self) -> &'static str {
        match self.style {
            Style::Swagger => "#/definitions/",
            Style::OpenApi => "#/components/schemas/",
        }
    }

    fn name(&self, kind: &Kind) -> String {
        let name = match kind {
            Kind::Object(name) => name.clone(),
            Kind::Extension(name) => {
                let stem = name.strip_suffix("Interface").unwrap_or(name);
                format!("{stem}ExtensionInterface")
            }
            _ => ATTRIBUTE.to_owned(),
        };
        match self.style {
            Style::Swagger => dashed(&name),
            Style::OpenApi => name,
        }
    }
}

/// `CatalogDataProductInterface` as `catalog-data-product-interface`.
fn dashed(name: &str) -> String {
    crate::dto::snake_case(name).replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_those_that_are_referred_to_and_no_other() {
        let types = Types::declared();
        let mut shapes = Shapes::new(types, Style::Swagger);
        let website = types.kind(r"Magento\Store\Api\Data\WebsiteInterface[]");
        let schema = shapes.of(&website);
        let reference = "#/definitions/store-data-website-interface";
        assert_eq!(
            schema,
            json!({"type": "array", "items": {"$ref": reference}})
        );
        let definitions = shapes.definitions();
        let names: Vec<&str> = definitions.keys().map(String::as_str).collect();
        let wanted = [
            "store-data-website-extension-interface",
            "store-data-website-interface",
        ];
        assert_eq!(names, wanted);
        let required = &definitions["store-data-website-interface"]["required"];
        assert_eq!(required, &json!(["id", "code", "name", "default_group_id"]));
    }

    #[test]
    fn what_fields_leaves_out_stands_in_the_document() {
        let types = Types::declared();
        let mut shapes = Shapes::new(types, Style::OpenApi);
        shapes.of(&types.kind("FrameworkFilter"));
        let filter = &shapes.definitions()["FrameworkFilter"];
        assert_eq!(filter.get("required"), None);
        assert_eq!(filter["additionalProperties"], false);
        let field = &filter["properties"]["field"];
        assert_eq!(field, &json!({"type": ["string", "null"]}));
    }
}
