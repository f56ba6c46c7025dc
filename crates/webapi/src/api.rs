//! A request's way through the framework.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use ferrite_base::{Clock, Fault, Kind, Phrase, Randomness, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Tx};
use serde_json::Value;

use crate::call::{Arguments, Call};
use crate::identity::{Caller, Credentials, Head, Identity};
use crate::input::Input;
use crate::route::{Bound, Row, Table};
use crate::wire::accept::Format;
use crate::wire::{json, query, xml_write};
use crate::{error, fields, guest_access};

/// What every call can reach.
pub struct Services {
    /// The store.
    pub db: Db,
    /// The configuration and the scope tree.
    pub settings: Settings,
    /// The resource tree.
    pub tree: &'static ferrite_acl::Tree,
    /// Who can tell callers apart, asked in this order.
    pub credentials: Vec<Arc<dyn Credentials>>,
    /// The time.
    pub clock: Clock,
    /// Randomness for report ids.
    pub randomness: Randomness,
    /// Where faults of our own are written, with their report ids.
    pub log: fn(&str),
}

impl Services {
    pub(crate) fn identify(&self, head: &Head) -> Result<Identity, Fault> {
        for source in &self.credentials {
            if let Some(identity) = source.identify(head)? {
                return Ok(identity);
            }
        }
        Ok(Identity::guest())
    }

    fn still_holds(&self, identity: &Identity, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        for source in &self.credentials {
            if !source.still_holds(identity, tx)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A request below `/rest`, as it was received.
#[derive(Debug, Default)]
pub struct Request {
    /// Everything but the body.
    pub head: Head,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Who calls, where that is known already: a page of the panel asks as the admin who is signed
    /// in. Nothing that comes over the network sets it.
    pub caller: Option<Identity>,
}

/// An answer, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// The Web API.
pub struct Api {
    services: Arc<Services>,
    table: Table,
}

/// A request that has found its route.
struct Routed<'a> {
    row: &'a Row,
    handler: Bound,
    call: Call,
    input: Input,
}

impl Api {
    /// The framework over what it serves and with what.
    pub fn new(services: Arc<Services>, table: Table) -> Self {
        Self { services, table }
    }

    /// The route table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// What the calls reach.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Answers a request. Never panics: a handler's panic is a fault of our own.
    pub fn answer(&self, request: Request) -> Response {
        let format = match Format::accepted(request.head.header("accept")) {
            Ok(format) => format,
            Err(fault) => return self.refuse(&fault, Format::Json),
        };
        let cut = request
            .head
            .query
            .as_deref()
            .and_then(|query| query::parse(query).ok());
        match self.ask(request) {
            Err(fault) => self.refuse(&fault, format),
            Ok(value) => {
                let value = match cut.as_ref().and_then(|values| values.get("fields")) {
                    Some(Value::String(text)) => fields::filter(value, text),
                    Some(_) => Value::Array(Vec::new()),
                    None => value,
                };
                write(200, &value, format)
            }
        }
    }

    /// Answers a call from within the process: what would be written, as a tree, without `fields`.
    pub fn ask(&self, request: Request) -> Result<Value, Fault> {
        catch_unwind(AssertUnwindSafe(|| self.reply(request)))
            .unwrap_or_else(|_| Err(Fault::internal("a handler panicked")))
    }

    fn refuse(&self, fault: &Fault, format: Format) -> Response {
        let mut report_id = String::new();
        if fault.kind == Kind::Internal {
            let digits: String = self.services.randomness.hex::<7>();
            report_id = format!("webapi-{}", digits.get(..13).unwrap_or(&digits));
            (self.services.log)(&format!("{report_id} {fault}"));
        }
        write(
            error::status(fault.kind),
            &error::body(fault, &report_id),
            format,
        )
    }

    fn reply(&self, request: Request) -> Result<Value, Fault> {
        let routed = self.route(request)?;
        let Routed {
            row,
            handler,
            call,
            input,
        } = routed;
        let parameters = row.parameters.clone();
        let forced_customer = row.forced.iter().any(|(_, value)| value == "%customer_id%");
        let checked = call.identity.get().is_some() || forced_customer;
        let services = Arc::clone(&self.services);
        let writes = handler.writes;
        let run = move |tx: &mut Tx<'_>| -> Result<Value, Fault> {
            if tx.is_writing() && checked && !services.still_holds(call.identity()?, tx)? {
                return Err(Fault::not_authorized("self"));
            }
            (handler.run)(&call, tx, &mut Arguments::new(&parameters, &input))
        };
        if writes {
            self.services.db.write(run)
        } else {
            self.services.db.read(run)
        }
    }

    /// Store view, route, permission and data, in Magento's order.
    fn route(&self, request: Request) -> Result<Routed<'_>, Fault> {
        let Request { head, body, caller } = request;
        let (store, path) = self.scope(&head.path)?;
        if !matches!(head.method.as_str(), "GET" | "POST" | "PUT" | "DELETE") {
            let text = format!("The {} HTTP method is not supported.", head.method);
            return Err(Fault::new(Kind::MethodNotAllowed, Phrase::new(text)));
        }
        let found = self.table.find(&head.method, &path);
        let found = found.ok_or_else(|| Fault::not_found("Request does not match any route."))?;
        let row = &found.entry.row;
        let call = Call {
            store,
            now: self.services.clock.now(),
            services: Arc::clone(&self.services),
            head: Arc::new(head),
            identity: caller.map_or_else(OnceLock::new, |caller| OnceLock::from(Ok(caller))),
            path: found.parameters.clone(),
        };
        self.permit(&found.entry.requirement, row, &call)?;
        if row.secure && call.head.scheme != "https" {
            let phrase = Phrase::new("Operation allowed only in HTTPS");
            return Err(Fault::new(Kind::Request, phrase));
        }
        let content_type = call.head.header("content-type");
        let mut query = call.head.query.as_deref();
        if let Some(Ok(identity)) = call.identity.get() {
            self.check_signed_path(identity, row)?;
            query = identity.signed_query.as_deref().or(query);
        }
        let mut input = Input::read(&row.method, &found.parameters, query, content_type, &body)?;
        for (name, placeholder) in &row.forced {
            if placeholder == "%customer_id%" {
                let id = call.customer_id().map_or(Value::Null, Value::from);
                input.force(name, id);
            }
        }
        let handler = found.entry.handler.clone().ok_or_else(|| {
            let text = format!("{} is not served yet.", row.name());
            Fault::new(Kind::NotImplemented, Phrase::new(text))
        })?;
        Ok(Routed {
            row,
            handler,
            call,
            input,
        })
    }

