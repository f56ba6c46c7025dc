//! Signing in and out, sessions, form keys and headers.

use axum::body::Body;
use ferrite_accounts::FAILURES;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};

use super::{Browser, PASSWORD, Page, World};
use crate::Source;

const REFUSED: &str = "The account sign-in was incorrect or your account is disabled temporarily.";
const FORM_KEY: &str = "Invalid Form Key. Please refresh the page.";
const WELCOME: &str = "Welcome, please sign in";

async fn try_to_sign_in(world: &World, name: &str, password: &str) -> Page {
    let mut browser = world.browser();
    let page = browser.get("/").await;
    let fields = [("username", name), ("password", password)];
    browser.post("/sign-in", &page, &fields).await
}

#[tokio::test]
async fn the_right_password_opens_and_the_token_changes() {
    let world = World::new();
    let mut browser = world.browser();
    let page = browser.get("/sales/order").await;
    page.shows(WELCOME);
    let before = browser.cookies.clone();
    let fields = [
        ("username", "ADMIN"),
        ("password", PASSWORD),
        ("return_to", &page.hidden("return_to")),
    ];
    let answer = browser.post("/sign-in", &page, &fields).await;
    assert_eq!(answer.location(), "/admin/sales/order");
    assert_ne!(before, browser.cookies, "the token is another one");
    let start = browser.get("/").await;
    assert_eq!(start.location(), "/admin/integration");
    let page = browser.follow(&start).await;
    page.shows("Integrations");
    page.shows("Ada &#60;script&#62;");
    page.hides("<script>alert");
    // What was known before the sign-in opens nothing.
    browser.cookies = before;
    browser.get("/integration").await.shows(WELCOME);
}

#[tokio::test]
async fn the_way_back_stays_in_the_panel() {
    let world = World::new();
    for target in [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "/a?b",
        "/sign-out",
    ] {
        let mut browser = world.browser();
        let page = browser.get("/").await;
        let fields = [
            ("username", "admin"),
            ("password", PASSWORD),
            ("return_to", target),
        ];
        let answer = browser.post("/sign-in", &page, &fields).await;
        assert_eq!(answer.location(), "/admin/", "{target}");
    }
}

