//! Who may what: every address of the panel as five roles and as nobody, against a table; and what
//! becomes of a page that panics.

use axum::Router;
use axum::body::Body;
use http::{Method, StatusCode};

use super::{Browser, Page, World};
use crate::web::Visit;
use crate::web::route::{Answer, show_any};

/// Which of the roles reach an address: integrations, configuration (its first section), users and
/// roles, sales. An admin with all resources reaches everything.
const TABLE: &[(&str, &str, [bool; 4])] = &[
    ("GET", "/integration", [true, false, false, false]),
    ("GET", "/integration/new", [true, false, false, false]),
    ("POST", "/integration/new", [true, false, false, false]),
    ("GET", "/integration/1", [true, false, false, false]),
    ("POST", "/integration/1", [true, false, false, false]),
    (
        "POST",
        "/integration/1/secrets",
        [true, false, false, false],
    ),
    (
        "GET",
        "/integration/1/activate",
        [true, false, false, false],
    ),
    (
        "POST",
        "/integration/1/activate",
        [true, false, false, false],
    ),
    (
        "GET",
        "/integration/1/exchange",
        [true, false, false, false],
    ),
    (
        "GET",
        "/integration/1/exchange/state",
        [true, false, false, false],
    ),
    (
        "POST",
        "/integration/1/exchange/retry",
        [true, false, false, false],
    ),
    ("GET", "/integration/1/delete", [true, false, false, false]),
    ("POST", "/integration/1/delete", [true, false, false, false]),
    ("GET", "/config", [false, true, false, false]),
    ("GET", "/config/webapi", [false, true, false, false]),
    ("POST", "/config/webapi", [false, true, false, false]),
    ("GET", "/config/oauth", [false, false, false, false]),
    ("POST", "/config/oauth", [false, false, false, false]),
    ("GET", "/config/admin", [false, false, false, false]),
    ("POST", "/config/admin", [false, false, false, false]),
    ("GET", "/module", [false, false, false, false]),
    // An entry that there is has a resource of its own.
    ("GET", "/menu/Nobody_Has::this", [true, true, true, true]),
    ("GET", "/user", [false, false, true, false]),
    ("GET", "/user/new", [false, false, true, false]),
    ("POST", "/user/new", [false, false, true, false]),
    ("GET", "/user/2", [false, false, true, false]),
    ("POST", "/user/2", [false, false, true, false]),
    ("GET", "/user/2/delete", [false, false, true, false]),
    ("POST", "/user/2/delete", [false, false, true, false]),
    ("GET", "/user/2/force-sign-in", [false, false, true, false]),
    ("POST", "/user/2/force-sign-in", [false, false, true, false]),
    // Unlocking has a resource of its own.
    ("GET", "/user/2/unlock", [false, false, false, false]),
    ("POST", "/user/2/unlock", [false, false, false, false]),
    ("GET", "/role", [false, false, true, false]),
    ("GET", "/role/new", [false, false, true, false]),
    ("POST", "/role/new", [false, false, true, false]),
    ("GET", "/role/2", [false, false, true, false]),
    ("POST", "/role/2", [false, false, true, false]),
    ("GET", "/role/2/delete", [false, false, true, false]),
    ("POST", "/role/2/delete", [false, false, true, false]),
    ("GET", "/catalog/product", [false, false, false, false]),
    ("GET", "/customer", [false, false, false, false]),
    ("GET", "/sales/order", [false, false, false, true]),
];

const ROLES: [(&str, &[&str]); 4] = [
    ("integrator", &["Magento_Integration::integrations"]),
    (
        "configurer",
        &["Magento_Config::config", "Magento_Webapi::config_webapi"],
    ),
    (
        "registrar",
        &["Magento_User::acl_users", "Magento_User::acl_roles"],
    ),
    ("clerk", &["Magento_Sales::sales_order"]),
];

async fn ask(browser: &mut Browser, method: &str, path: &str, form_key: &str) -> Page {
    if method == "POST" {
        let request = browser.form(path, form_key, &[]);
        return browser.send(request).await;
    }
    let request = browser.request(&Method::GET, path).body(Body::empty());
    browser.send(request.unwrap()).await
}

/// The key that forms of this browser carry.
async fn key(browser: &mut Browser) -> String {
    browser.get("/nowhere").await.hidden("form_key")
}

#[tokio::test]
async fn every_address_is_as_the_table_says() {
    let world = World::new();
    // Forms without a password would lock who posts them.
    let lockout = "admin/security/lockout_failures";
    world.settings.set(lockout, Some("0")).unwrap();
    for (name, resources) in ROLES {
        world.admin(name, resources);
    }
    let all = TABLE.iter().map(|(method, path, _)| (*method, *path, true));
    let mut browsers = vec![("admin", all.collect::<Vec<_>>())];
    for (at, (name, _)) in ROLES.into_iter().enumerate() {
        let own = TABLE
            .iter()
            .map(|(method, path, may)| (*method, *path, may[at]));
        browsers.push((name, own.collect()));
    }
    for (name, wanted) in browsers {
        let mut browser = world.signed_in(name).await;
        let form_key = key(&mut browser).await;
        for (method, path, may) in wanted {
            let page = ask(&mut browser, method, path, &form_key).await;
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(
                refused, !may,
                "{method} {path} as {name} is {}",
                page.status
            );
            if refused {
                page.shows("Sorry, you need permissions to view this content.");
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_the_sign_in_page_and_changes_nothing() {
    let world = World::new();
    let mut nobody = world.browser();
    let form_key = nobody.get("/").await.hidden("form_key");
    for (method, path, _) in TABLE {
        let page = ask(&mut nobody, method, path, &form_key).await;
        match *method {
            "GET" => page.shows("Welcome, please sign in"),
            _ => assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}"),
        }
    }
}

/// What a page must never do.
fn panics(_: &Visit<'_>) -> Answer {
    panic!("a test's panic in a page")
}

#[tokio::test]
async fn a_page_that_panics_has_a_report_id_and_the_others_live() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let panel = std::sync::Arc::clone(&world.panel);
    let mut broken = Browser {
        router: Router::new()
            .route("/admin/broken", show_any(panics))
            .with_state(panel),
        ..browser.clone()
    };
    let page = broken.get("/broken").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    page.shows("Internal error. The log says more under panel-");
    page.hides("a test's panic");
    assert_eq!(browser.get("/integration").await.status, StatusCode::OK);
}
