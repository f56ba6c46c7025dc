//! The life of an integration, from its making to its end, as clients and third parties see it.

mod world;

use ferrite_acl::Tree;
use ferrite_base::Secret;
use ferrite_integrations::{
    Access, Activation, CONSUMERS, Credentials, Details, ExchangeState, INTEGRATIONS, Status,
    TOKENS,
};
use ferrite_webapi::identity::{Caller, Credentials as _};

use world::{World, consumer, details, party, with_token};

#[test]
fn tokens_are_made_at_once_without_a_callback_and_last() {
    let world = World::new();
    let id = world.create("Acme", "");
    let credentials = world.tokens(id);
    let itself = Ok(Some(Caller::Integration(id)));
    assert_eq!(world.caller(&credentials), itself);
    world.provider.forget().unwrap();
    world.clock.advance(3 * 365 * 86_400);
    world.provider.forget().unwrap();
    assert_eq!(world.caller(&credentials), itself);
}

#[test]
fn a_token_of_an_exchange_outlives_years_clean_ups_and_restarts() {
    let mut world = World::new();
    let (url, party) = party(200);
    let id = world.create("Acme", &url);
    world.begin(id);
    let posted = party.join().unwrap();
    let consumer = consumer(&posted);
    let head = world.head("/oauth/token/request", &consumer, None);
    let holder = with_token(&consumer, &world.provider.request_token(&head).body);
    let head = world.head("/oauth/token/access", &holder, Some(&posted[3].1));
    let credentials = with_token(&consumer, &world.provider.access_token(&head).body);
    let itself = Ok(Some(Caller::Integration(id)));
    for _ in 0..2 {
        world = world.restarted();
        assert_eq!(world.caller(&credentials), itself);
        for days in [1, 31, 365, 700] {
            world.clock.advance(days * 86_400);
            world.provider.forget().unwrap();
            assert_eq!(world.caller(&credentials), itself);
        }
    }
}

#[test]
fn reauthorizing_refuses_the_old_token_at_once_and_keeps_the_consumer() {
    let world = World::new();
    let id = world.create("Acme", "");
    let old = world.tokens(id);
    assert!(world.caller(&old).is_ok());
    let new = world.tokens(id);
    assert_eq!(old.consumer_key, new.consumer_key);
    let refused = Err("Specified token does not exist".to_owned());
    assert_eq!(world.caller(&old), refused);
    assert_eq!(world.caller(&new), Ok(Some(Caller::Integration(id))));
}

#[test]
fn deleting_leaves_nothing_behind() {
    let world = World::new();
    let id = world.create("Acme", "");
    let credentials = world.tokens(id);
    assert_eq!(world.rows(), (1, 1, 1, 0));
    world.integrations.delete(id).unwrap();
    assert_eq!(world.rows(), (0, 0, 0, 0));
    let refused = "A consumer having the specified key does not exist".to_owned();
    assert_eq!(world.caller(&credentials), Err(refused));
    assert!(world.integrations.delete(id).is_err());
}

#[test]
fn what_was_put_off_is_done_for_what_the_caller_is_by_then() {
    let world = World::new();
    let signed = |id: i64| {
        let head = world.head("/rest/V1/modules", &world.tokens(id), None);
        let identity = world.provider.identify(&head, &world.at()).unwrap();
        identity.unwrap().credential
    };
    let again = |id: i64, credential: Option<i64>| {
        let (caller, at) = (Caller::Integration(id), world.at());
        let db = &world.integrations.db;
        let found = db.read(|tx| world.provider.again(&caller, credential, &at, tx));
        found.unwrap()
    };
    let may = |id: i64, credential: Option<i64>, resource: &str| {
        let identity = again(id, credential);
        identity.map(|identity| identity.grants.allows_id(Tree::core(), resource))
    };
    let (sales, catalog) = ("Magento_Sales::sales", "Magento_Catalog::products");
    let (acme, other) = (world.create("Acme", ""), world.create("Other", ""));
    let first = signed(acme);
    assert_eq!(may(acme, first, sales), Some(true));
    assert_eq!(may(acme, None, sales), None, "no token is named");
    assert_eq!(may(other, first, sales), None, "another one's token");
    let less = Details {
        access: Access::Custom(vec![catalog.to_owned()]),
        ..details("Acme", "")
    };
    world.integrations.update(acme, &less).unwrap();
    assert_eq!(may(acme, first, sales), Some(false));
    assert_eq!(may(acme, first, catalog), Some(true));
    let second = signed(acme);
    assert_eq!(may(acme, first, catalog), None, "reauthorized");
    for status in [Status::Inactive, Status::Reset, Status::Active] {
        let put = world.integrations.db.write(move |tx| {
            let mut integration = INTEGRATIONS.get(tx, acme)?.unwrap();
            integration.status = status;
            INTEGRATIONS.put(tx, &integration)
        });
        put.unwrap();
        let counts = (status == Status::Active).then_some(true);
        assert_eq!(may(acme, second, catalog), counts, "{status:?}");
    }
    world.integrations.delete(acme).unwrap();
    assert_eq!(may(acme, second, catalog), None, "deleted");
}

