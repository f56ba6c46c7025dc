//! Planted secrets: passwords, keys, tokens and their secrets, cookies and form keys that a run has
//! used stand in clear neither in the store's files nor in a log, and in no answer that does not own
//! them: not in what the Web API reads, and not in the panel's pages.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use ferrite_testkit::{Client, Credentials, Store};
use serde_json::{Value, json};

use crate::panel::{Browser, hidden};
use crate::stage::Repo;

/// The pages that are looked through, beside those of the planted integrations.
const PAGES: &[&str] = &[
    "/",
    "/integration",
    "/integration?name=Planted&sort=name&dir=desc&page=1",
    "/integration/new",
    "/integration/999999",
    "/integration/x",
    "/config",
    "/config/webapi",
    "/config/oauth",
    "/config/admin",
    "/user",
    "/role",
    "/catalog/product",
    "/customer",
    "/customer?email=planted",
    "/sales/order",
    "/nowhere",
    "/sign-out",
];

/// Where the key lies that opens what is sealed.
const KEY: &str = "app/etc/crypt.key";

/// What its own file may hold.
const CRYPT_KEY: &str = "the crypt key";

/// What every page holds of the browser that asks for it.
const FORM_KEY: &str = "a form key";

/// The password of the customer whom the run makes.
const CUSTOMER_PASSWORD: &str = "Planted-Pass-4711!";

