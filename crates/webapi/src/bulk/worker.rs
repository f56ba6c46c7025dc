//! Doing what was put off.
//!
//! An operation is run by the function that serves the direct call. Its end is written in the
//! transaction of the handler's own write, after its row was locked and found open: two workers, or
//! one that was killed and came again, do it once. A handler that fails has written nothing; that it
//! failed is written afterwards, and where the process ends in between, it is tried once more.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use ferrite_base::{Fault, Kind, Phrase, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Direction, Error, Filter, Search, Sort, Tx};
use serde_json::Value;

use super::mask::answers_with_a_secret;
use super::rows::{OPERATIONS, Operation, OperationStatus, Sent};
use crate::Api;
use crate::address::unprocessable;
use crate::admission::permit;
use crate::api::{caught, unserved};
use crate::call::{Arguments, Call};
use crate::identity::{Head, Identity};
use crate::route::{Bound, Entry, Row};
use crate::wire::json;

/// So many are read at once: each may be as large as a request.
const FEW: i64 = 4;

/// How an operation went well.
#[derive(Clone)]
struct End {
    id: i64,
    /// Names this attempt: a handler with several writes is completed by each of them.
    run: String,
    message: String,
}

impl End {
    /// Locks the operation; whether it is still to be done, or was done by this very attempt.
    fn claim(&self, tx: &mut Tx<'_>) -> Result<Option<Operation>, Error> {
        let found = OPERATIONS.lock(tx, self.id)?;
        Ok(found.filter(|one| {
            one.status == OperationStatus::Open || one.run.as_ref() == Some(&self.run)
        }))
    }

    fn put(
        &self,
        tx: &mut Tx<'_>,
        mut operation: Operation,
        result: Option<String>,
    ) -> Result<(), Error> {
        operation.status = OperationStatus::Complete;
        operation.run = Some(self.run.clone());
        operation.message = Some(self.message.clone());
        operation.result = result;
        operation.error_code = Some(0);
        OPERATIONS.put(tx, &operation)
    }
}

impl Api {
    /// Does open operations in their order, at most so many, until there are none; returns how many
    /// came to an end. Fails where the store cannot be reached: what is open stays so.
    pub fn work_off(&self, most: u64) -> Result<u64, Fault> {
        let mut done = 0;
        loop {
            let open = self.services().db.read(open)?;
            if open.is_empty() {
                return Ok(done);
            }
            for operation in &open {
                if done >= most {
                    return Ok(done);
                }
                self.attempt(operation)?;
                done += 1;
            }
        }
    }

    /// Waits until a request of this process has put something off, and no longer than this.
    pub fn wait_for_work(&self, longest: Duration) {
        self.bell().wait(longest);
    }

    pub(super) fn attempt(&self, operation: &Operation) -> Result<(), Fault> {
        match caught(|| self.execute(operation)) {
            Ok(()) => Ok(()),
            Err(fault) => self.fail(operation.id, &fault),
        }
    }

