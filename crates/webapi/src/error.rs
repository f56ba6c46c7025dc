//! The one place that turns a [`Fault`] into a status and Magento's error body.

use ferrite_base::{Fault, Kind, Parameters, Phrase, phrase};
use serde_json::{Map, Value};

/// The HTTP status of a kind of fault.
pub fn status(kind: Kind) -> u16 {
    match kind {
        Kind::Invalid | Kind::Request => 400,
        Kind::Denied => 401,
        Kind::NotFound => 404,
        Kind::MethodNotAllowed => 405,
        Kind::NotAcceptable => 406,
        Kind::TooLarge => 413,
        Kind::UnsupportedEncoding => 415,
        Kind::Misdirected => 421,
        Kind::TooManyRequests => 429,
        Kind::Internal => 500,
        Kind::NotImplemented => 501,
        Kind::Unavailable => 503,
    }
}

/// The body: `message`, `errors`, `parameters`, in this order, each only where it says something.
///
/// A fault of the server's own shows `report_id` and nothing of its text.
pub fn body(fault: &Fault, report_id: &str) -> Value {
    let mut out = Map::new();
    if fault.kind == Kind::Internal {
        let text = format!(
            "Internal Error. Details are available in Magento log file. Report ID: {report_id}"
        );
        out.insert("message".into(), text.into());
        return Value::Object(out);
    }
    out.insert("message".into(), fault.phrase.text.clone().into());
    if !fault.errors.is_empty() {
        out.insert("errors".into(), fault.errors.iter().map(error).collect());
    }
    if let Some(values) = parameters(&fault.phrase.parameters) {
        out.insert("parameters".into(), values);
    }
    Value::Object(out)
}

fn error(phrase: &Phrase) -> Value {
    let values = parameters(&phrase.parameters).unwrap_or_else(|| Value::Array(Vec::new()));
    let mut out = Map::new();
    out.insert("message".into(), phrase.text.clone().into());
    out.insert("parameters".into(), values);
    Value::Object(out)
}

fn parameters(parameters: &Parameters) -> Option<Value> {
    match parameters {
        Parameters::None => None,
        Parameters::List(values) => Some(values.iter().map(value).collect()),
        Parameters::Named(values) => Some(Value::Object(
            values
                .iter()
                .map(|(name, found)| (name.clone(), value(found)))
                .collect(),
        )),
    }
}

fn value(value: &phrase::Value) -> Value {
    match value {
        phrase::Value::Text(text) => text.clone().into(),
        phrase::Value::Number(number) => (*number).into(),
        phrase::Value::Null => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_stay_beside_the_sentence() {
        let fault = Fault::required(["a", "b"]);
        assert_eq!(
            body(&fault, ""),
            json!({"message": "One or more input exceptions have occurred.", "errors": [
                {"message": "\"%fieldName\" is required. Enter and try again.", "parameters": {"fieldName": "a"}},
                {"message": "\"%fieldName\" is required. Enter and try again.", "parameters": {"fieldName": "b"}}]})
        );
        let fault = Fault::no_such_entity("id", 5);
        assert_eq!(
            body(&fault, "")["parameters"],
            json!({"fieldName": "id", "fieldValue": 5})
        );
    }

    #[test]
    fn a_fault_of_our_own_shows_an_id_and_no_cause() {
        let text = body(&Fault::internal("secret cause"), "webapi-0123456789abc").to_string();
        assert!(text.contains("webapi-0123456789abc") && !text.contains("secret"));
    }
}
