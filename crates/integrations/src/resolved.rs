//! What is known of a token, kept in memory as long as nothing in the store has changed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ferrite_acl::Grants;
use ferrite_base::Fault;
use ferrite_nonces::{Claimant, Credential};
use ferrite_oauth1::SigningKey;
use ferrite_storage::{Generation, Scalar};

use crate::consumers::{CONSUMERS, Token, TokenKind};
use crate::integration::{INTEGRATIONS, Status};
use crate::lifecycle::Integrations;

/// So many tokens are remembered at most.
const MOST: usize = 10_000;

/// A token with everything that a call needs.
pub(crate) struct Resolved {
    pub(crate) token_id: i64,
    pub(crate) kind: TokenKind,
    pub(crate) consumer_id: i64,
    pub(crate) consumer_key: String,
    /// None where a secret does not open: no signature is right then.
    pub(crate) signing_key: Option<SigningKey>,
    /// The active integration, where there is one.
    pub(crate) integration: Option<(i64, Arc<Grants>)>,
    /// Under which name its nonces are recorded.
    pub(crate) claimant: Claimant,
    /// How long nonces are kept, in seconds.
    pub(crate) window: i64,
}

#[derive(Default)]
struct Held {
    generation: Option<Generation>,
    tokens: HashMap<String, Arc<Resolved>>,
}

/// Tokens by their text.
#[derive(Default)]
pub(crate) struct ResolvedTokens(RwLock<Held>);

impl ResolvedTokens {
    /// The token of a text, as it is under the generation that was read last.
    pub(crate) fn get(
        &self,
        integrations: &Integrations,
        now: Generation,
        token: &str,
        window: impl Fn() -> i64,
    ) -> Result<Option<Arc<Resolved>>, Fault> {
        {
            let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if held.generation == now.settled()
                && now.settled().is_some()
                && let Some(found) = held.tokens.get(token)
            {
                return Ok(Some(Arc::clone(found)));
            }
        }
        let Some(found) = resolve(integrations, token, window)?.map(Arc::new) else {
            return Ok(None);
        };
        if now.settled().is_some() {
            let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if held.generation != now.settled() || held.tokens.len() >= MOST {
                held.tokens.clear();
                held.generation = now.settled();
            }
            held.tokens.insert(token.to_owned(), Arc::clone(&found));
        }
        Ok(Some(found))
    }
}

fn resolve(
    integrations: &Integrations,
    text: &str,
    window: impl Fn() -> i64,
) -> Result<Option<Resolved>, Fault> {
    let found = integrations.db.read(|tx| {
        let Some(token) = Token::find(tx, text)? else {
            return Ok(None);
        };
        let Some(consumer) = CONSUMERS.get(tx, token.consumer_id)? else {
            return Ok(None);
        };
        let by_consumer = Scalar::from(consumer.id);
        let integration = INTEGRATIONS.find(tx, "consumer_id", &by_consumer)?;
        Ok::<_, Fault>(Some((token, consumer, integration)))
    })?;
    let Some((token, consumer, integration)) = found else {
        return Ok(None);
    };
    let sealer = &integrations.sealer;
    let secret = integrations.opened(consumer.open(sealer))?;
    let token_secret = integrations.opened(token.open_secret(sealer))?;
    let secrets = secret.zip(token_secret);
    let signing_key = secrets.and_then(|(secret, token)| SigningKey::new(&secret, &token));
    let active = integration.filter(|integration| integration.status == Status::Active);
    Ok(Some(Resolved {
        token_id: token.id,
        kind: token.kind,
        consumer_id: consumer.id,
        claimant: Claimant::new(&consumer.key, Credential::of(text)),
        consumer_key: consumer.key,
        signing_key,
        window: window(),
        integration: active.map(|integration| {
            (
                integration.id,
                Arc::new(integration.grants(integrations.tree)),
            )
        }),
    }))
}
