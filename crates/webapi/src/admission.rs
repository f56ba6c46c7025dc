//! A request's way to its route: host, store view, method, row, and whether the caller may use it, in
//! Magento's order. What comes out ([`Routed`]) is run by [`crate::api`].

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use ferrite_acl::Requirement;
use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Settings;
use http::Method;

use crate::address::{self, Address, place};
use crate::api::{Api, Request};
use crate::call::Call;
use crate::guest_access;
use crate::identity::{Caller, Head, Identity};
use crate::route::{Bound, Entry, Form, Row};
use crate::wire::accept::Format;

/// A request that has found its route and may use it.
pub(crate) struct Routed {
    pub(crate) entry: Arc<Entry>,
    pub(crate) form: Form,
    pub(crate) call: Call,
    /// How much of the path's end stands behind `/rest` and the store code.
    below: usize,
    pub(crate) body: Vec<u8>,
}

impl Routed {
    /// The path without `/rest` and the store code.
    pub(crate) fn path(&self) -> &str {
        below(&self.call.head.path, self.below)
    }

    /// What its answer is kept under; none where it is not to be kept.
    pub(crate) fn key(&self, format: Format) -> Option<String> {
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
    /// Store view, route and permission, in Magento's order.
    pub(crate) fn route(&self, request: Request) -> Result<Routed, Fault> {
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
            entry: Arc::clone(entry),
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
        let settings = at.unwrap_or_else(|| self.services().settings.at_this_moment());
        if !is_from_within && !(self.services().serves)(&settings, &head.host) {
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
            services: Arc::clone(self.services()),
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
    fn entry(&self, form: Form, method: &Method, path: &str) -> Result<&Arc<Entry>, Fault> {
        if form != Form::Direct && method == Method::GET {
            return Err(address::unprocessable());
        }
        let find = |form| self.table().find_as(form, method.as_str(), path);
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
        let found = self.table().find_as(form, &row.method, path);
        if found.is_some_and(|found| found.row.path == row.path) {
            return Ok(());
        }
        let text = "The signature is invalid. Verify and try again.";
        Err(Fault::new(Kind::Denied, Phrase::new(text)))
    }
}

/// Whether a guest may use a row.
pub(crate) fn is_open(requirement: &Requirement, row: &Row, call: &Call) -> bool {
    let opened = || {
        let settings = &call.settings;
        settings.flag(guest_access::SETTING, &StoreScope::admin())
    };
    requirement.is_anonymous() || row.opens_to_guests && opened()
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
