//! `queue:consumers:…`: who works on what was put off.
//!
//! The one consumer is that of the asynchronous Web API. Its queue is the table of operations, and a
//! server works on it as well: an operation is done once, whoever takes it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::Args;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};
use crate::wiring;

/// `queue:consumers:list`
pub static LIST: Entry<NoOptions> = Entry {
    name: "queue:consumers:list",
    description: "Lists the consumers of queues",
    exists: Exists::Installed,
    run: list,
};

/// `queue:consumers:start`
pub static START: Entry<Options> = Entry {
    name: "queue:consumers:start",
    description: "Works on what a queue holds",
    exists: Exists::Installed,
    run: start,
};

/// Options of `queue:consumers:start`.
#[derive(Args)]
pub struct Options {
    /// The consumer
    #[arg(required = true)]
    consumer: String,
    /// Ends after so many messages, or when there are none left
    #[arg(long)]
    max_messages: Option<u64>,
    /// How many messages are taken at once
    #[arg(long)]
    batch_size: Option<u64>,
    /// The area whose configuration counts
    #[arg(long)]
    area_code: Option<String>,
    /// Ends at once where another process has this consumer
    #[arg(long)]
    single_thread: bool,
    /// How many processes may have this consumer
    #[arg(long)]
    multi_process: Option<u64>,
    /// A file for the process's number
    #[arg(long)]
    pid_file_path: Option<std::path::PathBuf>,
}

/// How long it waits at most before it looks into the queue again.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// All consumers.
pub const CONSUMERS: [&str; 1] = ["async.operations.all"];

fn list(_: &Context, _: NoOptions) -> Outcome {
    CONSUMERS.iter().for_each(|name| say!("{name}"));
    Ok(ExitCode::SUCCESS)
}

fn start(context: &Context, options: Options) -> Outcome {
    let name = &options.consumer;
    if !CONSUMERS.contains(&name.as_str()) {
        bail!("Consumer \"{name}\" not found.");
    }
    let db = context.open()?;
    if let Some(file) = &options.pid_file_path {
        std::fs::write(file, std::process::id().to_string())?;
    }
    let worker = wiring::worker(&context.project, db)?;
    if let Some(most) = options.max_messages {
        worker.work_off(most)?;
        return Ok(ExitCode::SUCCESS);
    }
    loop {
        worker.work_off(u64::MAX)?;
        worker.wait_for_work(LONGEST_WAIT);
    }
}
