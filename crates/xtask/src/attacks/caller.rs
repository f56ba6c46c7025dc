//! Who attacks: requests of a guest, of a bearer, or of a signer, and what has to come back.

use anyhow::{Context as _, Result, ensure};
use ferrite_testkit::{Answer, Client, Random, Signer, Store};
use serde_json::{Value, json};

/// How a caller makes itself known.
pub enum Caller<'a> {
    Guest,
    Bearer(&'a str),
    Signer(&'a mut Signer),
}

/// A signer for an integration of the store.
pub fn signer(store: &Store, made: &str) -> Result<Signer> {
    let credentials = Store::credentials(made)?;
    let random = Random::new(store.port.into());
    Ok(Signer::new(
        credentials,
        store.address().to_string(),
        random,
    ))
}

/// A signer for a new integration of that name, which may use these resources, comma separated, or `all`.
pub fn integration(store: &Store, name: &str, resources: &str) -> Result<Signer> {
    let made = store.run(&[
        "integration:create",
        name,
        "--resources",
        &resources.replace(' ', ""),
        "--activate",
        "--format",
        "json",
    ]);
    signer(store, &made.with_context(|| name.to_owned())?)
}

/// Sends bytes on a connection of their own.
pub fn send(store: &Store, request: &[u8]) -> Result<Answer> {
    Ok(Client::connect(store.address())?.exchange(request)?)
}

/// Asks as somebody; a body is JSON, or what looks like it.
pub fn ask(
    store: &Store,
    caller: &mut Caller<'_>,
    method: &str,
    target: &str,
    body: Option<&str>,
) -> Result<Answer> {
    let authorization = match caller {
        Caller::Signer(signer) => return send(store, &signer.request(method, target, body)?),
        Caller::Guest => String::new(),
        Caller::Bearer(token) => format!("Authorization: Bearer {token}\r\n"),
    };
    send(store, &plain(store, method, target, &authorization, body))
}

/// The bytes of a request that nobody signed; headers end with a line break.
pub fn plain(
    store: &Store,
    method: &str,
    target: &str,
    headers: &str,
    body: Option<&str>,
) -> Vec<u8> {
    let body = body.unwrap_or_default();
    let kind = match body {
        "" => String::new(),
        body => format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        ),
    };
    let host = store.address();
    format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}{kind}\r\n{body}").into_bytes()
}

/// A token for a name and its password.
pub fn token(store: &Store, kind: &str, name: &str, password: &str) -> Result<String> {
    let body = json!({"username": name, "password": password}).to_string();
    let target = format!("/rest/V1/integration/{kind}/token");
    let answer = ask(store, &mut Caller::Guest, "POST", &target, Some(&body))?;
    wants(&target, &answer, 200, "")?;
    let token = serde_json::from_slice::<Value>(&answer.body)?;
    Ok(token.as_str().context("a token that is none")?.to_owned())
}

/// What an answer has to be: its status, and what stands in its body.
pub fn wants(name: &str, answer: &Answer, status: u16, text: &str) -> Result<()> {
    let body = String::from_utf8_lossy(&answer.body);
    let shown: String = body.chars().take(500).collect();
    ensure!(
        answer.status == status && body.contains(text),
        "{name} is answered {} {shown} instead of {status} {text}",
        answer.status
    );
    Ok(())
}
