//! Tokens of admins who are changed meanwhile.

use std::sync::Arc;

use ferrite_base::Fault;
use ferrite_settings::Settings;
use ferrite_storage::{Db, Tx};
use ferrite_webapi::identity::{Credentials, Head};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};

use super::*;

/// No customer is there.
struct Nobody;

impl Customers for Nobody {
    fn find(
        &self,
        _: &mut Tx<'_>,
        _: &Settings,
        _: &str,
        _: i64,
    ) -> Result<Option<Account>, Fault> {
        Ok(None)
    }

    fn note(&self, _: &Db, _: &Settings, _: i64, _: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn revoke(&self, _: &mut Tx<'_>, _: i64, _: i64) -> Result<(), Fault> {
        Ok(())
    }

    fn standing(&self, _: &mut Tx<'_>, _: &Settings, _: i64) -> Result<Option<Standing>, Fault> {
        Ok(None)
    }
}

#[test]
fn a_token_counts_until_it_is_revoked_and_not_again_after_a_reactivation() {
    let store = Store::new();
    let id = store.insert("second", ADMINISTRATORS);
    let clock = store.people.clock.clone();
    let key = JwtKey::new(&Secret::new("0123456789abcdef0123456789abcdef")).unwrap();
    let bearer = Bearer {
        db: store.people.db.clone(),
        key: key.clone(),
        clock: clock.clone(),
        tree: Tree::core(),
        customers: Arc::new(Nobody),
    };
    let issue = || {
        let iat = clock.unix_seconds();
        let claims = Claims {
            uid: id,
            utypid: 2,
            iat,
            exp: iat + 3_600,
        };
        key.issue(&claims).unwrap()
    };
    let counts = |token: &str| {
        let value = format!("Bearer {token}").parse().unwrap();
        let head = Head {
            method: Method::GET,
            scheme: "http",
            host: "store.test".to_owned(),
            path: "/rest/V1/modules".to_owned(),
            query: None,
            headers: HeaderMap::from_iter([(AUTHORIZATION, value)]),
            source: None,
            form_body: None,
        };
        let found = bearer.identify(&head, &store.people.settings).unwrap();
        let Some(found) = found else {
            return false;
        };
        let settings = store.people.settings.clone();
        let held = store
            .people
            .db
            .read(|tx| bearer.still_holds(&found, &settings, tx));
        held.unwrap()
    };
    let set_active = |is_active: bool| {
        let user = store.user(id);
        let details = UserDetails {
            is_active,
            ..form(&user)
        };
        store
            .people
            .change_user(id, user.revision, &details)
            .unwrap();
    };
    let first = issue();
    assert!(counts(&first));
    store.people.revoke_tokens(id).unwrap();
    assert!(!counts(&first) && !counts(&issue()));
    clock.advance(1);
    let second = issue();
    assert!(counts(&second));
    set_active(false);
    assert!(!counts(&second));
    set_active(true);
    assert!(!counts(&second));
    clock.advance(1);
    assert!(counts(&issue()));
    store.people.delete_user(id).unwrap();
    assert!(!counts(&issue()));
}
