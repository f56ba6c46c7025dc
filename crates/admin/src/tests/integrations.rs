//! Integrations through the panel: the grid, the form, activating, the exchange, deleting.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use ferrite_integrations::{CONSUMERS, Exchange, ExchangeState, INTEGRATIONS, Status, TOKENS};
use http::{Method, StatusCode};

use super::{Browser, PASSWORD, Page, World};

const REACH: &str = "You need more permissions";

/// What a person fills in.
fn filled<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("current_password", PASSWORD)];
    fields.extend_from_slice(more);
    fields
}

async fn save(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let page = browser.get("/integration/new").await;
    let once = page.hidden("once");
    let fields = [fields, &[("once", once.as_str())]].concat();
    browser.post("/integration/new", &page, &fields).await
}

async fn created(browser: &mut Browser, name: &str, more: &[(&str, &str)]) {
    let answer = save(browser, &filled(name, more)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

async fn allow(browser: &mut Browser, id: i64) -> Page {
    let path = format!("/integration/{id}/activate");
    let page = browser.get(&path).await;
    let (once, again) = (page.hidden("once"), page.hidden("reauthorize"));
    let fields = [("once", once.as_str()), ("reauthorize", &again)];
    browser.post(&path, &page, &fields).await
}

fn secret(page: &Page, id: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("id=\"{id}\"")).expect(id);
    let (_, rest) = rest.split_once("value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn an_integration_is_made_changed_and_deleted() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    browser
        .get("/integration")
        .await
        .shows("We couldn't find any records.");
    let more = [
        ("email", "it@acme.test"),
        ("endpoint", "HTTP://acme.test/callback"),
        ("all_resources", "0"),
        ("resource[]", "Magento_Catalog::products"),
        // Not in the form: they change nothing.
        ("status", "1"),
        ("setup_type", "1"),
        ("consumer_id", "7"),
    ];
    let answer = save(&mut browser, &filled("<b>Acme</b>", &more)).await;
    let grid = browser.follow(&answer).await;
    grid.shows("The integration &#39;&#60;b&#62;Acme&#60;/b&#62;&#39; has been saved.");
    grid.shows("Integration not secure");
    grid.shows("Warning! Integrations not using HTTPS are insecure");
    grid.shows("1 record found");
    grid.hides("<b>Acme");
    let one = world.integrations.get(1).unwrap();
    assert_eq!(one.status, Status::Inactive);
    let stored = [
        "Magento_Catalog::catalog",
        "Magento_Catalog::catalog_inventory",
    ];
    assert_eq!(
        one.resources,
        [&stored[..], &["Magento_Catalog::products"]].concat()
    );

    let page = browser.get("/integration/1").await;
    page.shows("Edit &#34;&#60;b&#62;Acme&#60;/b&#62;&#34; Integration");
    let more = [("email", ""), ("endpoint", ""), ("all_resources", "1")];
    let answer = browser
        .post("/integration/1", &page, &filled("Acme", &more))
        .await;
    browser
        .follow(&answer)
        .await
        .hides("Integration not secure");
    assert!(world.integrations.get(1).unwrap().has_everything());

    let page = browser.get("/integration/1/delete").await;
    page.shows("Are you sure you want to delete this integration? You can't undo this action.");
    let answer = browser.post("/integration/1/delete", &page, &[]).await;
    let grid = browser.follow(&answer).await;
    grid.shows("The integration &#39;Acme&#39; has been deleted.");
    let answer = browser.post("/integration/1/delete", &page, &[]).await;
    let grid = browser.follow(&answer).await;
    grid.shows("The integration with ID &#34;1&#34; doesn&#39;t exist.");
    assert_eq!(world.db.read(|tx| CONSUMERS.count(tx)).unwrap(), 0);
}

#[tokio::test]
async fn what_is_wrong_is_said_in_magentos_words_and_nothing_typed_is_lost() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    created(&mut browser, "Taken", &[]).await;
    let more = [
        ("email", "acme"),
        ("endpoint", "acme.test"),
        ("resource[]", "Magento_Cart::manage"),
    ];
    let page = save(&mut browser, &filled("", &more)).await;
    page.shows("Name: This is a required field.");
    page.shows("Please enter a valid email address (Ex: johndoe@domain.com).");
    page.shows("Please enter a valid URL. Protocol is required (http://, https:// or ftp://).");
    page.shows("value=\"acme.test\"");
    page.shows("value=\"Magento_Cart::manage\" checked");
    page.hides(PASSWORD);
    for (name, value, text) in [
        (
            "identity_link_url",
            "javascript:alert(1)",
            "Invalid Identity Link URL",
        ),
        (
            "name",
            "taken ",
            "The integration with name &#34;taken &#34; exists.",
        ),
        ("resource[]", "Foo_Bar::baz", "Resource Access:"),
        (
            "current_password",
            "wrong",
            "The password entered for the current user is invalid.",
        ),
        (
            "current_password",
            "",
            "The password entered for the current user is invalid.",
        ),
    ] {
        let page = save(&mut browser, &filled("New", &[(name, value)])).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        page.shows(text);
    }
    assert_eq!(world.db.read(|tx| INTEGRATIONS.count(tx)).unwrap(), 1);
}

#[tokio::test]
async fn who_edits_what_another_has_changed_is_told() {
    let world = World::new();
    world
        .settings
        .set("admin/security/admin_account_sharing", Some("1"))
        .unwrap();
    let mut one = world.signed_in("admin").await;
    created(&mut one, "Acme", &[]).await;
    let mut two = world.signed_in("admin").await;
    let (first, second) = (
        one.get("/integration/1").await,
        two.get("/integration/1").await,
    );
    world.clock.advance(5);
    let saved = |page: &Page| page.hidden("seen");
    let fields = [
        ("name", "One"),
        ("current_password", PASSWORD),
        ("seen", &saved(&first)),
    ];
    assert_eq!(
        one.post("/integration/1", &first, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    let fields = [
        ("name", "Two"),
        ("current_password", PASSWORD),
        ("seen", &saved(&second)),
    ];
    let again = two.post("/integration/1", &second, &fields).await;
    again.shows("The integration has been changed in the meantime.");
    again.shows("value=\"Two\"");
    assert_eq!(world.integrations.get(1).unwrap().name, "One");
    let fields = [
        ("name", "Two"),
        ("current_password", PASSWORD),
        ("seen", &saved(&again)),
    ];
    two.post("/integration/1", &again, &fields).await;
    assert_eq!(world.integrations.get(1).unwrap().name, "Two");
}

#[tokio::test]
async fn six_wrong_confirmations_end_the_session_and_lock() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let wrong = [("name", "A"), ("current_password", "wrong")];
    for _ in 0..5 {
        save(&mut browser, &wrong)
            .await
            .shows("The password entered for the current user");
    }
    let answer = save(&mut browser, &wrong).await;
    let page = browser.follow(&answer).await;
    page.shows("Your account is temporarily disabled. Please try again later.");
    page.shows("Welcome, please sign in");
}

#[tokio::test]
async fn tokens_are_shown_once_and_reauthorizing_replaces_them() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let more = [("resource[]", "Magento_Sales::ship"), ("activate", "1")];
    let answer = save(&mut browser, &filled("Acme", &more)).await;
    assert_eq!(answer.location(), "/admin/integration/1/activate");
    let dialog = browser.follow(&answer).await;
    dialog.shows("The integration you selected asks you to approve access to the following:");
    dialog.shows("Ship");
    dialog.shows(">Allow</button>");
    assert_eq!(
        world.db.read(|tx| TOKENS.count(tx)).unwrap(),
        0,
        "a GET makes none"
    );
    let tokens = allow(&mut browser, 1).await;
    tokens.shows("Integration Tokens for Extensions");
    tokens.shows("The integration &#39;Acme&#39; has been activated.");
    let token = secret(&tokens, "integration_token_token");
    let found = world.integrations.credentials(1).unwrap();
    let (access, _) = found.access.unwrap();
    assert_eq!(token, access.reveal());
    assert_eq!(world.integrations.get(1).unwrap().status, Status::Active);

    let page = browser.get("/integration/1").await;
    page.hides(&token);
    page.hides(&secret(&tokens, "integration_token_consumer_secret"));
    let answer = browser.post("/integration/1/secrets", &page, &[]).await;
    answer.hides(&token);
    let fields = [("current_password", PASSWORD)];
    browser
        .post("/integration/1/secrets", &page, &fields)
        .await
        .shows(&token);

    let grid = browser.get("/integration").await;
    grid.shows(">Reauthorize</a>");
    let again = allow(&mut browser, 1).await;
    again.shows("The integration &#39;Acme&#39; has been re-authorized.");
    assert_ne!(secret(&again, "integration_token_token"), token);
    assert_eq!(world.db.read(|tx| TOKENS.count(tx)).unwrap(), 1);
}

#[tokio::test]
async fn a_form_that_was_sent_is_not_done_again() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    created(&mut browser, "Acme", &[]).await;
    let path = "/integration/1/activate";
    let dialog = browser.get(path).await;
    let once = dialog.hidden("once");
    let fields = [("once", once.as_str()), ("reauthorize", "0")];
    let tokens = browser.post(path, &dialog, &fields).await;
    for again in ["0", "1"] {
        let fields = [("once", once.as_str()), ("reauthorize", again)];
        let answer = browser.post(path, &dialog, &fields).await;
        browser
            .follow(&answer)
            .await
            .shows("has been changed in the meantime");
    }
    // Another dialog that still says Allow does not replace the tokens either.
    let fields = [("once", "another"), ("reauthorize", "0")];
    browser.post(path, &dialog, &fields).await;
    let (access, _) = world.integrations.credentials(1).unwrap().access.unwrap();
    assert_eq!(access.reveal(), secret(&tokens, "integration_token_token"));
}

