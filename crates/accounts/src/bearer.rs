//! `Authorization: Bearer …`: which admin or customer a token speaks for.

use std::sync::Arc;

use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault};
use ferrite_settings::Settings;
use ferrite_storage::{Db, Tx};
use ferrite_webapi::identity::{Caller, Credentials, Head, Identity};
use http::header::AUTHORIZATION;

use crate::admins::ADMINS;
use crate::customers::{CUSTOMER, Customers};
use crate::jwt::{Claims, JwtKey};
use crate::roles;

/// The user type of admins in tokens.
pub(crate) const ADMIN: i64 = 2;

/// Answers for bearer tokens.
pub struct Bearer {
    /// The store.
    pub db: Db,
    /// The key that tokens are signed with.
    pub key: JwtKey,
    /// The time.
    pub clock: Clock,
    /// The resource tree that grants are read against.
    pub tree: &'static Tree,
    /// Who knows the customers.
    pub customers: Arc<dyn Customers>,
}

/// For an admin who calls from within the process: no token was issued that could be revoked.
const WITHOUT_TOKEN: i64 = i64::MAX;

impl Bearer {
    fn customer(
        &self,
        tx: &mut Tx<'_>,
        at: &Settings,
        (id, issued): (i64, i64),
    ) -> Result<Option<Identity>, Fault> {
        let standing = self.customers.standing(tx, at, id)?;
        Ok(standing
            .filter(|standing| standing.covers(issued))
            .map(|standing| {
                let website_id = standing.website_id;
                let caller = Caller::Customer { id, website_id };
                Identity {
                    credential: Some(issued),
                    ..Identity::new(caller, Arc::new(Grants::none()))
                }
            }))
    }

    fn admin(&self, tx: &mut Tx<'_>, (id, issued): (i64, i64)) -> Result<Option<Identity>, Fault> {
        let admin = ADMINS.get(tx, id)?;
        let Some(admin) = admin.filter(|admin| admin.covers(issued)) else {
            return Ok(None);
        };
        let grants = roles::grants(tx, admin.role_id, self.tree)?;
        let caller = Caller::Admin(admin.id);
        Ok(Some(Identity {
            credential: Some(issued),
            ..Identity::new(caller, Arc::new(grants))
        }))
    }
}

/// The token of a header of exactly two pieces, the first being `Bearer` in any case.
fn token(head: &Head) -> Option<&str> {
    let (scheme, token) = head.header(AUTHORIZATION)?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' '))
        .then_some(token)
}

impl Credentials for Bearer {
    fn identify(&self, head: &Head, at: &Settings) -> Result<Option<Identity>, Fault> {
        let claims = token(head).and_then(|text| self.key.read(text, self.clock.unix_seconds()));
        let Some(Claims {
            uid, iat, utypid, ..
        }) = claims
        else {
            return Ok(None);
        };
        match utypid {
            ADMIN => self.db.read(|tx| self.admin(tx, (uid, iat))),
            CUSTOMER => self.db.read(|tx| self.customer(tx, at, (uid, iat))),
            _ => Ok(None),
        }
    }

    fn again(
        &self,
        caller: &Caller,
        credential: Option<i64>,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<Option<Identity>, Fault> {
        match *caller {
            Caller::Admin(id) => self.admin(tx, (id, credential.unwrap_or(WITHOUT_TOKEN))),
            Caller::Customer { id, .. } => self.customer(tx, at, (id, credential.unwrap_or(0))),
            _ => Ok(None),
        }
    }

    fn still_holds(
        &self,
        identity: &Identity,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<bool, Fault> {
        match identity.caller {
            Caller::Admin(id) => {
                let issued = identity.credential.unwrap_or(WITHOUT_TOKEN);
                Ok(ADMINS.get(tx, id)?.is_some_and(|one| one.covers(issued)))
            }
            Caller::Customer { id, website_id } => {
                let standing = self.customers.standing(tx, at, id)?;
                let issued = identity.credential.unwrap_or(0);
                Ok(standing.is_some_and(|standing| {
                    standing.covers(issued) && standing.website_id == website_id
                }))
            }
            _ => Ok(true),
        }
    }
}
