//! A request's way through the framework: its route ([`crate::admission`]), its data, its handler, and
//! the answer as it is written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use ferrite_base::{Clock, Fault, Kind, Phrase, Randomness};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Footing, Sealer, Tx};
use http::header::ACCEPT;
use serde_json::Value;

use crate::admission::Routed;
use crate::bulk::{self, Bell};
use crate::call::{Arguments, Asked, Call};
use crate::identity::{Caller, Credentials, Head, Identity};
use crate::input::Input;
use crate::kept::Kept;
use crate::route::{Bound, Form, HandlerFunction, Row, Table};
use crate::wire::accept::Format;
use crate::wire::{json, query, xml_write};
use crate::{error, fields, limits};

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
    /// Randomness for report ids and the names of bulks.
    pub randomness: Randomness,
    /// What seals the data of calls that are put off.
    pub sealer: Sealer,
    /// Whether a store of this configuration answers under this authority.
    pub serves: fn(&Settings, &str) -> bool,
    /// Where faults of our own are written, with their report ids.
    pub log: fn(&str),
}

impl Services {
    pub(crate) fn identify(&self, head: &Head, at: &Settings) -> Result<Identity, Fault> {
        for source in &self.credentials {
            if let Some(identity) = source.identify(head, at)? {
                return Ok(identity);
            }
        }
        Ok(Identity::guest())
    }

