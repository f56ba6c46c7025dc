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

fn of(tx: &mut Tx<'_>, who: &str) -> Result<Option<Failures>, Error> {
    FAILURES.find(tx, "who", &Scalar::from(who))
}

/// Whether the name has failed too often of late.
pub fn is_locked(
    tx: &mut Tx<'_>,
    settings: &Settings,
    clock: &Clock,
    who: &str,
) -> Result<bool, Fault> {
    let most = settings.number(
        "oauth/authentication_lock/max_failures_count",
        &StoreScope::admin(),
    );
    let row = of(tx, who)?.filter(|row| row.until > clock.unix_seconds());
    Ok(row.is_some_and(|row| row.count >= most))
}

/// Notes a failure, or that the name is clean again.
pub fn note(
    db: &Db,
    settings: &Settings,
    clock: &Clock,
    who: &str,
    failed: bool,
) -> Result<(), Fault> {
    let lasting = settings.number("oauth/authentication_lock/timeout", &StoreScope::admin());
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
