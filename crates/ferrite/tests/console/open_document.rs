//! `/openapi.json` of a running server: what it allows is accepted, what it does not is refused with a
//! status that it names, and answers look as it says. And the page that shows it.

use serde_json::{Value, json};

use crate::support::{Project, Server};

/// The document, with as much of JSON Schema as it uses.
struct Document(Value);

impl Document {
    fn of(server: &Server, caller: &str) -> Self {
        let answer = server.ask("GET", "/openapi.json", caller, "");
        assert_eq!(answer.status, 200);
        Self(serde_json::from_slice(&answer.body).unwrap())
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        let operation = &self.0["paths"][path][method];
        assert!(operation.is_object(), "{method} {path} is not there");
        operation
    }

    /// What a reference leads to.
    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(place) => self.0.pointer(place.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }

    /// The schema of an answer with this status.
    fn answer<'a>(&'a self, operation: &'a Value, status: u16) -> &'a Value {
        let response = &operation["responses"][status.to_string()];
        assert!(response.is_object(), "{status} is not named");
        &self.resolved(response)["content"]["application/json"]["schema"]
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["anyOf"].as_array() {
            return choices.iter().any(|choice| self.fits(choice, value));
        }
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        };
        if !types.iter().any(|name| is_a(value, name.as_str())) {
            return false;
        }
        match value {
            Value::Object(map) => {
                let required = schema["required"].as_array().into_iter().flatten();
                let mut required = required.filter_map(Value::as_str);
                let is_open = schema["additionalProperties"] != false;
                required.all(|key| map.contains_key(key))
                    && map.iter().all(|(key, inner)| {
                        let property = schema["properties"].get(key);
                        property.map_or(is_open, |property| self.fits(property, inner))
                    })
            }
            Value::Array(list) => {
                let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
                let items = schema.get("items");
                list.len() as u64 <= most
                    && list
                        .iter()
                        .all(|item| items.is_none_or(|items| self.fits(items, item)))
            }
            _ => true,
        }
    }
}

/// Whether a value is of a type; a schema that names none takes any.
fn is_a(value: &Value, name: Option<&str>) -> bool {
    match name {
        None => true,
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some(other) => panic!("no type is called {other}"),
    }
}

/// A POST of each family: the body that fits, and bodies that do not.
fn cases() -> Vec<(&'static str, Value, Vec<Value>)> {
    vec![
        (
            "/V1/products",
            json!({"product": {
                "sku": "SHIRT", "name": "Shirt", "attribute_set_id": 4, "price": 19.9,
                "type_id": "simple", "weight": null,
                "extension_attributes": {"stock_item": {"qty": 3, "is_in_stock": true}},
                "custom_attributes": [{"attribute_code": "description", "value": "Blue"}],
            }}),
            vec![
                json!({}),
                json!({"product": {"sku": "S", "name": "S", "colour": "red"}}),
                json!({"product": {"sku": "S", "name": "S", "price": "much"}}),
                json!({"product": {"sku": "S", "extension_attributes": {"stock_item": {"qty": []}}}}),
            ],
        ),
        (
            "/V1/categories",
            json!({"category": {"name": "Shirts", "parent_id": 2, "is_active": true}}),
            vec![
                json!({"category": {"name": "Shirts", "parent_id": [2]}}),
                json!({"category": {"name": "Shirts", "parents": 2}}),
            ],
        ),
        (
            "/V1/taxClasses",
            json!({"taxClass": {"class_name": "Books", "class_type": "PRODUCT"}}),
            vec![
                json!({"taxClass": {"class_name": {"en": "Books"}}}),
                json!({}),
            ],
        ),
        (
            "/V1/cmsBlock",
            json!({"block": {"identifier": "hours", "title": "Hours", "content": "9-17", "active": true}}),
            vec![
                json!({"block": {"identifier": ["hours"], "title": "Hours"}}),
                json!({"block": {"name": "Hours"}}),
            ],
        ),
        (
            "/V1/inventory/sources",
            json!({"source": {
                "source_code": "north", "name": "North", "country_id": "DE", "postcode": "10115",
                "enabled": true, "latitude": 52.5,
            }}),
            vec![
                json!({"source": {"source_code": "south", "latitude": "north"}}),
                json!({"source": {"source_code": "south", "town": "B"}}),
            ],
        ),
        (
            "/V1/customerGroups",
            json!({"group": {"code": "VIP", "tax_class_id": 3}}),
            vec![
                json!({"group": {"code": "VVIP", "tax_class_id": "three"}}),
                json!({"group": {"code": "VVIP", "rebate": 3}}),
            ],
        ),
    ]
}

