//! How far an admin's own role reaches, and who is in charge of a store.

use ferrite_acl::{ALL, Grants, Tree};
use ferrite_base::{Fault, Kind, Phrase};
use ferrite_storage::{Error, Scalar, Tx};

use crate::admins::{ADMINS, Admin};
use crate::roles::{self, ROLES, Role};

/// An admin who changes others, with what they hold at that moment.
pub struct Reach {
    /// Who it is.
    pub actor: Admin,
    grants: Grants,
    tree: &'static Tree,
}

impl Reach {
    /// Reads it; refused where the admin is gone or inactive.
    pub fn of(tx: &mut Tx<'_>, tree: &'static Tree, id: i64) -> Result<Self, Fault> {
        let actor = ADMINS.get(tx, id)?.filter(|admin| admin.is_active);
        let actor = actor.ok_or_else(|| denied("Your own account counts no more."))?;
        let grants = roles::grants(tx, actor.role_id, tree)?;
        Ok(Self {
            actor,
            grants,
            tree,
        })
    }

    /// Refuses what grants more than the admin holds.
    pub fn check(&self, resources: &[String]) -> Result<(), Fault> {
        let held = |id: &String| id != ALL && self.grants.allows_id(self.tree, id);
        if self.grants.is_all() || resources.iter().all(held) {
            return Ok(());
        }
        Err(denied(
            "You need more permissions: the role has access to resources that your own role does \
             not have.",
        ))
    }

    /// Refuses to touch who has a role that grants more than the admin holds.
    pub fn check_user(&self, tx: &mut Tx<'_>, user: &Admin) -> Result<(), Fault> {
        let role = ROLES.get(tx, user.role_id)?;
        self.check(&role.map(|role| role.resources).unwrap_or_default())
    }
}

fn denied(text: &str) -> Fault {
    Fault::new(Kind::Denied, Phrase::new(text))
}

/// Whether an active admin may do everything.
pub fn is_anybody_in_charge(tx: &mut Tx<'_>) -> Result<bool, Error> {
    for role in ROLES.all(tx)?.iter().filter(|role| role.is_all()) {
        if users_of(tx, role)?.iter().any(|admin| admin.is_active) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Who has a role, by id.
pub fn users_of(tx: &mut Tx<'_>, role: &Role) -> Result<Vec<Admin>, Error> {
    ADMINS.list_by(tx, "role_id", &Scalar::from(role.id))
}
