//! The worker of the asynchronous Web API beside the requests.
//!
//! One thread does what was put off, in its order, with whatever serves at present. It may be ended
//! at any moment: an operation and its end are one transaction.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::live::Holder;
use crate::wiring;

/// How long it waits at most: other processes put something off as well, and ring no bell here.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// After so many operations it looks whether something else serves by now.
const IN_A_ROW: u64 = 100;

/// Works until the process ends.
pub fn work(live: Arc<Holder>) -> Result<()> {
    let work = move || {
        loop {
            let (live, _) = live.now();
            let api = &live.server.api;
            match api.work_off(IN_A_ROW) {
                Ok(IN_A_ROW) => {}
                Ok(_) => api.wait_for_work(LONGEST_WAIT),
                Err(fault) => {
                    wiring::log(&format!("operations wait: {fault}"));
                    thread::sleep(LONGEST_WAIT);
                }
            }
        }
    };
    thread::Builder::new()
        .name("operations".to_owned())
        .spawn(work)?;
    Ok(())
}