/// A third party that takes one post and says nothing.
fn third_party() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = vec![0; 4_096];
        let mut text = String::new();
        while !text.contains("oauth_verifier") {
            let read = stream.read(&mut bytes).unwrap();
            text.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        text
    });
    (url, thread)
}

#[tokio::test]
async fn an_exchange_is_followed_and_its_steps_are_kept() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let (endpoint, thread) = third_party();
    let more = [
        ("endpoint", endpoint.as_str()),
        ("identity_link_url", "https://acme.test/link?x=1"),
    ];
    created(&mut browser, "Acme", &more).await;
    let mut request = {
        let dialog = browser.get("/integration/1/activate").await;
        dialog.shows("data-opens-window");
        let once = dialog.hidden("once");
        let fields = [("once", once.as_str()), ("reauthorize", "0")];
        browser.form(
            "/integration/1/activate",
            &dialog.hidden("form_key"),
            &fields,
        )
    };
    request
        .headers_mut()
        .insert("accept", "application/json".parse().unwrap());
    let told = browser.send(request).await;
    assert!(
        thread
            .join()
            .unwrap()
            .contains("store_base_url=http%3A%2F%2Fstore.test%2F")
    );
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    let link = told["identity_link_url"].as_str().unwrap();
    let key = world.integrations.credentials(1).unwrap().consumer_key;
    let wanted = format!(
        "https://acme.test/link?x=1?oauth_consumer_key={key}&success_call_back=\
         http%3A%2F%2Fstore.test%2Fintegration%2Flogin-success"
    );
    assert_eq!(link, wanted);
    let page = browser.get("/integration/1/exchange").await;
    page.shows("Integration &#39;Acme&#39; has been sent for activation.");
    page.shows("rel=\"noopener noreferrer\"");
    page.shows("Credentials posted to the callback URL");
    let before = browser.get("/integration/1/exchange/state").await.body;

    // What the third party's two calls come to.
    let finish = |tx: &mut ferrite_storage::Tx<'_>| {
        let mut exchange = Exchange::latest(tx, 1)?.unwrap();
        exchange.state = ExchangeState::Completed;
        ferrite_integrations::EXCHANGES.put(tx, &exchange)
    };
    world.db.write(finish).unwrap();
    assert_ne!(
        browser.get("/integration/1/exchange/state").await.body,
        before
    );
    let done = "The integration &#39;Acme&#39; has been activated.";
    let answer = browser.get("/integration/1/exchange").await;
    browser.follow(&answer).await.shows(done);
    let mut anybody = world.browser();
    anybody.base = String::new();
    let back = anybody.get("/integration/login-success").await;
    back.shows("You can close this window");
    back.hides("admin");
    assert!(anybody.cookies.is_empty());
}

