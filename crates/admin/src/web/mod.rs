//! Between HTTP and the pages: addresses, sessions, form keys, messages, answers and their headers.

pub mod answer;
pub mod cookies;
pub mod fields;
pub mod frame;
pub mod headers;
pub mod keys;
pub mod menu;
pub mod message;
pub mod origin;
pub mod route;
mod router;
mod visit;

pub use answer::{Refusal, redirect, render};
pub use frame::Frame;
pub use message::Message;
pub use route::Source;
pub use router::router;
pub use visit::{Asked, Visit};
