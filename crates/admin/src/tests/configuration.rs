//! The configuration through the panel.

use ferrite_base::StoreScope;
use ferrite_settings::{FixedValue, Settings};
use http::StatusCode;

use super::World;

const GUESTS: &str = "webapi/webapisecurity/allow_insecure";
const TIMEOUT: &str = "oauth/consumer/post_timeout";

#[tokio::test]
async fn a_saved_value_counts_at_once_and_can_be_taken_back() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let start = browser.get("/config").await;
    assert_eq!(start.location(), "/admin/config/webapi");
    let page = browser.follow(&start).await;
    page.shows("Allow Anonymous Guest Access");
    // Without scripts the box stays ticked; the value is another one than the system's.
    let ticked = [
        ("webapi_webapisecurity_allow_insecure", "1"),
        ("webapi_webapisecurity_allow_insecure_inherit", "1"),
    ];
    let answer = browser.post("/config/webapi", &page, &ticked).await;
    browser
        .follow(&answer)
        .await
        .shows("You saved the configuration.");
    assert!(world.settings.flag(GUESTS, &StoreScope::admin()));
    let back = [
        ("webapi_webapisecurity_allow_insecure", "0"),
        ("webapi_webapisecurity_allow_insecure_inherit", "1"),
    ];
    browser.post("/config/webapi", &page, &back).await;
    assert!(!world.settings.is_set(GUESTS));
}

#[tokio::test]
async fn one_wrong_value_saves_none() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let page = browser.get("/config/oauth").await;
    let fields = [
        ("oauth_consumer_post_timeout", "9"),
        ("oauth_cleanup_expiration_period", "-1"),
        ("oauth_signature_accept_sha1", "maybe"),
    ];
    let page = browser.post("/config/oauth", &page, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Expiration Period: Please enter a number 0 or greater in this field.");
    page.shows("Please select an option.");
    page.shows("value=\"-1\"");
    assert!(!world.settings.is_set(TIMEOUT));
    assert_eq!(
        browser.get("/config/nothing").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_section_needs_its_own_resource() {
    let world = World::new();
    world.admin(
        "clerk",
        &[
            "Magento_Config::config",
            "Magento_Integration::config_oauth",
        ],
    );
    let mut browser = world.signed_in("clerk").await;
    let start = browser.get("/config").await;
    assert_eq!(start.location(), "/admin/config/oauth");
    let page = browser.follow(&start).await;
    page.hides("Magento Web API");
    assert_eq!(
        browser.get("/config/webapi").await.status,
        StatusCode::FORBIDDEN
    );
    let answer = browser.post("/config/webapi", &page, &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_panel_goes_on_under_its_new_path() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let page = browser.get("/config/admin").await;
    for taken in ["rest", "a/b", "", "OAuth"] {
        let fields = [("admin_url_custom_path", taken)];
        let answer = browser.post("/config/admin", &page, &fields).await;
        answer.shows("and no name that is in use already.");
    }
    let fields = [("admin_url_custom_path", "back-office")];
    let answer = browser.post("/config/admin", &page, &fields).await;
    assert_eq!(answer.location(), "/back-office/config/admin");
    assert_eq!(
        browser.get("/config/admin").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_locked_value_is_shown_and_cannot_be_saved() {
    let locked = FixedValue {
        scope: "default".to_owned(),
        code: String::new(),
        path: TIMEOUT.to_owned(),
        value: "17".to_owned(),
    };
    let world = World::with_fixed(vec![locked]);
    let mut browser = world.signed_in("admin").await;
    let page = browser.get("/config/oauth").await;
    page.shows("Locked in app/etc/env.php or app/etc/config.php.");
    page.shows("value=\"17\"");
    let fields = [
        ("oauth_consumer_post_timeout", "9"),
        ("oauth_cleanup_expiration_period", "60"),
    ];
    browser.post("/config/oauth", &page, &fields).await;
    let saved = |path: &str| world.settings.number(path, &StoreScope::admin());
    assert_eq!(saved("oauth/cleanup/expiration_period"), 60);
    assert_eq!(saved(TIMEOUT), 17);
    let unlocked = Settings::new(world.db.clone());
    assert!(!unlocked.is_set(TIMEOUT));
}
