//! The life of an integration, from its making to its end, as clients and third parties see it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use ferrite_acl::Tree;
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_integrations::{
    Access, Activation, CONSUMERS, Credentials, Details, EXCHANGES, Exchange, ExchangeState,
    INTEGRATIONS, Integrations, Provider, Status, TOKENS, tables,
};
use ferrite_nonces::Nonces;
use ferrite_oauth1::{Method, Request, Scheme, authorization};
use ferrite_outbound::{Client, Policy, Roots, TableResolver};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::identity::{Caller, Credentials as _, Head};
use http::header::{AUTHORIZATION, HeaderMap};

struct World {
    _folder: tempfile::TempDir,
    clock: Clock,
    integrations: Arc<Integrations>,
    provider: Provider,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(1_800_000_000);
        let db = Db::open(Options {
            engine: Engine::Sqlite {
                file: folder.path().join("store.db"),
            },
            durability: Durability::Normal,
            clock: clock.clone(),
            generation_file: None,
            run_writes_twice: true,
        })
        .unwrap();
        let all = [
            ferrite_settings::tables(),
            ferrite_nonces::tables(),
            tables(),
        ]
        .concat();
        db.migrate(all).unwrap();
        db.write(|tx| ferrite_settings::install(tx, "http://store.test/"))
            .unwrap();
        let allow = || Policy { allow_local: true };
        let integrations = Arc::new(Integrations {
            settings: Settings::new(db.clone()),
            sealer: Sealer::new(&Secret::new("key".to_owned()), Randomness::system()),
            clock: clock.clone(),
            randomness: Randomness::system(),
            tree: Tree::core(),
            client: Client::new(TableResolver::new(), allow, Roots::builtin()).unwrap(),
            declared: BTreeSet::new(),
            db: db.clone(),
        });
        let nonces = Nonces::table(db, clock.clone(), Randomness::system());
        let provider = Provider::new(Arc::clone(&integrations), Arc::new(nonces));
        Self {
            _folder: folder,
            clock,
            integrations,
            provider,
        }
    }

    fn create(&self, name: &str, endpoint: &str) -> i64 {
        let details = details(name, endpoint);
        self.integrations.create(&details).unwrap().id
    }

    fn tokens(&self, id: i64) -> Credentials {
        match self.integrations.activate(id).unwrap() {
            Activation::Active(credentials) => credentials,
            Activation::Exchange(exchange) => panic!("{exchange:?}"),
        }
    }

    fn begin(&self, id: i64) -> Exchange {
        match self.integrations.activate(id).unwrap() {
            Activation::Exchange(exchange) => exchange,
            Activation::Active(_) => panic!("tokens were made at once"),
        }
    }

    fn latest(&self, id: i64) -> Exchange {
        let db = &self.integrations.db;
        db.read(|tx| Exchange::latest(tx, id)).unwrap().unwrap()
    }

    fn head(&self, path: &str, credentials: &Credentials, verifier: Option<&str>) -> Head {
        let (token, token_secret) = credentials.access.clone().unzip();
        let signing = ferrite_oauth1::Credentials {
            consumer_key: credentials.consumer_key.clone(),
            consumer_secret: credentials.consumer_secret.clone(),
            token: token.map(|token: Secret| token.reveal().to_owned()),
            token_secret: token_secret.unwrap_or_else(|| Secret::new(String::new())),
        };
        let request = Request {
            method: "GET",
            schemes: &[Scheme::Http],
            host: "store.test",
            path,
            query: None,
            form: None,
        };
        let (nonce, now) = (Randomness::system().token(), self.clock.unix_seconds());
        let header = authorization(
            &request,
            &signing,
            Method::HmacSha256,
            &nonce,
            now,
            verifier,
        )
        .unwrap();
        Head {
            scheme: "http",
            host: "store.test".to_owned(),
            path: path.to_owned(),
            headers: HeaderMap::from_iter([(AUTHORIZATION, header.parse().unwrap())]),
            ..Head::default()
        }
    }

    fn at(&self) -> Settings {
        self.provider.integrations().settings.at_this_moment()
    }

    /// Who a call is taken for, or the sentence that refuses it.
    fn caller(&self, credentials: &Credentials) -> Result<Option<Caller>, String> {
        let head = self.head("/rest/V1/modules", credentials, None);
        self.provider
            .identify(&head, &self.at())
            .map(|identity| identity.map(|identity| identity.caller))
            .map_err(|fault| fault.phrase.rendered())
    }

    fn rows(&self) -> (usize, usize, usize, usize) {
        let db = &self.integrations.db;
        let read = db.read(|tx| {
            Ok::<_, ferrite_storage::Error>((
                INTEGRATIONS.all(tx)?.len(),
                CONSUMERS.all(tx)?.len(),
                TOKENS.all(tx)?.len(),
                EXCHANGES.all(tx)?.len(),
            ))
        });
        read.unwrap()
    }
}

fn details(name: &str, endpoint: &str) -> Details {
    let link = if endpoint.is_empty() {
        ""
    } else {
        "https://erp.test/login"
    };
    Details {
        name: name.to_owned(),
        email: "a@example.com".to_owned(),
        endpoint: endpoint.to_owned(),
        identity_link_url: link.to_owned(),
        access: Access::Custom(vec!["Magento_Sales::sales".to_owned()]),
    }
}

/// A third party that takes one post, answers it with this status and tells what it got.
fn party(status: u16) -> (String, JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback?x=1", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut text = String::new();
        let mut buffer = [0; 4096];
        while !text.contains("oauth_verifier=") {
            let read = socket.read(&mut buffer).unwrap();
            text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        write!(socket, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").unwrap();
        let body = text.split("\r\n\r\n").nth(1).unwrap();
        let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    });
    (url, thread)
}

fn consumer(posted: &[(String, String)]) -> Credentials {
    Credentials {
        consumer_key: posted[0].1.clone(),
        consumer_secret: Secret::new(posted[1].1.clone()),
        access: None,
    }
}

fn with_token(credentials: &Credentials, body: &str) -> Credentials {
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap().1);
    let values: Vec<_> = pairs.map(|value| Secret::new(value.to_owned())).collect();
    Credentials {
        access: Some((values[0].clone(), values[1].clone())),
        ..credentials.clone()
    }
}

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
