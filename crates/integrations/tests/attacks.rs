//! Attacks on the exchange and on tokens: what is foreign, stale, late or sent by several at once.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

use std::net::TcpListener;
use std::sync::Barrier;

use ferrite_base::Secret;
use ferrite_integrations::{
    CONSUMERS, Consumer, Credentials, ExchangeState, Status, TOKENS, Token, TokenAnswer,
};
use ferrite_webapi::identity::{Caller, Credentials as _, Head};

use world::{LOG, World, consumer, party, take, with_token};

/// Begins an exchange; the consumer that was posted, and its verifier.
fn begun(world: &World, name: &str) -> (i64, Credentials, String) {
    let (url, party) = party(200);
    let id = world.create(name, &url);
    world.begin(id);
    let posted = party.join().unwrap();
    (id, consumer(&posted), posted[3].1.clone())
}

fn request(world: &World, consumer: &Credentials) -> TokenAnswer {
    let head = world.head("/oauth/token/request", consumer, None);
    world.provider.request_token(&head)
}

fn access(world: &World, holder: &Credentials, verifier: &str) -> TokenAnswer {
    let head = world.head("/oauth/token/access", holder, Some(verifier));
    world.provider.access_token(&head)
}

/// Goes through the whole exchange.
fn exchanged(world: &World, name: &str) -> (i64, Credentials) {
    let (id, consumer, verifier) = begun(world, name);
    let holder = with_token(&consumer, &request(world, &consumer).body);
    let given = access(world, &holder, &verifier);
    assert_eq!(given.status, 200, "{}", given.body);
    (id, with_token(&consumer, &given.body))
}

#[track_caller]
fn refused(answer: &TokenAnswer, sentence: &str) {
    let body = format!("oauth_problem={}", sentence.replace(' ', "+"));
    assert_eq!((answer.status, answer.body.as_str()), (401, body.as_str()));
}