#[test]
fn what_the_open_document_allows_is_accepted_and_nothing_else() {
    let project = Project::installed();
    let server = project.serve();
    let admin = server.sign_in("admin", "Admin123!x").unwrap();
    let document = Document::of(&server, &admin);
    for (path, valid, invalid) in cases() {
        let operation = document.operation("post", path);
        let wanted = &operation["requestBody"]["content"]["application/json"]["schema"];
        let ask = |body: &Value| {
            let target = format!("/rest/default{path}");
            let answer = server.ask("POST", &target, &admin, &body.to_string());
            let said: Value = serde_json::from_slice(&answer.body).unwrap();
            let schema = document.answer(operation, answer.status);
            assert!(document.fits(schema, &said), "{path}: {said}");
            answer.status
        };
        assert!(document.fits(wanted, &valid), "{path}: {valid}");
        assert_eq!(ask(&valid), 200, "{path}: {valid}");
        for body in invalid {
            assert!(!document.fits(wanted, &body), "{path}: {body}");
            assert_eq!(ask(&body), 400, "{path}: {body}");
        }
    }
}

#[test]
fn reads_answer_what_the_open_document_says() {
    let project = Project::installed();
    let server = project.serve();
    let admin = server.sign_in("admin", "Admin123!x").unwrap();
    let document = Document::of(&server, &admin);
    for (path, target) in [
        ("/V1/modules", "/V1/modules"),
        ("/V1/store/storeConfigs", "/V1/store/storeConfigs"),
        ("/V1/categories", "/V1/categories"),
        (
            "/V1/taxRates/search",
            "/V1/taxRates/search?searchCriteria[pageSize]=2",
        ),
        (
            "/V1/products/attributes",
            "/V1/products/attributes?searchCriteria[pageSize]=50",
        ),
        (
            "/V1/directory/countries/{countryId}",
            "/V1/directory/countries/US",
        ),
        ("/V1/customerGroups/{id}", "/V1/customerGroups/1"),
        ("/V1/customerGroups/{id}", "/V1/customerGroups/99"),
        ("/V1/products/{sku}", "/V1/products/NONE"),
    ] {
        let operation = document.operation("get", path);
        let answer = server.ask("GET", &format!("/rest/default{target}"), &admin, "");
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        let schema = document.answer(operation, answer.status);
        assert!(document.fits(schema, &said), "{target}: {said}");
    }
}

#[test]
fn the_page_is_there_under_its_policy_and_not_in_production() {
    let project = Project::installed();
    let server = project.serve();
    let page = server.ask("GET", "/swagger", "", "");
    assert_eq!(page.status, 200);
    assert!(
        String::from_utf8(page.body)
            .unwrap()
            .contains("/swagger/page.js")
    );
    assert_eq!(server.status("/swagger/swagger-ui-bundle.js"), 200);
    assert_eq!(server.status("/swagger/nothing.js"), 404);
    assert_eq!(server.ask("POST", "/swagger", "", "").status, 405);
    project.ok(&["deploy:mode:set", "production"]);
    assert_eq!(server.status("/swagger"), 404);
    assert_eq!(server.status("/swagger/page.js"), 404);
}
