//! The form: new, edit, and view for what a module declares.

use askama::Template;
use axum::response::Response;
use ferrite_acl::Grants;
use ferrite_integrations::{Credentials, Exchange, ExchangeState, Integration, Problem, SetupType};

use super::declared::{self, DeclaredView};
use super::steps::{self, ExchangeView};
use super::{GRID, asked_for};
use crate::components::tree::{self, Item};
use crate::text::shown;
use crate::web::{Frame, Message, Refusal, Visit, render};

/// What stands in the fields.
#[derive(Clone, Default)]
pub struct Values {
    pub name: String,
    pub email: String,
    pub endpoint: String,
    pub identity_link_url: String,
    /// Whether everything is granted.
    pub is_all: bool,
    /// The resources that are ticked.
    pub resources: Vec<String>,
}

impl Values {
    /// Those of an integration.
    pub fn of(one: &Integration) -> Self {
        let is_all = one.has_everything();
        Self {
            name: one.name.clone(),
            email: one.email.clone(),
            endpoint: one.endpoint.clone().unwrap_or_default(),
            identity_link_url: one.identity_link_url.clone().unwrap_or_default(),
            is_all,
            resources: if is_all {
                Vec::new()
            } else {
                one.resources.clone()
            },
        }
    }
}

/// The credentials of an integration, masked or not.
pub struct Details {
    pub consumer_key: String,
    pub consumer_secret: String,
    pub token: String,
    pub token_secret: String,
    pub is_masked: bool,
}

const MASK: &str = "••••••••••••";

impl Details {
    fn masked(credentials: &Credentials) -> Self {
        let token = match credentials.access {
            Some(_) => MASK,
            None => "",
        };
        Self {
            consumer_key: credentials.consumer_key.clone(),
            consumer_secret: MASK.to_owned(),
            token: token.to_owned(),
            token_secret: token.to_owned(),
            is_masked: true,
        }
    }

    /// In the clear.
    pub fn open(credentials: &Credentials) -> Self {
        let access = credentials.access.as_ref();
        let token = access.map(|(token, _)| token.reveal().to_owned());
        let secret = access.map(|(_, secret)| secret.reveal().to_owned());
        Self {
            consumer_key: credentials.consumer_key.clone(),
            consumer_secret: credentials.consumer_secret.reveal().to_owned(),
            token: token.unwrap_or_default(),
            token_secret: secret.unwrap_or_default(),
            is_masked: false,
        }
    }
}

#[derive(Template)]
#[template(path = "integration.html")]
struct FormPage {
    frame: Frame,
    /// Where it is saved.
    url: String,
    back_url: String,
    is_new: bool,
    /// Whether it can only be looked at.
    is_fixed: bool,
    once: String,
    /// When what is shown was last changed.
    seen: String,
    values: Values,
    problems: Vec<Problem>,
    items: Vec<Item>,
    details: Option<Details>,
    /// Of one that a module declares.
    declared: Option<DeclaredView>,
    /// Granted ids that no module declares at present.
    unknown: Vec<String>,
    exchanges: Vec<ExchangeView>,
    retry: Option<Retry>,
    /// Whether the latest exchange waits for the third party.
    is_waiting: bool,
}

/// What can be tried again.
struct Retry {
    url: String,
    exchange: i64,
}

impl FormPage {
    fn problem(&self, field: &str) -> Option<&str> {
        let mut found = self
            .problems
            .iter()
            .filter(|problem| problem.field == field);
        found.next().map(|problem| problem.message.as_str())
    }
}

/// What is wrong with what was posted.
#[derive(Default)]
pub struct Wrong {
    pub messages: Vec<Message>,
    pub problems: Vec<Problem>,
}

/// `GET /integration/new`
pub fn new(visit: &Visit<'_>) -> Result<Response, Refusal> {
    page(visit, None, Values::default(), Wrong::default(), None)
}

/// `GET /integration/{id}`
pub fn edit(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    let values = Values::of(&one);
    page(visit, Some(&one), values, Wrong::default(), None)
}

/// The form with these values; `details` where secrets are shown.
pub fn page(
    visit: &Visit<'_>,
    one: Option<&Integration>,
    values: Values,
    wrong: Wrong,
    details: Option<Details>,
) -> Result<Response, Refusal> {
    let panel = visit.panel();
    let is_fixed = one.is_some_and(|one| one.setup_type == SetupType::Config);
    let title = match one {
        None => "New Integration".to_owned(),
        Some(one) if is_fixed => format!("View \"{}\" Integration", shown(&one.name)),
        Some(one) => format!("Edit \"{}\" Integration", shown(&one.name)),
    };
    let details = match (details, one) {
        (None, Some(one)) => Some(Details::masked(&panel.integrations.credentials(one.id)?)),
        (details, _) => details,
    };
    let exchanges = match one {
        Some(one) => panel.db().read(|tx| Exchange::list(tx, one.id))?,
        None => Vec::new(),
    };
    let path = one.map_or_else(|| format!("{GRID}/new"), |one| format!("{GRID}/{}", one.id));
    let latest = exchanges.first();
    let failed = latest.filter(|exchange| exchange.state == ExchangeState::Failed);
    let items = match one.filter(|_| is_fixed) {
        Some(one) => tree::granted(panel.tree(), &one.grants(panel.tree())),
        None => {
            let grants = Grants::from_ids(panel.tree(), &values.resources);
            tree::boxes(panel.tree(), &grants)
        }
    };
    let mut frame = visit.frame(&title);
    frame.messages.extend(wrong.messages);
    render(&FormPage {
        frame,
        url: visit.asked.url(&path),
        back_url: visit.asked.url(GRID),
        is_new: one.is_none(),
        is_fixed,
        once: panel.randomness().token(),
        seen: one
            .map(|one| one.updated_at.to_string())
            .unwrap_or_default(),
        problems: wrong.problems,
        items,
        declared: one.and_then(|one| declared::view(visit, one)),
        unknown: tree::unknown(panel.tree(), &values.resources),
        details,
        retry: failed.map(|exchange| Retry {
            url: visit.asked.url(&format!("{path}/exchange/retry")),
            exchange: exchange.id,
        }),
        is_waiting: latest.is_some_and(|exchange| exchange.state == ExchangeState::Running),
        exchanges: exchanges.iter().take(5).map(steps::view).collect(),
        values,
    })
}
