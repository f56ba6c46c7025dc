//! Attacks with and on signatures: used nonces, twisted timestamps and paths, forged floods, tokens
//! where none belong.

use std::sync::Barrier;
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use ferrite_base::Clock;
use ferrite_testkit::{Answer, Client, Signer, Store};

use super::caller::{self, send, wants};
use crate::server::Server;

const READ: &str = "/rest/V1/modules";
const USED: &str = "The nonce is already being used by the consumer with ID %1";
const UNFIT: &str = "An error occurred validating the nonce";
const WRONG: &str = "The signature is invalid. Verify and try again.";
const GUEST: &str = "The consumer isn't authorized to access %resources.";

/// How many forged requests are sent.
const FORGED: usize = 5_000;

/// By how much they may let the server grow, in KB.
const GROWN: u64 = 8 * 1024;

/// All of them, on an integration of their own.
pub fn check(store: &Store, server: &Server) -> Result<()> {
    let command = ["integration:create", "Signed", "--resources", "all"];
    let made = store.run(&[&command[..], &["--activate", "--format", "json"]].concat())?;
    let mut signed = Signed {
        store,
        signer: caller::signer(store, &made)?,
        token: Store::credentials(&made)?.token.context("no token")?,
        now: Clock::system().unix_seconds(),
    };
    signed.once_of_many()?;
    signed.timestamps()?;
    signed.nonces()?;
    signed.headers()?;
    signed.paths()?;
    signed.misplaced_tokens()?;
    signed.forged(server)?;
    signed.guesses()
}

struct Signed<'a> {
    store: &'a Store,
    signer: Signer,
    token: String,
    now: i64,
}

