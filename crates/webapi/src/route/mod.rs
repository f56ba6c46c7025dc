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
pub use handler::{Handler, HandlerFunction, IntoReply};
pub use matching::Table;

use std::collections::HashMap;

/// Collects the handlers of all families.
#[derive(Default)]
pub struct Routes {
    handlers: HashMap<String, Bound>,
}

impl Routes {
    /// Binds a handler to the row of this method and path, such as `GET /V1/store/websites`.
    /// GETs run over a snapshot, everything else in a write's transaction.
    pub fn bind<Arguments>(&mut self, route: &str, handler: impl Handler<Arguments>) {
        let bound = Bound {
            run: handler.into_function(),
            writes: !route.starts_with("GET "),
            is_kept: false,
        };
        self.handlers.insert(route.to_owned(), bound);
    }

    /// Binds a handler of a GET whose answer is a matter of the store's tables, the configuration
    /// and the address alone, not of time or chance: it is kept as bytes until one of them changes.
    pub fn bind_kept<Arguments>(&mut self, route: &str, handler: impl Handler<Arguments>) {
        let bound = Bound {
            run: handler.into_function(),
            writes: false,
            is_kept: true,
        };
        self.handlers.insert(route.to_owned(), bound);
    }

    /// Binds a handler that makes its own writes: it runs over a snapshot whatever its method is,
    /// so that it may take its time (a password's hash) and keep what it noted when it refuses.
    pub fn bind_outside<Arguments>(&mut self, route: &str, handler: impl Handler<Arguments>) {
        let bound = Bound {
            run: handler.into_function(),
            writes: false,
            is_kept: false,
        };
        self.handlers.insert(route.to_owned(), bound);
    }

    /// The table of all rows with what was bound. `enabled` says which modules are switched on.
    pub fn into_table(
        mut self,
        enabled: impl Fn(&str) -> bool,
        tree: &ferrite_acl::Tree,
    ) -> Result<Table, UnknownRoutes> {
        let rows = declared()
            .into_iter()
            .filter(|row| enabled(&row.module))
            .map(|row| {
                let handler = self.handlers.remove(&row.name());
                (row, handler)
            });
        let table = Table::new(rows.collect(), tree);
        let mut unknown: Vec<String> = self.handlers.into_keys().collect();
        unknown.sort();
        if unknown.is_empty() {
            Ok(table)
        } else {
            Err(UnknownRoutes(unknown))
        }
    }
}

/// A handler, and how it is run.
#[derive(Clone)]
pub struct Bound {
    /// The handler.
    pub run: HandlerFunction,
    /// Whether it runs in a write's transaction.
    pub writes: bool,
    /// Whether its answers are kept.
    pub is_kept: bool,
}

/// Handlers were bound to what is no row of the table.
#[derive(Debug, thiserror::Error)]
#[error("no such routes: {}", .0.join(", "))]
pub struct UnknownRoutes(pub Vec<String>);
