//! The identity link: where a store sends the person. It remembers in the browser's session which
//! store that was, and asks the person to log in.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use url::Url;

use crate::app::App;
use crate::failure::Failure;
use crate::page::redirect;
use crate::posted::Fields;
use crate::session::{Link, Session};

/// `GET /link?oauth_consumer_key=…&success_call_back=…`
pub async fn follow(
    State(app): State<Arc<App>>,
    Extension(session): Extension<Session>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let key = query.text("oauth_consumer_key");
    if key.is_empty() {
        let text = "The store's link names no oauth_consumer_key. Start in the store: Integrations, \
                    then Activate.";
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            "This link is incomplete",
            text,
        ));
    }
    let now = app.clock.now();
    let store = app.read(|book| book.offered(key, &now).map(|offer| offer.store.clone()));
    let Some(store) = store else {
        let text = "No store has sent credentials for this link, or they are used up or too old. \
                    Start again in the store: Integrations, then Activate or Reauthorize. The \
                    store must be able to reach Acme ERP's callback URL.";
        return Err(Failure::new(
            StatusCode::NOT_FOUND,
            "No store is waiting",
            text,
        ));
    };
    let return_to = match query.text("success_call_back") {
        "" => None,
        text => Some(return_address(&store, text).ok_or_else(|| {
            let text = format!(
                "The link leads back to an address that is no part of the store {store}. Acme ERP \
                 does not follow it."
            );
            Failure::new(StatusCode::BAD_REQUEST, "This link leads elsewhere", text)
        })?),
    };
    let link = Link {
        consumer_key: key.to_owned(),
        store,
        return_to,
    };
    app.sessions.set_link(&session.id, Some(link));
    Ok(redirect(match session.account {
        Some(_) => "/connect",
        None => "/log-in",
    }))
}

/// An address below the store's.
fn return_address(store: &Url, text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let user = !url.username().is_empty() || url.password().is_some();
    let below = url.origin() == store.origin() && url.path().starts_with(store.path());
    (below && !user).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_below_the_store_alone() {
        let store = Url::parse("http://s.test:8080/shop/").unwrap();
        assert!(return_address(&store, "http://s.test:8080/shop/done?a=b").is_some());
        for elsewhere in [
            "https://evil.test/shop/",
            "http://s.test:8080/",
            "http://s.test/shop/",
            "https://s.test:8080/shop/",
            "http://s.test:8080/shop/../admin",
            "http://s.test:8080@evil.test/shop/",
            "http://u@s.test:8080/shop/",
            "//s.test:8080/shop/",
            "/shop/",
            "javascript:alert(1)",
        ] {
            assert!(return_address(&store, elsewhere).is_none(), "{elsewhere}");
        }
    }
}
