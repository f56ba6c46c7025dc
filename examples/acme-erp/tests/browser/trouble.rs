//! Whatever goes wrong is said in a sentence, and nothing is followed that should not be.

use acme_erp::{Options, Server};

use crate::store::{KEY, Mood, Store};
use crate::support::{Acme, Browser, SIGN_UP, ask, form, free, link, store_path};

#[tokio::test]
async fn malformed_callbacks_are_told_what_is_wrong() {
    let acme = Acme::start().await;
    let media = "application/x-www-form-urlencoded";
    let answer = acme.callback("application/json", "{}".into()).await;
    assert_eq!(answer.status, 415);
    let answer = acme.callback(media, String::new()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, "The field oauth_consumer_key is missing.\n");
    let answer = acme.callback(media, "a".repeat(17_000)).await;
    assert_eq!(answer.status, 413);
    let answer = acme.credentials("ftp://store.test/").await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.starts_with("The field store_base_url"));
    let url = format!("http://{}/callback", acme.address);
    assert_eq!(ask("GET", url, Vec::new(), String::new()).await.status, 405);
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_named_and_can_be_tried_again() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    acme.credentials(&store.base()).await;
    browser.open(&link(&store, "")).await;
    browser.open("/sign-up").await;
    store.feel(Mood::Silent);
    let page = browser.submit("/sign-up", &SIGN_UP).await;
    assert_eq!(page.status, 502);
    let silent = format!(
        "The store at {} did not answer within 0.5 seconds.",
        store.base()
    );
    assert!(page.body.contains(&silent) && page.body.contains("no answer"));
    for (mood, sentence) in [
        (
            Mood::Expired,
            "The store refused to give the request token: Consumer key has expired",
        ),
        (
            Mood::Html,
            "The store answered something that is no request token.",
        ),
    ] {
        store.feel(mood);
        let page = browser.submit("/connect", &[]).await;
        assert!(page.body.contains(sentence), "{sentence}");
    }
    store.feel(Mood::Well);
    let back = browser.submit("/connect", &[]).await;
    assert_eq!(back.status, 303);

    let path = store_path(&browser.open("/").await);
    browser.open(&path).await;
    store.feel(Mood::Silent);
    let page = browser.submit(&format!("{path}/orders"), &[]).await;
    assert!(page.body.contains(&silent));
    store.feel(Mood::Html);
    let page = browser.submit(&format!("{path}/products"), &[]).await;
    assert!(
        page.body
            .contains("The store answered something that cannot be read.")
    );
}

#[tokio::test]
async fn nobody_there_is_told_too() {
    let acme = Acme::start().await;
    let mut browser = Browser::new(&acme);
    browser.sign_up().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    acme.credentials(&format!("http://{closed}")).await;
    browser
        .open(&format!("/link?oauth_consumer_key={KEY}"))
        .await;
    let page = browser.submit("/connect", &[]).await;
    let wanted =
        format!("The store at http://{closed}/ does not answer: the connection was refused.");
    assert!(page.body.contains(&wanted), "{}", page.body);
}

#[tokio::test]
async fn links_that_lead_elsewhere_are_not_followed() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    let page = browser.open("/link").await;
    assert_eq!(page.status, 400);
    let page = browser.open(&link(&store, "")).await;
    assert_eq!(page.status, 404);
    acme.credentials(&store.base()).await;
    for elsewhere in [
        "https://evil.test/",
        &format!("http://{}/", store.address),
        "//evil.test",
    ] {
        let page = browser.open(&link(&store, elsewhere)).await;
        assert_eq!(page.status, 400, "{elsewhere}");
        assert!(page.body.contains("Acme ERP does not follow it."));
    }
    assert_eq!(browser.open("/connect").await.status, 200);
    assert!(store.requests().is_empty());
}

#[tokio::test]
async fn a_forged_callback_does_not_change_what_the_person_saw() {
    let (acme, store, evil) = (
        Acme::start().await,
        Store::start().await,
        Store::start().await,
    );
    let mut browser = Browser::new(&acme);
    browser.sign_up().await;
    acme.credentials(&store.base()).await;
    browser.open(&link(&store, "")).await;
    acme.credentials(&evil.base()).await;
    let page = browser.submit("/connect", &[]).await;
    assert_eq!(page.status, 409);
    assert!(
        page.body
            .contains("The store has sent other credentials meanwhile.")
    );
    assert!(store.requests().is_empty() && evil.requests().is_empty());
}

