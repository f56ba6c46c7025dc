//! The path of a request below `/rest`: which store view it speaks of, in which form it calls, and
//! what is left for the route table.

use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Settings;

use crate::route::{Entry, Form, Table};

/// A path, taken apart.
pub(crate) struct Address<'a> {
    /// The store view.
    pub store: StoreScope,
    /// At once, later, or many later.
    pub form: Form,
    /// From `V1` on, nothing decoded.
    pub path: &'a str,
}

/// The row that a raw path leads to, from `/rest` on and without a query, and in which form.
pub fn leads_to<'t>(
    table: &'t Table,
    settings: &Settings,
    method: &str,
    path: &str,
) -> Option<(Form, &'t Entry)> {
    let Address { form, path, .. } = read(settings, path).ok()?;
    Some((form, table.find_as(form, method, path)?))
}

/// Cuts `/rest`, the store code and what says the form off a raw path.
pub(crate) fn read<'a>(settings: &Settings, path: &'a str) -> Result<Address<'a>, Fault> {
    let (store, path) = place(settings, path)?;
    let (form, path) = form(path);
    let version = path.strip_prefix('V').and_then(|tail| tail.bytes().next());
    if version.is_some_and(|digit| digit.is_ascii_digit()) {
        Ok(Address { store, form, path })
    } else {
        Err(unprocessable())
    }
}

/// The store view of a raw path, and what stands below it.
pub(crate) fn place<'a>(
    settings: &Settings,
    path: &'a str,
) -> Result<(StoreScope, &'a str), Fault> {
    let behind = || path.split_once("/rest").map(|(_, rest)| rest);
    let after = path
        .strip_prefix("/rest")
        .or_else(behind)
        .ok_or_else(unprocessable)?;
    let after = after.trim_start_matches('/');
    let stores = settings.stores();
    let (first, rest) = after.split_once('/').unwrap_or((after, ""));
    Ok(if first == "all" {
        (StoreScope::admin(), rest)
    } else if let Some(store) = stores.by_code(first).filter(|store| store.id != 0) {
        (store.scope(), rest)
    } else {
        (stores.default_scope(), after)
    })
}

fn form(path: &str) -> (Form, &str) {
    if let Some(rest) = path.strip_prefix("async/bulk/") {
        return (Form::Bulk, rest);
    }
    path.strip_prefix("async/")
        .map_or((Form::Direct, path), |rest| (Form::Later, rest))
}

/// What is said of an address, or a method at it, that nothing of the Web API is responsible for.
pub(crate) fn unprocessable() -> Fault {
    let phrase = Phrase::new("Specified request cannot be processed.");
    Fault::new(Kind::Request, phrase)
}