    /// Refuses a path that was signed for another route.
    fn check_signed_path(&self, identity: &Identity, row: &Row) -> Result<(), Fault> {
        let Some(signed) = &identity.signed_path else {
            return Ok(());
        };
        let (_, path) = self.scope(signed)?;
        let found = self.table.find(&row.method, &path);
        if found.is_some_and(|found| found.entry.row.path == row.path) {
            return Ok(());
        }
        let text = "The signature is invalid. Verify and try again.";
        Err(Fault::new(Kind::Denied, Phrase::new(text)))
    }

    fn permit(
        &self,
        requirement: &ferrite_acl::Requirement,
        row: &Row,
        call: &Call,
    ) -> Result<(), Fault> {
        if requirement.is_anonymous() {
            return Ok(());
        }
        if guest_access::opens(&row.method, &row.path)
            && self
                .services
                .settings
                .flag(guest_access::SETTING, &StoreScope::admin())
        {
            return Ok(());
        }
        let identity = call.identity()?;
        let allowed = match identity.caller {
            Caller::Customer { website_id, .. } => {
                requirement.is_open_to_customers() && website_id == call.store.website_id
            }
            _ => identity.grants.allows(requirement),
        };
        if allowed {
            Ok(())
        } else {
            Err(Fault::not_authorized(&requirement.joined()))
        }
    }

    /// Cuts `/rest` and the store code off a raw path.
    fn scope(&self, path: &str) -> Result<(StoreScope, String), Fault> {
        let cannot = || {
            Fault::new(
                Kind::Request,
                Phrase::new("Specified request cannot be processed."),
            )
        };
        let after = path
            .split_once("/rest")
            .map(|(_, rest)| rest)
            .ok_or_else(cannot)?;
        let after = after.trim_start_matches('/');
        let stores = self.services.settings.stores();
        let (first, rest) = after.split_once('/').unwrap_or((after, ""));
        let (scope, path) = if first == "all" {
            (StoreScope::admin(), rest)
        } else if let Some(store) = stores.by_code(first).filter(|store| store.id != 0) {
            (store.scope(), rest)
        } else {
            (stores.default_scope(), after)
        };
        let version = path.strip_prefix('V').and_then(|tail| tail.bytes().next());
        if version.is_some_and(|digit| digit.is_ascii_digit()) {
            Ok((scope, format!("/{path}")))
        } else {
            Err(cannot())
        }
    }
}

fn write(status: u16, value: &Value, format: Format) -> Response {
    let body = match format {
        Format::Json => json::write(value),
        Format::Xml => xml_write::write(value),
    };
    Response {
        status,
        content_type: format.content_type(),
        body,
    }
}
