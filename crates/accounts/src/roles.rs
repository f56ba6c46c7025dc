//! The roles of admins, as `authorization_role` holds them: what their users may do.

use ferrite_acl::{ALL, Grants, Tree};
use ferrite_storage::{Collection, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// The role that every installation begins with.
pub const ADMINISTRATORS: i64 = 1;

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Role {
    /// Its row.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The resources that it grants: `Magento_Backend::all` alone for everything.
    pub resources: Vec<String>,
    /// How often the role was saved: who saves tells which state they have seen.
    #[serde(default)]
    pub revision: i64,
}

serde_document!(Role);

impl Role {
    /// Whether the role grants everything, also what modules add later.
    pub fn is_all(&self) -> bool {
        self.resources == [ALL]
    }
}

/// All roles.
pub static ROLES: Collection<Role> = Collection {
    name: "admin_role",
    fields: &[Field::text("name", |role: &Role| {
        Some(Scalar::from(role.name.as_str()))
    })],
};

/// What a role opens; nothing where there is no such role.
pub fn grants(tx: &mut Tx<'_>, role_id: i64, tree: &Tree) -> Result<Grants, Error> {
    let role = ROLES.get(tx, role_id)?;
    Ok(role.map_or_else(Grants::none, |role| Grants::from_ids(tree, &role.resources)))
}

/// Makes the role of the first admin, where there is none.
pub(crate) fn install(tx: &mut Tx<'_>) -> Result<(), Error> {
    if ROLES.get(tx, ADMINISTRATORS)?.is_some() {
        return Ok(());
    }
    let role = Role {
        id: ADMINISTRATORS,
        name: "Administrators".to_owned(),
        resources: vec![ALL.to_owned()],
        revision: 0,
    };
    ROLES.insert_as(tx, &role)
}
