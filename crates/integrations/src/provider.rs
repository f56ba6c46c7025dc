//! Who an OAuth 1.0a caller is: from a request's head to an identity, in Magento's order of checks.
//!
//! A wrong signature or token moves nothing. A right one is recorded (its nonce, durably) before
//! anything else is said of it, also where it is refused afterwards.

use std::sync::Arc;

use ferrite_base::{Clock, Fault, Kind, Phrase, StoreScope};
use ferrite_nonces::{Claim, Claimant, Credential, Nonces, Refusal};
use ferrite_oauth1::{
    LookUp, Method, Problem, Protocol, Request, Scheme, Verified, php_int, verify,
};
use ferrite_settings::Settings;
use ferrite_storage::{Error, Generation, Tx};
use ferrite_webapi::identity::{Caller, Credentials, Head, Identity};
use http::header::AUTHORIZATION;

use crate::consumers::{Consumer, TOKENS, TokenKind};
use crate::integration::{INTEGRATIONS, Status};
use crate::lifecycle::Integrations;
use crate::resolved::{Resolved, ResolvedTokens};

/// A length that is checked.
pub(crate) const TOKEN_LENGTH: usize = 32;

/// The length of Magento's column for nonces.
const NONCE_LENGTH: usize = 32;

/// The OAuth provider.
pub struct Provider {
    pub(crate) integrations: Arc<Integrations>,
    pub(crate) nonces: Arc<Nonces>,
    tokens: ResolvedTokens,
}

/// A request's OAuth part after the checks that need no look-up.
pub(crate) struct Signed<'a> {
    pub(crate) protocol: Protocol<'a>,
    pub(crate) method: Method,
    pub(crate) timestamp: i64,
}

impl Signed<'_> {
    /// The value of a parameter; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.protocol.get(name).unwrap_or_default()
    }

    /// What is said of a nonce that was used: of one that Magento's column cuts, another sentence.
    fn used(&self, consumer_id: i64) -> LookUp {
        if self.get("oauth_nonce").chars().count() > NONCE_LENGTH {
            return LookUp::Nonce;
        }
        LookUp::NonceUsed(consumer_id)
    }

    pub(crate) fn claim(&self, claimant: Claimant) -> Claim {
        claimant.claim(self.get("oauth_nonce"), self.timestamp)
    }
}

impl Provider {
    /// A provider over a store and a record of nonces.
    pub fn new(integrations: Arc<Integrations>, nonces: Arc<Nonces>) -> Self {
        Self {
            integrations,
            nonces,
            tokens: ResolvedTokens::default(),
        }
    }

    /// The life cycle that it stands on.
    pub fn integrations(&self) -> &Integrations {
        &self.integrations
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.integrations.clock
    }

    fn flag(&self, path: &str) -> bool {
        let settings = &self.integrations.settings;
        settings.flag(path, &StoreScope::admin())
    }

    /// How long nonces are kept, in seconds.
    pub(crate) fn window(&self) -> i64 {
        let path = "oauth/cleanup/expiration_period";
        let minutes = self
            .integrations
            .settings
            .number(path, &StoreScope::admin());
        if minutes <= 0 {
            120 * 60
        } else {
            minutes.saturating_mul(60)
        }
    }

    /// Raises the floors of nonces and drops what lies below: about once a minute.
    pub fn forget(&self) -> Result<(), Fault> {
        let live = Integrations::live_credentials(&self.integrations.db)?;
        let done = self.nonces.forget(self.window(), &live);
        done.map_err(|refusal| Fault::internal(refusal.to_string()))
    }

