//! Integrations, their consumers and tokens: one life cycle, which panel and command line share.
//!
//! An integration is made inactive, with a consumer's key and secret ([`Integrations::create`]). It
//! becomes active in one of two ways ([`Integrations::activate`]): with a callback *and* an identity
//! link URL by the exchange ([`Exchange`]): credentials and a verifier are posted, the third party
//! asks for a request token and then for an access token ([`Provider`]); otherwise tokens are made
//! at once. Reauthorizing begins clean: the old tokens are gone in the same transaction. Deleting
//! takes consumer, tokens and grants along. What modules declare is brought in by [`Integrations::prepare`].
//!
//! [`Provider`] answers `/oauth/token/…` and tells the Web API who an OAuth caller is.
//!
//! Consumer secrets, tokens, token secrets and verifiers are sealed in the store; tokens are found
//! by their SHA-256.

mod activation;
mod consumers;
mod declared;
mod details;
mod exchange;
mod integration;
mod lifecycle;
mod provider;
mod resolved;
mod routes;
mod token_endpoints;

pub use activation::{Activation, Credentials};
pub use consumers::{CONSUMERS, Consumer, TOKENS, Token, TokenKind};
pub use declared::{Declaration, Difference, Outcome, Prepared, Said, Way};
pub use details::{Access, Details, Problem};
pub use exchange::{EXCHANGES, Exchange, ExchangeState, Step};
pub use integration::{INTEGRATIONS, Integration, SetupType, Status};
pub use lifecycle::Integrations;
pub use provider::{Bearer, Provider};
pub use routes::routes;
pub use token_endpoints::TokenAnswer;

use ferrite_storage::Declared;

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&INTEGRATIONS, &CONSUMERS, &TOKENS, &EXCHANGES]
}
