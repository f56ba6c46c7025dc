//! The store scope of a call: which website, group and store view it speaks of.

use std::borrow::Cow;

/// What the path of a REST call says about scope: `/rest/{code}/V1/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreScope {
    /// The store view's id; 0 is the admin scope (`/rest/all/V1/…`), where global values live.
    pub store_id: i64,
    /// The website that the store view belongs to; 0 in the admin scope.
    pub website_id: i64,
    /// The store view's code (`admin` in the admin scope).
    pub code: Cow<'static, str>,
}

impl StoreScope {
    /// The scope in which values hold for all store views.
    pub fn admin() -> Self {
        Self {
            store_id: 0,
            website_id: 0,
            code: Cow::Borrowed("admin"),
        }
    }

    /// Whether values written here hold for all store views.
    pub fn is_admin(&self) -> bool {
        self.store_id == 0
    }
}