/// What is looked for: what it is, and the secret.
pub struct Planted(Vec<(&'static str, String)>);

impl Planted {
    /// Makes a customer, signs in as admin and as that customer, and takes what the credentials hold.
    pub fn plant(store: &Store, credentials: &Credentials) -> Result<Self> {
        let admin = json!({"username": Store::ADMIN, "password": Store::PASSWORD});
        let admin_token = token(store, "/rest/V1/integration/admin/token", &admin)?;
        let address = "planted@example.com";
        let customer = json!({"customer": {"email": address, "firstname": "Ada", "lastname": "Byron"},
            "password": CUSTOMER_PASSWORD});
        post(store, "/rest/V1/customers", &customer)?;
        let customer = json!({"username": address, "password": CUSTOMER_PASSWORD});
        let customer_token = token(store, "/rest/V1/integration/customer/token", &customer)?;
        let wrong = json!({"username": Store::ADMIN, "password": "Planted-Wrong-4712!"});
        let refused = ask(store, "/rest/V1/integration/admin/token", &wrong)?;
        ensure!(
            refused.0 == 401,
            "a wrong password is answered {}",
            refused.0
        );
        let clear = |secret: &ferrite_base::Secret| secret.reveal().to_owned();
        let key = std::fs::read_to_string(store.folder.join(KEY)).context(KEY)?;
        let mut planted = vec![
            (CRYPT_KEY, key.trim().to_owned()),
            ("the admin's password", Store::PASSWORD.to_owned()),
            ("the admin's token", admin_token),
            ("a wrong password", "Planted-Wrong-4712!".to_owned()),
            ("the customer's password", CUSTOMER_PASSWORD.to_owned()),
            ("the customer's token", customer_token),
            ("a consumer secret", clear(&credentials.consumer_secret)),
            ("a token secret", clear(&credentials.token_secret)),
            (
                "an access token",
                credentials.token.clone().context("no token")?,
            ),
        ];
        planted.extend(exchange(store)?);
        Ok(Self(planted))
    }

    /// Reads whatever can be read, as who may read everything, and looks for secrets in it.
    pub fn look_through_answers(&mut self, repo: &Repo, store: &Store) -> Result<()> {
        let mut browser = Browser::signed_in(store)?;
        for (name, cookie) in [
            ("a session", "ferrite_admin"),
            ("a device cookie", "ferrite_device"),
        ] {
            let value = browser
                .cookies
                .get(cookie)
                .with_context(|| format!("no {cookie}"))?;
            self.0.push((name, value.clone()));
        }
        let key = hidden(&browser.get("/integration")?, "form_key")?;
        self.0.push((FORM_KEY, key));
        let listed = store.run(&["integration:list", "--format", "json"])?;
        let listed: Vec<Value> = serde_json::from_str(&listed)?;
        let planted = listed.iter().filter(|one| {
            one["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("Planted"))
        });
        let ids: Vec<i64> = planted.filter_map(|one| one["id"].as_i64()).collect();
        ensure!(ids.len() == 2, "{} integrations are planted", ids.len());
        let of_each = ["", "/activate", "/exchange", "/exchange/state", "/delete"];
        let pages = ids
            .iter()
            .flat_map(|id| of_each.map(|page| format!("/integration/{id}{page}")));
        let pages: Vec<String> = PAGES
            .iter()
            .map(|&page| page.to_owned())
            .chain(pages)
            .collect();
        for page in &pages {
            let answer = browser.get(page)?;
            self.tells_nothing(page, &answer.head, &[])?;
            self.tells_nothing(page, &String::from_utf8_lossy(&answer.body), &[FORM_KEY])?;
        }
        let steps = browser.get(&format!("/integration/{}/exchange", ids[1]))?;
        let steps = String::from_utf8_lossy(&steps.body);
        ensure!(
            steps.contains("Credentials posted"),
            "no exchange was looked at: {steps}"
        );

        let (_, admin) = self
            .0
            .iter()
            .find(|(name, _)| *name == "the admin's token")
            .context("no token")?;
        let table = std::fs::read_to_string(repo.root.join("crates/webapi/data/routes.csv"))?;
        let rows = table
            .lines()
            .filter_map(|row| row.split(',').nth(2).filter(|_| row.contains(",GET,")));
        let mut read = 0;
        for target in rows.flat_map(|path| [path.to_owned(), format!("{path}?searchCriteria=")]) {
            let target = target
                .split('/')
                .map(|part| if part.starts_with(':') { "1" } else { part });
            let target = target.collect::<Vec<_>>().join("/");
            let request = format!(
                "GET /rest{target} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {admin}\r\n\r\n",
                store.address()
            );
            let answer = Client::connect(store.address())?.exchange(request.as_bytes())?;
            self.tells_nothing(&target, &answer.head, &[])?;
            self.tells_nothing(&target, &String::from_utf8_lossy(&answer.body), &[])?;
            read += usize::from(answer.status == 200);
        }
        ensure!(read > 50, "only {read} answers hold anything");
        println!(
            "{} secrets in none of {} pages and {read} answers",
            self.0.len(),
            pages.len()
        );
        Ok(())
    }

    fn tells_nothing(&self, place: &str, text: &str, owned: &[&str]) -> Result<()> {
        for (name, secret) in self.0.iter().filter(|(name, _)| !owned.contains(name)) {
            ensure!(!text.contains(secret), "{place} tells {name}");
        }
        Ok(())
    }

    /// Sends each secret where it is refused: no answer may repeat it, and no log is to hold it.
    pub fn provoke(&self, store: &Store) -> Result<()> {
        let host = store.address();
        for (name, secret) in &self.0 {
            let get = |target: &str, header: &str| {
                format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{header}\r\n")
            };
            let broken = format!("{{\"username\":\"a\",\"password\":\"{secret}\"");
            let requests = [
                get(
                    "/rest/V1/nothing",
                    &format!("Authorization: Bearer {secret}\r\n"),
                ),
                get(
                    "/rest/V1/modules",
                    &format!("Authorization: OAuth oauth_token=\"{secret}\"\r\n"),
                ),
                get(&format!("/rest/V1/modules?token={secret}"), ""),
                get(
                    &format!("/admin?token={secret}"),
                    &format!("Cookie: ferrite_admin={secret}\r\n"),
                ),
                format!(
                    "POST /rest/V1/integration/admin/token HTTP/1.1\r\nHost: {host}\r\n\
                     Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{broken}",
                    broken.len()
                ),
            ];
            for request in requests {
                let answer = Client::connect(host)?.exchange(request.as_bytes())?;
                let all = [answer.head.as_bytes(), &answer.body].concat();
                let told = memchr::memmem::find(&all, secret.as_bytes());
                ensure!(told.is_none(), "an answer {} repeats {name}", answer.status);
            }
        }
        Ok(())
    }

    /// Looks through files and folders.
    pub fn look(&self, places: &[PathBuf]) -> Result<()> {
        let mut files = Vec::new();
        for place in places {
            collect(place, &mut files)?;
        }
        ensure!(!files.is_empty(), "there is no file to look through");
        for file in &files {
            let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
            for (name, secret) in &self.0 {
                if *name == CRYPT_KEY && file.ends_with(KEY) {
                    continue;
                }
                ensure!(
                    memchr::memmem::find(&bytes, secret.as_bytes()).is_none(),
                    "{} holds {name} in clear",
                    file.display()
                );
            }
        }
        println!("{} secrets in none of {} files", self.0.len(), files.len());
        Ok(())
    }
}

/// Begins an exchange with a third party that goes no further; what was posted to it.
fn exchange(store: &Store) -> Result<Vec<(&'static str, String)>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}/callback", listener.local_addr()?);
    let party = std::thread::spawn(move || take_post(&listener));
    store.run(&["config:set", "oauth/consumer/allow_local_callbacks", "1"])?;
    let create = [
        "integration:create",
        "Planted exchange",
        "--resources",
        "all",
    ];
    let addresses = [
        "--endpoint",
        &endpoint,
        "--identity-link",
        "https://acme.test/link",
    ];
    store.run(&[&create[..], &addresses, &["--activate", "--format", "json"]].concat())?;
    let posted = party
        .join()
        .map_err(|_| anyhow!("the third party panicked"))??;
    let field = |name: &str| {
        let pairs = posted.split('&').filter_map(|pair| pair.split_once('='));
        let mut found = pairs.filter(|(field, _)| *field == name);
        let found = found.next().map(|(_, value)| value.to_owned());
        found.with_context(|| format!("{name} was not posted"))
    };
    Ok(vec![
        ("a verifier", field("oauth_verifier")?),
        ("a posted consumer secret", field("oauth_consumer_secret")?),
    ])
}

/// The body of the one post that comes.
fn take_post(listener: &TcpListener) -> Result<String> {
    let (mut stream, _) = listener.accept()?;
    let (mut text, mut buffer) = (String::new(), [0; 4_096]);
    while !text.contains("oauth_verifier=") {
        let read = stream.read(&mut buffer)?;
        ensure!(read > 0, "the post ends early");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
    let body = text.split("\r\n\r\n").nth(1);
    body.map(str::to_owned).context("a post without body")
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let kind = std::fs::symlink_metadata(place).with_context(|| place.display().to_string())?;
    if kind.is_dir() {
        for entry in std::fs::read_dir(place)? {
            collect(&entry?.path(), files)?;
        }
    } else if kind.is_file() {
        files.push(place.to_owned());
    }
    Ok(())
}

fn token(store: &Store, path: &str, body: &Value) -> Result<String> {
    let made = post(store, path, body)?;
    let token = made.as_str().map(str::to_owned);
    token.with_context(|| format!("{path} gives no token"))
}

fn post(store: &Store, path: &str, body: &Value) -> Result<Value> {
    let (status, answer) = ask(store, path, body)?;
    ensure!(status == 200, "{path} is answered {status}");
    Ok(serde_json::from_slice(&answer)?)
}

fn ask(store: &Store, path: &str, body: &Value) -> Result<(u16, Vec<u8>)> {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        store.address(),
        body.len()
    );
    let answer = Client::connect(store.address())?.exchange(request.as_bytes())?;
    Ok((answer.status, answer.body))
}