#[tokio::test]
async fn a_failed_exchange_can_be_tried_again() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let more = [
        ("endpoint", "http://127.0.0.1:1/callback"),
        ("identity_link_url", "https://acme.test/link"),
    ];
    created(&mut browser, "Acme", &more).await;
    let answer = allow(&mut browser, 1).await;
    assert_eq!(answer.location(), "/admin/integration/1/exchange");
    let page = browser.follow(&answer).await;
    page.shows("The attempt to post data to consumer failed due to an unexpected error.");
    page.shows(">Retry</button>");
    let id = page.hidden("exchange");
    browser.get("/integration/1").await.shows(">Retry</button>");
    let path = "/integration/1/exchange/retry";
    let answer = browser.post(path, &page, &[("exchange", &id)]).await;
    assert_ne!(browser.follow(&answer).await.hidden("exchange"), id);
    let answer = browser.post(path, &page, &[("exchange", &id)]).await;
    browser
        .follow(&answer)
        .await
        .shows("has been changed in the meantime");
}

#[tokio::test]
async fn an_admin_gives_away_no_more_than_they_hold() {
    let world = World::new();
    let own = [
        "Magento_Integration::integrations",
        "Magento_Cart::manage",
        "Magento_Cart::cart",
    ];
    world.admin("clerk", &own);
    let mut admin = world.signed_in("admin").await;
    created(&mut admin, "Everything", &[("all_resources", "1")]).await;
    let mut clerk = world.signed_in("clerk").await;
    let within = [("resource[]", "Magento_Cart::manage")];
    created(&mut clerk, "Carts", &within).await;
    for more in [
        ("all_resources", "1"),
        ("resource[]", "Magento_Sales::ship"),
    ] {
        let answer = save(&mut clerk, &filled("More", &[more])).await;
        clerk.follow(&answer).await.shows(REACH);
    }
    let answer = allow(&mut clerk, 1).await;
    clerk.follow(&answer).await.shows(REACH);
    let page = clerk.get("/integration/1").await;
    let moved = filled("Everything", &[("endpoint", "https://evil.test/")]);
    for path in ["/integration/1", "/integration/1/secrets"] {
        let answer = clerk.post(path, &page, &moved).await;
        clerk.follow(&answer).await.shows(REACH);
    }
    assert_eq!(world.db.read(|tx| INTEGRATIONS.count(tx)).unwrap(), 2);
    assert_eq!(world.integrations.get(1).unwrap().endpoint, None);
}

