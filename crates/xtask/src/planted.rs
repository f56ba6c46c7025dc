//! Planted secrets: passwords, tokens and their secrets that a run has used stand in clear neither in
//! the store's files nor in a log.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use ferrite_testkit::{Client, Credentials, Store};
use serde_json::{Value, json};

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
        Ok(Self(vec![
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
        ]))
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
                let told = memchr::memmem::find(&answer.body, secret.as_bytes());
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
