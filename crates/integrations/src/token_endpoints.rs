//! `/oauth/token/request` and `/oauth/token/access`: the third party's part of an exchange.

use ferrite_base::{Fault, Secret, StoreScope};
use ferrite_nonces::{Claimant, Credential};
use ferrite_oauth1::{LookUp, Problem, SigningKey};
use ferrite_storage::{Error, Scalar, Tx};
use ferrite_webapi::error;
use ferrite_webapi::identity::Head;
use subtle::ConstantTimeEq as _;

use crate::activation::set_status;
use crate::consumers::{Consumer, Fresh, TOKENS, Token, TokenKind};
use crate::exchange;
use crate::integration::{INTEGRATIONS, Status};
use crate::provider::{Denial, Provider, Signed, TOKEN_LENGTH};

/// An answer: `text/html; charset=UTF-8`, as Magento says.
#[derive(Debug, PartialEq, Eq)]
pub struct TokenAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The form-encoded body.
    pub body: String,
}

const REQUESTED: &str = "Request token given";
const ACCESSED: &str = "Access token given";

/// The consumer with the credential of this text.
fn claimant(consumer: &Consumer, text: &str) -> Claimant {
    Claimant::new(&consumer.key, Credential::of(text))
}

impl Provider {
    /// Answers `/oauth/token/request`.
    pub fn request_token(&self, head: &Head) -> TokenAnswer {
        answer(self.give_request_token(head))
    }

    /// Answers `/oauth/token/access`.
    pub fn access_token(&self, head: &Head) -> TokenAnswer {
        answer(self.give_access_token(head))
    }

