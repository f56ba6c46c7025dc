//! Passwords, resets and confirmation.

use super::*;

const OLD: &str = "Passw0rd!old";
const NEW: &str = "Passw0rd!new";

/// Somebody who has registered.
fn registered(settings: &[(&str, &str)]) -> World {
    let world = World::new();
    for (path, value) in settings {
        Settings::new(world.db.clone())
            .set(path, Some(value))
            .unwrap();
    }
    let sent = json!({"customer": {"email": "a@example.com", "firstname": "A", "lastname": "L"},
        "password": OLD});
    let (status, made) = world.call(Caller::Guest, "POST /V1/customers", &sent);
    assert_eq!(status, 200, "{made}");
    assert_eq!(made.get("confirmation"), None);
    world
}

fn account(world: &World) -> ferrite_accounts::Account {
    let (accounts, at) = (world.accounts(), world.at());
    let found = world
        .db
        .read(|tx| accounts.find(tx, &at, "A@example.com", 1));
    found.unwrap().unwrap()
}

fn opens(world: &World, password: &str) -> bool {
    let password = ferrite_base::Secret::new(password.to_owned());
    ferrite_accounts::password::verify(&password, account(world).password_hash.as_deref()).unwrap()
}

fn change(world: &World, current: &str) -> (u16, Value) {
    let sent = json!({"currentPassword": current, "newPassword": NEW});
    world.call(customer(1), "PUT /V1/customers/me/password", &sent)
}

#[test]
fn a_password_is_changed_by_whoever_knows_it() {
    let world = registered(&[]);
    let wrong = "The password doesn't match this account. Verify the password and try again.";
    assert_eq!(change(&world, NEW).1["message"], wrong);
    assert_eq!(change(&world, OLD), (200, json!(true)));
    assert!(opens(&world, NEW) && !opens(&world, OLD));
}

#[test]
fn too_many_wrong_passwords_lock_the_change_too() {
    let world = registered(&[("customer/password/lockout_failures", "2")]);
    let locked = json!("The account is locked.");
    let failed = || {
        let field = "searchCriteria[filterGroups][0][filters][0]";
        let route =
            format!("GET /V1/customers/search?{field}[field]=failures_num&{field}[value]=1");
        world.admin(&route, &Value::Null).1["total_count"].clone()
    };
    assert_eq!(failed(), 0);
    assert_ne!(change(&world, NEW).1["message"], locked);
    assert_eq!(failed(), 1);
    assert_eq!(change(&world, NEW).1["message"], locked);
    assert_eq!(change(&world, OLD).1["message"], locked);
    assert!(account(&world).is_locked);
    world.clock.advance(601);
    assert_eq!(change(&world, OLD).0, 200);
}

/// Every credential has been revoked while its request was under way.
struct Revoked;

impl Credentials for Revoked {
    fn identify(&self, _: &Head, _: &Settings) -> Result<Option<Identity>, Fault> {
        Ok(None)
    }

    fn still_holds(
        &self,
        _: &Identity,
        _: &Settings,
        _: &mut ferrite_webapi::Tx<'_>,
    ) -> Result<bool, Fault> {
        Ok(false)
    }
}

#[test]
fn a_credential_that_is_revoked_meanwhile_writes_nothing() {
    let world = registered(&[]);
    let revoked = || vec![Arc::new(Revoked) as Arc<dyn Credentials>];
    let sent = json!({"currentPassword": OLD, "newPassword": NEW});
    let route = "PUT /V1/customers/me/password";
    let (status, answer) = world.call_by(revoked(), customer(1), route, &sent);
    assert_eq!((status, opens(&world, OLD)), (401, true), "{answer}");
    let sent = json!({"customer": {"email": "b@example.com", "firstname": "B", "lastname": "L"}});
    let route = "POST /V1/customers";
    let (status, answer) = world.call_by(revoked(), Caller::Admin(1), route, &sent);
    assert_eq!(status, 401, "{answer}");
    assert_eq!(world.db.read(|tx| CUSTOMERS.count(tx)), Ok(1));
}

fn ask_for_reset(world: &World) -> String {
    let sent = json!({"email": "a@example.com", "template": "email_reset", "websiteId": 1});
    let asked = world.call(Caller::Guest, "PUT /V1/customers/password", &sent);
    assert_eq!(asked, (200, json!(true)));
    Randomness::seeded(SEED).token()
}

