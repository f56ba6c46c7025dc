//! Acme ERP: a small third-party platform that a person can click through.
//!
//! A store posts its credentials to `/callback` and sends the person to `/link`. There the person
//! logs in or signs up, Acme ERP exchanges the credentials for an access token and sends the person
//! back. From then on it syncs orders, reads products and pushes stock, and shows each call. It
//! knows of the store only what goes over public HTTP.
//!
//! [`Server::bind`] takes the port, [`Server::run`] serves until it is told to stop.

mod accounts;
mod app;
mod book;
mod call;
mod callback;
mod client;
mod connect;
mod entry;
mod exchange;
mod failure;
mod limits;
mod link;
mod page;
mod posted;
mod server;
mod session;
mod store_page;
mod sync;
mod web;

pub use server::{Options, Server, StartError};
