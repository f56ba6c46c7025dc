//! The callback: where a store posts its credentials. Nobody is logged in here, so what comes is
//! only kept; it counts once a person who came from that store has logged in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse, Response};
use ferrite_base::{DateTime, Secret};
use http::StatusCode;
use url::Url;

use crate::app::App;
use crate::book::Offer;
use crate::posted::{Fields, is_form};

/// Why a post is refused, for whoever wrote the store.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Malformed {
    #[error("Post the credentials as application/x-www-form-urlencoded.")]
    Media,
    #[error("The post is too long or was cut off.")]
    Body,
    #[error("The field {0} is missing.")]
    Missing(&'static str),
    #[error("The field {0} stands there more than once, with different values.")]
    Repeated(&'static str),
    #[error("The field {0} must have 32 characters, letters and digits.")]
    Key(&'static str),
    #[error(
        "The field store_base_url must be an address that begins with http:// or https:// and has no user, query or fragment."
    )]
    Store,
}

/// `POST /callback`
pub async fn receive(State(app): State<Arc<App>>, request: Request) -> Response {
    match read(&app, request).await {
        Ok(offer) => {
            app.note(|book| book.offer(offer));
            (StatusCode::OK, "OK\n").into_response()
        }
        Err(problem) => {
            let status = match problem {
                Malformed::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Malformed::Body => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::BAD_REQUEST,
            };
            (status, format!("{problem}\n")).into_response()
        }
    }
}

async fn read(app: &Arc<App>, request: Request) -> Result<Offer, Malformed> {
    if !is_form(&request) {
        return Err(Malformed::Media);
    }
    let body = Bytes::from_request(request, app).await;
    let fields = Fields::parse(&body.map_err(|_| Malformed::Body)?);
    offer(&fields, app.clock.now())
}

fn offer(fields: &Fields, received: DateTime) -> Result<Offer, Malformed> {
    let consumer_key = key(fields, "oauth_consumer_key")?;
    let consumer_secret = key(fields, "oauth_consumer_secret")?;
    let store = store(one(fields, "store_base_url")?)?;
    let verifier = key(fields, "oauth_verifier")?;
    Ok(Offer {
        number: 0,
        consumer_key: consumer_key.to_owned(),
        consumer_secret: Secret::new(consumer_secret),
        store,
        verifier: Secret::new(verifier),
        received,
        busy: false,
    })
}

fn one<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, Malformed> {
    let mut values = fields.all(name);
    let first = values.next().unwrap_or_default();
    if values.any(|value| value != first) {
        return Err(Malformed::Repeated(name));
    }
    if first.is_empty() {
        return Err(Malformed::Missing(name));
    }
    Ok(first)
}

fn key<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, Malformed> {
    let value = one(fields, name)?;
    if value.len() != 32 || !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Malformed::Key(name));
    }
    Ok(value)
}

fn store(text: &str) -> Result<Url, Malformed> {
    let mut url = Url::parse(text).map_err(|_| Malformed::Store)?;
    let web = matches!(url.scheme(), "http" | "https");
    let user = !url.username().is_empty() || url.password().is_some();
    let more = url.query().is_some() || url.fragment().is_some();
    // The host goes into a page's policy: nothing that means something there.
    let host = url.host_str().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
    if !web || user || more || text.len() > 2_000 || host.is_empty() || !host.bytes().all(plain) {
        return Err(Malformed::Store);
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(change: impl Fn(&mut String)) -> Result<Offer, Malformed> {
        let mut body = format!(
            "oauth_consumer_key={}&oauth_consumer_secret={}&store_base_url=http%3A%2F%2Fs.test%2Fshop\
             &oauth_verifier={}",
            "k".repeat(32),
            "s".repeat(32),
            "v".repeat(32)
        );
        change(&mut body);
        offer(
            &Fields::parse(body.as_bytes()),
            DateTime::from_unix_seconds(0),
        )
    }

    #[test]
    fn what_a_store_posts_is_read() {
        let offer = post(|_| ()).unwrap();
        assert_eq!(offer.store.as_str(), "http://s.test/shop/");
        assert_eq!(offer.verifier.reveal(), "v".repeat(32));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let without =
            |name: &'static str| post(move |body| *body = body.replace(name, "other")).unwrap_err();
        for name in [
            "oauth_consumer_key",
            "oauth_consumer_secret",
            "store_base_url",
            "oauth_verifier",
        ] {
            assert_eq!(without(name), Malformed::Missing(name));
        }
        let short = post(|body| *body = body.replace("kk", "k")).unwrap_err();
        assert_eq!(short, Malformed::Key("oauth_consumer_key"));
        let twice = post(|body| body.push_str("&oauth_verifier=x")).unwrap_err();
        assert_eq!(twice, Malformed::Repeated("oauth_verifier"));
        for wrong in [
            "ftp%3A%2F%2Fs.test",
            "s.test",
            "http%3A%2F%2Fu%40s.test",
            "http%3A%2F%2Fs.test%3Fa",
            "http%3A%2F%2Fs.test%23a",
            "http%3A%2F%2Fs%3Bt.test",
            "javascript%3Aalert(1)",
            "",
        ] {
            let change = |body: &mut String| {
                *body = body.replace("http%3A%2F%2Fs.test%2Fshop", wrong);
            };
            let wanted = if wrong.is_empty() {
                Malformed::Missing("store_base_url")
            } else {
                Malformed::Store
            };
            assert_eq!(post(change).unwrap_err(), wanted, "{wrong}");
        }
    }
}
