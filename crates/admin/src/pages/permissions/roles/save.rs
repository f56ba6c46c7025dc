//! Saving the form of a role.

use axum::response::Response;
use ferrite_accounts::roles::Role;
use ferrite_accounts::{RoleDetails, Unsaved, sessions};
use ferrite_acl::ALL;

use super::super::people::{SENT, Wrong, people};
use super::form::{self, Values};
use super::{GRID, role};
use crate::components::tree;
use crate::pages::identity;
use crate::web::{Message, Refusal, Visit, redirect};

/// `POST /role/new`
pub fn create(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let values = posted(visit);
    if !identity::is_verified(visit)? {
        return form::page(visit, None, 0, values, Wrong::said(identity::WRONG));
    }
    let (people, details) = (people(visit), details(&values));
    let problems = people.role_problems(&details);
    if !problems.is_empty() {
        return form::page(visit, None, 0, values, Wrong::of(&problems));
    }
    if !sessions::take_once(
        visit.panel().db(),
        &visit.session,
        visit.asked.field("once"),
    )? {
        return Ok(redirect(visit.asked, GRID, vec![Message::notice(SENT)]));
    }
    match people.add_role(&details) {
        Ok(_) => Ok(saved(visit)),
        Err(unsaved) => refused(visit, None, values, unsaved),
    }
}

/// `POST /role/{id}`
pub fn update(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = role(visit, visit.asked.id())?;
    let (values, seen) = (posted(visit), seen(visit));
    if !identity::is_verified(visit)? {
        return form::page(
            visit,
            Some(&one),
            seen,
            values,
            Wrong::said(identity::WRONG),
        );
    }
    match people(visit).change_role(one.id, seen, &details(&values)) {
        Ok(_) => Ok(saved(visit)),
        Err(unsaved) => refused(visit, Some(&one), values, unsaved),
    }
}

/// The state that the form stood on; -1, which no row has, where it does not say.
fn seen(visit: &Visit<'_>) -> i64 {
    visit.asked.field("seen").parse().unwrap_or(-1)
}

fn saved(visit: &Visit<'_>) -> Response {
    let text = "You saved the role.";
    redirect(visit.asked, GRID, vec![Message::success(text)])
}

fn posted(visit: &Visit<'_>) -> Values {
    Values {
        name: visit.asked.field("rolename").trim().to_owned(),
        is_all: visit.asked.field("all_resources") == "1",
        resources: tree::posted(visit),
    }
}

fn details(values: &Values) -> RoleDetails {
    RoleDetails {
        name: values.name.clone(),
        resources: match values.is_all {
            true => vec![ALL.to_owned()],
            false => values.resources.clone(),
        },
    }
}

/// The form again, with nothing lost but the password.
fn refused(
    visit: &Visit<'_>,
    one: Option<&Role>,
    values: Values,
    unsaved: Unsaved,
) -> Result<Response, Refusal> {
    let wrong = Wrong::why(unsaved, GRID)?;
    let seen = match one {
        Some(one) if wrong.is_changed => role(visit, one.id)?.revision,
        _ => seen(visit),
    };
    form::page(visit, one, seen, values, wrong)
}
