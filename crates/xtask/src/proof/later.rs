//! That what changes something can also be put off: of each row a request that was answered with
//! success is sent once more, to `/rest/async`. It has to be accepted with 202, and the operation
//! has to come to its end, whatever that is for a thing that may be gone by now: no fault of our own.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use ferrite_testkit::Store;
use serde_json::Value;

use super::Answered;
use crate::attacks::caller::{Caller, ask, token};

/// So many requests of a row are tried: what was put in place of captured values may not fit one.
const TRIED: usize = 5;

/// The worker has done everything by then.
const DONE_WITHIN: Duration = Duration::from_secs(60);

/// The status of an operation that is still to be done.
const OPEN: u64 = 4;

/// The rows of which no request is accepted. `led` are the requests with the rows that they lead to.
pub fn refused(store: &Store, rows: &[String], led: &[(String, &Answered)]) -> Result<Vec<String>> {
    let admin = token(store, "admin", Store::ADMIN, Store::PASSWORD)?;
    let mut refused = Vec::new();
    let mut bulks = Vec::new();
    for row in rows {
        let of_row = led
            .iter()
            .filter(|(led, one)| led == row && one.status == 200);
        let mut found = None;
        for (_, one) in of_row.take(TRIED) {
            found = accepted(store, &admin, one)?;
            if found.is_some() {
                break;
            }
        }
        match found {
            Some(uuid) => bulks.push((row, uuid)),
            None => refused.push(row.clone()),
        }
    }
    for (row, uuid) in bulks {
        ended(store, &admin, &uuid).with_context(|| format!("{row}, put off"))?;
    }
    Ok(refused)
}

/// The bulk under which a request is kept; none where it is not accepted.
fn accepted(store: &Store, admin: &str, one: &Answered) -> Result<Option<String>> {
    let body = one.body.as_ref().map(Value::to_string);
    let target = later(&one.target);
    let caller = &mut Caller::Bearer(admin);
    let answer = ask(store, caller, &one.method, &target, body.as_deref())?;
    ensure!(
        answer.status < 500,
        "{} {target} is answered {}",
        one.method,
        answer.status
    );
    if answer.status != 202 {
        return Ok(None);
    }
    let said: Value = serde_json::from_slice(&answer.body)?;
    ensure!(said["errors"] == false, "{target} has errors: {said}");
    Ok(said["bulk_uuid"].as_str().map(str::to_owned))
}

/// `/rest/all/V1/products` as `/rest/all/async/V1/products`.
fn later(target: &str) -> String {
    target.replacen("/V1/", "/async/V1/", 1)
}

/// Waits until the one operation of a bulk has ended.
fn ended(store: &Store, admin: &str, uuid: &str) -> Result<()> {
    let target = format!("/rest/V1/bulk/{uuid}/detailed-status");
    let start = Instant::now();
    loop {
        let answer = ask(store, &mut Caller::Bearer(admin), "GET", &target, None)?;
        let said: Value = serde_json::from_slice(&answer.body)?;
        let operations = said["operations_list"].as_array();
        let Some([operation]) = operations.map(Vec::as_slice) else {
            bail!("a bulk without its operation: {said}");
        };
        if operation["status"].as_u64() != Some(OPEN) {
            let message = operation["result_message"].as_str().unwrap_or_default();
            ensure!(!message.contains("webapi-"), "it ends with {message}");
            return Ok(());
        }
        ensure!(start.elapsed() < DONE_WITHIN, "it is never done: {said}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::later;

    #[test]
    fn the_form_stands_behind_the_store_view() {
        assert_eq!(later("/rest/V1/products"), "/rest/async/V1/products");
        assert_eq!(later("/rest/all/V1/a/V1/b"), "/rest/all/async/V1/a/V1/b");
    }
}
