//! Saving the form.

use axum::response::Response;
use ferrite_accounts::sessions;
use ferrite_base::{Fault, Kind};
use ferrite_integrations::{Access, Details, Integration, SetupType};

use super::form::{self, Values, Wrong};
use super::{GRID, asked_for, check_reach};
use crate::components::tree;
use crate::pages::identity;
use crate::web::{Message, Refusal, Visit, redirect};

const SENT: &str = "The form has been sent already.";
const CHANGED: &str = "The integration has been changed in the meantime. What you entered is still \
                       here: Save puts it in the place of what is stored now.";

/// `POST /integration/new`
pub fn create(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let values = match checked(visit, None)? {
        Ok(values) => values,
        Err(page) => return Ok(page),
    };
    let panel = visit.panel();
    if !sessions::take_once(panel.db(), &visit.session, visit.asked.field("once"))? {
        return Ok(redirect(visit.asked, GRID, vec![Message::notice(SENT)]));
    }
    match panel.integrations.create(&details(&values)) {
        Ok(one) if visit.asked.form.given("activate").is_some() => {
            let path = format!("{GRID}/{}/activate", one.id);
            Ok(redirect(visit.asked, &path, Vec::new()))
        }
        Ok(one) => Ok(saved(visit, &one)),
        Err(fault) => refused(visit, None, values, fault),
    }
}

/// `POST /integration/{id}`
pub fn update(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    if one.setup_type == SetupType::Config {
        let text = "The integrations created in the config file can't be edited.";
        let path = format!("{GRID}/{}", one.id);
        return Ok(redirect(visit.asked, &path, vec![Message::error(text)]));
    }
    check_reach(visit, &one.resources)?;
    let values = match checked(visit, Some(&one))? {
        Ok(values) => values,
        Err(page) => return Ok(page),
    };
    // Nobody's change is overwritten by who has not seen it.
    let seen = visit.asked.field("seen");
    if !seen.is_empty() && seen != one.updated_at.as_str() {
        return again(visit, Some(&one), values, CHANGED);
    }
    match visit.panel().integrations.update(one.id, &details(&values)) {
        Ok(one) => Ok(saved(visit, &one)),
        Err(fault) => refused(visit, Some(&one), values, fault),
    }
}

fn saved(visit: &Visit<'_>, one: &Integration) -> Response {
    let text = format!("The integration '{}' has been saved.", one.name);
    redirect(visit.asked, GRID, vec![Message::success(text)])
}

/// The form's values, where the password is right and nothing is wrong with them; else the form
/// again, with nothing lost but the password.
fn checked(
    visit: &Visit<'_>,
    one: Option<&Integration>,
) -> Result<Result<Values, Response>, Refusal> {
    let values = posted(visit);
    if !identity::is_verified(visit)? {
        return again(visit, one, values, identity::WRONG).map(Err);
    }
    let problems = details(&values).problems(visit.panel().tree());
    if problems.is_empty() {
        check_reach(visit, &granted(&values))?;
        return Ok(Ok(values));
    }
    let messages = problems.iter().map(|problem| {
        let label = label(problem.field);
        if problem.message.starts_with("Invalid") {
            return Message::error(&problem.message);
        }
        Message::error(format!("{label}: {}", problem.message))
    });
    let wrong = Wrong {
        messages: messages.collect(),
        problems,
    };
    form::page(visit, one, values, wrong, None).map(Err)
}

fn label(field: &str) -> &'static str {
    match field {
        "name" => "Name",
        "email" => "Email",
        "endpoint" => "Callback URL",
        "identity_link_url" => "Identity link URL",
        _ => "Resource Access",
    }
}

fn posted(visit: &Visit<'_>) -> Values {
    let field = |name: &str| visit.asked.field(name).to_owned();
    Values {
        name: field("name"),
        email: field("email").trim().to_owned(),
        endpoint: field("endpoint").trim().to_owned(),
        identity_link_url: field("identity_link_url").trim().to_owned(),
        is_all: visit.asked.field("all_resources") == "1",
        resources: tree::posted(visit),
    }
}

fn details(values: &Values) -> Details {
    Details {
        name: values.name.clone(),
        email: values.email.clone(),
        endpoint: values.endpoint.clone(),
        identity_link_url: values.identity_link_url.clone(),
        access: if values.is_all {
            Access::All
        } else {
            Access::Custom(values.resources.clone())
        },
    }
}

fn granted(values: &Values) -> Vec<String> {
    if values.is_all {
        return vec![ferrite_acl::ALL.to_owned()];
    }
    values.resources.clone()
}

/// What the store refused: the form again, with its sentence.
fn refused(
    visit: &Visit<'_>,
    one: Option<&Integration>,
    values: Values,
    fault: Fault,
) -> Result<Response, Refusal> {
    if fault.kind == Kind::Internal {
        return Err(fault.into());
    }
    again(visit, one, values, &fault.phrase.rendered())
}

/// The form again, with a sentence above it.
fn again(
    visit: &Visit<'_>,
    one: Option<&Integration>,
    values: Values,
    text: &str,
) -> Result<Response, Refusal> {
    let wrong = Wrong {
        messages: vec![Message::error(text)],
        problems: Vec::new(),
    };
    form::page(visit, one, values, wrong, None)
}