#[tokio::test]
async fn the_grid_is_filtered_sorted_and_paged() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    for at in 1..=23 {
        created(&mut browser, &format!("Number {at:02}"), &[]).await;
    }
    created(&mut browser, "50%", &[]).await;
    let page = browser.get("/integration").await;
    page.shows("24 records found");
    page.shows("Number 20");
    page.hides("Number 21");
    browser.get("/integration?page=2").await.shows("Number 21");
    let page = browser
        .get("/integration?name=NUMBER+2&sort=name&dir=desc")
        .await;
    page.shows("4 records found");
    assert!(page.body.find("Number 23") < page.body.find("Number 20"));
    browser
        .get("/integration?name=%25")
        .await
        .shows("1 record found");
    browser
        .get("/integration?status=1")
        .await
        .shows("We couldn't find any records.");
}

#[tokio::test]
async fn no_get_changes_anything() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    created(&mut browser, "Acme", &[]).await;
    let dump = || {
        world.db.read(|tx| {
            let integrations = format!("{:?}", INTEGRATIONS.all(tx)?);
            let counts = (CONSUMERS.count(tx)?, TOKENS.count(tx)?);
            Ok::<_, ferrite_storage::Error>((integrations, counts))
        })
    };
    let before = dump().unwrap();
    for path in [
        "",
        "/new",
        "/1",
        "/1/activate",
        "/1/exchange",
        "/1/exchange/state",
        "/1/delete",
        "/0",
        "/x",
        "/99999999999999999999/delete",
    ] {
        browser.get(&format!("/integration{path}")).await;
    }
    for path in ["/1/secrets", "/1/exchange/retry"] {
        let page = browser.get(&format!("/integration{path}")).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert_eq!(dump().unwrap(), before);
    let request = browser.request(&Method::DELETE, "/integration/1");
    let answer = browser
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}