    /// The OAuth part of a request; none where it has none.
    pub(crate) fn signed<'a>(
        &self,
        head: &'a Head,
        further: &[&'static str],
    ) -> Result<Option<Signed<'a>>, Problem> {
        let Some(header) = head.header(AUTHORIZATION) else {
            return Ok(None);
        };
        if head.headers.get_all(AUTHORIZATION).iter().count() > 1 {
            return Err(Problem::Repeated("Authorization".to_owned()));
        }
        let Some(protocol) = Protocol::parse(header)? else {
            return Ok(None);
        };
        // The configuration is asked only where it matters: each question costs a look at the counter.
        let accepts_sha1 = protocol.get("oauth_signature_method") == Some("HMAC-SHA1")
            && self.flag("oauth/signature/accept_sha1");
        let method = protocol.check(further, accepts_sha1)?;
        let timestamp = php_int(protocol.get("oauth_timestamp").unwrap_or_default());
        Ok(Some(Signed {
            protocol,
            method,
            timestamp,
        }))
    }

    /// Whether the consumer of the request exists.
    pub(crate) fn consumer(&self, signed: &Signed<'_>) -> Result<Consumer, Problem> {
        let key = signed.get("oauth_consumer_key");
        if !key.is_empty() && key.len() != TOKEN_LENGTH {
            return Err(LookUp::ConsumerKeyLength.into());
        }
        let found = self.integrations.db.read(|tx| Consumer::find(tx, key));
        match found {
            Ok(Some(consumer)) => Ok(consumer),
            Ok(None) => Err(LookUp::NoConsumer.into()),
            Err(_) => Err(LookUp::Nonce.into()),
        }
    }

    /// What the signature was made over; none where it is wrong.
    pub(crate) fn verified(
        &self,
        head: &Head,
        signed: &Signed<'_>,
        key: &ferrite_oauth1::SigningKey,
    ) -> Option<Verified> {
        let form = head
            .form_body
            .as_deref()
            .and_then(|body| std::str::from_utf8(body).ok());
        let request = Request {
            method: head.method.as_str(),
            schemes: schemes(head),
            host: &head.host,
            path: &head.path,
            query: head.query.as_deref(),
            form,
        };
        let verified = |legacy| verify(&request, &signed.protocol, key, signed.method, legacy).ok();
        verified(false).or_else(|| {
            let legacy = self.flag("oauth/signature/accept_legacy_form");
            legacy.then(|| verified(true)).flatten()
        })
    }

    /// What is said of a request whose signature or token is wrong: it moves nothing.
    pub(crate) fn refused(
        &self,
        signed: &Signed<'_>,
        claim: &Claim,
        consumer_id: i64,
        problem: Problem,
    ) -> Problem {
        if self.nonces.note_refused(claim) {
            return signed.used(consumer_id).into();
        }
        problem
    }

    /// Records a request whose signature is right.
    pub(crate) fn record(
        &self,
        signed: &Signed<'_>,
        claim: &Claim,
        consumer_id: i64,
        window: i64,
        live: impl Fn(&mut Tx<'_>) -> Result<bool, Error> + Send + 'static,
    ) -> Result<(), Denial> {
        match self.nonces.accept(claim, window, live) {
            Ok(()) => Ok(()),
            Err(Refusal::Timestamp) => Err(LookUp::Nonce.into()),
            Err(Refusal::Used) => Err(signed.used(consumer_id).into()),
            Err(Refusal::Dead) => Err(LookUp::NoToken.into()),
            Err(Refusal::Unavailable(_)) => Err(Denial::Unavailable),
        }
    }

    /// What is known of a token under a generation.
    fn token(&self, text: &str, generation: Generation) -> Result<Option<Arc<Resolved>>, Fault> {
        self.tokens
            .get(&self.integrations, generation, text, || self.window())
    }

    /// The identity behind a signed request.
    fn caller(
        &self,
        head: &Head,
        signed: &Signed<'_>,
        generation: Generation,
    ) -> Result<Option<Identity>, Denial> {
        let text = signed.get("oauth_token");
        let key = signed.get("oauth_consumer_key");
        let db = &self.integrations.db;
        let found = self.token(text, generation)?;
        // A consumer of its own token is there: only another one has to be looked for.
        let (consumer_id, own) = match &found {
            Some(found) if found.consumer_key == key => (found.consumer_id, true),
            _ => (self.consumer(signed)?.id, false),
        };
        self.nonces
            .check_timestamp(signed.timestamp)
            .map_err(|_| LookUp::Nonce)?;
        let claimant = match &found {
            Some(found) if own => found.claimant,
            _ => Claimant::new(key, Credential::of(text)),
        };
        let claim = signed.claim(claimant);
        let wrong = |problem: LookUp| self.refused(signed, &claim, consumer_id, problem.into());
        let Some(found) = found else {
            return Err(wrong(LookUp::NoToken).into());
        };
        if !own {
            return Err(wrong(LookUp::ForeignToken).into());
        }
        let key = found.signing_key.as_ref();
        let Some(verified) = key.and_then(|key| self.verified(head, signed, key)) else {
            if found.kind != TokenKind::Access {
                return Err(wrong(LookUp::NotAnAccessToken).into());
            }
            return Err(self
                .refused(signed, &claim, consumer_id, Problem::Signature)
                .into());
        };
        let token_id = found.token_id;
        let window = found.window;
        self.record(signed, &claim, consumer_id, window, move |tx| {
            lives(tx, token_id)
        })?;
        if found.kind != TokenKind::Access {
            return Err(LookUp::NotAnAccessToken.into());
        }
        if db.generation() != generation && !db.read(|tx| lives(tx, token_id))? {
            return Err(LookUp::NoToken.into());
        }
        let signed_query = match head.query.as_deref() {
            Some(query) if !verified.hidden.is_empty() => {
                Some(verified.signed_query(query).into_owned())
            }
            _ => None,
        };
        Ok(identity(&found).map(|identity| Identity {
            signed_query,
            signed_path: verified.path,
            ..identity
        }))
    }
}