    fn start<'a>(&self, head: &'a Head, further: &[&'static str]) -> Result<Signed<'a>, Denial> {
        match self.signed(head, further)? {
            Some(signed) => Ok(signed),
            None => Err(nothing(further).into()),
        }
    }

    fn give_request_token(&self, head: &Head) -> Result<Fresh, Denial> {
        let signed = self.start(head, &[])?;
        let consumer = self.consumer(&signed)?;
        self.nonces
            .check_timestamp(signed.timestamp)
            .map_err(|_| LookUp::Nonce)?;
        let claim = signed.claim(claimant(&consumer, &consumer.key));
        let key = self.signing_key(&consumer, None)?;
        let expired = self.has_expired(&consumer);
        if key.is_none_or(|key| self.verified(head, &signed, &key).is_none()) {
            let problem = if expired {
                LookUp::ConsumerExpired.into()
            } else {
                Problem::Signature
            };
            return Err(self.refused(&signed, &claim, consumer.id, problem).into());
        }
        let consumer_key = consumer.key.clone();
        self.record(&signed, &claim, consumer.id, self.window(), move |tx| {
            Ok(Consumer::find(tx, &consumer_key)?.is_some())
        })?;
        if expired {
            self.note(&consumer, REQUESTED, LookUp::ConsumerExpired);
            return Err(LookUp::ConsumerExpired.into());
        }
        self.convert(&consumer, None)
    }

    fn give_access_token(&self, head: &Head) -> Result<Fresh, Denial> {
        let signed = self.start(head, &["oauth_token", "oauth_verifier"])?;
        let consumer = self.consumer(&signed)?;
        self.nonces
            .check_timestamp(signed.timestamp)
            .map_err(|_| LookUp::Nonce)?;
        let text = signed.get("oauth_token");
        let claim = signed.claim(claimant(&consumer, text));
        let found = self.integrations.db.read(|tx| Token::find(tx, text))?;
        let Some(token) = found else {
            let problem = LookUp::NoToken.into();
            return Err(self.refused(&signed, &claim, consumer.id, problem).into());
        };
        let key = self.signing_key(&consumer, Some(&token))?;
        let problem = self.judge(&consumer, &token, signed.get("oauth_verifier"))?;
        if key.is_none_or(|key| self.verified(head, &signed, &key).is_none()) {
            let problem = problem.map_or(Problem::Signature, Problem::from);
            return Err(self.refused(&signed, &claim, consumer.id, problem).into());
        }
        let token_id = token.id;
        self.record(&signed, &claim, consumer.id, self.window(), move |tx| {
            Ok(TOKENS.get(tx, token_id)?.is_some())
        })?;
        if let Some(problem) = problem {
            self.note(&consumer, ACCESSED, problem.clone());
            return Err(problem.into());
        }
        self.convert(&consumer, Some(&token))
    }

    /// What is wrong with a request token and its verifier, in Magento's order.
    fn judge(
        &self,
        consumer: &Consumer,
        token: &Token,
        verifier: &str,
    ) -> Result<Option<LookUp>, Error> {
        if token.consumer_id != consumer.id {
            return Ok(Some(LookUp::ForeignRequestToken));
        }
        if token.kind != TokenKind::Request {
            return Ok(Some(LookUp::TokenUsed));
        }
        if verifier.len() != TOKEN_LENGTH {
            return Ok(Some(LookUp::VerifierLength));
        }
        let wanted = self.verifier(token)?;
        let is_same = wanted.is_some_and(|wanted| {
            bool::from(wanted.reveal().as_bytes().ct_eq(verifier.as_bytes()))
        });
        Ok((!is_same).then_some(LookUp::VerifierMismatch))
    }

    /// What a consumer signs with; none where a secret of it does not open.
    fn signing_key(
        &self,
        consumer: &Consumer,
        token: Option<&Token>,
    ) -> Result<Option<SigningKey>, Error> {
        let (integrations, sealer) = (&self.integrations, &self.integrations.sealer);
        let secret = integrations.opened(consumer.open(sealer))?;
        let token = match token {
            Some(token) => integrations.opened(token.open_secret(sealer))?,
            None => Some(Secret::new(String::new())),
        };
        let secrets = secret.zip(token);
        Ok(secrets.and_then(|(secret, token)| SigningKey::new(&secret, &token)))
    }

    /// The verifier of a token; none where it has none or it does not open.
    fn verifier(&self, token: &Token) -> Result<Option<Secret>, Error> {
        let opened = token.open_verifier(&self.integrations.sealer).transpose();
        let opened = opened.map(|secret| self.integrations.opened(secret));
        Ok(opened.transpose()?.flatten())
    }

    /// Whether the time for asking for a request token has passed.
    fn has_expired(&self, consumer: &Consumer) -> bool {
        let path = "oauth/consumer/expiration_period";
        let seconds = self
            .integrations
            .settings
            .number(path, &StoreScope::admin());
        let seconds = if seconds <= 0 { 300 } else { seconds };
        self.clock().unix_seconds() >= consumer.posted_at.saturating_add(seconds)
    }

    /// Makes a request token of the verifier, or an access token of a request token; of several at
    /// once one wins.
    fn convert(&self, consumer: &Consumer, request: Option<&Token>) -> Result<Fresh, Denial> {
        let integrations = &self.integrations;
        let (sealer, randomness) = (&integrations.sealer, &integrations.randomness);
        let kind = match request {
            None => TokenKind::Request,
            Some(_) => TokenKind::Access,
        };
        let mut fresh = Fresh::generate(kind, sealer, randomness, integrations.now())?;
        if request.is_none() {
            let held = integrations.db.read(|tx| Token::of(tx, consumer.id))?;
            let verifier = held.map(|token| self.verifier(&token)).transpose()?;
            if let Some(verifier) = verifier.flatten() {
                fresh.keep_verifier(sealer, verifier)?;
            }
        }
        let (consumer_id, row) = (consumer.id, fresh.row.clone());
        let request = request.map(|token| (token.id, token.lookup.clone()));
        let done = integrations.db.write(move |tx| match &request {
            None => to_request(tx, consumer_id, &row),
            Some((id, lookup)) => to_access(tx, *id, lookup, &row),
        })?;
        match done {
            None => Ok(fresh),
            Some(problem) => Err(problem.into()),
        }
    }

    /// Notes a refusal in the exchange, for whoever looks at the panel.
    fn note(&self, consumer: &Consumer, step: &'static str, problem: LookUp) {
        let consumer_id = consumer.id;
        let why = problem.to_string();
        let noted = self.integrations.db.write(move |tx| {
            let by_consumer = Scalar::from(consumer_id);
            if let Some(integration) = INTEGRATIONS.find(tx, "consumer_id", &by_consumer)? {
                exchange::advance(tx, integration.id, step, Some(&why), false)?;
            }
            Ok::<_, Error>(())
        });
        // The refusal itself counts; that it could not be noted changes nothing for the caller.
        let _ = noted;
    }
}

fn to_request(tx: &mut Tx<'_>, consumer_id: i64, row: &Token) -> Result<Option<LookUp>, Error> {
    let Some(held) = Token::of(tx, consumer_id)? else {
        return Ok(Some(LookUp::NoTokenOfConsumer(consumer_id)));
    };
    if held.kind != TokenKind::Verifier || row.verifier.is_none() {
        return Ok(Some(LookUp::NotAVerifierToken));
    }
    become_token(tx, &held, row)?;
    let by_consumer = Scalar::from(consumer_id);
    if let Some(integration) = INTEGRATIONS.find(tx, "consumer_id", &by_consumer)? {
        exchange::advance(tx, integration.id, REQUESTED, None, false)?;
    }
    Ok(None)
}

fn to_access(
    tx: &mut Tx<'_>,
    token_id: i64,
    lookup: &str,
    row: &Token,
) -> Result<Option<LookUp>, Error> {
    let held = TOKENS.get(tx, token_id)?;
    let Some(held) = held.filter(|token| token.lookup == lookup) else {
        return Ok(Some(LookUp::NoToken));
    };
    become_token(tx, &held, row)?;
    let by_consumer = Scalar::from(held.consumer_id);
    if let Some(integration) = INTEGRATIONS.find(tx, "consumer_id", &by_consumer)? {
        exchange::advance(tx, integration.id, ACCESSED, None, true)?;
        set_status(tx, integration, Status::Active)?;
    }
    Ok(None)
}

fn become_token(tx: &mut Tx<'_>, held: &Token, row: &Token) -> Result<(), Error> {
    let token = Token {
        id: held.id,
        consumer_id: held.consumer_id,
        ..row.clone()
    };
    tx.raise_generation();
    TOKENS.put(tx, &token)
}

/// Without an OAuth header nothing is read, and everything that is required is missing.
fn nothing(further: &[&'static str]) -> Problem {
    let always = [
        "oauth_consumer_key",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_nonce",
        "oauth_timestamp",
    ];
    Problem::Missing(always.into_iter().chain(further.iter().copied()).collect())
}

fn answer(done: Result<Fresh, Denial>) -> TokenAnswer {
    match done {
        Ok(fresh) => TokenAnswer {
            status: 200,
            body: format!(
                "oauth_token={}&oauth_token_secret={}",
                fresh.token.reveal(),
                fresh.secret.reveal()
            ),
        },
        Err(Denial::Problem(problem)) => TokenAnswer {
            body: problem.token_body(),
            status: error::status(Fault::from(problem).kind),
        },
        Err(Denial::Unavailable) => TokenAnswer {
            status: 503,
            body: "oauth_problem=temporarily_unavailable".to_owned(),
        },
        Err(Denial::Fault(fault)) => {
            let status = error::status(fault.kind);
            TokenAnswer {
                status,
                body: "oauth_problem=internal_error%26message%3Dempty_message".to_owned(),
            }
        }
    }
}
