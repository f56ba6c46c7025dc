//! What a person does, from the store's link to pushed stock.

use crate::store::{ACCESS, Mood, SECRET, Store, VERIFIER};
use crate::support::{Acme, Browser, PASSWORD, SIGN_UP, link, store_path};

#[tokio::test]
async fn a_person_signs_up_connects_and_works_with_the_store() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let answer = acme.credentials(&store.base()).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "OK\n"));

    let mut browser = Browser::new(&acme);
    let page = browser.open(&link(&store, "")).await;
    assert!(page.body.contains("Log in and connect") && page.body.contains(&store.base()));
    browser.open("/sign-up").await;
    let back = browser.submit("/sign-up", &SIGN_UP).await;
    assert_eq!(back.status, 303);
    assert_eq!(back.location, format!("{}admin/done", store.base()));

    let home = browser.open("/").await;
    assert!(home.body.contains("Bag &#60;b&#62;&#38; Co"));
    let path = store_path(&home);
    browser.open(&path).await;
    let page = browser.submit(&format!("{path}/orders"), &[]).await;
    assert!(page.body.contains("Orders synced: 2."));
    assert!(page.body.contains("Ada &#60;b&#62;Payer&#60;/b&#62;"));
    assert!(page.body.contains("75.00 USD") && page.body.contains("guest@example.com"));
    let page = browser.submit(&format!("{path}/products"), &[]).await;
    assert!(page.body.contains("Joust Duffle Bag"));
    let stock = [("sku", "24-MB/01"), ("quantity", "8")];
    let page = browser.submit(&format!("{path}/stock"), &stock).await;
    assert!(page.body.contains("Stock of 24-MB/01: 3 before, 8 now."));
    let wanted =
        r#"{"product":{"extension_attributes":{"stock_item":{"qty":8,"is_in_stock":true}}}}"#;
    assert_eq!(store.seen.lock().unwrap().stock.as_deref(), Some(wanted));

    for line in [
        "POST /shop/oauth/token/request",
        "POST /shop/oauth/token/access",
        "GET /shop/rest/V1/orders?searchCriteria[sortOrders][0][field]=entity_id",
        "PUT /shop/rest/V1/products/24-MB/01",
    ] {
        assert!(page.body.contains(line), "{line}");
    }
    for secret in [SECRET, VERIFIER, ACCESS.0, ACCESS.1, "request-secret"] {
        assert!(!page.body.contains(secret), "{secret}");
    }
    acme.stop().await;
}

#[tokio::test]
async fn somebody_with_an_account_logs_in_at_the_link() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    Browser::new(&acme).sign_up().await;
    acme.credentials(&store.base()).await;
    let mut browser = Browser::new(&acme);
    let page = browser.open(&link(&store, "")).await;
    let store_origin = format!("form-action 'self' http://{};", store.address);
    assert!(page.policy.contains(&store_origin));
    let wrong = [("email", "ada@example.com"), ("password", "Acme123!y")];
    let page = browser.submit("/log-in", &wrong).await;
    assert_eq!(page.status, 401);
    assert!(
        page.body
            .contains("The e-mail address or the password is wrong.")
    );
    assert!(page.body.contains("value=\"ada@example.com\""));
    assert!(store.requests().is_empty());
    let before = browser.cookie.clone();
    let right = [("email", "ADA@example.com"), ("password", PASSWORD)];
    let back = browser.submit("/log-in", &right).await;
    assert_eq!(back.location, format!("{}admin/done", store.base()));
    assert_ne!(browser.cookie, before);
    let mut thief = Browser::new(&acme);
    thief.cookie = before;
    assert!(thief.open("/").await.body.contains("Log in"));
}

#[tokio::test]
async fn somebody_logged_in_confirms_and_a_new_exchange_replaces_the_connection() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    browser.sign_up().await;
    for _ in 0..2 {
        // A store may post twice before anybody comes.
        acme.credentials(&store.base()).await;
        acme.credentials(&store.base()).await;
        let page = browser.open(&link(&store, "")).await;
        assert!(page.body.contains("asks to be connected") && page.body.contains(&store.base()));
        let back = browser.submit("/connect", &[]).await;
        assert_eq!(back.location, format!("{}admin/done", store.base()));
    }
    let home = browser.open("/").await;
    assert_eq!(home.body.matches("href=\"/stores/").count(), 1);
    let used_up = browser.open(&link(&store, "")).await;
    assert_eq!(used_up.status, 404);
    assert!(used_up.body.contains("No store is waiting"));

    let path = store_path(&home);
    browser.open(&path).await;
    let page = browser.submit(&format!("{path}/disconnect"), &[]).await;
    assert!(page.body.contains("No store is connected yet"));
    let page = browser.submit("/log-out", &[]).await;
    assert!(page.body.contains("href=\"/log-in\""));
    assert!(browser.open(&path).await.body.contains("<h1>Log in</h1>"));
}

#[tokio::test]
async fn a_person_may_decline() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    browser.sign_up().await;
    acme.credentials(&store.base()).await;
    browser.open(&link(&store, "")).await;
    let page = browser.submit("/connect/cancel", &[]).await;
    assert!(page.body.contains("No store is connected yet"));
    assert!(store.requests().is_empty());
}

#[tokio::test]
async fn a_link_without_a_way_back_ends_at_the_store() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    browser.sign_up().await;
    acme.credentials(&store.base()).await;
    browser
        .open(&format!("/link?oauth_consumer_key={}", crate::store::KEY))
        .await;
    let page = browser.submit("/connect", &[]).await;
    assert!(page.body.contains("is connected.") && page.body.contains("Sync orders"));
}

#[tokio::test]
async fn accounts_and_connections_outlive_a_restart_in_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let store = Store::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.json");
    let acme = Acme::start_with(|options| options.data = Some(file.clone())).await;
    acme.credentials(&store.base()).await;
    let mut browser = Browser::new(&acme);
    browser.open(&link(&store, "")).await;
    browser.submit("/sign-up", &SIGN_UP).await;
    acme.stop().await;
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!std::fs::read_to_string(&file).unwrap().contains(PASSWORD));

    let acme = Acme::start_with(|options| options.data = Some(file.clone())).await;
    let mut browser = Browser::new(&acme);
    browser.open("/log-in").await;
    let home = browser
        .submit(
            "/log-in",
            &[("email", "ada@example.com"), ("password", PASSWORD)],
        )
        .await;
    let path = store_path(&home);
    browser.open(&path).await;
    store.feel(Mood::Forbidding);
    let page = browser.submit(&format!("{path}/orders"), &[]).await;
    let wanted = "The store refused with status 401: The consumer isn&#39;t authorized to access \
                  Magento_Sales::actions_view.";
    assert!(page.body.contains(wanted));
    store.feel(Mood::Well);
    let page = browser.submit(&format!("{path}/orders"), &[]).await;
    assert!(page.body.contains("Orders synced: 2."));
}
