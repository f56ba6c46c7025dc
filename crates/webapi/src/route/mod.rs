//! The route table: what Magento serves, and which of it has a handler here.
//!
//! The rows ([`declared`]) are facts: method, path, required resources, parameters with types and
//! defaults. A family *binds* a handler to a row by its method and path ([`Routes`]), one line a
//! route; permission, missing and defaulted parameters, answers and both schemas come from the row.
//! A row without a handler answers 501 and names itself.

mod declared;
mod handler;
mod matching;

pub use declared::{Parameter, Row, declared};
pub use handler::{Check, Handler, HandlerFunction, IntoReply, OutsideFunction, OutsideHandler};
pub use matching::{Entry, Form, Table};

use std::collections::HashMap;

use serde_json::Value;

use crate::input::Input;

/// Collects the handlers of all families.
#[derive(Default)]
pub struct Routes {
    handlers: HashMap<String, Served>,
    further: Vec<Row>,
}

impl Routes {
    /// Binds a handler to the row of this method and path, such as `GET /V1/store/websites`.
    /// GETs run over a snapshot, everything else in a write's transaction.
    pub fn bind<Taken, H: Handler<Taken>>(&mut self, route: &str, handler: H) {
        let run = handler.into_function();
        let bound = if route.starts_with("GET ") {
            Bound::Read(run)
        } else {
            Bound::Write(run)
        };
        self.put(route, bound, H::check, H::answers());
    }

    /// Binds a handler as [`Self::bind`] does, whose write something can be worked out for before it
    /// begins, so that it holds nobody up.
    pub fn bind_prepared<Taken, H: Handler<Taken>>(
        &mut self,
        route: &str,
        prepare: Prepare,
        handler: H,
    ) {
        self.bind(route, handler);
        if let Some(served) = self.handlers.get_mut(route) {
            served.prepare = Some(prepare);
        }
    }

    /// Binds a handler of a GET whose answer is a matter of the store's tables, the configuration
    /// and the address alone, not of time or chance: it is kept as bytes until one of them changes.
    pub fn bind_kept<Taken, H: Handler<Taken>>(&mut self, route: &str, handler: H) {
        let bound = Bound::Kept(handler.into_function());
        self.put(route, bound, H::check, H::answers());
    }

    /// Binds a handler that makes its own reads and writes ([`Call::read`], [`Call::write`]), so
    /// that it may take its time (a password's hash) without holding a connection, and keep what it
    /// noted when it refuses.
    ///
    /// [`Call::read`]: crate::Call::read
    /// [`Call::write`]: crate::Call::write
    pub fn bind_outside<Taken, H: OutsideHandler<Taken>>(&mut self, route: &str, handler: H) {
        let bound = Bound::Outside(handler.into_function());
        self.put(route, bound, H::check, H::answers());
    }

    fn put(&mut self, route: &str, bound: Bound, check: Check, answers: &'static str) {
        let served = Served {
            bound,
            check,
            prepare: None,
            answers,
        };
        self.handlers.insert(route.to_owned(), served);
    }

    /// Adds rows that modules on disk declare. One for an address that there is takes its place: its
    /// resources are wanted too, and another service contract has no handler here.
    pub fn declare(&mut self, rows: &[Row]) {
        self.further.extend_from_slice(rows);
    }

    /// The table of all rows with what was bound. `enabled` says which modules are switched on.
    pub fn into_table(
        mut self,
        enabled: impl Fn(&str) -> bool,
        tree: &ferrite_acl::Tree,
    ) -> Result<Table, UnknownRoutes> {
        let mut rows: Vec<(Row, Option<Served>)> = Vec::new();
        for row in declared() {
            // Also of a module that is switched off the handler is known.
            let handler = self.handlers.remove(&row.name());
            if enabled(&row.module) {
                rows.push((row, handler));
            }
        }
        for row in self.further {
            let same =
                |(other, _): &&mut (Row, _)| other.method == row.method && other.path == row.path;
            match rows.iter_mut().find(same) {
                Some((other, handler)) => replace(other, handler, row),
                None => rows.push((row, None)),
            }
        }
        let table = Table::new(rows, tree);
        let mut unknown: Vec<String> = self.handlers.into_keys().collect();
        unknown.sort();
        if unknown.is_empty() {
            Ok(table)
        } else {
            Err(UnknownRoutes(unknown))
        }
    }
}

/// Puts a later declaration of an address in an earlier one's place.
fn replace(earlier: &mut Row, handler: &mut Option<Served>, later: Row) {
    let further = later.resources.iter();
    let further = further.filter(|id| !earlier.resources.contains(id));
    let resources = earlier.resources.iter().chain(further).cloned().collect();
    let is_same = earlier.service == later.service && earlier.operation == later.operation;
    let most_items = later.most_items.or(earlier.most_items);
    if is_same {
        earlier.resources = resources;
        earlier.most_items = most_items;
        return;
    }
    *handler = None;
    *earlier = Row {
        resources,
        opens_to_guests: earlier.opens_to_guests,
        most_items,
        ..later
    };
}

/// What serves a route.
#[derive(Clone)]
pub struct Served {
    /// The handler.
    pub bound: Bound,
    /// Whether its arguments can be read.
    pub check: Check,
    /// What is done before its write begins.
    pub prepare: Option<Prepare>,
    /// The type of what it answers, by Magento's name.
    pub answers: &'static str,
}

impl Served {
    /// Does what is to be done before the write begins.
    pub(crate) fn prepare(&self, input: &Input) {
        if let Some(prepare) = self.prepare {
            input.values.values().for_each(prepare);
        }
    }
}

/// Works something out for a write from each of the values that were sent; what it found is
/// remembered where the handler asks for it.
pub type Prepare = fn(&Value);

/// A handler, and how it is run.
#[derive(Clone)]
pub enum Bound {
    /// Over a snapshot.
    Read(HandlerFunction),
    /// Over a snapshot, and its answers are kept.
    Kept(HandlerFunction),
    /// In a write's transaction.
    Write(HandlerFunction),
    /// With reads and writes of its own.
    Outside(OutsideFunction),
}

/// Handlers were bound to what is no row of the table.
#[derive(Debug, thiserror::Error)]
#[error("no such routes: {}", .0.join(", "))]
pub struct UnknownRoutes(pub Vec<String>);