#[tokio::test]
async fn six_wrong_passwords_lock_for_half_an_hour() {
    let world = World::new();
    for _ in 0..6 {
        try_to_sign_in(&world, "admin", "wrong")
            .await
            .shows(REFUSED);
    }
    try_to_sign_in(&world, "admin", PASSWORD)
        .await
        .shows(REFUSED);
    try_to_sign_in(&world, "nobody", PASSWORD)
        .await
        .shows(REFUSED);
    try_to_sign_in(&world, "", "").await.shows(REFUSED);
    world.clock.advance(1_801);
    let answer = try_to_sign_in(&world, "admin", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

async fn from(world: &World, browser: &mut Browser, source: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get("/").await;
    let mut form = browser.form("/sign-in", &page.hidden("form_key"), fields);
    let source = Source(source.parse().unwrap());
    form.extensions_mut().insert(source);
    let answer = browser.send(form).await;
    let rows = world.db.read(|tx| FAILURES.count(tx)).unwrap();
    assert!(rows <= 200, "{rows} counters");
    answer
}

#[tokio::test]
async fn failures_elsewhere_do_not_lock_a_known_browser_out() {
    let world = World::new();
    let mut known = world.signed_in("admin").await;
    known.cookies.remove("ferrite_admin");
    for _ in 0..6 {
        try_to_sign_in(&world, "admin", "wrong")
            .await
            .shows(REFUSED);
    }
    let right = [("username", "admin"), ("password", PASSWORD)];
    let mut other = world.browser();
    let page = other.get("/").await;
    other.post("/sign-in", &page, &right).await.shows(REFUSED);
    let page = known.get("/").await;
    let answer = known.post("/sign-in", &page, &right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    // It has a counter of its own, and is known for that admin alone.
    known.cookies.remove("ferrite_admin");
    for _ in 0..6 {
        let page = known.get("/").await;
        let wrong = [("username", "admin"), ("password", "wrong")];
        known.post("/sign-in", &page, &wrong).await.shows(REFUSED);
    }
    let page = known.get("/").await;
    known.post("/sign-in", &page, &right).await.shows(REFUSED);
}

#[tokio::test]
async fn a_source_of_many_failures_is_sent_away_and_its_names_are_forgotten() {
    let world = World::new();
    let mut browser = world.browser();
    for number in 0..30 {
        let name = format!("name{number}");
        let fields = [("username", name.as_str()), ("password", "wrong")];
        let answer = from(&world, &mut browser, "2001:db8::1", &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let right = [("username", "admin"), ("password", PASSWORD)];
    let answer = from(&world, &mut browser, "2001:db8::ffff", &right).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key("retry-after"));
    let answer = from(&world, &mut world.browser(), "192.0.2.1", &right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(world.db.read(|tx| FAILURES.count(tx)).unwrap(), 31);
    world.clock.advance(1_801);
    let wrong = [("username", "one more"), ("password", "wrong")];
    from(&world, &mut browser, "2001:db8::1", &wrong)
        .await
        .shows(REFUSED);
    assert_eq!(world.db.read(|tx| FAILURES.count(tx)).unwrap(), 2);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_after_half_a_day() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    world.clock.advance(890);
    browser.get("/integration").await.hides(WELCOME);
    world.clock.advance(890);
    browser.get("/integration").await.hides(WELCOME);
    world.clock.advance(901);
    browser.get("/integration").await.shows(WELCOME);

    world
        .settings
        .set("admin/security/session_lifetime", Some("86400"))
        .unwrap();
    let mut browser = world.signed_in("admin").await;
    world.clock.advance(12 * 3_600 - 1);
    browser.get("/integration").await.hides(WELCOME);
    world.clock.advance(1);
    browser.get("/integration").await.shows(WELCOME);
}

#[tokio::test]
async fn another_browser_ends_the_session_and_says_so() {
    let world = World::new();
    let mut first = world.signed_in("admin").await;
    let page = first.get("/integration").await;
    let mut second = world.signed_in("admin").await;
    first
        .get("/integration")
        .await
        .shows("Someone logged into this account from another device");
    let answer = first.post("/sign-out", &page, &[]).await;
    let shown = first.follow(&answer).await;
    shown.shows("Someone logged into this account");
    second.get("/integration").await.hides(WELCOME);

    world
        .settings
        .set("admin/security/admin_account_sharing", Some("1"))
        .unwrap();
    world.signed_in("admin").await;
    second.get("/integration").await.hides(WELCOME);
}

#[tokio::test]
async fn signing_out_ends_it_for_good() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let kept = browser.clone();
    let page = browser.get("/integration").await;
    assert_eq!(
        browser.get("/sign-out").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let answer = browser.post("/sign-out", &page, &[]).await;
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
    let shown = browser.follow(&answer).await;
    shown.shows(WELCOME);
    shown.shows("You have logged out.");
    browser.get("/").await.hides("You have logged out.");
    kept.clone().get("/integration").await.shows(WELCOME);
}

#[tokio::test]
async fn a_form_counts_only_as_it_was_given_to_this_browser() {
    let world = World::new();
    let mut before = world.browser();
    let early = before.get("/").await.hidden("form_key");
    let mut browser = world.signed_in("admin").await;
    let key = browser.get("/integration").await.hidden("form_key");
    for foreign in ["", "x", early.as_str()] {
        let request = browser.form("/sign-out", foreign, &[]);
        let answer = browser.send(request).await;
        browser.follow(&answer).await;
        let shown = browser.get("/integration").await;
        shown.hides(WELCOME);
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    for (name, value) in [
        ("origin", "https://evil.test"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("content-type", "text/plain"),
    ] {
        let mut request = browser.form("/sign-out", &key, &[]);
        request.headers_mut().insert(name, value.parse().unwrap());
        request
            .headers_mut()
            .insert("accept", "application/json".parse().unwrap());
        let answer = browser.send(request).await;
        answer.shows(FORM_KEY);
        browser.get("/integration").await.hides(WELCOME);
    }
    let query = format!("/sign-out?form_key={key}");
    let request = browser.request(&Method::POST, &query);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = browser.send(request.body(Body::empty()).unwrap()).await;
    let start = browser.follow(&answer).await;
    let shown = browser.follow(&start).await;
    shown.shows(FORM_KEY);
    let mut right = browser.form("/sign-out", &key, &[]);
    right
        .headers_mut()
        .insert("origin", "http://store.test".parse().unwrap());
    let answer = browser.send(right).await;
    browser.follow(&answer).await.shows("You have logged out.");
}

#[tokio::test]
async fn a_session_token_is_not_in_the_store() {
    let world = World::new();
    let browser = world.signed_in("admin").await;
    let token = browser.cookies["ferrite_admin"].clone();
    let sessions = world
        .db
        .read(|tx| ferrite_accounts::sessions::SESSIONS.all(tx))
        .unwrap();
    assert_eq!(sessions.len(), 1);
    assert!(
        sessions
            .iter()
            .all(|one| !one.lookup.contains(&token) && one.lookup.len() == 64)
    );
}

#[tokio::test]
async fn a_new_password_or_deactivation_ends_the_session() {
    let world = World::new();
    let change = |change: fn(&mut ferrite_accounts::Admin)| {
        world.db.write(move |tx| {
            let mut admin = ferrite_accounts::ADMINS.get(tx, 1)?.unwrap();
            change(&mut admin);
            ferrite_accounts::ADMINS.put(tx, &admin)
        })
    };
    let mut browser = world.signed_in("admin").await;
    let hash = |admin: &mut ferrite_accounts::Admin| admin.password_hash.push('x');
    change(hash).unwrap();
    browser.get("/integration").await.shows(WELCOME);
    change(|admin| {
        admin.password_hash.pop();
        admin.is_active = false;
    })
    .unwrap();
    browser.get("/integration").await.shows(WELCOME);
    try_to_sign_in(&world, "admin", PASSWORD)
        .await
        .shows(REFUSED);
}

#[tokio::test]
async fn the_panel_moves_and_leaves_nothing_behind() {
    let world = World::new();
    world
        .settings
        .set("admin/url/custom_path", Some("back-office"))
        .unwrap();
    let mut browser = world.browser();
    let gone = browser.get("/").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    gone.hides("back-office");
    browser.base = String::new();
    let other = browser.get("/whatever").await;
    assert_eq!((other.status, other.body), (gone.status, gone.body));
    browser.base = "/back-office".to_owned();
    let page = browser.get("").await;
    page.shows(WELCOME);
    page.shows("/back-office/sign-in");
}

#[tokio::test]
async fn every_answer_is_guarded_by_headers() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    for path in [
        "/integration",
        "/nowhere",
        "/assets/nothing.css",
        "/sign-out",
        "/../x",
    ] {
        let page = browser.get(path).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    let page = browser.get("/integration").await;
    assert!(
        !page.body.contains("style=") && !page.body.contains(" on"),
        "no inline code"
    );
    let css = page
        .body
        .split('"')
        .find(|part| part.contains("panel-"))
        .unwrap();
    let css = css.strip_prefix("/admin").unwrap().to_owned();
    let asset = browser.get(&css).await;
    assert_eq!(asset.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(
        asset.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
}

#[tokio::test]
async fn what_is_too_large_or_twisted_is_refused() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let key = browser.get("/integration").await.hidden("form_key");
    let long = "x".repeat(300_000);
    let request = browser.form("/sign-out", &key, &[("name", &long)]);
    assert_eq!(
        browser.send(request).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    browser
        .cookies
        .insert("ferrite_admin".to_owned(), "../../x".to_owned());
    browser.get("/integration").await.shows(WELCOME);
    browser
        .cookies
        .insert("ferrite_messages".to_owned(), "a.b".to_owned());
    assert_eq!(browser.get("/integration").await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_need_their_resource() {
    let world = World::new();
    world.admin("clerk", &["Magento_Sales::sales_order"]);
    let mut browser = world.signed_in("clerk").await;
    let start = browser.get("/").await;
    assert_eq!(start.location(), "/admin/sales/order");
    let page = browser.get("/integration").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("Sorry, you need permissions to view this content.");
    page.shows(">Orders</a>");
    page.hides(">Integrations</a>");
    for path in [
        "/config",
        "/user",
        "/role",
        "/catalog/product",
        "/customer",
        "/integration/new",
    ] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}