/// Sends the same kind of request from 32 threads at once.
fn at_once(heads: &[Head], send: impl Fn(&Head) -> TokenAnswer + Sync) -> Vec<TokenAnswer> {
    let barrier = Barrier::new(heads.len());
    std::thread::scope(|scope| {
        let sent: Vec<_> = heads
            .iter()
            .map(|head| {
                scope.spawn(|| {
                    barrier.wait();
                    send(head)
                })
            })
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// One of the answers is a success; the others say this.
#[track_caller]
fn one_wins(answers: &[TokenAnswer], sentence: &str) -> String {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    lost.iter().for_each(|answer| refused(answer, sentence));
    won[0].body.clone()
}

#[test]
fn of_many_that_ask_at_once_one_gets_a_token() {
    let world = World::new();
    let (id, consumer, verifier) = begun(&world, "Acme");
    let heads = |credentials: &Credentials, path: &str, verifier: Option<&str>| -> Vec<Head> {
        let head = |_| world.head(path, credentials, verifier);
        (0..32).map(head).collect()
    };
    let asked = heads(&consumer, "/oauth/token/request", None);
    let answers = at_once(&asked, |head| world.provider.request_token(head));
    let said = "Cannot create request token because consumer token is not a verifier token";
    let holder = with_token(&consumer, &one_wins(&answers, said));

    let asked = heads(&holder, "/oauth/token/access", Some(&verifier));
    let answers = at_once(&asked, |head| world.provider.access_token(head));
    let given = one_wins(&answers, "Specified token does not exist");
    let itself = Ok(Some(Caller::Integration(id)));
    assert_eq!(world.caller(&with_token(&consumer, &given)), itself);
    let steps = world.latest(id).steps;
    let done = steps.iter().filter(|step| step.is_done).count();
    assert_eq!(done, 3, "posted, requested and given once: {steps:?}");
}

#[test]
fn tokens_of_others_and_of_the_wrong_kind_are_refused() {
    let world = World::new();
    let (_, one, verifier) = begun(&world, "One");
    let holder = with_token(&one, &request(&world, &one).body);
    let (_, other) = exchanged(&world, "Other");
    // The other consumer signs with a request token that is not its own.
    let foreign = Credentials {
        access: holder.access.clone(),
        ..other.clone()
    };
    let said = "Request token is not associated with the specified consumer";
    refused(&access(&world, &foreign, &verifier), said);
    let foreign = Credentials {
        access: other.access.clone(),
        ..one.clone()
    };
    let said = Err("Token is not associated with the specified consumer".to_owned());
    assert_eq!(world.caller(&foreign), said);
    let said = Err("Token is not an access token".to_owned());
    assert_eq!(world.caller(&holder), said);
    refused(
        &access(&world, &other, &verifier),
        "Token is already being used",
    );
    // None of it has used up what is right.
    assert_eq!(access(&world, &holder, &verifier).status, 200);
}

#[test]
fn guessing_a_verifier_changes_nothing() {
    let world = World::new();
    let (id, consumer, verifier) = begun(&world, "Acme");
    let holder = with_token(&consumer, &request(&world, &consumer).body);
    let stored = world.rows();
    for guess in 0..500 {
        let guess = format!("{guess:032}");
        let said = "Token verifier and verifier token do not match";
        refused(&access(&world, &holder, &guess), said);
    }
    for length in [31, 33] {
        let short = access(&world, &holder, &"a".repeat(length));
        refused(&short, "Verifier is not the correct length");
    }
    assert_eq!(world.rows(), stored);
    assert_eq!(access(&world, &holder, &verifier).status, 200);
    assert_eq!(world.integrations.get(id).unwrap().status, Status::Active);
}

#[test]
fn of_two_starts_the_later_one_counts_and_the_earlier_is_dead() {
    let world = World::new();
    let (url, first) = party(200);
    let id = world.create("Acme", &url);
    world.begin(id);
    let first = first.join().unwrap();
    let (consumer_of_first, old_verifier) = (consumer(&first), &first[3].1);
    let half_way = with_token(
        &consumer_of_first,
        &request(&world, &consumer_of_first).body,
    );

    let (url, second) = party(200);
    let moved = world::details("Acme", &url);
    world.integrations.update(id, &moved).unwrap();
    world.begin(id);
    let second = second.join().unwrap();
    let (again, verifier) = (consumer(&second), &second[3].1);
    assert_ne!(verifier, old_verifier);
    let said = "Specified token does not exist";
    refused(&access(&world, &half_way, old_verifier), said);
    let holder = with_token(&again, &request(&world, &again).body);
    let said = "Token verifier and verifier token do not match";
    refused(&access(&world, &holder, old_verifier), said);
    assert_eq!(access(&world, &holder, verifier).status, 200);
    assert_eq!(
        world.caller(&half_way),
        Err("Specified token does not exist".to_owned())
    );
}

#[test]
fn an_exchange_goes_on_after_a_restart() {
    let world = World::new().restarted();
    let (id, consumer, verifier) = begun(&world, "Acme");
    let world = world.restarted();
    let asked = world.head("/oauth/token/request", &consumer, None);
    let holder = with_token(&consumer, &world.provider.request_token(&asked).body);
    let world = world.restarted();
    let used = "The nonce is already being used by the consumer with ID 1";
    refused(&world.provider.request_token(&asked), used);
    let given = access(&world, &holder, &verifier);
    let itself = Ok(Some(Caller::Integration(id)));
    assert_eq!(world.caller(&with_token(&consumer, &given.body)), itself);
}

#[test]
fn two_admins_who_allow_at_once_leave_one_exchange() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback", listener.local_addr().unwrap());
    let party = std::thread::spawn(move || [take(&listener, 200), take(&listener, 200)]);
    let id = world.create("Acme", &url);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| world.begin(id));
        }
    });
    let verifiers = party.join().unwrap();
    assert_eq!(world.rows(), (1, 1, 1, 2), "one token is left");
    let latest = world.latest(id);
    assert_eq!(latest.state, ExchangeState::Running);
    let consumer = consumer(&verifiers[0]);
    let holder = with_token(&consumer, &request(&world, &consumer).body);
    let given = verifiers.iter().map(|posted| {
        let answer = access(&world, &holder, &posted[3].1);
        answer.status
    });
    let mut given: Vec<u16> = given.collect();
    given.sort_unstable();
    assert_eq!(given, [200, 401], "one of the verifiers counts");
}

