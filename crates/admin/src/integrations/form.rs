//! Adding and changing an integration.

use askama::Template;
use ferrite_accounts::Refusal;
use ferrite_acl::{Grants, selection};
use ferrite_base::{Fault, Kind, Secret};
use ferrite_integrations::{
    Access, Details, Exchange, ExchangeState, Integration, Problem, SetupType,
};

use super::resources::{self, Shown};
use crate::page::{Frame, Message};
use crate::panel::{Page, PanelError, Visit};
use crate::request::Fields;
use crate::sign_in;

const WRONG_PASSWORD: &str =
    "The password entered for the current user is invalid. Verify the password and try again.";

/// What stands in the form's fields.
#[derive(Default)]
struct Values {
    name: String,
    email: String,
    endpoint: String,
    identity_link_url: String,
    has_everything: bool,
}

/// A step of an exchange as the page shows it.
struct Step {
    at: String,
    name: String,
    is_done: bool,
    detail: String,
}

#[derive(Template)]
#[template(path = "integration.html")]
struct Form {
    frame: Frame,
    heading: String,
    action: String,
    values: Values,
    problems: Vec<Problem>,
    tree: Vec<Shown>,
    is_new: bool,
    is_config: bool,
    consumer_key: Option<String>,
    has_token: bool,
    steps: Vec<Step>,
    retry: Option<(String, i64)>,
}

impl Form {
    fn problem(&self, field: &str) -> Option<&str> {
        let found = self.problems.iter().find(|one| one.field == field);
        found.map(|one| one.message.as_str())
    }
}

/// The empty form.
pub(crate) fn new(visit: &Visit<'_>) -> Page {
    let values = Values::default();
    let form = fresh(visit, values, &Grants::none(), Vec::new());
    Ok(visit.show(&form))
}

fn fresh(visit: &Visit<'_>, values: Values, grants: &Grants, problems: Vec<Problem>) -> Form {
    Form {
        frame: visit.frame("New Integration"),
        heading: "New Integration".to_owned(),
        action: visit.address("integrations/new"),
        values,
        problems,
        tree: resources::boxes(visit.panel.tree, grants),
        is_new: true,
        is_config: false,
        consumer_key: None,
        has_token: false,
        steps: Vec::new(),
        retry: None,
    }
}

/// The form of an integration that is there.
pub(crate) fn edit(visit: &Visit<'_>, id: i64) -> Page {
    let Ok(integration) = visit.panel.integrations.get(id) else {
        let text = format!("The integration with ID \"{id}\" doesn't exist.");
        return Ok(visit.back("integrations", Message::error(text)));
    };
    let form = of(visit, &integration)?;
    Ok(visit.show(&form))
}

fn of(visit: &Visit<'_>, one: &Integration) -> Result<Form, PanelError> {
    let is_config = one.setup_type == SetupType::Config;
    let verb = if is_config { "View" } else { "Edit" };
    let heading = format!("{verb} \"{}\" Integration", one.name);
    let credentials = visit.panel.integrations.credentials(one.id)?;
    let latest = visit.panel.db.read(|tx| Exchange::latest(tx, one.id))?;
    let failed = latest
        .as_ref()
        .filter(|it| it.state == ExchangeState::Failed);
    let retry = failed.map(|it| {
        let address = visit.address(&format!("integrations/{}/exchange", one.id));
        (address, it.id)
    });
    let steps = latest.map_or_else(Vec::new, |it| steps(&it));
    Ok(Form {
        frame: visit.frame(heading.clone()),
        heading,
        action: visit.address(&format!("integrations/{}", one.id)),
        values: Values {
            name: one.name.clone(),
            email: one.email.clone(),
            endpoint: one.endpoint.clone().unwrap_or_default(),
            identity_link_url: one.identity_link_url.clone().unwrap_or_default(),
            has_everything: one.has_everything(),
        },
        problems: Vec::new(),
        tree: resources::boxes(visit.panel.tree, &one.grants(visit.panel.tree)),
        is_new: false,
        is_config,
        consumer_key: Some(credentials.consumer_key),
        has_token: credentials.access.is_some(),
        steps,
        retry,
    })
}

