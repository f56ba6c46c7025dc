//! System > Permissions > All Users: the grid, the form, and what is done after a question.

pub mod form;
pub mod grid;
pub mod save;

use axum::response::Response;
use ferrite_accounts::{ADMINS, Admin};
use ferrite_base::Fault;

use super::people::to;
use super::question::Action;
use crate::text::shown;
use crate::web::{Refusal, Visit};

/// Where the grid is.
pub const GRID: &str = "/user";

const SURE: &str = "Are you sure you want to do this?";

static DELETE: Action = Action {
    grid: GRID,
    verb: "delete",
    button: "Delete User",
    text: SURE,
    leads_to_form: false,
    framed: grid::framed,
    name: |visit, id| {
        if id == visit.admin.id {
            let own = Fault::invalid("You cannot delete your own account.");
            return Err(to(GRID, own));
        }
        name(visit, id)
    },
    act: |people, id| {
        people.delete_user(id)?;
        Ok("You deleted the user.".to_owned())
    },
};

static REVOKE: Action = Action {
    grid: GRID,
    verb: "force-sign-in",
    button: "Force Sign-In",
    text: "Are you sure you want to do this? All bearer tokens of the user stop working at once.",
    leads_to_form: true,
    framed: grid::framed,
    name,
    act: |people, id| {
        people.revoke_tokens(id)?;
        Ok("You have revoked the user's tokens.".to_owned())
    },
};

static UNLOCK: Action = Action {
    grid: GRID,
    verb: "unlock",
    button: "Unlock",
    text: "The failed sign-ins of the user are forgotten.",
    leads_to_form: true,
    framed: grid::framed,
    name,
    act: |people, id| {
        let (user, any) = people.unlock_user(id)?;
        let name = shown(&user.user_name);
        Ok(match any {
            true => format!("The user account \"{name}\" has been unlocked"),
            false => {
                format!("The user account \"{name}\" was not locked or could not be unlocked")
            }
        })
    },
};

/// `GET /user/{id}/delete`
pub fn ask_delete(visit: &Visit<'_>) -> Result<Response, Refusal> {
    DELETE.ask(visit)
}

/// `POST /user/{id}/delete`
pub fn delete(visit: &Visit<'_>) -> Result<Response, Refusal> {
    DELETE.act(visit)
}

/// `GET /user/{id}/force-sign-in`
pub fn ask_revoke(visit: &Visit<'_>) -> Result<Response, Refusal> {
    REVOKE.ask(visit)
}

/// `POST /user/{id}/force-sign-in`
pub fn revoke(visit: &Visit<'_>) -> Result<Response, Refusal> {
    REVOKE.act(visit)
}

/// `GET /user/{id}/unlock`
pub fn ask_unlock(visit: &Visit<'_>) -> Result<Response, Refusal> {
    UNLOCK.ask(visit)
}

/// `POST /user/{id}/unlock`
pub fn unlock(visit: &Visit<'_>) -> Result<Response, Refusal> {
    UNLOCK.act(visit)
}

fn name(visit: &Visit<'_>, id: i64) -> Result<String, Refusal> {
    Ok(shown(&user(visit, id)?.user_name))
}

/// A user, or the way back to the grid.
fn user(visit: &Visit<'_>, id: i64) -> Result<Admin, Refusal> {
    let found = visit.panel().db().read(|tx| ADMINS.get(tx, id))?;
    found.ok_or_else(|| to(GRID, Fault::not_found("This user no longer exists.")))
}
