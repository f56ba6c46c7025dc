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

impl Bearer {
    fn customer(&self, claims: &Claims, at: &Settings) -> Result<Option<Identity>, Fault> {
        let (id, issued) = (claims.uid, claims.iat);
        let standing = self.db.read(|tx| self.customers.standing(tx, at, id))?;
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
        let claims = match claims {
            Some(claims) if claims.utypid == ADMIN => claims,
            Some(claims) if claims.utypid == CUSTOMER => return self.customer(&claims, at),
            _ => return Ok(None),
        };
        self.db.read(|tx| {
            let admin = ADMINS.get(tx, claims.uid)?;
            let Some(admin) = admin.filter(|admin| admin.covers(claims.iat)) else {
                return Ok(None);
            };
            let grants = roles::grants(tx, admin.role_id, self.tree)?;
            let caller = Caller::Admin(admin.id);
            Ok(Some(Identity {
                credential: Some(claims.iat),
                ..Identity::new(caller, Arc::new(grants))
            }))
        })
    }

    fn still_holds(
        &self,
        identity: &Identity,
        at: &Settings,
        tx: &mut Tx<'_>,
    ) -> Result<bool, Fault> {
        match identity.caller {
            Caller::Admin(id) => {
                let issued = identity.credential.unwrap_or(0);
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
