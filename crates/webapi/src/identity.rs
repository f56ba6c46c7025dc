//! Who a caller is: the question, not the answers.
//!
//! `accounts` answers for bearer tokens and `integrations` for OAuth 1.0a; `webapi` knows neither.

use std::sync::Arc;

use ferrite_acl::Grants;
use ferrite_base::{Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::Tx;
use http::header::AsHeaderName;
use http::{HeaderMap, Method};

/// What a caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular.
    Guest,
    /// An integration (user type 1).
    Integration(i64),
    /// An admin (user type 2).
    Admin(i64),
    /// A customer (user type 3).
    Customer {
        /// The customer's id.
        id: i64,
        /// The website of the account, which counts in no other; none where accounts are shared.
        website_id: Option<i64>,
    },
}

impl Caller {
    /// Whether a customer may use a store view; the scope of all store views is none.
    pub fn is_at_home(&self, store: &StoreScope) -> bool {
        let Caller::Customer { website_id, .. } = self else {
            return false;
        };
        !store.is_admin() && website_id.is_none_or(|id| id == store.website_id)
    }
}

/// A caller with what it may.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who it is.
    pub caller: Caller,
    /// Which resources it holds.
    pub grants: Arc<Grants>,
    /// What names the credential in the store, so that a write can look at it once more.
    pub credential: Option<i64>,
    /// The raw query as far as the signature covers it, where that is not the whole: no handler
    /// sees the rest.
    pub signed_query: Option<String>,
    /// The path that was signed, where it is not the raw one: it must lead to the same route.
    pub signed_path: Option<String>,
}

impl Identity {
    /// A guest.
    pub fn guest() -> Self {
        Self::new(Caller::Guest, Arc::new(Grants::none()))
    }

    /// A caller whose whole request counts.
    pub fn new(caller: Caller, grants: Arc<Grants>) -> Self {
        Self {
            caller,
            grants,
            credential: None,
            signed_query: None,
            signed_path: None,
        }
    }
}

/// A request's head as it was received, for whoever has to verify a signature over it.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The method as sent.
    pub method: Method,
    /// `http` or `https`, by the socket.
    pub scheme: &'static str,
    /// The authority: the `Host` header as sent, port included.
    pub host: String,
    /// The raw path, nothing decoded.
    pub path: String,
    /// The raw query, without `?`.
    pub query: Option<String>,
    /// The headers. Values are UTF-8: whoever receives a request replaces what is not.
    pub headers: HeaderMap,
    /// The address that it comes from, where that matters.
    pub source: Option<std::net::IpAddr>,
    /// The body of a form post, which takes part in an OAuth signature.
    pub form_body: Option<Vec<u8>>,
}

impl Head {
    /// The first header of this name (in lower case, where it is a text).
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        let value = self.headers.get(name)?;
        std::str::from_utf8(value.as_bytes()).ok()
    }
}

/// Somebody who can tell who a caller is.
pub trait Credentials: Send + Sync {
    /// The caller; none where the request carries no credential of this kind, or none that counts.
    /// `at` is the configuration as it was when the request came in.
    fn identify(&self, head: &Head, at: &Settings) -> Result<Option<Identity>, Fault>;

    /// Whether a credential that this answered for still holds, asked within a write's transaction.
    fn still_holds(
        &self,
        identity: &Identity,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<bool, Fault>;

    /// What a caller is by now that was told apart before, for work that was put off: with the
    /// grants that it has at this moment. None where it is none of this source's, or counts no more.
    fn again(
        &self,
        _caller: &Caller,
        _credential: Option<i64>,
        _at: &Settings,
        _tx: &mut Tx<'_>,
    ) -> Result<Option<Identity>, Fault> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_uses_the_store_views_of_a_website() {
        let store = |store_id: i64, website_id: i64| StoreScope {
            store_id,
            website_id,
            code: "".into(),
        };
        let customer = |website_id| Caller::Customer { id: 1, website_id };
        assert!(customer(Some(1)).is_at_home(&store(4, 1)));
        assert!(!customer(Some(1)).is_at_home(&store(5, 2)));
        assert!(customer(None).is_at_home(&store(5, 2)), "shared accounts");
        assert!(!customer(None).is_at_home(&StoreScope::admin()));
        assert!(!Caller::Admin(1).is_at_home(&store(4, 1)));
    }
}