#[test]
fn a_request_for_a_token_counts_once_whatever_happens_between() {
    let world = World::new();
    let (url, first) = party(200);
    let id = world.create("Acme", &url);
    world.begin(id);
    let consumer = consumer(&first.join().unwrap());
    world.clock.advance(301);
    let late = world.head("/oauth/token/request", &consumer, None);
    refused(
        &world.provider.request_token(&late),
        "Consumer key has expired",
    );
    // It was recorded although it was refused, and a new window does not forget it.
    let (url, second) = party(200);
    world
        .integrations
        .update(id, &world::details("Acme", &url))
        .unwrap();
    world.begin(id);
    second.join().unwrap();
    let used = "The nonce is already being used by the consumer with ID 1";
    refused(&world.provider.request_token(&late), used);
    let right = world.head("/oauth/token/request", &consumer, None);
    assert_eq!(world.provider.request_token(&right).status, 200);
    let (url, third) = party(200);
    world
        .integrations
        .update(id, &world::details("Acme", &url))
        .unwrap();
    world.begin(id);
    third.join().unwrap();
    refused(&world.provider.request_token(&right), used);
}

#[test]
fn a_write_that_was_held_does_not_outlive_its_token() {
    let world = World::new();
    let id = world.create("Acme", "");
    let old = world.tokens(id);
    let head = world.head("/rest/V1/modules", &old, None);
    let identity = world.provider.identify(&head, &world.at());
    let identity = identity.unwrap().unwrap();
    let settings = world.at();
    let holds = || {
        let db = &world.integrations.db;
        db.read(|tx| world.provider.still_holds(&identity, &settings, tx))
            .unwrap()
    };
    assert!(holds());
    world.tokens(id);
    assert!(!holds(), "reauthorized while the write was held");
}

#[test]
fn inactive_and_reset_integrations_are_guests() {
    let world = World::new();
    let id = world.create("Acme", "");
    let credentials = world.tokens(id);
    for status in [Status::Inactive, Status::Reset] {
        let set = move |tx: &mut ferrite_storage::Tx<'_>| {
            let mut integration = ferrite_integrations::INTEGRATIONS.get(tx, id)?.unwrap();
            integration.status = status;
            tx.raise_generation();
            ferrite_integrations::INTEGRATIONS.put(tx, &integration)
        };
        world.integrations.db.write(set).unwrap();
        assert_eq!(world.caller(&credentials), Ok(None), "{status:?}");
    }
}

#[test]
fn changed_ciphertexts_authenticate_nobody_and_are_told_to_the_log() {
    let world = World::new();
    let credentials: Vec<_> = ["One", "Two"]
        .map(|name| world.tokens(world.create(name, "")))
        .into();
    let swap = |consumers: bool| {
        let change = move |tx: &mut ferrite_storage::Tx<'_>| {
            tx.raise_generation();
            if consumers {
                let mut rows: Vec<Consumer> = CONSUMERS.all(tx)?;
                let secret = rows[0].secret.clone();
                rows[0].secret = std::mem::replace(&mut rows[1].secret, secret);
                return rows.iter().try_for_each(|row| CONSUMERS.put(tx, row));
            }
            let mut rows: Vec<Token> = TOKENS.all(tx)?;
            let secret = rows[0].secret.clone();
            rows[0].secret = std::mem::replace(&mut rows[1].secret, secret);
            rows.iter().try_for_each(|row| TOKENS.put(tx, row))
        };
        world.integrations.db.write(change).unwrap();
    };
    let refused = Err("The signature is invalid. Verify and try again.".to_owned());
    for consumers in [true, false] {
        swap(consumers);
        for one in &credentials {
            assert_eq!(world.caller(one), refused);
        }
        swap(consumers);
        assert!(world.caller(&credentials[0]).unwrap().is_some());
    }
    let log = LOG.lock().unwrap().join("\n");
    assert!(log.contains(&credentials[0].consumer_key), "{log}");
    for one in &credentials {
        let (token, token_secret) = one.access.as_ref().unwrap();
        for secret in [&one.consumer_secret, token, token_secret] {
            assert!(!log.contains(secret.reveal()), "{log}");
        }
    }
}

#[test]
fn a_changed_verifier_gives_nobody_a_token() {
    let world = World::new();
    let (_, consumer, verifier) = begun(&world, "Acme");
    let holder = with_token(&consumer, &request(&world, &consumer).body);
    let change = |tx: &mut ferrite_storage::Tx<'_>| {
        let mut row = TOKENS.all(tx)?.remove(0);
        row.verifier = row.secret.clone().into();
        TOKENS.put(tx, &row)
    };
    world.integrations.db.write(change).unwrap();
    let said = "Token verifier and verifier token do not match";
    refused(&access(&world, &holder, &verifier), said);
    let none = Secret::new(String::new());
    refused(
        &access(&world, &holder, none.reveal()),
        "Verifier is not the correct length",
    );
}