#[test]
fn a_signature_counts_once_and_a_wrong_one_never() {
    let world = World::new();
    let credentials = world.tokens(world.create("Acme", ""));
    let head = world.head("/rest/V1/modules", &credentials, None);
    assert!(
        world
            .provider
            .identify(&head, &world.at())
            .unwrap()
            .is_some()
    );
    let again = world.provider.identify(&head, &world.at()).unwrap_err();
    let used = "The nonce is already being used by the consumer with ID 1";
    assert_eq!(again.phrase.rendered(), used);
    let wrong = Credentials {
        consumer_secret: Secret::new("x".repeat(32)),
        ..credentials
    };
    let refused = "The signature is invalid. Verify and try again.".to_owned();
    assert_eq!(world.caller(&wrong), Err(refused));
}

#[test]
fn names_are_one_as_mysql_compares_them() {
    let world = World::new();
    let id = world.create("Acme", "");
    for taken in ["Acme", "ACME", "acme "] {
        let fault = world.integrations.create(&details(taken, "")).unwrap_err();
        let said = format!("The integration with name \"{taken}\" exists.");
        assert_eq!(fault.phrase.rendered(), said);
    }
    // A Cyrillic letter makes another name, which is not cut either.
    world
        .integrations
        .create(&details("\u{410}cme", ""))
        .unwrap();
    let long = world.integrations.create(&details(&"A".repeat(256), ""));
    assert!(long.is_err(), "a name of 256 characters");
    let renamed = world.integrations.update(id, &details("ACME", "")).unwrap();
    assert_eq!(renamed.name, "ACME");
}

#[test]
fn changed_grants_count_at_the_next_call() {
    let world = World::new();
    let id = world.create("Acme", "");
    let credentials = world.tokens(id);
    let may = |resource: &str| {
        let head = world.head("/rest/V1/modules", &credentials, None);
        let identity = world
            .provider
            .identify(&head, &world.at())
            .unwrap()
            .unwrap();
        identity.grants.allows_id(Tree::core(), resource)
    };
    assert!(may("Magento_Sales::sales") && !may("Magento_Catalog::products"));
    let access = Access::Custom(vec!["Magento_Catalog::products".to_owned()]);
    let changed = Details {
        access,
        ..details("Acme", "")
    };
    world.integrations.update(id, &changed).unwrap();
    assert!(!may("Magento_Sales::sales") && may("Magento_Catalog::products"));
}

