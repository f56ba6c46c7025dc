//! `queue:consumers:…`: who works on what was put off.
//!
//! The one consumer is that of the asynchronous Web API.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::console::output::say;
use crate::console::{Context, Entry, Exists, NoOptions, Outcome};

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

/// All consumers.
const CONSUMERS: [&str; 1] = ["async.operations.all"];

fn list(_: &Context, _: NoOptions) -> Outcome {
    CONSUMERS.iter().for_each(|name| say!("{name}"));
    Ok(ExitCode::SUCCESS)
}

/// Every call of the Web API is answered when it is done, so nothing is ever left to work on.
fn start(context: &Context, options: Options) -> Outcome {
    let name = &options.consumer;
    if !CONSUMERS.contains(&name.as_str()) {
        bail!("Consumer \"{name}\" not found.");
    }
    context.open()?;
    if let Some(file) = &options.pid_file_path {
        std::fs::write(file, std::process::id().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}
