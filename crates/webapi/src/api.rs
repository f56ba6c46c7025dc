//! A request's way through the framework.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use ferrite_acl::Requirement;
use ferrite_base::{Clock, Fault, Kind, Phrase, Randomness, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Footing, Sealer, Tx};
use http::Method;
use http::header::ACCEPT;
use serde_json::Value;

use crate::address::{self, Address, place};
use crate::bulk::{self, Bell};
use crate::call::{Arguments, Asked, Call};
use crate::identity::{Caller, Credentials, Head, Identity};
use crate::input::Input;
use crate::kept::Kept;
use crate::route::{Bound, Entry, Form, HandlerFunction, Row, Table};
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

/// The Web API.
pub struct Api {
    services: Arc<Services>,
    table: Table,
    kept: Kept,
    bell: Bell,
}

/// What an answer stands on, and what its handler asked of the caller's rights.
type Grounds = (Footing, Vec<(String, bool)>);

/// A request that has found its route and may use it.
pub(crate) struct Routed<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) form: Form,
    pub(crate) call: Call,
    /// How much of the path's end stands behind `/rest` and the store code.
    below: usize,
    pub(crate) body: Vec<u8>,
}

impl Routed<'_> {
    /// The path without `/rest` and the store code.
    fn path(&self) -> &str {
        below(&self.call.head.path, self.below)
    }

    /// What its answer is kept under; none where it is not to be kept.
    fn key(&self, format: Format) -> Option<String> {
        let served = self.entry.handler.as_ref()?;
        if !matches!(served.bound, Bound::Kept(_)) {
            return None;
        }
        if let Some(Ok(identity)) = self.call.identity.get()
            && (identity.signed_query.is_some() || identity.signed_path.is_some())
        {
            return None;
        }
        let query = self.call.head.query.as_deref();
        let (mark, query) = query.map_or(("", ""), |query| ("?", query));
        let path = self.path();
        let mut key = String::with_capacity(48 + path.len() + query.len());
        let _ = write!(key, "{} ", self.call.store.store_id);
        for part in [format.content_type(), " ", path, mark, query] {
            key.push_str(part);
        }
        Some(key)
    }
}

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
        if let Some(answer) = self.schema(&request) {
            return answer;
        }
        let format = match Format::accepted(request.head.header(ACCEPT)) {
            Ok(format) => format,
            Err(fault) => return self.refuse(&fault, Format::Json),
        };
        match caught(|| self.body(request, format)) {
            Ok((status, body)) => Response {
                status,
                content_type: format.content_type(),
                body,
            },
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

    /// The status and body of a success: a kept one, or one that is made and perhaps kept.
    fn body(&self, request: Request, format: Format) -> Result<(u16, Bytes), Fault> {
        let routed = self.route(request)?;
        let status = match routed.form {
            Form::Direct => 200,
            Form::Later | Form::Bulk => 202,
        };
        let key = routed.key(format);
        let kept = key.as_deref().and_then(|key| {
            let holds = |resource: &str| routed.call.holds(resource).ok();
            let generation = routed.call.settings.generation();
            self.kept.get(&self.services.db, generation, key, holds)
        });
        if let Some(body) = kept {
            return Ok((status, body));
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
        Ok((status, body))
    }

    /// Reads the data and runs the handler; with what its answer stands on, where it may be kept.
    fn run(&self, routed: Routed<'_>) -> Result<(Value, Option<Grounds>), Fault> {
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

    /// Store view, route and permission, in Magento's order.
    fn route(&self, request: Request) -> Result<Routed<'_>, Fault> {
        let Request {
            head,
            body,
            caller,
            at,
        } = request;
        let settings = self.settings_for(caller.is_some(), &head, at)?;
        let Address { store, form, path } = address::read(&settings, &head.path)?;
        if !matches!(head.method.as_str(), "GET" | "POST" | "PUT" | "DELETE") {
            let text = format!("The {} HTTP method is not supported.", head.method);
            return Err(Fault::new(Kind::MethodNotAllowed, Phrase::new(text)));
        }
        let entry = self.entry(form, &head.method, path)?;
        let below = path.len();
        let row = &entry.row;
        let unreadable = entry.unreadable(path);
        let parameters = match form {
            Form::Bulk => Vec::new(),
            Form::Direct | Form::Later => entry.parameters(path),
        };
        let call = Call {
            path: parameters,
            ..self.call(store, head, caller, settings)
        };
        permit(&entry.requirement, row, &call)?;
        if let Some(name) = unreadable {
            let text = format!("The \"{name}\" in the path cannot be read.");
            return Err(Fault::invalid(text));
        }
        if row.secure && call.head.scheme != "https" {
            let phrase = Phrase::new("Operation allowed only in HTTPS");
            return Err(Fault::new(Kind::Request, phrase));
        }
        if let Some(Ok(identity)) = call.identity.get() {
            self.check_signed_path(identity, row, &call.settings)?;
        }
        Ok(Routed {
            entry,
            form,
            call,
            below,
            body,
        })
    }

    /// The configuration for a request, where its host is served under that.
    fn settings_for(
        &self,
        is_from_within: bool,
        head: &Head,
        at: Option<Settings>,
    ) -> Result<Settings, Fault> {
        let settings = at.unwrap_or_else(|| self.services.settings.at_this_moment());
        if !is_from_within && !(self.services.serves)(&settings, &head.host) {
            let phrase = Phrase::new("This host is not served here.");
            return Err(Fault::new(Kind::Misdirected, phrase));
        }
        Ok(settings)
    }

    fn call(
        &self,
        store: StoreScope,
        head: Head,
        caller: Option<Identity>,
        settings: Settings,
    ) -> Call {
        Call {
            store,
            services: Arc::clone(&self.services),
            head: Arc::new(head),
            identity: caller.map_or_else(OnceLock::new, |caller| OnceLock::from(Ok(caller))),
            path: Vec::new(),
            settings,
            asked: Mutex::default(),
            along: None,
        }
    }

    /// A call that leads to no route, and its path below the store view; none where it stands
    /// outside of `/rest`.
    pub(crate) fn call_of(&self, request: &Request) -> Result<(Call, Option<String>), Fault> {
        let Request {
            head, caller, at, ..
        } = request;
        let settings = self.settings_for(caller.is_some(), head, at.clone())?;
        let (store, path) = match place(&settings, &head.path) {
            Ok((store, path)) => (store, Some(path.to_owned())),
            Err(_) => (settings.stores().default_scope(), None),
        };
        let call = self.call(store, head.clone(), caller.clone(), settings);
        Ok((call, path))
    }

    /// The row of a path in its form.
    fn entry(&self, form: Form, method: &Method, path: &str) -> Result<&Entry, Fault> {
        if form != Form::Direct && method == Method::GET {
            return Err(address::unprocessable());
        }
        let find = |form| self.table.find_as(form, method.as_str(), path);
        find(form).ok_or_else(|| match form {
            // A value in place of a name, `/products/ABC` for `/products/bySku`.
            Form::Bulk if find(Form::Direct).is_some() => address::unprocessable(),
            _ => Fault::not_found("Request does not match any route."),
        })
    }

    /// Refuses a path that was signed for another route.
    fn check_signed_path(
        &self,
        identity: &Identity,
        row: &Row,
        settings: &Settings,
    ) -> Result<(), Fault> {
        let Some(signed) = &identity.signed_path else {
            return Ok(());
        };
        let Address { form, path, .. } = address::read(settings, signed)?;
        let found = self.table.find_as(form, &row.method, path);
        if found.is_some_and(|found| found.row.path == row.path) {
            return Ok(());
        }
        let text = "The signature is invalid. Verify and try again.";
        Err(Fault::new(Kind::Denied, Phrase::new(text)))
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
    Ok(input)
}

/// Whether a guest may use a row.
pub(crate) fn is_open(requirement: &Requirement, row: &Row, call: &Call) -> bool {
    let opened = || {
        let settings = &call.settings;
        settings.flag(guest_access::SETTING, &StoreScope::admin())
    };
    requirement.is_anonymous() || row.opens_to_guests && opened()
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

pub(crate) fn permit(requirement: &Requirement, row: &Row, call: &Call) -> Result<(), Fault> {
    if is_open(requirement, row, call) {
        return Ok(());
    }
    let identity = call.known()?;
    let allowed = match identity.caller {
        Caller::Customer { .. } => {
            requirement.is_open_to_customers() && identity.caller.is_at_home(&call.store)
        }
        _ => identity.grants.allows(requirement),
    };
    if allowed {
        Ok(())
    } else {
        Err(Fault::not_authorized(&requirement.joined()))
    }
}

/// The last bytes of a path.
fn below(path: &str, length: usize) -> &str {
    path.get(path.len().saturating_sub(length)..)
        .unwrap_or(path)
}

fn written(value: &Value, format: Format) -> String {
    match format {
        Format::Json => json::write(value),
        Format::Xml => xml_write::write(value),
    }
}
