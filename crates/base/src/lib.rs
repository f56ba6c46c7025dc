//! The words that every other room of Ferrite shares: time, randomness, secrets, phrases, faults,
//! amounts of money, lines of the log and pieces of markup.
//!
//! Nothing here knows HTTP, storage or Magento's resources. Time and randomness are values that are
//! handed in ([`Clock`], [`Randomness`]), so that a test can hold them still.

mod amount;
pub mod clock;
pub mod fault;
pub mod log_line;
pub mod markup;
pub mod phrase;
pub mod randomness;
pub mod scope;
pub mod secret;
mod url_key;

pub use amount::{Amount, NotANumber};
pub use clock::{Clock, DateTime};
pub use fault::{Fault, Kind};
pub use log_line::log_line;
pub use phrase::{Parameters, Phrase};
pub use randomness::Randomness;
pub use scope::StoreScope;
pub use secret::Secret;
pub use url_key::url_key;