#[test]
fn the_exchange_goes_from_the_post_to_an_active_integration() {
    let world = World::new();
    let (url, party) = party(500);
    let id = world.create("Acme", &url);
    // An answer's status fails nothing.
    assert_eq!(world.begin(id).state, ExchangeState::Running);
    let posted = party.join().unwrap();
    let names: Vec<_> = posted.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = [
        "oauth_consumer_key",
        "oauth_consumer_secret",
        "store_base_url",
        "oauth_verifier",
    ];
    assert_eq!(names, wanted);
    let consumer = consumer(&posted);
    let ask = || {
        let head = world.head("/oauth/token/request", &consumer, None);
        world.provider.request_token(&head)
    };
    let given = ask();
    assert_eq!(given.status, 200, "{}", given.body);
    let said =
        "oauth_problem=Cannot+create+request+token+because+consumer+token+is+not+a+verifier+token";
    let again = ask();
    assert_eq!((again.status, again.body.as_str()), (401, said));

    let holder = with_token(&consumer, &given.body);
    let refused = Err("Token is not an access token".to_owned());
    assert_eq!(world.caller(&holder), refused);
    let exchange = |verifier: &str| {
        let head = world.head("/oauth/token/access", &holder, Some(verifier));
        world.provider.access_token(&head)
    };
    assert_eq!(exchange(&"y".repeat(32)).status, 401);
    let given = exchange(&posted[3].1);
    assert_eq!(given.status, 200, "{}", given.body);
    let credentials = with_token(&consumer, &given.body);
    assert_eq!(
        world.caller(&credentials),
        Ok(Some(Caller::Integration(id)))
    );
    assert_eq!(world.integrations.get(id).unwrap().status, Status::Active);

    let record = world.latest(id);
    assert_eq!(record.state, ExchangeState::Completed);
    let steps = record.steps.iter();
    let steps: Vec<_> = steps
        .map(|step| (step.name.as_str(), step.is_done))
        .collect();
    let wanted = [
        ("Credentials posted to the callback URL", true),
        ("Request token given", true),
        ("Access token given", false),
        ("Access token given", true),
    ];
    assert_eq!(steps, wanted);
}

#[test]
fn a_consumer_expires_and_a_refused_post_can_be_tried_again_once() {
    let world = World::new();
    let (url, party) = party(200);
    let id = world.create("Acme", &url);
    world.begin(id);
    let consumer = consumer(&party.join().unwrap());
    world.clock.advance(300);
    let head = world.head("/oauth/token/request", &consumer, None);
    let expired = world.provider.request_token(&head);
    assert_eq!(expired.body, "oauth_problem=Consumer+key+has+expired");

    // Nobody listens there any more.
    let failed = world.begin(id);
    assert_eq!(failed.state, ExchangeState::Failed);
    let retried = world.integrations.retry(id, failed.id);
    assert!(matches!(retried, Ok(Activation::Exchange(_))));
    let second = world.integrations.retry(id, failed.id);
    assert!(second.is_err(), "it is not the latest any more");
}

#[test]
fn verifiers_go_when_their_time_is_over_and_tokens_stay() {
    let world = World::new();
    let (url, party) = party(200);
    let waiting = world.create("Acme", &url);
    world.begin(waiting);
    party.join().unwrap();
    let lasting = world.tokens(world.create("Other", ""));
    let forget = || world.integrations.forget_expired();
    world.clock.advance(299);
    assert_eq!((forget(), world.rows().2), (Ok(0), 2));
    world.clock.advance(1);
    assert_eq!((forget(), world.rows().2), (Ok(1), 1));
    assert!(matches!(world.caller(&lasting), Ok(Some(_))));
}

#[test]
fn a_changed_callback_ends_the_exchange_that_was_allowed_for_another() {
    let world = World::new();
    let (url, party) = party(200);
    let id = world.create("Acme", &url);
    world.begin(id);
    let consumer = consumer(&party.join().unwrap());
    let elsewhere = details("Acme", "https://elsewhere.test/callback");
    world.integrations.update(id, &elsewhere).unwrap();
    assert_eq!(world.latest(id).state, ExchangeState::Cancelled);
    let head = world.head("/oauth/token/request", &consumer, None);
    let said = "oauth_problem=A+token+with+consumer+ID+1+does+not+exist";
    assert_eq!(world.provider.request_token(&head).body, said);
}

#[test]
fn no_secret_lies_in_the_store_in_the_clear() {
    let world = World::new();
    let credentials = world.tokens(world.create("Acme", ""));
    let (token, token_secret) = credentials.access.unwrap();
    let db = &world.integrations.db;
    let dump = db.read(|tx| {
        let rows = (CONSUMERS.all(tx)?, TOKENS.all(tx)?);
        Ok::<_, ferrite_storage::Error>(format!("{rows:?}"))
    });
    let dump = dump.unwrap();
    assert!(dump.contains(&credentials.consumer_key));
    for secret in [&credentials.consumer_secret, &token, &token_secret] {
        assert!(!dump.contains(secret.reveal()));
    }
}
