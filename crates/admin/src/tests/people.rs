//! Users and roles through the panel: the grids, the forms, and what is done after a question.

use ferrite_accounts::roles::{ROLES, Role};
use ferrite_accounts::{ADMINS, Admin};
use http::StatusCode;

use super::{Browser, PASSWORD, Page, World};

const NEW_PASSWORD: &str = "Second123";

impl World {
    fn user(&self, id: i64) -> Admin {
        self.db.read(|tx| ADMINS.get(tx, id)).unwrap().unwrap()
    }

    fn role(&self, id: i64) -> Role {
        self.db.read(|tx| ROLES.get(tx, id)).unwrap().unwrap()
    }

    fn user_count(&self) -> i64 {
        self.db.read(|tx| ADMINS.count(tx)).unwrap()
    }
}

/// What a person fills in for `second`, with these fields in place of theirs.
fn filled<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [
        ("username", "second"),
        ("firstname", "Grace"),
        ("lastname", "Hopper"),
        ("email", "second@store.test"),
        ("password", NEW_PASSWORD),
        ("password_confirmation", NEW_PASSWORD),
        ("is_active", "1"),
        ("role", "1"),
        ("current_password", PASSWORD),
    ];
    own.into_iter().chain(more.iter().copied()).collect()
}

/// Posts a form as it was got, with these fields.
async fn post(browser: &mut Browser, path: &str, page: &Page, fields: &[(&str, &str)]) -> Page {
    let (once, seen) = (page.hidden("once"), page.hidden("seen"));
    let own = [("once", once.as_str()), ("seen", seen.as_str())];
    browser.post(path, page, &[&own, fields].concat()).await
}

async fn save(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(path).await;
    post(browser, path, &page, fields).await
}

/// Answers a question with a password.
async fn confirm(browser: &mut Browser, path: &str, password: &str) -> Page {
    let page = browser.get(path).await;
    let fields = [("current_password", password)];
    browser.post(path, &page, &fields).await
}

#[tokio::test]
async fn a_user_is_made_changed_and_deleted() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    browser.get("/user").await.shows("Add New User");
    // Not in the form: they change nothing.
    let more = [("id", "1"), ("failures_num", "9"), ("revision", "7")];
    let page = browser.get("/user/new").await;
    let answer = post(&mut browser, "/user/new", &page, &filled(&more)).await;
    let grid = browser.follow(&answer).await;
    grid.shows("You saved the user.");
    grid.shows("2 records found");
    let twice = post(&mut browser, "/user/new", &page, &filled(&more)).await;
    let grid = browser.follow(&twice).await;
    grid.shows("The form has been sent already.");
    assert_eq!((world.user_count(), world.user(2).revision), (2, 1));
    browser
        .get("/user?is_active=0")
        .await
        .shows("0 records found");

    let fields = [
        ("firstname", "<b>G</b>"),
        ("password", ""),
        ("password_confirmation", ""),
    ];
    let answer = save(&mut browser, "/user/2", &filled(&fields)).await;
    let grid = browser.follow(&answer).await;
    grid.shows("&#60;b&#62;G");
    let page = browser.get("/user/2").await;
    page.hides("argon2");
    page.shows("href=\"/admin/user/2/delete\"");

    let wrong = confirm(&mut browser, "/user/2/delete", "wrong").await;
    wrong.shows("The password entered for the current user is invalid.");
    let answer = confirm(&mut browser, "/user/2/delete", PASSWORD).await;
    let grid = browser.follow(&answer).await;
    grid.shows("You deleted the user.");
    let answer = browser.get("/user/2").await;
    browser
        .follow(&answer)
        .await
        .shows("This user no longer exists.");
    assert_eq!(world.user_count(), 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_user_is_said_and_nothing_typed_is_lost() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    for (name, value, text) in [
        (
            "username",
            "",
            "&#34;User Name&#34; is required. Enter and try again.",
        ),
        ("email", "nowhere", "Please enter a valid email."),
        ("password", "", "Password is required field."),
        (
            "password_confirmation",
            "x",
            "Your password confirmation must match your password.",
        ),
        ("role", "", "This is a required field."),
        ("role", "77", "This role no longer exists."),
        (
            "username",
            "ADMIN",
            "A user with the same user name or email already exists.",
        ),
        (
            "current_password",
            "",
            "The password entered for the current user is invalid.",
        ),
    ] {
        let page = save(&mut browser, "/user/new", &filled(&[(name, value)])).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        page.shows(text);
        page.shows("value=\"Grace\"");
        page.hides(NEW_PASSWORD);
    }
    assert_eq!(world.user_count(), 1);
}

