//! Activating and reauthorizing: tokens at once, or the beginning of an exchange.

use std::time::Duration;

use ferrite_base::{Fault, Secret, StoreScope};
use ferrite_outbound::{Limits, Outcome};
use ferrite_settings::Settings;
use ferrite_storage::{Error, Tx};

use crate::consumers::{self, CONSUMERS, Consumer, Fresh, TOKENS, Token, TokenKind};
use crate::exchange::{self, EXCHANGES, Exchange, ExchangeState};
use crate::integration::{INTEGRATIONS, Integration, Status};
use crate::lifecycle::{Integrations, load};

/// What an integration signs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The consumer's key.
    pub consumer_key: String,
    /// The consumer's secret.
    pub consumer_secret: Secret,
    /// The access token and its secret, once there are any.
    pub access: Option<(Secret, Secret)>,
}

/// What came of activating.
#[derive(Debug)]
pub enum Activation {
    /// It is active; these are its tokens.
    Active(Credentials),
    /// The credentials went out, or could not: see the exchange's steps.
    Exchange(Exchange),
}

/// What has to be posted once an exchange has begun.
#[derive(Clone)]
struct Parcel {
    exchange: Exchange,
    consumer: Consumer,
    verifier: Secret,
}

impl Integrations {
    /// Activates or reauthorizes: it begins clean, whatever there was before. Tokens of before are
    /// refused from then on.
    ///
    /// Blocks until the credentials are posted where there is an exchange.
    pub fn activate(&self, id: i64) -> Result<Activation, Fault> {
        self.begin(id, None)
    }

    /// Tries a failed exchange again; refused where it is not the latest, so that of two who try at
    /// once one posts.
    pub fn retry(&self, id: i64, exchange: i64) -> Result<Activation, Fault> {
        self.begin(id, Some(exchange))
    }

    fn begin(&self, id: i64, after: Option<i64>) -> Result<Activation, Fault> {
        if self.get(id)?.has_exchange() {
            let parcel = self.begin_exchange(id, after)?;
            return Ok(Activation::Exchange(self.post(parcel)?));
        }
        self.hand_over(id).map(Activation::Active)
    }

    /// Makes an access token at once.
    fn hand_over(&self, id: i64) -> Result<Credentials, Fault> {
        let (sealer, randomness) = (&self.sealer, &self.randomness);
        let fresh = Fresh::generate(TokenKind::Access, sealer, randomness, self.now())?;
        let row = fresh.row.clone();
        let consumer = self.db.write(move |tx| {
            let integration = load(tx, id)?;
            if integration.has_exchange() {
                return Err(changed());
            }
            exchange::cancel(tx, id, "cancelled: the integration was activated anew")?;
            let consumer = replace_token(tx, &integration, &row)?;
            set_status(tx, integration, Status::Active)?;
            Ok(consumer)
        })?;
        Ok(Credentials {
            consumer_secret: consumer.open(&self.sealer)?,
            consumer_key: consumer.key,
            access: Some((fresh.token, fresh.secret)),
        })
    }

    fn begin_exchange(&self, id: i64, after: Option<i64>) -> Result<Parcel, Fault> {
        let (sealer, randomness) = (&self.sealer, &self.randomness);
        let fresh = Fresh::generate(TokenKind::Verifier, sealer, randomness, self.now())?;
        let verifier = fresh.verifier.unwrap_or_else(|| Secret::new(String::new()));
        let row = fresh.row;
        let now = self.clock.unix_seconds();
        self.db.write(move |tx| {
            let integration = load(tx, id)?;
            let latest = Exchange::latest(tx, id)?;
            let is_latest = |wanted: i64| {
                let found = latest.as_ref();
                found.is_some_and(|it| it.id == wanted && it.state == ExchangeState::Failed)
            };
            if !integration.has_exchange() || after.is_some_and(|wanted| !is_latest(wanted)) {
                return Err(changed());
            }
            exchange::cancel(tx, id, "cancelled: another exchange began")?;
            let mut consumer = replace_token(tx, &integration, &row)?;
            consumer.posted_at = now;
            CONSUMERS.put(tx, &consumer)?;
            let mut exchange = Exchange {
                id: 0,
                integration_id: id,
                endpoint: integration.endpoint.clone().unwrap_or_default(),
                identity_link_url: integration.identity_link_url.clone().unwrap_or_default(),
                is_reauthorization: integration.status != Status::Inactive,
                state: ExchangeState::Running,
                steps: Vec::new(),
                started_at: tx.now().clone(),
            };
            EXCHANGES.insert(tx, &mut exchange)?;
            set_status(tx, integration, Status::Inactive)?;
            Ok(Parcel {
                exchange,
                consumer,
                verifier: verifier.clone(),
            })
        })
    }

