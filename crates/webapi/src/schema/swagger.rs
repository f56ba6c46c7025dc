//! The contract in Magento's form: Swagger 2.0.
//!
//! In: the operations that a caller may use. Out: the document, for calls that are answered at
//! once, later, or many at a time.

use serde_json::{Map, Value, json};

use super::operation::{Argument, Operation, by_names};
use super::shapes::{Shapes, Style};
use super::types::{Kind, Types};

/// When the calls that a document is about are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// While the caller waits.
    Sync,
    /// Later.
    Async,
    /// Later, many in one request.
    Bulk,
}

impl Form {
    /// Which form a path below `/rest/{store}/` asks for; none where it asks for no document.
    pub fn of(path: &str) -> Option<Self> {
        match path.trim_matches('/') {
            "schema" => Some(Self::Sync),
            "async/schema" => Some(Self::Async),
            "async/bulk/schema" => Some(Self::Bulk),
            _ => None,
        }
    }

    /// Whether a call of this method can be made in this form.
    pub fn takes(self, method: &str) -> bool {
        self == Self::Sync || method != "GET"
    }
}

/// Where a document is asked for.
pub struct Place<'a> {
    /// The authority.
    pub host: &'a str,
    /// `http` or `https`.
    pub scheme: &'a str,
    /// The path in front of `/schema`.
    pub base_path: &'a str,
}

/// What a call that is carried out later answers.
const LATER: &str = "AsynchronousOperationsDataAsyncResponseInterface";

/// Writes the document.
pub fn document(operations: &[Operation<'_>], types: &Types, form: Form, at: &Place<'_>) -> Value {
    let mut shapes = Shapes::new(types, Style::Swagger);
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Map<String, Value> = Map::new();
    for operation in operations {
        let path = match form {
            Form::Bulk => by_names(&operation.path),
            Form::Sync | Form::Async => operation.path.clone(),
        };
        let method = operation.row.method.to_ascii_lowercase();
        let told = tell(operation, types, form, &mut shapes);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = told;
        let tag = json!({"name": operation.service, "description": operation.row.service});
        tags.insert(operation.service.clone(), tag);
    }
    paths.sort_keys();
    tags.sort_keys();
    let tags: Vec<Value> = tags.into_iter().map(|(_, tag)| tag).collect();
    let mut definitions = errors();
    definitions.extend(shapes.definitions());
    json!({
        "swagger": "2.0",
        "info": {"version": "2.4", "title": "Magento Community"},
        "host": at.host,
        "basePath": at.base_path,
        "schemes": [at.scheme],
        "securityDefinitions": {
            "api_key": {"type": "apiKey", "name": "api_key", "in": "header"},
        },
        "tags": tags,
        "paths": paths,
        "definitions": definitions,
    })
}

fn tell(operation: &Operation<'_>, types: &Types, form: Form, shapes: &mut Shapes<'_>) -> Value {
    let media = json!(["application/json", "application/xml"]);
    json!({
        "tags": [operation.service],
        "description": operation.description(),
        "operationId": operation.id(),
        "consumes": media,
        "produces": media,
        "parameters": parameters(operation, types, form, shapes),
        "responses": responses(operation, form, shapes),
    })
}

fn parameters(
    operation: &Operation<'_>,
    types: &Types,
    form: Form,
    shapes: &mut Shapes<'_>,
) -> Vec<Value> {
    let mut out = Vec::new();
    let mut in_body: Vec<&Argument> = operation.others.iter().collect();
    if form == Form::Bulk {
        in_body.splice(0..0, &operation.in_path);
    } else {
        let in_path = operation.in_path.iter();
        out.extend(in_path.map(|argument| simple(argument, "path", shapes)));
    }
    if operation.row.method == "GET" {
        let query = operation.query(types);
        out.extend(
            query
                .iter()
                .map(|argument| simple(argument, "query", shapes)),
        );
    } else if !in_body.is_empty() {
        let request = body(&in_body, shapes);
        let schema = match form {
            Form::Bulk => json!({"type": "array", "items": request}),
            Form::Sync | Form::Async => request,
        };
        let name = format!("{}Body", operation.id());
        out.push(json!({"name": name, "in": "body", "schema": schema}));
    }
    out
}

fn simple(argument: &Argument, place: &str, shapes: &mut Shapes<'_>) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), argument.name.clone().into());
    out.insert("in".into(), place.into());
    if let Value::Object(schema) = shapes.of(&argument.kind) {
        out.extend(schema);
    }
    if matches!(argument.kind, Kind::List(_)) {
        out.insert("collectionFormat".into(), "multi".into());
    }
    if argument.is_required {
        out.insert("required".into(), true.into());
    }
    out.into()
}

fn body(arguments: &[&Argument], shapes: &mut Shapes<'_>) -> Value {
    let properties: Map<String, Value> = arguments
        .iter()
        .map(|argument| (argument.name.clone(), shapes.of(&argument.kind)))
        .collect();
    let required = arguments.iter().filter(|argument| argument.is_required);
    let required: Vec<&str> = required.map(|argument| &*argument.name).collect();
    let mut out = json!({"type": "object", "properties": properties, "xml": {"name": "request"}});
    if !required.is_empty() {
        out["required"] = required.into();
    }
    out
}

fn responses(operation: &Operation<'_>, form: Form, shapes: &mut Shapes<'_>) -> Value {
    let error = json!({"$ref": "#/definitions/error-response"});
    let mut out = Map::new();
    if form == Form::Sync {
        let schema = shapes.of(&operation.answer);
        let success = json!({"description": "200 Success.", "schema": schema});
        out.insert("200".into(), success);
    } else {
        let schema = shapes.of(&Kind::Object(LATER.to_owned()));
        let accepted = json!({"description": "202 Accepted.", "schema": schema});
        out.insert("202".into(), accepted);
    }
    if !operation.is_open {
        let refused = json!({"description": "401 Unauthorized", "schema": error});
        out.insert("401".into(), refused);
    }
    let other = json!({"description": "Unexpected error", "schema": error});
    out.insert("default".into(), other);
    out.into()
}

/// What every refusal looks like.
fn errors() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let parameters = json!({"$ref": "#/definitions/error-parameters"});
    let described = json!({
        "error-response": {
            "type": "object",
            "properties": {
                "message": text,
                "errors": {"$ref": "#/definitions/error-errors"},
                "code": {"type": "integer"},
                "parameters": parameters,
                "trace": text,
            },
            "required": ["message"],
        },
        "error-errors": {
            "type": "array",
            "items": {"$ref": "#/definitions/error-errors-item"},
        },
        "error-errors-item": {
            "type": "object",
            "properties": {"message": text, "parameters": parameters},
        },
        "error-parameters": {
            "type": "array",
            "items": {"$ref": "#/definitions/error-parameters-item"},
        },
        "error-parameters-item": {
            "type": "object",
            "properties": {"resources": text, "fieldName": text, "fieldValue": text},
        },
    });
    match described {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
