//! The form of a user: new and edit.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::roles::ROLES;
use ferrite_accounts::{Admin, Locked};

use super::super::LOCKS;
use super::super::people::Wrong;
use super::{GRID, user};
use crate::text::shown;
use crate::web::{Frame, Refusal, Visit, render};

/// What stands in the fields; passwords never do.
#[derive(Clone)]
pub struct Values {
    pub user_name: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub is_active: bool,
    /// 0 where none is picked.
    pub role_id: i64,
}

impl Values {
    fn of(one: &Admin) -> Self {
        Self {
            user_name: one.user_name.clone(),
            first_name: one.first_name.clone(),
            last_name: one.last_name.clone(),
            email: one.email.clone(),
            is_active: one.is_active,
            role_id: one.role_id,
        }
    }

    fn blank() -> Self {
        Self {
            user_name: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            email: String::new(),
            is_active: true,
            role_id: 0,
        }
    }
}

/// A role that can be picked.
struct Choice {
    id: i64,
    name: String,
    is_picked: bool,
    /// Whether it grants more than the admin holds.
    is_beyond: bool,
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    frame: Frame,
    /// Where it is saved.
    url: String,
    back_url: String,
    is_new: bool,
    /// Whether it is the admin's own account.
    is_own: bool,
    is_locked: bool,
    may_unlock: bool,
    once: String,
    /// The state that the form stands on.
    seen: i64,
    values: Values,
    wrong: Wrong,
    roles: Vec<Choice>,
}

impl UserPage {
    fn problem(&self, field: &str) -> Option<&str> {
        self.wrong.problem(field)
    }
}

/// `GET /user/new`
pub fn new(visit: &Visit<'_>) -> Result<Response, Refusal> {
    page(visit, None, 0, Values::blank(), Wrong::default())
}

/// `GET /user/{id}`
pub fn edit(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = user(visit, visit.asked.id())?;
    let values = Values::of(&one);
    page(visit, Some(&one), one.revision, values, Wrong::default())
}

/// The form with these values, which stands on the state `seen`.
pub fn page(
    visit: &Visit<'_>,
    one: Option<&Admin>,
    seen: i64,
    values: Values,
    mut wrong: Wrong,
) -> Result<Response, Refusal> {
    let panel = visit.panel();
    let now = panel.clock().unix_seconds();
    let locked = Locked::read(panel.db(), panel.settings(), now)?;
    let roles = panel.db().read(|tx| ROLES.all(tx))?;
    let choices = roles.iter().map(|role| Choice {
        id: role.id,
        name: shown(&role.name),
        is_picked: role.id == values.role_id,
        is_beyond: !visit.holds(&role.resources),
    });
    let title = one.map_or_else(|| "New User".to_owned(), |one| shown(&one.user_name));
    let path = one.map_or_else(
        || "/user/new".to_owned(),
        |one| format!("{GRID}/{}", one.id),
    );
    let mut frame = visit.frame(&title);
    frame.messages.append(&mut wrong.messages);
    render(&UserPage {
        frame,
        url: visit.asked.url(&path),
        back_url: visit.asked.url(GRID),
        is_new: one.is_none(),
        is_own: one.is_some_and(|one| one.id == visit.admin.id),
        is_locked: one.is_some_and(|one| locked.has(&one.user_name)),
        may_unlock: visit.may(LOCKS),
        once: panel.randomness().token(),
        seen,
        roles: choices.collect(),
        values,
        wrong,
    })
}
