//! What the tests stand on: a store of their own, a third party that takes a post, and what it signs.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use ferrite_acl::Tree;
use ferrite_base::{Clock, Randomness, Secret};
use ferrite_integrations::{
    Access, Activation, CONSUMERS, Credentials, Details, EXCHANGES, Exchange, INTEGRATIONS,
    Integrations, Provider, TOKENS, tables,
};
use ferrite_nonces::{JournalOptions, Nonces};
use ferrite_oauth1::{Method, Request, Scheme, authorization};
use ferrite_outbound::{Client, Policy, Roots, TableResolver};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Durability, Engine, Options, Sealer};
use ferrite_webapi::identity::{Caller, Credentials as _, Head};
use http::header::{AUTHORIZATION, HeaderMap};

/// A store with a provider over it, and a clock that stands still.
pub struct World {
    folder: tempfile::TempDir,
    pub clock: Clock,
    pub integrations: Arc<Integrations>,
    pub provider: Provider,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(1_800_000_000);
        let db = open(&folder, &clock);
        let all = [
            ferrite_settings::tables(),
            ferrite_nonces::tables(),
            tables(),
        ];
        db.migrate(all.concat()).unwrap();
        db.write(|tx| ferrite_settings::install(tx, "http://store.test/"))
            .unwrap();
        let nonces = Nonces::table(db.clone(), clock.clone(), Randomness::system());
        Self::over(folder, clock, db, nonces)
    }

    /// The same store in another process, with its nonces in a journal.
    pub fn restarted(self) -> Self {
        let Self {
            folder,
            clock,
            integrations,
            provider,
        } = self;
        drop((provider, integrations));
        let db = open(&folder, &clock);
        let options = JournalOptions::new(folder.path().join("nonces"));
        let live = Integrations::live_credentials(&db).unwrap();
        let randomness = Randomness::system();
        let nonces = Nonces::journal(options, &db, &live, clock.clone(), &randomness).unwrap();
        Self::over(folder, clock, db, nonces)
    }

    fn over(folder: tempfile::TempDir, clock: Clock, db: Db, nonces: Nonces) -> Self {
        let allow = || Policy { allow_local: true };
        let integrations = Arc::new(Integrations {
            settings: Settings::new(db.clone()),
            sealer: Sealer::new(&Secret::new("key".to_owned()), Randomness::system()),
            clock: clock.clone(),
            randomness: Randomness::system(),
            tree: Tree::core(),
            client: Client::new(TableResolver::new(), allow, Roots::builtin()).unwrap(),
            log: note,
            declared: std::collections::BTreeSet::new(),
            db,
        });
        let provider = Provider::new(Arc::clone(&integrations), Arc::new(nonces));
        Self {
            folder,
            clock,
            integrations,
            provider,
        }
    }

    pub fn create(&self, name: &str, endpoint: &str) -> i64 {
        let details = details(name, endpoint);
        self.integrations.create(&details).unwrap().id
    }

    pub fn tokens(&self, id: i64) -> Credentials {
        match self.integrations.activate(id).unwrap() {
            Activation::Active(credentials) => credentials,
            Activation::Exchange(exchange) => panic!("{exchange:?}"),
        }
    }

    pub fn begin(&self, id: i64) -> Exchange {
        match self.integrations.activate(id).unwrap() {
            Activation::Exchange(exchange) => exchange,
            Activation::Active(_) => panic!("tokens were made at once"),
        }
    }

    pub fn latest(&self, id: i64) -> Exchange {
        let db = &self.integrations.db;
        db.read(|tx| Exchange::latest(tx, id)).unwrap().unwrap()
    }

    pub fn head(&self, path: &str, credentials: &Credentials, verifier: Option<&str>) -> Head {
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

    pub fn at(&self) -> Settings {
        self.provider.integrations().settings.at_this_moment()
    }

    /// Who a call is taken for, or the sentence that refuses it.
    pub fn caller(&self, credentials: &Credentials) -> Result<Option<Caller>, String> {
        let head = self.head("/rest/V1/modules", credentials, None);
        self.provider
            .identify(&head, &self.at())
            .map(|identity| identity.map(|identity| identity.caller))
            .map_err(|fault| fault.phrase.rendered())
    }

    pub fn rows(&self) -> (usize, usize, usize, usize) {
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

fn open(folder: &tempfile::TempDir, clock: &Clock) -> Db {
    let file = folder.path().join("store.db");
    let options = Options {
        engine: Engine::Sqlite { file },
        durability: Durability::Normal,
        clock: clock.clone(),
        generation_file: None,
        run_writes_twice: true,
    };
    Db::open(options).unwrap()
}

pub fn details(name: &str, endpoint: &str) -> Details {
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

/// The names and values of a post.
pub type Posted = Vec<(String, String)>;

/// A third party that takes one post, answers it with this status and tells what it got.
pub fn party(status: u16) -> (String, JoinHandle<Posted>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/callback?x=1", listener.local_addr().unwrap());
    (url, std::thread::spawn(move || take(&listener, status)))
}

/// Takes a post and answers it.
pub fn take(listener: &TcpListener, status: u16) -> Posted {
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
}

pub fn consumer(posted: &[(String, String)]) -> Credentials {
    Credentials {
        consumer_key: posted[0].1.clone(),
        consumer_secret: Secret::new(posted[1].1.clone()),
        access: None,
    }
}

pub fn with_token(credentials: &Credentials, body: &str) -> Credentials {
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap().1);
    let values: Vec<_> = pairs.map(|value| Secret::new(value.to_owned())).collect();
    Credentials {
        access: Some((values[0].clone(), values[1].clone())),
        ..credentials.clone()
    }
}

/// What has been logged in this process.
pub static LOG: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

fn note(line: &str) {
    LOG.lock().unwrap().push(line.to_owned());
}