fn lives(tx: &mut Tx<'_>, token_id: i64) -> Result<bool, Error> {
    Ok(TOKENS.get(tx, token_id)?.is_some())
}

/// The identity of an active integration.
fn identity(found: &Resolved) -> Option<Identity> {
    let (id, grants) = found.integration.as_ref()?;
    Some(Identity {
        credential: Some(found.token_id),
        ..Identity::new(Caller::Integration(*id), Arc::clone(grants))
    })
}

/// The scheme of the socket, and `https` where a proxy says that TLS ended there. Being wrong about
/// it can only make a signature fail.
fn schemes(head: &Head) -> &'static [Scheme] {
    let offloaded = head
        .header("x-forwarded-proto")
        .is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"));
    match head.scheme {
        _ if offloaded => &[Scheme::Http, Scheme::Https],
        "https" => &[Scheme::Https],
        _ => &[Scheme::Http],
    }
}

/// Why a signed request is not let in.
#[derive(Debug)]
pub(crate) enum Denial {
    /// Something is wrong with it.
    Problem(Problem),
    /// Nothing can be recorded at present.
    Unavailable,
    /// A fault of our own.
    Fault(Fault),
}

impl From<Problem> for Denial {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<LookUp> for Denial {
    fn from(problem: LookUp) -> Self {
        Self::Problem(problem.into())
    }
}

impl From<Fault> for Denial {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Denial {
    fn from(error: Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Denial> for Fault {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Problem(problem) => problem.into(),
            Denial::Fault(fault) => fault,
            Denial::Unavailable => {
                let text = "The store is not available at present. Please try again later.";
                Self::new(Kind::Unavailable, Phrase::new(text))
            }
        }
    }
}

impl Credentials for Provider {
    fn identify(&self, head: &Head, at: &Settings) -> Result<Option<Identity>, Fault> {
        match self.signed(head, &["oauth_token"])? {
            Some(signed) => Ok(self.caller(head, &signed, at.generation())?),
            None => Ok(None),
        }
    }

    fn still_holds(
        &self,
        identity: &Identity,
        _: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<bool, Fault> {
        match (&identity.caller, identity.credential) {
            (Caller::Integration(_), Some(token_id)) => Ok(lives(tx, token_id)?),
            _ => Ok(true),
        }
    }

    fn again(
        &self,
        caller: &Caller,
        credential: Option<i64>,
        _: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<Option<Identity>, Fault> {
        let (Caller::Integration(id), Some(token_id)) = (caller, credential) else {
            return Ok(None);
        };
        let token = TOKENS.get(tx, token_id)?;
        let token = token.filter(|token| token.kind == TokenKind::Access);
        let found = INTEGRATIONS.get(tx, *id)?;
        let active = found.filter(|found| found.status == Status::Active);
        let (Some(token), Some(integration)) = (token, active) else {
            return Ok(None);
        };
        // A token that went to another integration since is none of this one's.
        if integration.consumer_id != token.consumer_id {
            return Ok(None);
        }
        let grants = Arc::new(integration.grants(self.integrations.tree));
        Ok(Some(Identity {
            credential,
            ..Identity::new(caller.clone(), grants)
        }))
    }
}

/// Access tokens of integrations as bearer tokens, where the configuration allows it.
pub struct Bearer(pub Arc<Provider>);

impl Credentials for Bearer {
    fn identify(&self, head: &Head, at: &Settings) -> Result<Option<Identity>, Fault> {
        let provider = &self.0;
        let Some(token) = bearer(head) else {
            return Ok(None);
        };
        if !provider.flag("oauth/consumer/enable_integration_as_bearer") {
            return Ok(None);
        }
        let found = provider.token(token, at.generation())?;
        let access = found.filter(|found| found.kind == TokenKind::Access);
        Ok(access.and_then(|found| identity(&found)))
    }

    fn still_holds(&self, _: &Identity, _: &Settings, _: &mut Tx<'_>) -> Result<bool, Fault> {
        Ok(true) // the provider answers for all integrations
    }
}

/// The token of a header of exactly two pieces, the first being `Bearer` in any case.
fn bearer(head: &Head) -> Option<&str> {
    let (scheme, token) = head.header(AUTHORIZATION)?.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && token.len() == TOKEN_LENGTH;
    fits.then_some(token)
}