fn steps(exchange: &Exchange) -> Vec<Step> {
    let step = |step: &ferrite_integrations::Step| Step {
        at: step.at.to_string(),
        name: step.name.clone(),
        is_done: step.is_done,
        detail: step.detail.clone(),
    };
    exchange.steps.iter().map(step).collect()
}

fn details(fields: &Fields) -> Details {
    let access = if fields.get("all_resources") == "1" {
        Access::All
    } else {
        Access::Custom(fields.all("resource[]"))
    };
    Details {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        endpoint: fields.get("endpoint").trim().to_owned(),
        identity_link_url: fields.get("identity_link_url").trim().to_owned(),
        access,
    }
}

/// Saves the form; shows it again, with everything that was typed, where something is wrong.
pub(crate) fn save(visit: &Visit<'_>, id: Option<i64>) -> Page {
    let fields = visit.request.form();
    let details = details(&fields);
    let password = Secret::new(fields.get("current_password").to_owned());
    match visit.panel.sign_in.confirm(visit.admin, &password)? {
        Ok(()) => {}
        Err(Refusal::Locked) => return sign_in::locked(visit),
        Err(Refusal::Wrong) => {
            return again(visit, id, &details, Vec::new(), WRONG_PASSWORD);
        }
    }
    let mut problems = details.problems(visit.panel.tree);
    if let Some(missing) = beyond(visit, &details.access) {
        problems.push(Problem {
            field: "resource",
            message: missing,
        });
    }
    if let Some(first) = problems.first() {
        let message = first.message.clone();
        return again(visit, id, &details, problems, &message);
    }
    let integrations = &visit.panel.integrations;
    let saved = match id {
        None => integrations.create(&details),
        Some(id) => integrations.update(id, &details),
    };
    match saved {
        Ok(saved) if fields.get("save") == "activate" => {
            let address = format!("integrations/{}/activate", saved.id);
            let text = format!("The integration '{}' has been saved.", saved.name);
            Ok(visit.done(&address, text))
        }
        Ok(saved) => {
            let text = format!("The integration '{}' has been saved.", saved.name);
            Ok(visit.done("integrations", text))
        }
        Err(fault) => refused(visit, id, &details, fault),
    }
}

fn refused(visit: &Visit<'_>, id: Option<i64>, details: &Details, fault: Fault) -> Page {
    match fault.kind {
        Kind::Invalid => again(visit, id, details, Vec::new(), &fault.phrase.rendered()),
        Kind::NotFound => {
            let message = Message::error(fault.phrase.rendered());
            Ok(visit.back("integrations", message))
        }
        _ => Err(PanelError::Fault(fault)),
    }
}

/// Why an admin cannot grant this: nobody gives what they do not hold.
fn beyond(visit: &Visit<'_>, access: &Access) -> Option<String> {
    if visit.grants.is_all() {
        return None;
    }
    let refused = "You cannot grant access to resources that you do not have yourself.";
    let held = |id: &String| visit.grants.allows_id(visit.panel.tree, id);
    match access {
        Access::Custom(ids) if ids.iter().all(held) => None,
        _ => Some(refused.to_owned()),
    }
}

fn again(
    visit: &Visit<'_>,
    id: Option<i64>,
    details: &Details,
    problems: Vec<Problem>,
    message: &str,
) -> Page {
    let tree = visit.panel.tree;
    let ids: Vec<String> = match &details.access {
        Access::All => Vec::new(),
        Access::Custom(ids) => {
            let stored = selection::stored(tree, ids).unwrap_or_default();
            stored.into_iter().map(str::to_owned).collect()
        }
    };
    let values = Values {
        name: details.name.clone(),
        email: details.email.clone(),
        endpoint: details.endpoint.clone(),
        identity_link_url: details.identity_link_url.clone(),
        has_everything: details.access == Access::All,
    };
    let grants = Grants::from_ids(tree, &ids);
    let mut form = match id {
        None => fresh(visit, values, &grants, problems),
        Some(id) => {
            let held = of(visit, &visit.panel.integrations.get(id)?)?;
            Form {
                values,
                problems,
                tree: resources::boxes(tree, &grants),
                ..held
            }
        }
    };
    form.frame.messages.push(Message::error(message));
    Ok(visit.show(&form))
}
