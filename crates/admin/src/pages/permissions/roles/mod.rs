//! System > Permissions > User Roles: the grid, the form, and deleting after a question.

pub mod form;
pub mod grid;
pub mod save;

use axum::response::Response;
use ferrite_accounts::roles::{ROLES, Role};
use ferrite_base::Fault;

use super::people::to;
use super::question::Action;
use crate::text::shown;
use crate::web::{Refusal, Visit};

/// Where the grid is.
pub const GRID: &str = "/role";

static DELETE: Action = Action {
    grid: GRID,
    verb: "delete",
    button: "Delete Role",
    text: "Are you sure you want to do this?",
    leads_to_form: false,
    framed: grid::framed,
    name: |visit, id| {
        if id == visit.admin.role_id {
            let own = Fault::invalid("You cannot delete self-assigned roles.");
            return Err(to(GRID, own));
        }
        Ok(shown(&role(visit, id)?.name))
    },
    act: |people, id| {
        people.delete_role(id)?;
        Ok("You deleted the role.".to_owned())
    },
};

/// `GET /role/{id}/delete`
pub fn ask_delete(visit: &Visit<'_>) -> Result<Response, Refusal> {
    DELETE.ask(visit)
}

/// `POST /role/{id}/delete`
pub fn delete(visit: &Visit<'_>) -> Result<Response, Refusal> {
    DELETE.act(visit)
}

/// A role, or the way back to the grid.
fn role(visit: &Visit<'_>, id: i64) -> Result<Role, Refusal> {
    let found = visit.panel().db().read(|tx| ROLES.get(tx, id))?;
    found.ok_or_else(|| to(GRID, Fault::not_found("This role no longer exists.")))
}