    fn execute(&self, operation: &Operation) -> Result<(), Fault> {
        let entry = self
            .table()
            .declared(&operation.method, &operation.path)
            .ok_or_else(|| Fault::not_found("Request does not match any route."))?;
        let row = &entry.row;
        let served = entry.handler.as_ref().ok_or_else(|| unserved(row))?;
        let sent = self.opened(operation)?;
        let mut call = self.call_again(operation, &sent)?;
        permit(&entry.requirement, row, &call)?;
        let end = End {
            id: operation.id,
            run: self.services().randomness.hex::<16>(),
            message: format!(
                "Service execution success {}::{}",
                row.service, row.operation
            ),
        };
        served.prepare(&sent.input);
        match served.bound.clone() {
            Bound::Write(run) => self.write(entry, end, call, sent, run),
            Bound::Outside(run) => {
                let (completes, of) = (end.clone(), row.clone());
                call.along = Some(Arc::new(move |tx: &mut Tx<'_>, answer| {
                    let open = completes.claim(tx)?.ok_or_else(done_elsewhere)?;
                    let answer = answer.map(|answer| result(&of, answer));
                    Ok(completes.put(tx, open, answer)?)
                }));
                let arguments = &mut Arguments::new(&row.parameters, &sent.input);
                let result = result(row, &run(&call, arguments)?);
                self.services().db.write(move |tx| {
                    if let Some(operation) = end.claim(tx)? {
                        end.put(tx, operation, Some(result.clone()))?;
                    }
                    Ok(())
                })
            }
            Bound::Read(_) | Bound::Kept(_) => Err(unprocessable()),
        }
    }

    /// The handler's effect and the operation's end, in one transaction.
    fn write(
        &self,
        entry: &Entry,
        end: End,
        call: Call,
        sent: Sent,
        run: crate::route::HandlerFunction,
    ) -> Result<(), Fault> {
        let row = entry.row.clone();
        let services = Arc::clone(self.services());
        self.services().db.write(move |tx| {
            let Some(operation) = end.claim(tx)? else {
                return Ok(());
            };
            if !services.still_holds(call.known()?, &call.settings, tx)? {
                return Err(Fault::not_authorized("self"));
            }
            let arguments = &mut Arguments::new(&row.parameters, &sent.input);
            let value = run(&call, tx, arguments)?;
            Ok(end.put(tx, operation, Some(result(&row, &value)))?)
        })
    }

    fn opened(&self, operation: &Operation) -> Result<Sent, Fault> {
        let sealer = &self.services().sealer;
        let opened = sealer.open(&operation.place(), &operation.sent)?;
        serde_json::from_str(opened.reveal())
            .map_err(|_| Fault::internal("an operation's data cannot be read"))
    }

    /// The call as it was, by a caller as it is now.
    fn call_again(&self, operation: &Operation, sent: &Sent) -> Result<Call, Fault> {
        let services = self.services();
        let settings = services.settings.at_this_moment();
        let method = operation.method.parse();
        let head = Head {
            method: method.map_err(|_| Fault::internal("an operation's method is none"))?,
            path: operation.path.clone(),
            source: sent.source,
            ..Head::default()
        };
        let again = services.db.read(|tx| {
            let stored = &operation.caller;
            services.again(&stored.caller(), stored.credential, &settings, tx)
        })?;
        Ok(Call {
            store: store(operation.store_id, &settings)?,
            services: Arc::clone(services),
            head: Arc::new(head),
            identity: OnceLock::from(Ok(again.unwrap_or_else(Identity::guest))),
            path: sent.path.clone(),
            settings,
            asked: Mutex::default(),
            along: None,
        })
    }

    /// Writes that an operation failed, unless it came to an end otherwise.
    fn fail(&self, id: i64, fault: &Fault) -> Result<(), Fault> {
        let status = match fault.kind {
            Kind::Unavailable => OperationStatus::RetriablyFailed,
            _ => OperationStatus::Failed,
        };
        let message = self.said_of(fault);
        self.services().db.write(move |tx| {
            let found = OPERATIONS.lock(tx, id)?;
            let open = found.filter(|one| one.status == OperationStatus::Open);
            let Some(mut operation) = open else {
                return Ok(());
            };
            operation.status = status;
            operation.message = Some(message.clone());
            operation.error_code = Some(0);
            Ok(OPERATIONS.put(tx, &operation)?)
        })
    }
}

/// The next operations to be done.
fn open(tx: &mut Tx<'_>) -> Result<Vec<Operation>, Error> {
    let is_open = Filter {
        field: "status".to_owned(),
        condition: "eq".to_owned(),
        value: i64::from(OperationStatus::Open).to_string(),
    };
    let by_id = Sort {
        field: "entity_id".to_owned(),
        direction: Direction::Ascending,
    };
    let search = Search {
        groups: vec![vec![is_open]],
        sort: vec![by_id],
        page_size: Some(FEW),
        page: 1,
    };
    Ok(OPERATIONS.search(tx, &search)?.items)
}

fn store(id: i64, settings: &Settings) -> Result<StoreScope, Fault> {
    if id == 0 {
        return Ok(StoreScope::admin());
    }
    let stores = settings.stores();
    let view = stores.view(id).map(|view| view.scope());
    view.ok_or_else(|| Fault::no_such_entity("store_id", id))
}

fn result(row: &Row, value: &Value) -> String {
    if answers_with_a_secret(&row.service) {
        return json::write(&super::mask::MASKED.into());
    }
    json::write(value)
}

/// Undoes a write of an operation that somebody else has done meanwhile.
fn done_elsewhere() -> Fault {
    Fault::new(Kind::Unavailable, Phrase::new("The operation is done."))
}
