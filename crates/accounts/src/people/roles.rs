//! Roles: made, changed, deleted.

use ferrite_acl::{ALL, selection};
use ferrite_base::{Fault, Kind, Phrase};

use super::reach::users_of;
use super::{People, Problem, Unsaved, too_long};
use crate::admins::Admin;
use crate::roles::{ROLES, Role};

/// What the form of a role says.
#[derive(Clone, Debug)]
pub struct RoleDetails {
    /// The name; Magento's column takes 50 characters.
    pub name: String,
    /// The ids of the resources that it grants: `Magento_Backend::all` alone for everything.
    pub resources: Vec<String>,
}

impl People {
    /// Everything that is wrong with a role.
    pub fn role_problems(&self, details: &RoleDetails) -> Vec<Problem> {
        let mut problems = Vec::new();
        if details.name.trim().is_empty() {
            problems.push(Problem {
                field: "name",
                message: Phrase::new("This is a required field."),
            });
        }
        problems.extend(too_long("name", "Role Name", &details.name, 50));
        let ids = &details.resources;
        if *ids != [ALL]
            && let Err(error) = selection::stored(self.tree, ids)
        {
            problems.push(Problem {
                field: "resource",
                message: Phrase::new(error.to_string()),
            });
        }
        problems
    }

    fn check_role_details(&self, details: &RoleDetails) -> Result<(), Unsaved> {
        match self.role_problems(details) {
            problems if problems.is_empty() => Ok(()),
            problems => Err(Unsaved::Problems(problems)),
        }
    }

    /// Adds a role.
    pub fn add_role(&self, details: &RoleDetails) -> Result<Role, Unsaved> {
        self.check_role_details(details)?;
        let details = details.clone();
        self.change(move |tx, reach| {
            reach.check(&details.resources)?;
            let mut role = Role {
                id: 0,
                name: details.name.clone(),
                resources: details.resources.clone(),
                revision: 1,
            };
            ROLES.insert(tx, &mut role)?;
            Ok(role)
        })
    }

    /// Changes a role that the author has seen in the state `seen`, which is [`Role::revision`].
    pub fn change_role(&self, id: i64, seen: i64, details: &RoleDetails) -> Result<Role, Unsaved> {
        self.check_role_details(details)?;
        let details = details.clone();
        self.change(move |tx, reach| {
            let missing = || Fault::not_found("This role no longer exists.");
            let found = ROLES.get(tx, id)?.ok_or_else(missing)?;
            if found.revision != seen {
                return Err(Unsaved::Changed);
            }
            reach.check(&found.resources)?;
            reach.check(&details.resources)?;
            let role = Role {
                id,
                name: details.name.clone(),
                resources: details.resources.clone(),
                revision: found.revision + 1,
            };
            ROLES.put(tx, &role)?;
            Ok(role)
        })
    }

    /// Deletes a role that no user has.
    pub fn delete_role(&self, id: i64) -> Result<Role, Unsaved> {
        self.change(move |tx, reach| {
            if id == reach.actor.role_id {
                return Err(Fault::invalid("You cannot delete self-assigned roles.").into());
            }
            let missing = || Fault::not_found("We can't find a role to delete.");
            let role = ROLES.get(tx, id)?.ok_or_else(missing)?;
            reach.check(&role.resources)?;
            let users = users_of(tx, &role)?;
            if !users.is_empty() {
                let text = "The role cannot be deleted while users have it. Give them another one \
                            first: %1";
                let phrase = Phrase::list(text, [names(&users)]);
                return Err(Fault::new(Kind::Invalid, phrase).into());
            }
            ROLES.delete(tx, id)?;
            Ok(role)
        })
    }
}

/// A few of their names.
fn names(users: &[Admin]) -> String {
    let few: Vec<&str> = users.iter().take(5).map(|user| &*user.user_name).collect();
    let more = if users.len() > few.len() { ", …" } else { "" };
    format!("{}{more}", few.join(", "))
}
