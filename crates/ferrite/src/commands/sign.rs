//! `sign METHOD URL`: an `Authorization` header for one request, ready for `curl -H`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use ferrite_base::{Clock, Randomness};
use ferrite_integrations::{INTEGRATIONS, Integrations, Status};
use ferrite_oauth1::{Credentials, Method, Request, Scheme, authorization};

use crate::commands::demo;
use crate::console::output::say;
use crate::console::{Context, Entry, Exists, Outcome};
use crate::project::Project;
use crate::wiring;

/// `sign`
pub static SIGN: Entry<Options> = Entry {
    name: "sign",
    description: "Prints the Authorization header for one request",
    exists: Exists::Always,
    run,
};

/// Options of `sign`.
#[derive(Args)]
pub struct Options {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    method: String,
    /// The whole address, as it will be sent.
    url: String,
    /// The integration to sign as; the first active one without it.
    #[arg(long)]
    integration: Option<String>,
}

/// Prints the whole header line; without a folder, for the running demo's store.
fn run(context: &Context, options: Options) -> Outcome {
    let demo = if context.given_root.is_none() {
        demo::running()
    } else {
        None
    };
    let project = Project::at(demo.as_deref().unwrap_or(context.root()));
    let db = project.open()?;
    let integrations = wiring::integrations(&project, db)?;
    let id = match &options.integration {
        Some(name) => integrations.find(name)?.id,
        None => first_active(&integrations)?,
    };
    let held = integrations.credentials(id)?;
    let (token, token_secret) = held
        .access
        .context("the integration has no access token: activate it first")?;
    let credentials = Credentials {
        consumer_key: held.consumer_key,
        consumer_secret: held.consumer_secret,
        token: Some(token.reveal().to_owned()),
        token_secret,
    };
    let address = Address::of(&options.url)?;
    let schemes = [address.scheme];
    let request = Request {
        method: &options.method,
        schemes: &schemes,
        host: address.host,
        path: address.path,
        query: address.query,
        form: None,
    };
    let (nonce, now) = (Randomness::system().token(), Clock::system().unix_seconds());
    let value = authorization(
        &request,
        &credentials,
        Method::HmacSha256,
        &nonce,
        now,
        None,
    )?;
    say!("Authorization: {value}");
    Ok(ExitCode::SUCCESS)
}

fn first_active(integrations: &Integrations) -> Result<i64> {
    let all = integrations.db.read(|tx| INTEGRATIONS.all(tx))?;
    let active = all.iter().find(|one| one.status == Status::Active);
    Ok(active.context("no integration is active")?.id)
}

/// The parts of an address as they are sent.
struct Address<'a> {
    scheme: Scheme,
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn of(url: &'a str) -> Result<Self> {
        let whole = url.split('#').next().unwrap_or(url);
        let (scheme, rest) = whole
            .split_once("://")
            .context("the address has to begin with http:// or https://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => anyhow::bail!("{other}:// is not spoken here"),
        };
        let (before, query) = match rest.split_once('?') {
            Some((before, query)) => (before, Some(query)),
            None => (rest, None),
        };
        let (host, path) = match before.find('/') {
            Some(at) => before.split_at(at),
            None => (before, "/"),
        };
        Ok(Self {
            scheme,
            host,
            path,
            query,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_without_decoding() {
        let parts = Address::of("HTTP://h:8080/rest/V1/a%2Fb?x=%20&y#z").unwrap();
        assert_eq!((parts.host, parts.path), ("h:8080", "/rest/V1/a%2Fb"));
        assert_eq!(parts.query, Some("x=%20&y"));
        assert_eq!(Address::of("https://h").unwrap().path, "/");
        assert!(Address::of("h/rest").is_err() && Address::of("ftp://h/").is_err());
    }
}
