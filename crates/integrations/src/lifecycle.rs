//! Making, changing and deleting integrations.

use std::collections::BTreeSet;

use ferrite_acl::Tree;
use ferrite_base::{Clock, DateTime, Fault, Kind, Phrase, Randomness, Secret, StoreScope};
use ferrite_nonces::Credential;
use ferrite_outbound::Client;
use ferrite_settings::Settings;
use ferrite_storage::{Db, Error, Scalar, Sealer, Tx};

use crate::consumers::{self, CONSUMERS, Consumer, TOKENS, TokenKind};
use crate::details::Details;
use crate::exchange::{self, EXCHANGES};
use crate::integration::{INTEGRATIONS, Integration, SetupType, Status};

/// The life cycle over a store.
pub struct Integrations {
    /// The store.
    pub db: Db,
    /// The configuration.
    pub settings: Settings,
    /// What seals secrets.
    pub sealer: Sealer,
    /// The time.
    pub clock: Clock,
    /// Where keys and tokens come from.
    pub randomness: Randomness,
    /// The resource tree.
    pub tree: &'static Tree,
    /// What posts to callbacks.
    pub client: Client,
    /// The names of the integrations that the modules which are there declare: such a one is not
    /// edited, and goes with its module only.
    pub declared: BTreeSet<String>,
    /// Where it is written that a stored secret does not open.
    pub log: fn(&str),
}

