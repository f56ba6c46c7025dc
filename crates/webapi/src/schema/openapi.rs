//! What is really served: an OpenAPI 3.1 document.
//!
//! In: the operations that have a handler and that a caller may use. Out: the document. Statuses of
//! refusals come from [`error::status`], beside those that a server gives before it reads a request.

use ferrite_base::Kind as Fault;
use serde_json::{Map, Value, json};

use crate::error;

use super::operation::{Argument, Operation};
use super::shapes::{Shapes, Style};
use super::types::{Kind, Types};

/// Refusals of the framework and of what serves it: (kind, in which words).
const REFUSALS: [(Fault, &str); 11] = [
    (Fault::Invalid, "What was sent is not accepted."),
    (Fault::Denied, "The caller is not known or may not do this."),
    (Fault::NotFound, "There is no such thing."),
    (Fault::MethodNotAllowed, "The method is not supported."),
    (Fault::NotAcceptable, "No form of the answer is accepted."),
    (Fault::TooLarge, "The body is too large."),
    (Fault::UnsupportedEncoding, "The body is encoded."),
    (Fault::Misdirected, "The host is not served here."),
    (Fault::TooManyRequests, "Too many requests."),
    (Fault::Internal, "A fault of the server."),
    (Fault::Unavailable, "The store is not there at present."),
];

/// Refusals of a request that is not read to its end.
const UNREAD: [(u16, &str); 3] = [
    (408, "The body comes too slowly."),
    (414, "The address is too long."),
    (431, "The headers are too large."),
];

/// What holds for every operation, and what a schema has no words for.
const DESCRIPTION: &str = "\
    What the caller may do and this server does. Keys are written in snake_case in answers and may be \
    written in camelCase too in requests. Beside what the schemas say, a request may have a number as a \
    text (`\"19.90\"`), a text as a number, and a truth as `1`, `0`, `\"true\"` or `\"yes\"`. What a data \
    type marks as read-only is refused in a request unless it is empty. An object of which nothing is \
    there, also since `fields` left nothing of it, is written as an empty list. Dates are texts such as \
    `2026-11-28 20:15:00`, in UTC. Other parts of `searchCriteria` have the same names with further \
    numbers in them. A list in a query is written `name[]=a&name[]=b`.";

/// Writes the document of what stands below the addresses `bases`, such as `/rest/default`.
pub fn document(operations: &[Operation<'_>], types: &Types, bases: &[String]) -> Value {
    let mut shapes = Shapes::new(types, Style::OpenApi);
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let methods = paths.entry(&operation.path).or_insert_with(|| json!({}));
        let method = operation.row.method.to_ascii_lowercase();
        methods[method] = tell(operation, types, &mut shapes);
    }
    paths.sort_keys();
    let mut schemas = shapes.definitions();
    schemas.insert("ErrorResponse".into(), error_response());
    let servers: Vec<Value> = bases.iter().map(|base| json!({"url": base})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Web API", "version": "V1", "description": DESCRIPTION},
        "servers": servers,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": refusals(),
            "parameters": {"fields": fields()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "oauth": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "A request signed by OAuth 1.0a (RFC 5849).",
                },
            },
        },
    })
}

fn tell(operation: &Operation<'_>, types: &Types, shapes: &mut Shapes<'_>) -> Value {
    let has_body = matches!(&*operation.row.method, "POST" | "PUT");
    let in_path = operation.in_path.iter();
    let mut parameters: Vec<Value> = in_path
        .map(|argument| parameter(argument, "path", shapes))
        .collect();
    if !has_body {
        let query = operation.query(types);
        parameters.extend(
            query
                .iter()
                .map(|argument| parameter(argument, "query", shapes)),
        );
    }
    if holds_objects(&operation.answer) {
        parameters.push(json!({"$ref": "#/components/parameters/fields"}));
    }
    let mut out = json!({
        "tags": [operation.service],
        "summary": operation.description(),
        "operationId": operation.id(),
        "parameters": parameters,
    });
    if has_body && !operation.others.is_empty() {
        out["requestBody"] = body(&operation.others, shapes);
    }
    out["responses"] = responses(operation, shapes);
    out["security"] = if operation.is_open {
        json!([{}, {"token": []}, {"oauth": []}])
    } else {
        json!([{"token": []}, {"oauth": []}])
    };
    out
}

fn parameter(argument: &Argument, place: &str, shapes: &mut Shapes<'_>) -> Value {
    // A part of an object may stand there in another of its names: only what is whole is required.
    let is_required = argument.is_required && !argument.name.contains('[');
    json!({
        "name": argument.name,
        "in": place,
        "required": is_required,
        "schema": shapes.of(&argument.kind),
    })
}

fn body(arguments: &[Argument], shapes: &mut Shapes<'_>) -> Value {
    let mut properties = Map::new();
    for argument in arguments {
        let schema = if argument.is_required {
            shapes.of(&argument.kind)
        } else {
            shapes.or_null(&argument.kind)
        };
        properties.insert(argument.name.clone(), schema);
    }
    let required = arguments.iter().filter(|argument| argument.is_required);
    let required: Vec<&str> = required.map(|argument| &*argument.name).collect();
    json!({
        "required": !required.is_empty(),
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": properties, "required": required},
            },
            "application/xml": {},
        },
    })
}

fn responses(operation: &Operation<'_>, shapes: &mut Shapes<'_>) -> Value {
    // Of an empty list of objects `fields` leaves null.
    let is_list = matches!(operation.answer, Kind::List(_));
    let schema = if operation.may_answer_null || is_list && holds_objects(&operation.answer) {
        shapes.or_null(&operation.answer)
    } else {
        shapes.of(&operation.answer)
    };
    let success = json!({
        "description": "Done.",
        "content": {"application/json": {"schema": schema}, "application/xml": {}},
    });
    let mut out = Map::from_iter([("200".to_owned(), success)]);
    for (status, _) in all_refusals() {
        let reference = format!("#/components/responses/{status}");
        out.insert(status.to_string(), json!({"$ref": reference}));
    }
    out.into()
}

/// Status and words of each refusal, by status.
fn all_refusals() -> Vec<(u16, &'static str)> {
    let of_kinds = REFUSALS.map(|(kind, text)| (error::status(kind), text));
    let mut out: Vec<_> = of_kinds.into_iter().chain(UNREAD).collect();
    out.sort_unstable();
    out
}

fn refusals() -> Map<String, Value> {
    let refusal = |(status, text): (u16, &str)| {
        let content = json!({
            "application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}},
            "application/xml": {},
            "text/plain": {"schema": {"type": "string"}},
        });
        let response = json!({"description": text, "content": content});
        (status.to_string(), response)
    };
    all_refusals().into_iter().map(refusal).collect()
}

/// What [`error::body`] writes.
fn error_response() -> Value {
    let parameters = json!({"type": ["array", "object"]});
    let inner = json!({
        "type": "object",
        "properties": {"message": {"type": "string"}, "parameters": parameters},
        "required": ["message", "parameters"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "errors": {"type": "array", "items": inner},
            "parameters": parameters,
        },
        "required": ["message"],
        "additionalProperties": false,
    })
}

fn fields() -> Value {
    json!({
        "name": "fields",
        "in": "query",
        "description": "What of the answer is wanted, such as items[sku,name],total_count.",
        "schema": {"type": "string"},
    })
}

fn holds_objects(kind: &Kind) -> bool {
    match kind {
        Kind::Object(_) | Kind::Extension(_) | Kind::CustomAttribute => true,
        Kind::List(element) => holds_objects(element),
        _ => false,
    }
}
