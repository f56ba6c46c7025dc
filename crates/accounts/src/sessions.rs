//! The sessions of admins in the panel: found by the SHA-256 of a token that only the browser has.
//!
//! A session ends when it is idle for `admin/security/session_lifetime` seconds, after twelve hours,
//! when the admin signs out, is deactivated or deleted, gets another password or role, when another browser signs in
//! (unless `admin/security/admin_account_sharing` is on), and when the account is locked.

use ferrite_base::{Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Collection, Db, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::admins::{ADMINS, Admin};

const LONGEST: i64 = 12 * 3_600;
/// After so long nobody asks any more why a session ended.
const FORGOTTEN_AFTER: i64 = 24 * 3_600;
/// So many used ids of forms are remembered.
const MOST_USED: usize = 40;

/// A session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    /// Its row.
    pub id: i64,
    /// The SHA-256 of its token, as hexadecimal digits.
    pub lookup: String,
    /// Whose it is.
    pub admin_id: i64,
    /// Of the password it was made with.
    pub password_mark: String,
    /// When it began, in seconds since 1970.
    pub started_at: i64,
    /// When it was last used, in seconds since 1970.
    pub seen_at: i64,
    /// Why it has ended.
    pub ended: Option<Ended>,
    /// The ids of forms that count once and have been posted.
    pub used: Vec<String>,
}

serde_document!(Session);

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// The admin signed in elsewhere.
    Elsewhere,
    /// The account was locked.
    Locked,
}

/// All sessions.
pub static SESSIONS: Collection<Session> = Collection {
    name: "admin_session",
    fields: &[
        Field::unique_text("lookup", |one: &Session| {
            Some(Scalar::from(one.lookup.as_str()))
        }),
        Field::int("admin_id", |one: &Session| Some(Scalar::from(one.admin_id))),
        Field::int("seen_at", |one: &Session| Some(Scalar::from(one.seen_at))),
    ],
};

/// What a token leads to.
pub enum Found {
    /// A living session and whose it is.
    Alive(Box<(Session, Admin)>),
    /// One that was ended, and why.
    Ended(Ended),
    /// None, or one whose time is over.
    Nothing,
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Begins a session; the token is the browser's alone. Others of the admin end, unless accounts are
/// shared.
pub fn start(
    db: &Db,
    settings: &Settings,
    admin: &Admin,
    token: &str,
    now: i64,
) -> Result<(), Fault> {
    let session = Session {
        id: 0,
        lookup: digest(token),
        admin_id: admin.id,
        password_mark: digest(&admin.password_hash),
        started_at: now,
        seen_at: now,
        ended: None,
        used: Vec::new(),
    };
    let shared = settings.flag("admin/security/admin_account_sharing", &StoreScope::admin());
    db.write(move |tx| {
        forget(tx, now)?;
        if !shared {
            end_all(tx, session.admin_id, Ended::Elsewhere)?;
        }
        SESSIONS.insert(tx, &mut session.clone())?;
        Ok(())
    })
}

/// Finds the session of a token.
pub fn find(db: &Db, settings: &Settings, token: &str, now: i64) -> Result<Found, Fault> {
    let lookup = Scalar::from(digest(token).as_str());
    let found = db.read(|tx| {
        let Some(session) = SESSIONS.find(tx, "lookup", &lookup)? else {
            return Ok(None);
        };
        let admin = ADMINS.get(tx, session.admin_id)?;
        Ok::<_, Error>(admin.map(|admin| (session, admin)))
    })?;
    let Some((session, admin)) = found else {
        return Ok(Found::Nothing);
    };
    if let Some(ended) = session.ended {
        return Ok(Found::Ended(ended));
    }
    let idle = now - session.seen_at;
    let in_time = idle < lifetime(settings) && now - session.started_at < LONGEST;
    let same_password = session.password_mark == digest(&admin.password_hash);
    if in_time && same_password && admin.is_active {
        return Ok(Found::Alive(Box::new((session, admin))));
    }
    Ok(Found::Nothing)
}

fn lifetime(settings: &Settings) -> i64 {
    let path = "admin/security/session_lifetime";
    settings.number(path, &StoreScope::admin()).max(60)
}

/// Notes that a session is in use; most of the time there is nothing to write.
pub fn touch(db: &Db, settings: &Settings, session: &Session, now: i64) -> Result<(), Fault> {
    if now - session.seen_at < lifetime(settings) / 15 {
        return Ok(());
    }
    let id = session.id;
    db.write(move |tx| {
        if let Some(mut session) = SESSIONS.get(tx, id)? {
            session.seen_at = now;
            SESSIONS.put(tx, &session)?;
        }
        Ok(())
    })
}

/// Takes the id of a form that counts once; false where it was taken before.
pub fn take_once(db: &Db, session: &Session, form: &str) -> Result<bool, Fault> {
    let (id, form) = (session.id, form.to_owned());
    db.write(move |tx| {
        let Some(mut session) = SESSIONS.get(tx, id)? else {
            return Ok(false);
        };
        if form.is_empty() || session.used.contains(&form) {
            return Ok(false);
        }
        session.used.push(form.clone());
        if session.used.len() > MOST_USED {
            session.used.remove(0);
        }
        SESSIONS.put(tx, &session)?;
        Ok(true)
    })
}

/// Ends a session for good.
pub fn end(db: &Db, session: &Session) -> Result<(), Fault> {
    let id = session.id;
    db.write(move |tx| {
        SESSIONS.delete(tx, id)?;
        Ok(())
    })
}

/// Ends all sessions of an admin, who is told why.
pub fn end_all(tx: &mut Tx<'_>, admin_id: i64, why: Ended) -> Result<(), Error> {
    for mut session in SESSIONS.list_by(tx, "admin_id", &Scalar::from(admin_id))? {
        if session.ended.is_none() {
            session.ended = Some(why);
            SESSIONS.put(tx, &session)?;
        }
    }
    Ok(())
}

/// Takes away all sessions of an admin: whoever used one is asked to sign in.
pub(crate) fn drop_all(tx: &mut Tx<'_>, admin_id: i64) -> Result<(), Error> {
    SESSIONS.delete_by(tx, "admin_id", &Scalar::from(admin_id))?;
    Ok(())
}

/// Takes away sessions that nobody asks for any more; returns how many.
pub(crate) fn forget(tx: &mut Tx<'_>, now: i64) -> Result<u64, Error> {
    let mut gone = 0;
    for session in SESSIONS.all(tx)? {
        if now - session.seen_at > FORGOTTEN_AFTER && SESSIONS.delete(tx, session.id)? {
            gone += 1;
        }
    }
    Ok(gone)
}
