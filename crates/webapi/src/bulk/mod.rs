//! Calls that are put off: `/async/V1/…` and `/async/bulk/V1/…`, for every row of the route table.
//!
//! What flows in is a request that has found its row and may use it. [`accept`] reads its data as
//! the direct call would, so that what cannot be read is refused at once, and writes a *bulk* with
//! one *operation* for each of its items ([`rows`]): the table of operations is the queue. [`worker`]
//! takes the open ones in their order, finds out who the caller is by now and what it may, runs the
//! row's handler, and writes the operation's end in the transaction of the handler's own write. So a
//! process that is killed in the middle has either done both or neither. [`status`] tells clients, until
//! the bulk is so old that it goes ([`forget`]).
//!
//! What a client sent lies sealed in the store; what the status routes show of it is without
//! secrets ([`mask`]).

mod accept;
mod bell;
mod forget;
mod mask;
mod rows;
mod status;
#[cfg(all(test, feature = "testing"))]
mod tests;
mod worker;

pub(crate) use accept::accept;
pub(crate) use bell::Bell;
pub use forget::forget_old;
pub use rows::{BULKS, Bulk, OPERATIONS, Operation, OperationStatus};

use ferrite_storage::Declared;

use crate::Routes;

/// Binds the routes that tell how bulks stand.
pub fn routes(routes: &mut Routes) {
    routes.bind("GET /V1/bulk", status::search);
    routes.bind("GET /V1/bulk/:bulkUuid/status", status::short);
    routes.bind("GET /V1/bulk/:bulkUuid/detailed-status", status::detailed);
    routes.bind(
        "GET /V1/bulk/:bulkUuid/operation-status/:status",
        status::count,
    );
}

/// The tables.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&BULKS, &OPERATIONS]
}
