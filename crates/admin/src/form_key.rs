//! The key that every form carries: it follows from the session's cookie, which no other site can
//! read, so a form that another site makes does not have it.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::Request;

/// The key of a session.
pub(crate) fn of(session: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"form key\0")
        .chain_update(session.as_bytes())
        .finalize();
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether a posted form was made by a page of this session.
pub(crate) fn fits(request: &Request, session: &str) -> bool {
    let posted = request.form().get("form_key").to_owned();
    let is_same = bool::from(posted.as_bytes().ct_eq(of(session).as_bytes()));
    is_same && is_from_here(request)
}

/// What browsers say of where a form comes from; what they do not say counts for nothing.
fn is_from_here(request: &Request) -> bool {
    let site = request.header("sec-fetch-site").unwrap_or("none");
    if !matches!(site, "same-origin" | "none") {
        return false;
    }
    match (request.header("origin"), request.header("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            let named = origin.split_once("://").map(|(_, named)| named);
            named.is_some_and(|named| named.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}
