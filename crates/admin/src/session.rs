//! Who is signed in: a random id in a cookie, of which the store keeps the SHA-256.

use ferrite_accounts::{ADMINS, Admin};
use ferrite_base::{Clock, Fault, Randomness, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Collection, Db, Field, Scalar, serde_document};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// No session lasts longer, in seconds.
const LONGEST: i64 = 12 * 60 * 60;

/// When it was last seen is written down this often, in seconds.
const SEEN_EVERY: i64 = 60;

/// The cookie over plain HTTP; over TLS its name binds it to the host.
const COOKIE: &str = "ferrite_admin";
const SECURE_COOKIE: &str = "__Host-ferrite_admin";

/// A session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Its row.
    pub id: i64,
    /// The SHA-256 of its id, in hexadecimal digits.
    pub lookup: String,
    /// Who is signed in.
    pub admin_id: i64,
    /// When it began, in seconds since 1970.
    pub began_at: i64,
    /// When it was last used, in seconds since 1970.
    pub seen_at: i64,
    /// Whether a sign-in elsewhere ended it.
    pub is_replaced: bool,
    /// What ends it when the password changes: the beginning of the hash.
    pub password_mark: String,
}

serde_document!(Session);

/// All sessions.
pub static SESSIONS: Collection<Session> = Collection {
    name: "admin_user_session",
    fields: &[
        Field::unique_text("lookup", |one: &Session| {
            Some(Scalar::from(one.lookup.as_str()))
        }),
        Field::int("admin_id", |one: &Session| Some(Scalar::from(one.admin_id))),
    ],
};

fn lookup(id: &str) -> String {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mark(admin: &Admin) -> String {
    lookup(&admin.password_hash)
}

/// What sessions need.
pub(crate) struct Sessions {
    pub(crate) db: Db,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
}

/// Who a request comes from.
pub(crate) enum Visitor {
    /// Somebody who is signed in.
    Admin(Box<Admin>),
    /// Nobody: there is no session, or it is over.
    Nobody,
    /// Somebody who has signed in elsewhere since.
    Replaced,
}

impl Sessions {
    /// Begins a session; returns the id for the cookie.
    pub(crate) fn begin(&self, admin: &Admin) -> Result<String, Fault> {
        let id = self.randomness.hex::<16>();
        let now = self.clock.unix_seconds();
        let shared = self.flag("admin/security/admin_account_sharing");
        let session = Session {
            id: 0,
            lookup: lookup(&id),
            admin_id: admin.id,
            began_at: now,
            seen_at: now,
            is_replaced: false,
            password_mark: mark(admin),
        };
        self.db.write(move |tx| {
            let by_admin = Scalar::from(session.admin_id);
            for mut other in SESSIONS.list_by(tx, "admin_id", &by_admin)? {
                if other.began_at + LONGEST < now {
                    SESSIONS.delete(tx, other.id)?;
                } else if !shared {
                    other.is_replaced = true;
                    SESSIONS.put(tx, &other)?;
                }
            }
            SESSIONS.insert(tx, &mut session.clone())?;
            Ok::<_, Fault>(())
        })?;
        Ok(id)
    }

    fn flag(&self, path: &str) -> bool {
        self.settings.flag(path, &StoreScope::admin())
    }

    /// Who the session of an id belongs to.
    pub(crate) fn visitor(&self, id: &str) -> Result<Visitor, Fault> {
        let wanted = Scalar::from(lookup(id).as_str());
        let found = self.db.read(|tx| {
            let session = SESSIONS.find(tx, "lookup", &wanted)?;
            let admin = match &session {
                Some(session) => ADMINS.get(tx, session.admin_id)?,
                None => None,
            };
            Ok::<_, Fault>(session.zip(admin))
        })?;
        let Some((session, admin)) = found else {
            return Ok(Visitor::Nobody);
        };
        if session.is_replaced {
            return Ok(Visitor::Replaced);
        }
        let now = self.clock.unix_seconds();
        let path = "admin/security/session_lifetime";
        let idle = self.settings.number(path, &StoreScope::admin()).max(60);
        let is_over = session.seen_at + idle <= now || session.began_at + LONGEST <= now;
        if is_over || !admin.is_active || session.password_mark != mark(&admin) {
            return Ok(Visitor::Nobody);
        }
        if session.seen_at + SEEN_EVERY <= now {
            let seen = Session {
                seen_at: now,
                ..session
            };
            self.db.write(move |tx| SESSIONS.put(tx, &seen))?;
        }
        Ok(Visitor::Admin(Box::new(admin)))
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) -> Result<(), Fault> {
        let wanted = Scalar::from(lookup(id).as_str());
        self.db
            .write(move |tx| SESSIONS.delete_by(tx, "lookup", &wanted))?;
        Ok(())
    }
}

/// The name of the session's cookie.
pub(crate) fn cookie_name(is_https: bool) -> &'static str {
    if is_https { SECURE_COOKIE } else { COOKIE }
}

/// The header that sets the session's cookie.
pub(crate) fn cookie(id: &str, is_https: bool, path: &str) -> String {
    let name = cookie_name(is_https);
    if is_https {
        format!("{name}={id}; Secure; HttpOnly; SameSite=Lax; Path=/")
    } else {
        format!("{name}={id}; HttpOnly; SameSite=Lax; Path={path}")
    }
}
