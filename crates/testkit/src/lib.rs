//! What tests and measurements of the whole server stand on: a client that signs its requests and
//! speaks HTTP over kept connections, and a store's project folder with its command line.
//!
//! Nothing here is part of the server.

mod client;
mod random;
mod signer;
mod store;

pub use ferrite_oauth1::Credentials;

pub use client::{Answer, Client};
pub use random::Random;
pub use signer::Signer;
pub use store::Store;