fn reset(world: &World, token: &str) -> (u16, Value) {
    let sent = json!({"email": "a@example.com", "resetToken": token, "newPassword": NEW});
    world.call(Caller::Guest, "POST /V1/customers/resetPassword", &sent)
}

#[test]
fn a_token_resets_once_and_unlocks() {
    let world = registered(&[("customer/password/lockout_failures", "1")]);
    change(&world, NEW);
    let token = ask_for_reset(&world);
    let link = format!("GET /V1/customers/1/password/resetLinkToken/{token}");
    assert_eq!(
        world.call(Caller::Guest, &link, &Value::Null),
        (200, json!(true))
    );
    assert!(account(&world).is_locked);
    assert_eq!(reset(&world, &token), (200, json!(true)));
    assert!(opens(&world, NEW) && !account(&world).is_locked);
    let said = "The password token is mismatched. Reset and try again.";
    assert_eq!(reset(&world, &token).1["message"], said);
}

#[test]
fn a_token_of_a_reset_ends() {
    let world = registered(&[("customer/password/reset_link_expiration_period", "1")]);
    let token = ask_for_reset(&world);
    world.clock.advance(3600);
    let said = "The password token is expired. Reset and try again.";
    assert_eq!(reset(&world, &token).1["message"], said);
    assert!(opens(&world, OLD));
    let (status, answer) = reset(&world, "");
    let field = json!("resetPasswordLinkToken");
    assert_eq!((status, &answer["parameters"]["fieldName"]), (400, &field));
}

#[test]
fn an_account_waits_for_its_confirmation() {
    let world = registered(&[("customer/create_account/confirm", "1")]);
    assert!(account(&world).is_closed);
    let state = || world.admin("GET /V1/customers/1/confirm", &Value::Null).1;
    assert_eq!(state(), "account_confirmation_required");
    let activate = |key: &Value| {
        let sent = json!({ "confirmationKey": key });
        world.admin("PUT /V1/customers/a@example.com/activate", &sent)
    };
    let said = "The confirmation token is invalid. Verify the token and try again.";
    assert_eq!(activate(&json!("wrong")).1["message"], said);
    let key = world.admin("GET /V1/customers/1", &Value::Null).1["confirmation"].clone();
    let (status, active) = activate(&key);
    assert_eq!((status, active.get("confirmation")), (200, None));
    assert_eq!(state(), "account_confirmed");
    assert!(!account(&world).is_closed);
}

#[test]
fn nobody_waits_where_accounts_need_no_confirmation_any_more() {
    let world = registered(&[("customer/create_account/confirm", "1")]);
    let settings = Settings::new(world.db.clone());
    settings
        .set("customer/create_account/confirm", Some("0"))
        .unwrap();
    assert!(!account(&world).is_closed);
    let state = world.admin("GET /V1/customers/1/confirm", &Value::Null).1;
    assert_eq!(state, "account_confirmation_not_required");
}

#[test]
fn a_website_may_be_closed_to_a_group() {
    let world = registered(&[]);
    assert!(!account(&world).is_closed);
    let closed = json!({"group": {"code": "General", "tax_class_id": 3,
        "extension_attributes": {"exclude_website_ids": [1]}}});
    let (status, group) = world.admin("PUT /V1/customerGroups/1", &closed);
    assert_eq!(status, 200, "{group}");
    assert_eq!(
        group["extension_attributes"]["exclude_website_ids"],
        json!([1])
    );
    assert!(account(&world).is_closed);
}

#[test]
fn whether_an_address_is_free_is_told_where_the_checkout_asks() {
    let ask = |world: &World, email: &str| {
        let sent = json!({ "customerEmail": email });
        world
            .call(Caller::Guest, "POST /V1/customers/isEmailAvailable", &sent)
            .1
    };
    let silent = registered(&[]);
    assert_eq!(ask(&silent, "a@example.com"), true);
    let telling = registered(&[("checkout/options/enable_guest_checkout_login", "1")]);
    assert_eq!(ask(&telling, "a@example.com"), false);
    assert_eq!(ask(&telling, "b@example.com"), true);
}
