//! The binary: the console, one file per command, wiring.

mod admission;
mod body;
mod commands;
mod console;
mod demo_data;
mod deployment;
mod heads;
mod hosts;
mod live;
mod loaded;
mod maintenance;
mod media;
mod operations;
mod project;
mod request_head;
mod room;
mod server;
mod source;
mod swagger_page;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    console::run(std::env::args_os().skip(1).collect())
}
