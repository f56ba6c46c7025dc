//! The one module of Ferrite that opens outgoing connections: the guarded callback client.
//!
//! A callback URL is written by somebody who may not be trusted, and the server may stand in a
//! network with things that answer without asking who calls. So each call goes through the same
//! gate: one URL parser ([`Target`]), one look-up ([`Resolver`]), every answer checked against
//! the table in [`address`], a connection to just these addresses, and one deadline over it all
//! ([`Client`]).

pub mod address;
pub mod client;
pub mod reason;
pub mod resolve;
pub mod target;
mod tls;
mod wire;

pub use address::{Policy, allowed};
pub use client::{Client, Limits, Outcome, Trace};
pub use reason::{Failure, Refusal, RootsError};
pub use resolve::{LookupError, Resolver, SystemResolver, TableResolver};
pub use target::{Host, Target, validate_url};
pub use tls::Roots;