    /// Posts the credentials to the callback that the exchange began with.
    fn post(&self, parcel: Parcel) -> Result<Exchange, Fault> {
        let Parcel {
            exchange,
            consumer,
            verifier,
        } = parcel;
        let secret = consumer.open(&self.sealer)?;
        let base_url = self.settings.base_url();
        let fields = [
            ("oauth_consumer_key", consumer.key.as_str()),
            ("oauth_consumer_secret", secret.reveal()),
            ("store_base_url", base_url.as_str()),
            ("oauth_verifier", verifier.reveal()),
        ];
        let limits = limits(&self.settings);
        let outcome = self.client.post_form(&exchange.endpoint, &fields, limits);
        let is_done = matches!(outcome, Outcome::Answered { .. });
        let detail = outcome.to_string();
        let id = exchange.id;
        let consumer_id = consumer.id;
        self.db.write(move |tx| {
            let mut exchange = EXCHANGES.get(tx, id)?.ok_or_else(changed)?;
            exchange.note(
                tx,
                "Credentials posted to the callback URL",
                is_done,
                &detail,
            );
            if !is_done && exchange.state == ExchangeState::Running {
                exchange.state = ExchangeState::Failed;
                consumers::forget_tokens(tx, consumer_id)?;
                tx.raise_generation();
            }
            EXCHANGES.put(tx, &exchange)?;
            Ok(exchange)
        })
    }

    /// What an integration signs with, in the clear: for who may see it.
    pub fn credentials(&self, id: i64) -> Result<Credentials, Fault> {
        let (consumer, token) = self.db.read(|tx| {
            let integration = load(tx, id)?;
            let consumer = CONSUMERS.get(tx, integration.consumer_id)?;
            let token = Token::of(tx, integration.consumer_id)?;
            Ok::<_, Fault>((consumer, token))
        })?;
        let consumer = consumer.ok_or_else(|| {
            Fault::not_found("A consumer with this ID doesn't exist. Verify the ID and try again.")
        })?;
        let access = token.filter(|token| token.kind == TokenKind::Access);
        let open = |token: Token| {
            let parts = (
                token.open_token(&self.sealer)?,
                token.open_secret(&self.sealer)?,
            );
            Ok::<_, Error>(parts)
        };
        Ok(Credentials {
            consumer_secret: consumer.open(&self.sealer)?,
            consumer_key: consumer.key,
            access: access.map(open).transpose()?,
        })
    }
}

fn limits(settings: &Settings) -> Limits {
    let number = |path: &str| settings.number(path, &StoreScope::admin());
    let seconds = u64::try_from(number("oauth/consumer/post_timeout")).unwrap_or(0);
    let redirects = u32::try_from(number("oauth/consumer/post_maxredirects"));
    Limits {
        timeout: Duration::from_secs(if seconds == 0 { 5 } else { seconds }),
        max_redirects: redirects.unwrap_or(0),
    }
}

fn replace_token(
    tx: &mut Tx<'_>,
    integration: &Integration,
    token: &Token,
) -> Result<Consumer, Fault> {
    let consumer = CONSUMERS.get(tx, integration.consumer_id)?;
    let consumer = consumer.ok_or_else(|| Fault::internal("an integration without consumer"))?;
    consumers::forget_tokens(tx, consumer.id)?;
    let mut token = token.clone();
    token.consumer_id = consumer.id;
    TOKENS.insert(tx, &mut token)?;
    tx.raise_generation();
    Ok(consumer)
}

/// Gives an integration another status.
pub(crate) fn set_status(
    tx: &mut Tx<'_>,
    mut integration: Integration,
    status: Status,
) -> Result<(), Error> {
    integration.status = status;
    integration.updated_at = tx.now().clone();
    INTEGRATIONS.put(tx, &integration)?;
    tx.raise_generation();
    Ok(())
}

fn changed() -> Fault {
    Fault::invalid("The integration has been changed in the meantime. Please look at it again.")
}
