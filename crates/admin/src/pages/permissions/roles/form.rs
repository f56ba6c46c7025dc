//! The form of a role: new and edit.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::roles::Role;
use ferrite_accounts::{ADMINS, Admin};
use ferrite_acl::Grants;
use ferrite_storage::Scalar;

use super::super::people::Wrong;
use super::super::{USERS, users};
use super::{GRID, role};
use crate::components::tree::{self, Item};
use crate::text::shown;
use crate::web::{Frame, Refusal, Visit, render};

/// What stands in the fields.
#[derive(Clone, Default)]
pub struct Values {
    pub name: String,
    /// Whether everything is granted.
    pub is_all: bool,
    /// The resources that are ticked.
    pub resources: Vec<String>,
}

impl Values {
    fn of(role: &Role) -> Self {
        let is_all = role.is_all();
        Self {
            name: role.name.clone(),
            is_all,
            resources: match is_all {
                true => Vec::new(),
                false => role.resources.clone(),
            },
        }
    }
}

/// Somebody who has the role.
struct Holder {
    /// Their form, for who may see it.
    url: Option<String>,
    user_name: String,
    full_name: String,
    is_active: bool,
}

#[derive(Template)]
#[template(path = "role.html")]
struct RolePage {
    frame: Frame,
    /// Where it is saved.
    url: String,
    back_url: String,
    is_new: bool,
    /// Whether it is the admin's own role.
    is_own: bool,
    once: String,
    /// The state that the form stands on.
    seen: i64,
    values: Values,
    wrong: Wrong,
    items: Vec<Item>,
    /// Granted ids that no module declares at present.
    unknown: Vec<String>,
    users: Vec<Holder>,
}

impl RolePage {
    fn problem(&self, field: &str) -> Option<&str> {
        self.wrong.problem(field)
    }
}

/// `GET /role/new`
pub fn new(visit: &Visit<'_>) -> Result<Response, Refusal> {
    page(visit, None, 0, Values::default(), Wrong::default())
}

/// `GET /role/{id}`
pub fn edit(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = role(visit, visit.asked.id())?;
    let values = Values::of(&one);
    page(visit, Some(&one), one.revision, values, Wrong::default())
}

/// The form with these values, which stands on the state `seen`.
pub fn page(
    visit: &Visit<'_>,
    one: Option<&Role>,
    seen: i64,
    values: Values,
    mut wrong: Wrong,
) -> Result<Response, Refusal> {
    let panel = visit.panel();
    let id = one.map_or(0, |one| one.id);
    let holders = panel
        .db()
        .read(|tx| ADMINS.list_by(tx, "role_id", &Scalar::from(id)))?;
    let title = one.map_or_else(|| "New Role".to_owned(), |one| shown(&one.name));
    let path = one.map_or_else(
        || "/role/new".to_owned(),
        |one| format!("{GRID}/{}", one.id),
    );
    let grants = Grants::from_ids(panel.tree(), &values.resources);
    let mut frame = visit.frame(&title);
    frame.messages.append(&mut wrong.messages);
    render(&RolePage {
        frame,
        url: visit.asked.url(&path),
        back_url: visit.asked.url(GRID),
        is_new: one.is_none(),
        is_own: one.is_some_and(|one| one.id == visit.admin.role_id),
        once: panel.randomness().token(),
        seen,
        items: tree::boxes(panel.tree(), &grants),
        unknown: tree::unknown(panel.tree(), &values.resources),
        users: holders.iter().map(|user| holder(visit, user)).collect(),
        values,
        wrong,
    })
}

fn holder(visit: &Visit<'_>, user: &Admin) -> Holder {
    let url = || visit.asked.url(&format!("{}/{}", users::GRID, user.id));
    Holder {
        url: visit.may(USERS).then(url),
        user_name: shown(&user.user_name),
        full_name: shown(&format!("{} {}", user.first_name, user.last_name)),
        is_active: user.is_active,
    }
}