    pub(crate) fn still_holds(
        &self,
        identity: &Identity,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<bool, Fault> {
        for source in &self.credentials {
            if !source.still_holds(identity, at, tx)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Who a caller is by now that was told apart before; none where it counts no more.
    pub(crate) fn again(
        &self,
        caller: &Caller,
        credential: Option<i64>,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<Option<Identity>, Fault> {
        for source in &self.credentials {
            if let Some(identity) = source.again(caller, credential, at, tx)? {
                return Ok(Some(identity));
            }
        }
        Ok(None)
    }
}

/// A request below `/rest`, as it was received.
#[derive(Default)]
pub struct Request {
    /// Everything but the body.
    pub head: Head,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// Who calls, where that is known already: a page of the panel asks as the admin who is signed
    /// in. Nothing that comes over the network sets it.
    pub caller: Option<Identity>,
    /// The configuration when it came in; that of the moment at which it is looked at, without it.
    pub at: Option<Settings>,
}

/// An answer, ready to be sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// The body, UTF-8.
    pub body: Bytes,
}

/// How far a request has come that was begun.
pub enum Begun {
    /// To its end.
    Answered(Response),
    /// Its caller may use its route, and there is work to do.
    Admitted(Box<Admitted>),
}

/// A request that was let in: what of it can be used once only, a nonce, is used.
pub struct Admitted {
    routed: Routed,
    format: Format,
    /// What its answer is kept under.
    key: Option<String>,
}

/// The Web API.
pub struct Api {
    services: Arc<Services>,
    table: Table,
    kept: Kept,
    bell: Bell,
}

/// What an answer stands on, and what its handler asked of the caller's rights.
type Grounds = (Footing, Vec<(String, bool)>);

impl Api {
    /// The framework over what it serves and with what.
    pub fn new(services: Arc<Services>, table: Table) -> Self {
        Self {
            services,
            table,
            kept: Kept::default(),
            bell: Bell::default(),
        }
    }

    /// The route table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Rings when something was put off.
    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    /// What the calls reach.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Answers a request. Never panics: a handler's panic is a fault of our own.
    pub fn answer(&self, request: Request) -> Response {
        match self.begin(request) {
            Begun::Answered(response) => response,
            Begun::Admitted(admitted) => self.finish(*admitted),
        }
    }

    /// Answers a request as far as that is a matter of memory: refuses it, gives a kept answer, or
    /// says that there is work to do, once and by [`Self::finish`]. Never panics.
    pub fn begin(&self, request: Request) -> Begun {
        if let Some(answer) = self.schema(&request) {
            return Begun::Answered(answer);
        }
        let format = match Format::accepted(request.head.header(ACCEPT)) {
            Ok(format) => format,
            Err(fault) => return Begun::Answered(self.refuse(&fault, Format::Json)),
        };
        match caught(|| self.admitted(request, format)) {
            Ok(Ok(body)) => Begun::Answered(success(200, body, format)),
            Ok(Err(admitted)) => Begun::Admitted(admitted),
            Err(fault) => Begun::Answered(self.refuse(&fault, format)),
        }
    }

    /// Does what a request that was let in asks for. Never panics.
    pub fn finish(&self, admitted: Admitted) -> Response {
        let format = admitted.format;
        match caught(|| self.body(admitted)) {
            Ok((status, body)) => success(status, body, format),
            Err(fault) => self.refuse(&fault, format),
        }
    }

    /// Answers a call from within the process: what would be written, as a tree, without `fields`.
    pub fn ask(&self, request: Request) -> Result<Value, Fault> {
        caught(|| Ok(self.run(self.route(request)?)?.0))
    }

    pub(crate) fn refuse(&self, fault: &Fault, format: Format) -> Response {
        let report_id = self.reported(fault);
        Response {
            status: error::status(fault.kind),
            content_type: format.content_type(),
            body: written(&error::body(fault, &report_id), format).into(),
        }
    }

    /// Writes a fault of our own into the log; its report's id, or nothing.
    fn reported(&self, fault: &Fault) -> String {
        if fault.kind != Kind::Internal {
            return String::new();
        }
        let digits: String = self.services.randomness.hex::<7>();
        let report_id = format!("webapi-{}", digits.get(..13).unwrap_or(&digits));
        (self.services.log)(&format!("{report_id} {fault}"));
        report_id
    }

    /// The sentence of a refusal that is kept: as it would be answered, with its values put in.
    pub(crate) fn said_of(&self, fault: &Fault) -> String {
        if fault.kind != Kind::Internal {
            return fault.phrase.rendered();
        }
        let body = error::body(fault, &self.reported(fault));
        let message = body.get("message").and_then(Value::as_str);
        message.unwrap_or_default().to_owned()
    }

    /// A kept answer, or the request with its route.
    fn admitted(
        &self,
        request: Request,
        format: Format,
    ) -> Result<Result<Bytes, Box<Admitted>>, Fault> {
        let routed = self.route(request)?;
        let key = routed.key(format);
        let kept = key.as_deref().and_then(|key| {
            let holds = |resource: &str| routed.call.holds(resource).ok();
            let generation = routed.call.settings.generation();
            self.kept.get(&self.services.db, generation, key, holds)
        });
        Ok(kept.ok_or_else(|| {
            Box::new(Admitted {
                routed,
                format,
                key,
            })
        }))
    }

    /// The status and body of a success, which is perhaps kept. What is said of a call that is put off
    /// is no answer of its service: `fields` cuts nothing off it.
    fn body(&self, admitted: Admitted) -> Result<(u16, Bytes), Fault> {
        let Admitted {
            routed,
            format,
            key,
        } = admitted;
        if routed.form != Form::Direct {
            return Ok((202, written(&self.run(routed)?.0, format).into()));
        }
        let head = Arc::clone(&routed.call.head);
        let (value, grounds) = self.run(routed)?;
        let query = head.query.as_deref().map(query::parse);
        let value = match query
            .and_then(Result::ok)
            .as_ref()
            .and_then(|q| q.get("fields"))
        {
            Some(Value::String(text)) => fields::filter(value, text),
            Some(_) => Value::Array(Vec::new()),
            None => value,
        };
        let body = Bytes::from(written(&value, format));
        if let (Some(key), Some((footing, rights))) = (key, grounds) {
            self.kept.put(key, body.clone(), footing, rights);
        }
        Ok((200, body))
    }

    /// Reads the data and runs the handler; with what its answer stands on, where it may be kept.
    fn run(&self, routed: Routed) -> Result<(Value, Option<Grounds>), Fault> {
        if routed.form != Form::Direct {
            let answer = bulk::accept(routed)?;
            self.bell.ring();
            return Ok((answer, None));
        }
        let Routed {
            entry, call, body, ..
        } = routed;
        let row = &entry.row;
        let input = input(row, &call, &body)?;
        let served = entry.handler.clone().ok_or_else(|| unserved(row))?;
        served.prepare(&input);
        match served.bound {
            Bound::Read(run) => {
                let arguments = &mut Arguments::new(&row.parameters, &input);
                let db = &self.services.db;
                Ok((db.read(|tx| run(&call, tx, arguments))?, None))
            }
            Bound::Outside(run) => {
                let arguments = &mut Arguments::new(&row.parameters, &input);
                Ok((run(&call, arguments)?, None))
            }
            Bound::Kept(run) => self.run_kept(&run, row, &call, &input),
            Bound::Write(run) => Ok((self.run_write(run, row, call, input)?, None)),
        }
    }

    fn run_kept(
        &self,
        run: &HandlerFunction,
        row: &Row,
        call: &Call,
        input: &Input,
    ) -> Result<(Value, Option<Grounds>), Fault> {
        let arguments = &mut Arguments::new(&row.parameters, input);
        let db = &self.services.db;
        let (value, footing) = db.read_on(|tx| run(call, tx, arguments))?;
        // The configuration was read before the store: it has to be of the same generation.
        let generation = call.settings.generation();
        let footing = footing.filter(|footing| footing.generation() == generation);
        let rights = match &*call.asked() {
            Asked::Rights(rights) => Some(rights.clone()),
            Asked::Who => None,
        };
        Ok((value, footing.zip(rights)))
    }

    fn run_write(
        &self,
        run: HandlerFunction,
        row: &Row,
        call: Call,
        input: Input,
    ) -> Result<Value, Fault> {
        let parameters = Arc::clone(&row.parameters);
        let forced_customer = row.forced.iter().any(|(_, value)| value == "%customer_id%");
        let checked = call.identity.get().is_some() || forced_customer;
        let services = Arc::clone(&self.services);
        self.services.db.write(move |tx| {
            if checked && !services.still_holds(call.known()?, &call.settings, tx)? {
                return Err(Fault::not_authorized("self"));
            }
            run(&call, tx, &mut Arguments::new(&parameters, &input))
        })
    }
}

/// A panic is a fault of our own.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Fault::internal("a handler panicked")))
}

/// The data of a call: body, path and what of the query is signed, with what the row forces.
pub(crate) fn input(row: &Row, call: &Call, body: &[u8]) -> Result<Input, Fault> {
    let signed = match call.identity.get() {
        Some(Ok(identity)) => identity.signed_query.as_deref(),
        _ => None,
    };
    let query = signed.or(call.head.query.as_deref());
    let mut input = Input::read(&row.method, &call.path, query, call.content_type(), body)?;
    input.force_all(row, call);
    limits::check(row, &input, call)?;
    Ok(input)
}

/// What is said of a row without a handler.
pub(crate) fn unserved(row: &Row) -> Fault {
    let text = format!(
        "{} is not served yet: {}::{} of {}.",
        row.name(),
        row.service,
        row.operation,
        row.module
    );
    Fault::new(Kind::NotImplemented, Phrase::new(text))
}

fn success(status: u16, body: Bytes, format: Format) -> Response {
    Response {
        status,
        content_type: format.content_type(),
        body,
    }
}

fn written(value: &Value, format: Format) -> String {
    match format {
        Format::Json => json::write(value),
        Format::Xml => xml_write::write(value),
    }
}
