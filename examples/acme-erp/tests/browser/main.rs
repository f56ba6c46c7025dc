//! Acme ERP as a browser and a store see it, over loopback.

#![expect(clippy::unwrap_used, reason = "a test may end there")]

mod flow;
mod store;
mod support;
mod together;
mod trouble;