impl Integrations {
    /// A secret that was opened; none where it does not open, since somebody changed the store.
    pub(crate) fn opened(&self, secret: Result<Secret, Error>) -> Result<Option<Secret>, Error> {
        match secret {
            Err(error @ Error::Sealed(_)) => {
                (self.log)(&error.to_string());
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// Makes an integration, inactive, with a consumer of its own.
    pub fn create(&self, details: &Details) -> Result<Integration, Fault> {
        details.check(self.tree)?;
        let consumer = Consumer::generate(&self.sealer, &self.randomness)?;
        let integration = self.fresh(details);
        self.db.write(move |tx| {
            let mut integration = integration.clone();
            refuse_taken(tx, &integration.name, None)?;
            let mut consumer = consumer.clone();
            integration.consumer_id = CONSUMERS.insert(tx, &mut consumer)?;
            let id = INTEGRATIONS.insert(tx, &mut integration)?;
            consumer.name = format!("Integration{id}");
            CONSUMERS.put(tx, &consumer)?;
            tx.raise_generation();
            Ok::<_, Fault>(integration)
        })
    }

    fn fresh(&self, details: &Details) -> Integration {
        let now = self.clock.now();
        Integration {
            id: 0,
            name: details.name.clone(),
            email: details.email.clone(),
            endpoint: given(&details.endpoint),
            identity_link_url: given(&details.identity_link_url),
            status: Status::Inactive,
            setup_type: SetupType::Manual,
            module: None,
            files: Vec::new(),
            said: None,
            changes: Vec::new(),
            consumer_id: 0,
            resources: details.resources(self.tree),
            created_at: now.clone(),
            updated_at: now,
        }
    }

    /// Changes an integration. Tokens and status stay; a running exchange ends where the address
    /// that it is about has changed.
    pub fn update(&self, id: i64, details: &Details) -> Result<Integration, Fault> {
        details.check(self.tree)?;
        let fresh = self.fresh(details);
        self.db.write(move |tx| {
            let mut integration = load(tx, id)?;
            if integration.setup_type == SetupType::Config {
                let text = "The integrations created in the config file can't be edited.";
                return Err(Fault::invalid(text));
            }
            if integration.name != fresh.name {
                refuse_taken(tx, &fresh.name, Some(id))?;
            }
            let moved = integration.endpoint != fresh.endpoint
                || integration.identity_link_url != fresh.identity_link_url;
            if moved && exchange::cancel(tx, id, "cancelled: the callback URL was changed")? {
                consumers::forget_tokens(tx, integration.consumer_id)?;
            }
            integration = Integration {
                name: fresh.name.clone(),
                email: fresh.email.clone(),
                endpoint: fresh.endpoint.clone(),
                identity_link_url: fresh.identity_link_url.clone(),
                resources: fresh.resources.clone(),
                updated_at: fresh.updated_at.clone(),
                ..integration
            };
            INTEGRATIONS.put(tx, &integration)?;
            tx.raise_generation();
            Ok(integration)
        })
    }

    /// Deletes an integration with its consumer, tokens, grants and exchanges. Returns what it was.
    pub fn delete(&self, id: i64) -> Result<Integration, Fault> {
        let declared = self.declared.clone();
        self.db.write(move |tx| {
            let integration = load(tx, id)?;
            if integration.setup_type == SetupType::Config && declared.contains(&integration.name) {
                let text = "Uninstall the extension to remove integration '%1'.";
                return Err(Fault::new(
                    Kind::Invalid,
                    Phrase::list(text, [integration.name]),
                ));
            }
            remove(tx, &integration)?;
            tx.raise_generation();
            Ok(integration)
        })
    }

    /// Whether a module has declared an integration that is not there any more, or declares it no
    /// longer.
    pub fn is_orphaned(&self, integration: &Integration) -> bool {
        integration.setup_type == SetupType::Config && !self.declared.contains(&integration.name)
    }

    /// The integration of an id.
    pub fn get(&self, id: i64) -> Result<Integration, Fault> {
        self.db.read(|tx| load(tx, id))
    }

    /// The integration of a name, compared as MySQL compares.
    pub fn find(&self, name: &str) -> Result<Integration, Fault> {
        let found = self
            .db
            .read(|tx| INTEGRATIONS.find(tx, "name", &Scalar::from(name)))?;
        found.ok_or_else(|| {
            let text = "The integration with name \"%1\" doesn't exist.";
            Fault::new(Kind::NotFound, Phrase::list(text, [name]))
        })
    }

    /// What nonces may still come from: the tokens and the consumers there are.
    pub fn live_credentials(db: &Db) -> Result<Vec<Credential>, Error> {
        db.read(|tx| {
            let tokens = TOKENS.all(tx)?.into_iter();
            let mut live: Vec<_> = tokens
                .filter_map(|token| Credential::from_sha256(&token.lookup))
                .collect();
            let consumers = CONSUMERS.all(tx)?;
            live.extend(consumers.iter().map(|one| Credential::of(&one.key)));
            Ok(live)
        })
    }

    /// Takes away verifiers whose time is over, with which nobody can get a token any more; returns
    /// how many.
    pub fn forget_expired(&self) -> Result<u64, Error> {
        let path = "oauth/consumer/expiration_period";
        let seconds = self.settings.number(path, &StoreScope::admin());
        let lasting = if seconds <= 0 { 300 } else { seconds };
        let now = self.clock.unix_seconds();
        self.db.write(move |tx| {
            let mut gone = 0;
            for token in TOKENS.all(tx)? {
                if token.kind != TokenKind::Verifier {
                    continue;
                }
                let consumer = CONSUMERS.get(tx, token.consumer_id)?;
                let over = |one: crate::Consumer| now >= one.posted_at.saturating_add(lasting);
                if consumer.is_none_or(over) && TOKENS.delete(tx, token.id)? {
                    gone += 1;
                }
            }
            if gone > 0 {
                tx.raise_generation();
            }
            Ok(gone)
        })
    }

    /// The moment as it is stored.
    pub(crate) fn now(&self) -> DateTime {
        self.clock.now()
    }
}

/// Takes an integration away with its consumer, tokens, grants and exchanges.
pub(crate) fn remove(tx: &mut Tx<'_>, integration: &Integration) -> Result<(), Fault> {
    consumers::forget_tokens(tx, integration.consumer_id)?;
    CONSUMERS.delete(tx, integration.consumer_id)?;
    EXCHANGES.delete_by(tx, "integration_id", &Scalar::from(integration.id))?;
    INTEGRATIONS.delete(tx, integration.id)?;
    Ok(())
}

/// The integration of an id, or Magento's sentence.
pub(crate) fn load(tx: &mut Tx<'_>, id: i64) -> Result<Integration, Fault> {
    let found = INTEGRATIONS.get(tx, id)?;
    found.ok_or_else(|| {
        let text = "The integration with ID \"%1\" doesn't exist.";
        Fault::new(Kind::NotFound, Phrase::list(text, [id.to_string()]))
    })
}

fn refuse_taken(tx: &mut Tx<'_>, name: &str, except: Option<i64>) -> Result<(), Fault> {
    let found = INTEGRATIONS.find(tx, "name", &Scalar::from(name))?;
    match found {
        Some(other) if Some(other.id) != except => Err(Fault::new(
            Kind::Invalid,
            Phrase::list("The integration with name \"%1\" exists.", [name]),
        )),
        _ => Ok(()),
    }
}

pub(crate) fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