impl Signed<'_> {
    fn with(&self, nonce: &str, timestamp: impl ToString) -> Result<Answer> {
        send(self.store, &self.signer.get_with(READ, nonce, timestamp)?)
    }

    /// One signed request on 32 connections at once.
    fn once_of_many(&mut self) -> Result<()> {
        let request = self.signer.get(READ)?;
        let (store, barrier) = (self.store, Barrier::new(32));
        let answers = thread::scope(|scope| {
            let running: Vec<_> = (0..32)
                .map(|_| {
                    scope.spawn(|| -> Result<Answer> {
                        let mut client = Client::connect(store.address())?;
                        barrier.wait();
                        Ok(client.exchange(&request)?)
                    })
                })
                .collect();
            let joined = running.into_iter().map(|one| one.join());
            let joined = joined.map(|one| one.map_err(|_| anyhow!("a sender panicked"))?);
            joined.collect::<Result<Vec<_>>>()
        })?;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|one| one.status == 200);
        ensure!(
            won.len() == 1,
            "{} of 32 equal requests are accepted",
            won.len()
        );
        let refused = lost.iter();
        refused
            .copied()
            .try_for_each(|answer| wants("an equal request", answer, 401, USED))
    }

    fn timestamps(&self) -> Result<()> {
        let now = self.now;
        wants("the present", &self.with("present", now)?, 200, "")?;
        wants(
            "five minutes ago",
            &self.with("earlier", now - 300)?,
            200,
            "",
        )?;
        wants(
            "a day ago",
            &self.with("long-ago", now - 100_000)?,
            401,
            UNFIT,
        )?;
        for (at, timestamp) in [now, now - 300, now + 20].into_iter().enumerate() {
            wants("a used nonce", &self.with("present", timestamp)?, 401, USED)
                .with_context(|| format!("timestamp {at}"))?;
        }
        for twisted in ["", "0", "-1", "abc", "99999999999999999999"] {
            wants(
                twisted,
                &self.with(&format!("t{twisted}"), twisted)?,
                401,
                UNFIT,
            )?;
        }
        wants(
            "beyond ten minutes",
            &self.with("far", now + 660)?,
            401,
            UNFIT,
        )?;
        for read_as_a_number in [format!("{now}abc"), format!("{now}.9")] {
            let answer = self.with(&format!("n{read_as_a_number}"), &read_as_a_number)?;
            wants(&read_as_a_number, &answer, 200, "")?;
        }
        // A clock that is fast, and another worker's that is right.
        for _ in 0..2 {
            let ahead = self.with("ahead", now + 590)?;
            ensure!(matches!(ahead.status, 200 | 401), "{}", ahead.status);
        }
        wants("the same again", &self.with("ahead", now + 590)?, 401, USED)?;
        wants("another worker", &self.with("beside", now)?, 200, "")
    }

    fn nonces(&self) -> Result<()> {
        let now = self.now;
        for nonce in ["Case", "case"] {
            wants(nonce, &self.with(nonce, now)?, 200, "")?;
        }
        let long = "x".repeat(40);
        wants("a long nonce", &self.with(&long, now)?, 200, "")?;
        wants("a long nonce again", &self.with(&long, now)?, 401, UNFIT)?;
        let beginning = "x".repeat(32);
        wants("its beginning", &self.with(&beginning, now)?, 200, "")?;
        let further = format!("{beginning}y");
        wants("another end", &self.with(&further, now)?, 200, "")?;
        wants("no nonce", &self.with("", now)?, 200, "")?;
        wants("no nonce again", &self.with("", now)?, 401, USED)
    }

    /// Authorization headers that are right but for one thing.
    fn headers(&mut self) -> Result<()> {
        let store = self.store;
        let mut edited = |edit: &dyn Fn(&str) -> String| -> Result<Answer> {
            let request = String::from_utf8(self.signer.get(READ)?)?;
            let edited = edit(&request);
            ensure!(edited != request, "nothing was edited in {request}");
            send(store, edited.as_bytes())
        };
        let twice = |more: &str| {
            let more = more.to_owned();
            move |text: &str| {
                text.replacen(
                    "Authorization: OAuth ",
                    &format!("Authorization: OAuth {more}, "),
                    1,
                )
            }
        };
        let answer = edited(&twice("oauth_nonce=\"another\""))?;
        wants("a parameter twice", &answer, 400, "")?;
        let answer =
            edited(&|text| text.replacen("Host:", "Authorization: OAuth x=\"y\"\r\nHost:", 1))?;
        wants("two headers", &answer, 400, "")?;
        let answer = edited(&|text| text.replacen("OAuth ", "Bearer x, OAuth ", 1))?;
        wants("two schemes, judged as OAuth", &answer, 200, "")?;
        let answer = edited(&|text| text.replacen("OAuth ", "OAuth junk", 1))?;
        ensure!(
            matches!(answer.status, 400 | 401),
            "junk is answered {}",
            answer.status
        );
        let answer = edited(&|text| {
            text.replacen("Authorization: OAuth oauth_", "Authorization: OAuth X_", 1)
        })?;
        wants("a missing parameter", &answer, 400, "is required")?;
        for (name, from, to) in [
            ("padding cut", "%3D\"\r\n", "\"\r\n"),
            ("a line break behind it", "%3D\"\r\n", "%3D%0A\"\r\n"),
            ("another method", "HMAC-SHA256", "HMAC-SHA512"),
            ("the method in lower case", "HMAC-SHA256", "hmac-sha256"),
            ("no method at all", "HMAC-SHA256", "PLAINTEXT"),
        ] {
            let answer = edited(&|text| text.replacen(from, to, 1))?;
            if from == "HMAC-SHA256" {
                wants(name, &answer, 400, "Signature method %1 is not supported")?;
            } else {
                wants(name, &answer, 401, WRONG)?;
            }
        }
        Ok(())
    }

    /// Signed, routed and checked are the same bytes.
    fn paths(&mut self) -> Result<()> {
        let admin = caller::token(self.store, "admin", Store::ADMIN, Store::PASSWORD)?;
        for (target, status) in [
            ("/rest//V1/modules", 200),
            ("/rest/V1/modules/", 200),
            ("/rest/V1//modules", 404),
            ("/rest/V1/./modules", 404),
            ("/rest/V1/products/../modules", 404),
            ("/rest/V1/x/%2e%2e/modules", 404),
            ("/rest/V1/modules;x=1", 404),
            ("/rest/V1/products/%2e%2e%2fmodules", 404),
            ("/rest/V1/products/%252e", 404),
            ("/rest/V1/products/a%2Flinks", 404),
            ("/rest/V1/products/%00", 400),
            ("/rest/V1/products/%ff", 400),
            ("/rest/V1/products/%4", 400),
            ("/rest/V1/products/%zz", 400),
        ] {
            let answer = send(self.store, &self.signer.get(target)?)?;
            wants(target, &answer, status, "")?;
            let bearer = caller::ask(
                self.store,
                &mut caller::Caller::Bearer(&admin),
                "GET",
                target,
                None,
            )?;
            wants(target, &bearer, status, "")?;
        }
        Ok(())
    }

    /// A token counts in the Authorization header alone, and there as what it is.
    fn misplaced_tokens(&mut self) -> Result<()> {
        let token = self.token.clone();
        let header = String::from_utf8(self.signer.get(READ)?)?;
        let pairs = header
            .split_once("OAuth ")
            .and_then(|(_, rest)| rest.split_once("\r\n"));
        let pairs = pairs.map(|(pairs, _)| pairs.replace("\", ", "&").replace('"', ""));
        let query = pairs.context("no header")?;
        for (target, headers) in [
            (format!("{READ}?{query}"), String::new()),
            (format!("{READ}?access_token={token}"), String::new()),
            (
                READ.to_owned(),
                format!("Cookie: access_token={token}; ferrite_admin={token}\r\n"),
            ),
            (
                READ.to_owned(),
                format!("Authorization: Bearer {token}\r\n"),
            ),
        ] {
            let answer = send(
                self.store,
                &caller::plain(self.store, "GET", &target, &headers, None),
            )?;
            wants(
                &format!("a token in {target} {}", headers.len()),
                &answer,
                401,
                GUEST,
            )?;
        }
        let forged =
            "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: proto=https\r\n";
        let admin = caller::token(self.store, "admin", Store::ADMIN, Store::PASSWORD)?;
        let headers = format!("{forged}Authorization: Bearer {admin}\r\n");
        let request = caller::plain(self.store, "GET", "/rest/V1/analytics/link", &headers, None);
        wants(
            "a forged scheme",
            &send(self.store, &request)?,
            400,
            "Operation allowed only in HTTPS",
        )
    }

    /// Who knows a consumer key and no secret moves nothing.
    fn forged(&mut self, server: &Server) -> Result<()> {
        let journal = self.store.folder.join("var/nonces");
        let (size, memory) = (size(&journal)?, resident(server)?);
        let mut client = Client::connect(self.store.address())?;
        let ahead = self.now + 590;
        for number in 0..FORGED {
            let request = String::from_utf8(self.signer.get_with(
                READ,
                &format!("forged-{number}"),
                ahead,
            )?)?;
            let start = request.find("oauth_signature=").context("no signature")? + 17;
            let other = if request[start..].starts_with('A') {
                "B"
            } else {
                "A"
            };
            let mut request = request;
            request.replace_range(start..=start, other);
            // An escape that is broken in two stays one.
            let answer = client.exchange(request.as_bytes())?;
            wants("a forged request", &answer, 401, WRONG)?;
        }
        let grown = resident(server)?.saturating_sub(memory);
        ensure!(
            grown < GROWN,
            "forged requests let the server grow by {grown} KB"
        );
        ensure!(
            self::size(&journal)? == size,
            "forged requests are recorded"
        );
        let right = send(self.store, &self.signer.get(READ)?)?;
        wants("the real client", &right, 200, "")?;
        // Its clock may still be slow by what it was before.
        wants(
            "a slow client",
            &self.with("slow", self.now - 3_600)?,
            200,
            "",
        )
    }

    /// Which part is unknown is told in Magento's words, and nothing of why.
    fn guesses(&mut self) -> Result<()> {
        let request = String::from_utf8(self.signer.get(READ)?)?;
        let key = request
            .split("oauth_consumer_key=\"")
            .nth(1)
            .context("no key")?;
        let key = key.get(..32).context("a short key")?;
        let token = self.token.as_str();
        for (part, other, text) in [
            (
                key,
                "0".repeat(32),
                "A consumer having the specified key does not exist",
            ),
            (
                key,
                "0".repeat(31),
                "Consumer key is not the correct length",
            ),
            (token, "0".repeat(32), "Specified token does not exist"),
        ] {
            let answer = send(self.store, request.replace(part, &other).as_bytes())?;
            wants(text, &answer, 401, text)?;
            ensure!(
                !String::from_utf8_lossy(&answer.body).contains("why"),
                "{text} says more"
            );
        }
        Ok(())
    }
}

/// The bytes of all files in a folder; 0 where there is none, as on MariaDB.
fn size(folder: &std::path::Path) -> Result<u64> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(0);
    };
    let sizes = entries.map(|entry| Ok(entry?.metadata()?.len()));
    sizes.sum()
}

/// The memory that a server holds, in KB.
fn resident(server: &Server) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .context("no VmRSS")
}
