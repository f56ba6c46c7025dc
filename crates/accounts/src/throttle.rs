//! Failed requests for tokens: after too many of one name, no more are looked at for a while.
//!
//! Counted for unknown names too, so that an answer does not tell whether a name exists.

use ferrite_base::{Clock, Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{Collection, Db, Error, Field, Scalar, Tx, serde_document};
use serde::{Deserialize, Serialize};

/// The failures of one name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Failures {
    /// Its row.
    pub id: i64,
    /// The kind of user and the name.
    pub who: String,
    /// How many there were.
    pub count: i64,
    /// Until when they count, in seconds since 1970.
    pub until: i64,
}

serde_document!(Failures);

/// All names with failures.
pub static FAILURES: Collection<Failures> = Collection {
    name: "token_request_failure",
    fields: &[Field::unique_text("who", |row: &Failures| {
        Some(Scalar::from(row.who.as_str()))
    })],
};

/// How many failures are too many, and for how long they count, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    most: i64,
    lasting: i64,
}

impl Limits {
    /// Those of requests for tokens.
    pub fn of_tokens(settings: &Settings) -> Self {
        let number = |path: &str| settings.number(path, &StoreScope::admin());
        Self {
            most: number("oauth/authentication_lock/max_failures_count"),
            lasting: number("oauth/authentication_lock/timeout"),
        }
    }

    /// Those of the panel's sign-in; 0 switches them off.
    pub fn of_panel(settings: &Settings) -> Self {
        let number = |path: &str| settings.number(path, &StoreScope::admin());
        let most = number("admin/security/lockout_failures");
        Self {
            most: if most > 0 { most } else { i64::MAX },
            lasting: 60 * number("admin/security/lockout_threshold"),
        }
    }
}

fn of(tx: &mut Tx<'_>, who: &str) -> Result<Option<Failures>, Error> {
    FAILURES.find(tx, "who", &Scalar::from(who))
}

/// Whether the name has failed too often of late.
pub fn is_locked(tx: &mut Tx<'_>, limits: Limits, clock: &Clock, who: &str) -> Result<bool, Fault> {
    let row = of(tx, who)?.filter(|row| row.until > clock.unix_seconds());
    Ok(row.is_some_and(|row| row.count >= limits.most))
}

/// Notes a failure, or that the name is clean again.
pub fn note(db: &Db, limits: Limits, clock: &Clock, who: &str, failed: bool) -> Result<(), Fault> {
    let lasting = limits.lasting;
    let now = clock.unix_seconds();
    let who = who.to_owned();
    db.write(move |tx| {
        match of(tx, &who)? {
            Some(row) if !failed => {
                FAILURES.delete(tx, row.id)?;
            }
            Some(mut row) => {
                row.count = if row.until > now { row.count + 1 } else { 1 };
                row.until = now + lasting;
                FAILURES.put(tx, &row)?;
            }
            None if failed => {
                let (who, until) = (who.clone(), now + lasting);
                FAILURES.insert(
                    tx,
                    &mut Failures {
                        id: 0,
                        who,
                        count: 1,
                        until,
                    },
                )?;
            }
            None => {}
        }
        Ok::<_, Error>(())
    })?;
    Ok(())
}
