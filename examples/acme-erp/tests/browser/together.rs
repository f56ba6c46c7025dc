//! Two at once, and one that does not wait.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use crate::store::{Mood, Store};
use crate::support::{Acme, Browser, form, link};

/// A browser that has seen the page of a store that answers slowly.
async fn before_connecting(acme: &Acme, store: &Store) -> Browser {
    let mut browser = Browser::new(acme);
    browser.sign_up().await;
    acme.credentials(&store.base()).await;
    browser.open(&link(store, "")).await;
    store.feel(Mood::Slow);
    browser
}

#[tokio::test]
async fn pressing_connect_twice_exchanges_once() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut one = before_connecting(&acme, &store).await;
    let mut two = Browser::new(&acme);
    two.cookie.clone_from(&one.cookie);
    two.form_token.clone_from(&one.form_token);
    let (first, second) = tokio::join!(one.submit("/connect", &[]), two.submit("/connect", &[]));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(store.requests().len(), 2);
}

#[tokio::test]
async fn a_connection_is_made_though_the_browser_does_not_wait() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = before_connecting(&acme, &store).await;
    let body = form(&[("form_token", &browser.form_token)]);
    let request = format!(
        "POST /connect HTTP/1.1\r\nHost: a\r\nCookie: {}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        browser.cookie,
        body.len()
    );
    let mut stream = TcpStream::connect(acme.address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    while store.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(stream);
    for _ in 0..400 {
        if browser.open("/").await.body.contains("href=\"/stores/") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no connection was made");
}
