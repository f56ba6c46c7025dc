//! The REST framework: `/rest/{store}/V1/…` as Magento Open Source 2.4.7 serves it.
//!
//! Data flows one way ([`Api::answer`]): the raw request → store view → route ([`route`]) →
//! permission ([`identity`], resources as bits) → parameters ([`call`], [`dto`]) → the handler, a
//! plain function over a transaction → the answer, cut by `fields` ([`fields`]) and written as JSON
//! or XML ([`wire`]). Every refusal on the way is a [`Fault`]; [`error`] alone makes a status of it.
//!
//! What there is can be asked for as well: both schemas are written from the same rows ([`schema`]).
//!
//! The framework knows neither product nor integration. Who a caller is comes from
//! [`identity::Credentials`]; what a route does comes from the families, which bind handlers to the
//! declared rows.

mod address;
mod admission;
pub mod api;
pub mod bulk;
pub mod call;
pub mod dto;
pub mod error;
pub mod extension;
pub mod fields;
mod guest_access;
pub mod identity;
pub mod input;
mod kept;
mod limits;
pub mod route;
mod schema;
pub mod search_criteria;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;

pub use address::leads_to;
pub use api::{Admitted, Api, Begun, Request, Response, Services};
pub use call::{Call, Maybe};
pub use dto::Opt;
pub use ferrite_base::Fault;
pub use ferrite_storage::Tx;
pub use route::Routes;
pub use search_criteria::{SearchCriteria, SearchResults};
pub use serde_json::Value as Json;
