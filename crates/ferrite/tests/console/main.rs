//! The console as a person or a script meets it: the binary is run on projects of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod around_it;
mod beside_a_server;
mod conversations;
mod happenings;
mod media;
mod module_commands;
mod modules;
mod open_document;
mod put_off;
mod support;
