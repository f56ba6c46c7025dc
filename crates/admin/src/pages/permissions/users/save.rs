//! Saving the form of a user.

use axum::response::Response;
use ferrite_accounts::{Admin, Unsaved, UserDetails, sessions};
use ferrite_base::Secret;

use super::super::people::{SENT, Wrong, people};
use super::form::{self, Values};
use super::{GRID, user};
use crate::pages::identity;
use crate::web::{Message, Refusal, Visit, redirect};

/// `POST /user/new`
pub fn create(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let details = posted(visit, None);
    if !identity::is_verified(visit)? {
        return again(visit, None, 0, &details, Wrong::said(identity::WRONG));
    }
    let problems = details.problems(true);
    if !problems.is_empty() {
        return again(visit, None, 0, &details, Wrong::of(&problems));
    }
    if !sessions::take_once(
        visit.panel().db(),
        &visit.session,
        visit.asked.field("once"),
    )? {
        return Ok(redirect(visit.asked, GRID, vec![Message::notice(SENT)]));
    }
    match people(visit).add_user(&details) {
        Ok(_) => Ok(saved(visit)),
        Err(unsaved) => refused(visit, None, &details, unsaved),
    }
}

/// `POST /user/{id}`
pub fn update(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = user(visit, visit.asked.id())?;
    let details = posted(visit, Some(&one));
    let seen = seen(visit);
    if !identity::is_verified(visit)? {
        return again(
            visit,
            Some(&one),
            seen,
            &details,
            Wrong::said(identity::WRONG),
        );
    }
    match people(visit).change_user(one.id, seen, &details) {
        Ok(_) => Ok(saved(visit)),
        Err(unsaved) => refused(visit, Some(&one), &details, unsaved),
    }
}

/// The state that the form stood on; -1, which no row has, where it does not say.
fn seen(visit: &Visit<'_>) -> i64 {
    visit.asked.field("seen").parse().unwrap_or(-1)
}

fn saved(visit: &Visit<'_>) -> Response {
    let text = "You saved the user.";
    redirect(visit.asked, GRID, vec![Message::success(text)])
}

/// What the form says. A role that could not be picked there stays as it is, and so does the
/// activity of the admin's own account, which the form does not ask for.
fn posted(visit: &Visit<'_>, one: Option<&Admin>) -> UserDetails {
    let asked = visit.asked;
    let field = |name: &str| asked.field(name).to_owned();
    let role_id = match asked.form.given("role") {
        Some(text) => text.parse().unwrap_or(0),
        None => one.map_or(0, |one| one.role_id),
    };
    let is_own = one.is_some_and(|one| one.id == visit.admin.id);
    UserDetails {
        user_name: field("username").trim().to_owned(),
        first_name: field("firstname"),
        last_name: field("lastname"),
        email: field("email").trim().to_owned(),
        password: Secret::new(asked.field("password")),
        confirmation: Secret::new(asked.field("password_confirmation")),
        is_active: is_own || asked.field("is_active") == "1",
        role_id,
    }
}

fn refused(
    visit: &Visit<'_>,
    one: Option<&Admin>,
    details: &UserDetails,
    unsaved: Unsaved,
) -> Result<Response, Refusal> {
    let wrong = Wrong::why(unsaved, GRID)?;
    let seen = match one {
        Some(one) if wrong.is_changed => user(visit, one.id)?.revision,
        _ => seen(visit),
    };
    again(visit, one, seen, details, wrong)
}

/// The form again, with nothing lost but the passwords.
fn again(
    visit: &Visit<'_>,
    one: Option<&Admin>,
    seen: i64,
    details: &UserDetails,
    wrong: Wrong,
) -> Result<Response, Refusal> {
    let values = Values {
        user_name: details.user_name.clone(),
        first_name: details.first_name.clone(),
        last_name: details.last_name.clone(),
        email: details.email.clone(),
        is_active: details.is_active,
        role_id: details.role_id,
    };
    form::page(visit, one, seen, values, wrong)
}
