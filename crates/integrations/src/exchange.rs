//! The record of an exchange: what happened when, what went wrong, what can be tried again.

use ferrite_base::{DateTime, Fault};
use ferrite_storage::{Collection, Error, Field, Scalar, Search, Sort, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// How an exchange stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExchangeState {
    /// It waits for the third party.
    Running,
    /// The access token was given.
    Completed,
    /// The credentials could not be posted.
    Failed,
    /// Another exchange began, or what it was about was changed.
    Cancelled,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: DateTime,
    /// What was tried.
    pub name: String,
    /// Whether it went well.
    pub is_done: bool,
    /// What came of it, or why it failed.
    pub detail: String,
}

/// An exchange of credentials for an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exchange {
    /// Its row.
    pub id: i64,
    /// Whose it is.
    pub integration_id: i64,
    /// Where credentials are posted: what the person who pressed Allow saw.
    pub endpoint: String,
    /// Where the person logs in.
    pub identity_link_url: String,
    /// Whether the integration had been active before.
    pub is_reauthorization: bool,
    /// How it stands.
    pub state: ExchangeState,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// When it began.
    pub started_at: DateTime,
}

serde_document!(Exchange);

/// All exchanges.
pub static EXCHANGES: Collection<Exchange> = Collection {
    name: "integration_exchange",
    fields: &[Field::int("integration_id", |one: &Exchange| {
        Some(Scalar::from(one.integration_id))
    })],
};

/// Further steps of one exchange are not kept.
const MOST_STEPS: usize = 50;

/// So many exchanges of an integration are kept.
const MOST_KEPT: i64 = 20;

impl Exchange {
    /// The latest exchange of an integration.
    pub fn latest(tx: &mut Tx<'_>, integration_id: i64) -> Result<Option<Self>, Error> {
        Ok(Self::list(tx, integration_id)?.into_iter().next())
    }

    /// The exchanges of an integration, the latest first.
    pub fn list(tx: &mut Tx<'_>, integration_id: i64) -> Result<Vec<Self>, Error> {
        let search = Search {
            groups: vec![vec![ferrite_storage::Filter {
                field: "integration_id".to_owned(),
                condition: "eq".to_owned(),
                value: integration_id.to_string(),
            }]],
            sort: vec![Sort {
                field: "entity_id".to_owned(),
                direction: ferrite_storage::Direction::Descending,
            }],
            page_size: Some(MOST_KEPT),
            page: 1,
        };
        Ok(EXCHANGES.search(tx, &search)?.items)
    }

    /// Notes a step.
    pub(crate) fn note(&mut self, tx: &Tx<'_>, name: &str, is_done: bool, detail: &str) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(Step {
                at: tx.now().clone(),
                name: name.to_owned(),
                is_done,
                detail: detail.to_owned(),
            });
        }
    }
}

/// Ends the running exchange of an integration, if there is one.
pub(crate) fn cancel(tx: &mut Tx<'_>, integration_id: i64, why: &str) -> Result<bool, Fault> {
    let Some(mut exchange) = Exchange::latest(tx, integration_id)? else {
        return Ok(false);
    };
    if exchange.state != ExchangeState::Running {
        return Ok(false);
    }
    exchange.state = ExchangeState::Cancelled;
    exchange.note(tx, "Cancelled", false, why);
    EXCHANGES.put(tx, &exchange)?;
    Ok(true)
}

/// Notes a step of the running exchange of an integration, and perhaps that it is completed.
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    integration_id: i64,
    name: &str,
    failure: Option<&str>,
    is_completed: bool,
) -> Result<(), Error> {
    let Some(mut exchange) = Exchange::latest(tx, integration_id)? else {
        return Ok(());
    };
    if exchange.state != ExchangeState::Running {
        return Ok(());
    }
    exchange.note(tx, name, failure.is_none(), failure.unwrap_or_default());
    if is_completed {
        exchange.state = ExchangeState::Completed;
    }
    EXCHANGES.put(tx, &exchange)
}