#[tokio::test]
async fn the_second_of_two_edits_is_told_of_the_first() {
    let world = World::new();
    world.admin("second", &[ferrite_acl::ALL]);
    let mut browser = world.signed_in("admin").await;
    let keep = [("password", ""), ("password_confirmation", "")];
    let first = browser.get("/user/2").await;
    let second = browser.get("/user/2").await;
    post(&mut browser, "/user/2", &first, &filled(&keep)).await;
    let fields = [&keep[..], &[("firstname", "Later")]].concat();
    let again = post(&mut browser, "/user/2", &second, &filled(&fields)).await;
    again.shows("Somebody else has saved this in the meantime.");
    again.shows("value=\"Later\"");
    assert_eq!(world.user(2).first_name, "Grace");
    post(&mut browser, "/user/2", &again, &filled(&fields)).await;
    assert_eq!(world.user(2).first_name, "Later");

    let role = [
        ("rolename", "R"),
        ("all_resources", "1"),
        ("current_password", PASSWORD),
    ];
    let first = browser.get("/role/1").await;
    post(&mut browser, "/role/1", &first, &role).await;
    let again = post(&mut browser, "/role/1", &first, &role).await;
    again.shows("Somebody else has saved this in the meantime.");
}

#[tokio::test]
async fn who_is_deactivated_deleted_or_has_another_role_is_out_at_the_next_request() {
    let world = World::new();
    world.admin("second", &[ferrite_acl::ALL]);
    world.admin("clerk", &["Magento_Sales::sales_order"]);
    let mut browser = world.signed_in("admin").await;
    let keep = [("password", ""), ("password_confirmation", "")];
    let mut other = world.signed_in("second").await;
    for change in [("role", "2"), ("is_active", "0")] {
        other.get("/sales/order").await.shows("Sign Out");
        let fields = filled(&[&keep[..], &[change]].concat());
        let answer = save(&mut browser, "/user/2", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        other
            .get("/sales/order")
            .await
            .shows("Welcome, please sign in");
        if change.0 == "role" {
            other = world.signed_in("second").await;
            assert_eq!(other.get("/user").await.status, StatusCode::FORBIDDEN);
        }
    }
    // A role that is changed counts at once, and nobody is signed out.
    let mut clerk = world.signed_in("clerk").await;
    assert_eq!(clerk.get("/customer").await.status, StatusCode::FORBIDDEN);
    let role = [
        ("rolename", "Clerk"),
        ("all_resources", "0"),
        ("resource[]", "Magento_Customer::manage"),
        ("current_password", PASSWORD),
    ];
    save(&mut browser, "/role/2", &role).await;
    assert_ne!(clerk.get("/customer").await.status, StatusCode::FORBIDDEN);
    let refused = clerk.get("/sales/order").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    confirm(&mut browser, "/user/3/delete", PASSWORD).await;
    clerk
        .get("/customer")
        .await
        .shows("Welcome, please sign in");
}

#[tokio::test]
async fn nobody_does_away_with_their_own_account_or_role() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let page = browser.get("/user/1").await;
    page.hides("Delete User");
    page.hides("name=\"is_active\"");
    let answer = browser.get("/user/1/delete").await;
    let grid = browser.follow(&answer).await;
    grid.shows("You cannot delete your own account.");
    let form_key = grid.hidden("form_key");
    for path in ["/user/1/delete", "/role/1/delete"] {
        let fields = [("current_password", PASSWORD)];
        let request = browser.form(path, &form_key, &fields);
        let answer = browser.send(request).await;
        browser.follow(&answer).await.shows("You cannot delete");
    }
    let fields = [
        ("username", "admin"),
        ("email", "admin@store.test"),
        ("password", ""),
        ("password_confirmation", ""),
        ("is_active", "0"),
    ];
    let answer = save(&mut browser, "/user/1", &filled(&fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(world.user(1).is_active);
    let role = [
        ("rolename", "Less"),
        ("all_resources", "0"),
        ("resource[]", "Magento_User::acl_roles"),
        ("current_password", PASSWORD),
    ];
    let page = save(&mut browser, "/role/1", &role).await;
    page.shows("Nobody would be left who may do everything.");
    assert!(world.role(1).is_all());
}

#[tokio::test]
async fn a_role_is_made_changed_and_deleted() {
    let world = World::new();
    let mut browser = world.signed_in("admin").await;
    let role = |name: &'static str, resource: &'static str| {
        [
            ("rolename", name),
            ("all_resources", "0"),
            ("resource[]", resource),
            ("current_password", PASSWORD),
        ]
    };
    let page = save(&mut browser, "/role/new", &role("", "Magento_Sales::ship")).await;
    page.shows("This is a required field.");
    page.shows("value=\"Magento_Sales::ship\" checked");
    let strange = save(&mut browser, "/role/new", &role("R", "Foo_Bar::baz")).await;
    strange.shows("Foo_Bar::baz");
    let ship = role("Clerk", "Magento_Sales::ship");
    let answer = save(&mut browser, "/role/new", &ship).await;
    browser.follow(&answer).await.shows("You saved the role.");
    let page = browser.get("/role/2").await;
    page.shows("value=\"Magento_Sales::ship\" checked");
    page.shows("value=\"Magento_Sales::actions\" data-half");
    page.shows("No user has this role.");
    let held = world.role(2).resources;
    assert!(held.contains(&"Magento_Sales::ship".to_owned()), "{held:?}");
    assert!(!world.role(2).is_all());

    save(&mut browser, "/user/new", &filled(&[("role", "2")])).await;
    browser.get("/role/2").await.shows("href=\"/admin/user/2\"");
    let answer = confirm(&mut browser, "/role/2/delete", PASSWORD).await;
    let grid = browser.follow(&answer).await;
    grid.shows("The role cannot be deleted while users have it.");
    confirm(&mut browser, "/user/2/delete", PASSWORD).await;
    let wrong = confirm(&mut browser, "/role/2/delete", "wrong").await;
    wrong.shows("The password entered for the current user is invalid.");
    let answer = confirm(&mut browser, "/role/2/delete", PASSWORD).await;
    browser.follow(&answer).await.shows("You deleted the role.");
}

#[tokio::test]
async fn who_holds_less_gives_no_more() {
    let world = World::new();
    world.admin(
        "registrar",
        &["Magento_User::acl_users", "Magento_User::acl_roles"],
    );
    world.admin("clerk", &["Magento_Sales::sales_order"]);
    let mut browser = world.signed_in("registrar").await;
    let beyond = "You need more permissions";
    browser.get("/user/new").await.shows("value=\"1\" disabled");
    for role in ["1", "3"] {
        let page = save(&mut browser, "/user/new", &filled(&[("role", role)])).await;
        page.shows(beyond);
    }
    let keep = [
        ("password", ""),
        ("password_confirmation", ""),
        ("role", "2"),
    ];
    for path in ["/user/1", "/user/3"] {
        save(&mut browser, path, &filled(&keep)).await.shows(beyond);
    }
    for path in ["/user/1/delete", "/user/3/force-sign-in", "/role/3/delete"] {
        let answer = confirm(&mut browser, path, PASSWORD).await;
        browser.follow(&answer).await.shows(beyond);
    }
    for (all, resource) in [
        ("1", ""),
        ("0", "Magento_Sales::ship"),
        ("0", ferrite_acl::ALL),
    ] {
        let role = [
            ("rolename", "R"),
            ("all_resources", all),
            ("resource[]", resource),
            ("current_password", PASSWORD),
        ];
        for path in ["/role/new", "/role/2"] {
            save(&mut browser, path, &role).await.shows(beyond);
        }
    }
    let answer = save(&mut browser, "/user/new", &filled(&[("role", "2")])).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(world.user(4).role_id, 2);
}

#[tokio::test]
async fn a_locked_account_is_shown_and_unlocked() {
    let world = World::new();
    world.admin("second", &[ferrite_acl::ALL]);
    let mut browser = world.signed_in("admin").await;
    let mut guest = world.browser();
    let page = guest.get("/").await;
    for _ in 0..6 {
        let fields = [("username", "second"), ("password", "wrong")];
        guest.post("/sign-in", &page, &fields).await;
    }
    browser.get("/user").await.shows("Locked");
    browser
        .get("/user/2")
        .await
        .shows("href=\"/admin/user/2/unlock\"");
    let answer = confirm(&mut browser, "/user/2/unlock", PASSWORD).await;
    let form = browser.follow(&answer).await;
    form.shows("The user account &#34;second&#34; has been unlocked");
    form.hides("/user/2/unlock");
    world.signed_in("second").await;
    let answer = confirm(&mut browser, "/user/2/force-sign-in", PASSWORD).await;
    let form = browser.follow(&answer).await;
    form.shows("You have revoked the user&#39;s tokens.");
    assert_eq!(world.user(2).revoked_at, world.clock.unix_seconds());
}
