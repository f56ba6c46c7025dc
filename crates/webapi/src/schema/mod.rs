//! What the Web API says of itself: Magento's Swagger documents and an OpenAPI one.
//!
//! In: the declared rows ([`crate::route`]) and the data types of their contracts ([`types`]); who
//! asks. Out: a document of what the caller may do, either the contract in Magento's form
//! ([`swagger`]) or what is really served ([`openapi`]). Both are written from [`operation`]s, whose
//! values [`shapes`] makes JSON schemas of: nothing is written by hand for a route.

mod openapi;
mod operation;
mod shapes;
mod swagger;
pub(crate) mod types;

use ferrite_base::{Fault, Kind, Phrase};
use http::Method;
use serde_json::Value;

use crate::address::place;
use crate::api::{Api, Request, Response};
use crate::call::Call;
use crate::identity::Identity;
use crate::wire::accept::Format;
use crate::wire::query;

use operation::Operation;
use swagger::{Form, Place};
use types::Types;

/// Without a character set, as Magento writes it.
const CONTENT_TYPE: &str = "application/json";

impl Api {
    /// Answers a request for a document in Magento's form; none where it asks for something else.
    pub(crate) fn schema(&self, request: &Request) -> Option<Response> {
        let (front, _) = request
            .head
            .path
            .trim_end_matches('/')
            .rsplit_once("/schema")?;
        if request.head.method != Method::GET {
            return None;
        }
        let (call, path) = match self.call_of(request) {
            Ok(found) => found,
            Err(fault) => return Some(self.refuse(&fault, Format::Json)),
        };
        let form = Form::of(path.as_deref()?)?;
        Some(self.documented(|| {
            let asks_same = |signed: &str| {
                let signed = place(&call.settings, signed).ok();
                signed.and_then(|(_, path)| Form::of(path)) == Some(form)
            };
            check_signed_path(call.known()?, asks_same)?;
            let types = Types::declared();
            let operations = self.operations(&call, types, |row| form.takes(&row.method));
            let operations = wanted(operations, query_of(&call))?;
            let at = Place {
                host: &call.head.host,
                scheme: call.head.scheme,
                base_path: front,
            };
            Ok(swagger::document(&operations, types, form, &at))
        }))
    }

    /// Answers a request for the OpenAPI document, whatever its path.
    pub fn openapi(&self, request: &Request) -> Response {
        self.documented(|| {
            let method = &request.head.method;
            if method != Method::GET {
                let text = format!("The {method} HTTP method is not supported.");
                return Err(Fault::new(Kind::MethodNotAllowed, Phrase::new(text)));
            }
            let (call, _) = self.call_of(request)?;
            check_signed_path(call.known()?, |signed| signed == request.head.path)?;
            let types = Types::declared();
            let mut operations = self.operations(&call, types, |_| true);
            operations.retain_mut(|operation| {
                let row = operation.row;
                let entry = self.table().declared(&row.method, &row.path);
                let served = entry.and_then(|entry| entry.handler.as_ref());
                if let Some(served) = served {
                    operation.is_given(&types.kind(served.answers));
                }
                served.is_some()
            });
            let default = format!("/rest/{}", call.store.code);
            let bases = [default, "/rest/all".to_owned()];
            Ok(openapi::document(&operations, types, &bases))
        })
    }

    fn documented(&self, write: impl FnOnce() -> Result<Value, Fault>) -> Response {
        match crate::api::caught(write) {
            Ok(document) => Response {
                status: 200,
                content_type: CONTENT_TYPE,
                body: document.to_string().into(),
            },
            Err(fault) => self.refuse(&fault, Format::Json),
        }
    }

    /// What the caller may do, in the table's order.
    fn operations<'a>(
        &'a self,
        call: &Call,
        types: &Types,
        is_wanted: impl Fn(&crate::route::Row) -> bool,
    ) -> Vec<Operation<'a>> {
        let entries = self.table().entries().iter();
        let entries = entries.filter(|entry| is_wanted(&entry.row));
        entries
            .filter(|entry| crate::admission::permit(&entry.requirement, &entry.row, call).is_ok())
            .map(|entry| {
                let is_open = crate::admission::is_open(&entry.requirement, &entry.row, call);
                Operation::new(&entry.row, is_open, types)
            })
            .collect()
    }
}

/// Refuses a path that was signed for something else.
fn check_signed_path(identity: &Identity, is_same: impl FnOnce(&str) -> bool) -> Result<(), Fault> {
    let signed = identity.signed_path.as_deref();
    if signed.is_none_or(is_same) {
        return Ok(());
    }
    let phrase = Phrase::new("The signature is invalid. Verify and try again.");
    Err(Fault::new(Kind::Denied, phrase))
}

/// The query as far as it is signed.
fn query_of(call: &Call) -> Option<&str> {
    let signed = call.known().ok()?.signed_query.as_deref();
    signed.or(call.head.query.as_deref())
}

/// The operations of the services that `services` names, all of them where it is not there.
fn wanted<'a>(
    operations: Vec<Operation<'a>>,
    query: Option<&str>,
) -> Result<Vec<Operation<'a>>, Fault> {
    let refused = |text: String| Fault::new(Kind::Request, Phrase::new(text));
    let query = query::parse(query.unwrap_or_default())?;
    let names = match query.get("services") {
        None => return Ok(operations),
        Some(Value::String(names)) if names == "all" => return Ok(operations),
        Some(Value::String(names)) => names.split(','),
        Some(_) => return Err(refused(BAD_SERVICES.to_owned())),
    };
    let is_name = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if !names.clone().all(|name| is_name(&name)) {
        return Err(refused(BAD_SERVICES.to_owned()));
    }
    for name in names.clone() {
        if !operations.iter().any(|operation| operation.service == name) {
            return Err(refused(format!(
                "Requested service is not available: \"{name}\""
            )));
        }
    }
    let is_named = |operation: &Operation<'_>| names.clone().any(|name| name == operation.service);
    Ok(operations.into_iter().filter(is_named).collect())
}

const BAD_SERVICES: &str = "Incorrect format of request URI or Requested services are missing.";

#[cfg(test)]
mod tests;