#[tokio::test]
async fn forms_of_other_sites_and_other_sessions_are_refused() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    acme.credentials(&store.base()).await;
    browser.open(&link(&store, "")).await;
    browser.submit("/sign-up", &SIGN_UP).await;
    let path = store_path(&browser.open("/").await);
    let calls = store.requests().len();
    let mut other = Browser::new(&acme);
    other.open("/log-in").await;
    for token in ["", other.form_token.as_str()] {
        for target in [
            "/connect",
            "/log-out",
            &format!("{path}/orders"),
            &format!("{path}/stock"),
            &format!("{path}/disconnect"),
        ] {
            let body = form(&[("form_token", token), ("sku", "a"), ("quantity", "1")]);
            let answer = browser.send("POST", target, body).await;
            assert_eq!(answer.status, 403, "{target}");
        }
    }
    assert_eq!(store.requests().len(), calls);
    // Another account does not see the store.
    other.open("/sign-up").await;
    let fields = [
        ("company", "B"),
        ("email", "b@example.com"),
        ("password", "12345678"),
    ];
    other.submit("/sign-up", &fields).await;
    assert_eq!(other.open(&path).await.status, 404);
    assert_eq!(
        other.submit(&format!("{path}/orders"), &[]).await.status,
        404
    );
    assert_eq!(
        other
            .submit(&format!("{path}/disconnect"), &[])
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn mistakes_in_a_form_are_told_beside_the_field() {
    let (acme, store) = (Acme::start().await, Store::start().await);
    let mut browser = Browser::new(&acme);
    browser.open("/sign-up").await;
    let fields = [
        ("company", "\"><script>"),
        ("email", "x"),
        ("password", "short"),
    ];
    let page = browser.submit("/sign-up", &fields).await;
    assert_eq!(page.status, 422);
    assert!(
        page.body
            .contains("Enter an e-mail address such as you@example.com.")
    );
    assert!(
        page.body
            .contains("Choose a password of at least 8 characters.")
    );
    assert!(!page.body.contains("<script>") && !page.body.contains("value=\"short\""));
    acme.credentials(&store.base()).await;
    browser.open(&link(&store, "")).await;
    browser.submit("/sign-up", &SIGN_UP).await;
    let mut second = Browser::new(&acme);
    let page = second.sign_up().await;
    assert!(
        page.body
            .contains("There is an account with this e-mail address already.")
    );
    let path = store_path(&browser.open("/").await);
    for (sku, quantity, sentence) in [
        ("", "1", "Enter the SKU of a product."),
        (
            "a",
            "many",
            "Enter a quantity: a number from 0 to 99999999.",
        ),
        ("..", "1", "Enter the SKU of a product."),
        (
            "gone",
            "1",
            "The store refused with status 404: The product that was requested",
        ),
    ] {
        let fields = [("sku", sku), ("quantity", quantity)];
        let page = browser.submit(&format!("{path}/stock"), &fields).await;
        assert!(page.body.contains(sentence), "{sentence}");
    }
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let acme = Acme::start().await;
    let mut browser = Browser::new(&acme);
    browser.open("/log-in").await;
    let guess = [("email", "ada@example.com"), ("password", "guess")];
    for _ in 0..5 {
        assert_eq!(browser.submit("/log-in", &guess).await.status, 401);
    }
    let page = browser.submit("/log-in", &guess).await;
    assert_eq!(page.status, 429);
    assert!(page.body.contains("Wait a minute and try again."));
}

#[tokio::test]
async fn every_page_has_a_strict_policy_and_no_script() {
    let acme = Acme::start().await;
    let mut browser = Browser::new(&acme);
    for path in [
        "/",
        "/log-in",
        "/sign-up",
        "/link",
        "/nowhere",
        "/style.css",
    ] {
        let page = browser.open(path).await;
        assert!(
            page.policy
                .starts_with("default-src 'none'; style-src 'self';"),
            "{path}"
        );
        let html = page.body.to_ascii_lowercase();
        assert!(
            !html.contains("<script") && !html.contains("style="),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_busy_port_and_a_broken_file_are_told_in_a_sentence() {
    let acme = Acme::start().await;
    let mut options = Options::new(acme.address);
    options.listen_flag = "--acme-listen";
    let error = Server::bind(options).await.err().unwrap().to_string();
    let wanted = format!(
        "{} is in use by another program. Choose another address with --acme-listen, for example",
        acme.address
    );
    assert!(error.starts_with(&wanted), "{error}");
    let address = acme.address;
    acme.stop().await;
    assert!(std::net::TcpListener::bind(address).is_ok());

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.json");
    std::fs::write(&file, "no json").unwrap();
    let mut options = Options::new(free());
    options.data = Some(file);
    let error = Server::bind(options).await.err().unwrap().to_string();
    assert!(
        error.contains("does not hold what Acme ERP keeps"),
        "{error}"
    );
}
