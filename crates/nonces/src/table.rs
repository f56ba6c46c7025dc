//! The record of several servers: a table whose primary key is the nonce.
//!
//! Floors stand in a table of their own and are read in the transaction that inserts, together with
//! the credential's life: what a server holds in memory decides nothing.

use std::collections::HashSet;

use ferrite_base::Randomness;
use ferrite_storage::{Db, Declared, Error, Tx, Value};

use crate::{Claim, Credential, Refusal};

/// How long rows outlive the raising of their floor, in seconds: longer than a transaction.
const LINGER: i64 = 60;

const CAPACITY: i64 = 2_000_000;

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&Tables]
}

struct Tables;

impl Declared for Tables {
    fn migrate(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let text = if tx.is_sqlite() {
            "TEXT"
        } else {
            "VARCHAR(64)"
        };
        let statements = [
            "CREATE TABLE IF NOT EXISTS oauth_nonce (consumer BIGINT NOT NULL, \
             nonce BIGINT NOT NULL, credential BIGINT NOT NULL, timestamp BIGINT NOT NULL, \
             attempt BIGINT NOT NULL, PRIMARY KEY (consumer, nonce))"
                .to_owned(),
            "CREATE INDEX IF NOT EXISTS oauth_nonce_age ON oauth_nonce (credential, timestamp)"
                .to_owned(),
            "CREATE TABLE IF NOT EXISTS oauth_nonce_floor (credential BIGINT NOT NULL PRIMARY KEY, \
             floor BIGINT NOT NULL, raised_at BIGINT NOT NULL)"
                .to_owned(),
            format!(
                "CREATE TABLE IF NOT EXISTS oauth_nonce_journal (id BIGINT NOT NULL PRIMARY KEY, \
                 number {text} NOT NULL)"
            ),
        ];
        for statement in statements {
            tx.execute(&statement, &[])?;
        }
        Ok(())
    }

    fn shape(&self) -> String {
        "oauth_nonce oauth_nonce_floor oauth_nonce_journal".to_owned()
    }
}

/// What the store knows its journal by; none where it has never known one.
pub(crate) fn journal_number(tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
    let rows = tx.query("SELECT number FROM oauth_nonce_journal WHERE id = 1", &[])?;
    let held = rows.first().and_then(|row| row.first());
    Ok(held.and_then(Value::as_text).map(str::to_owned))
}

/// Makes the store know its journal by this number.
pub(crate) fn set_journal_number(tx: &mut Tx<'_>, number: &str) -> Result<(), Error> {
    tx.execute("DELETE FROM oauth_nonce_journal WHERE id = 1", &[])?;
    let sql = "INSERT INTO oauth_nonce_journal (id, number) VALUES (1, ?)";
    tx.execute(sql, &[Value::from(number)])?;
    Ok(())
}

/// The record in the store.
pub(crate) struct Table {
    db: Db,
    randomness: Randomness,
}

/// What a transaction found.
enum Found {
    New,
    Used,
    Below,
    Dead,
}

impl Table {
    pub(crate) fn new(db: Db, randomness: Randomness) -> Self {
        Self { db, randomness }
    }

    pub(crate) fn holds(&self, claim: &Claim) -> bool {
        let held = self
            .db
            .read(|tx| Ok::<_, Error>(attempt_of(tx, claim)?.is_some()));
        held.unwrap_or(false)
    }

    pub(crate) fn accept(
        &self,
        claim: &Claim,
        window: i64,
        live: impl Fn(&mut Tx<'_>) -> Result<bool, Error> + Send + 'static,
    ) -> Result<(), Refusal> {
        // A write that runs again after its answer was lost knows its own row by this.
        let attempt = i64::from_be_bytes(self.randomness.bytes());
        let claim = claim.clone();
        // A nonce's primary key decides: requests do not wait for one another.
        let found = self.db.write_beside(move |tx| {
            if !live(tx)? {
                return Ok(Found::Dead);
            }
            match attempt_of(tx, &claim)? {
                Some(earlier) if earlier == attempt => return Ok(Found::New),
                Some(_) => return Ok(Found::Used),
                None => {}
            }
            let newest = newest(tx, claim.credential)?;
            let floor = floor(tx, claim.credential)?;
            if claim.timestamp <= floor.max(newest.saturating_sub(window)) {
                return Ok(Found::Below);
            }
            match insert(tx, &claim, attempt) {
                Err(Error::Duplicate(_)) => Ok(Found::Used),
                other => other.map(|()| Found::New),
            }
        });
        match found {
            Ok(Found::New) => Ok(()),
            Ok(Found::Used) => Err(Refusal::Used),
            Ok(Found::Below) => Err(Refusal::Timestamp),
            Ok(Found::Dead) => Err(Refusal::Dead),
            Err(error) => Err(Refusal::Unavailable(error.to_string())),
        }
    }

    /// Deletes what lies at or below floors that rose long enough ago, then raises the floors.
    pub(crate) fn forget(&self, window: i64, live: &[Credential], now: i64) -> Result<(), Refusal> {
        let live: HashSet<i64> = live.iter().map(|name| signed(name.0)).collect();
        let done = self.db.write(move |tx| {
            delete_passed(tx, now)?;
            raise_floors(tx, window, &live, now)
        });
        done.map_err(|error: Error| Refusal::Unavailable(error.to_string()))
    }
}

fn delete_passed(tx: &mut Tx<'_>, now: i64) -> Result<(), Error> {
    let sql = "SELECT credential, floor FROM oauth_nonce_floor WHERE raised_at <= ?";
    for row in tx.query(sql, &[Value::Int(now - LINGER)])? {
        let sql = "DELETE FROM oauth_nonce WHERE credential = ? AND timestamp <= ?";
        tx.execute(sql, &row)?;
    }
    Ok(())
}

fn raise_floors(tx: &mut Tx<'_>, window: i64, live: &HashSet<i64>, now: i64) -> Result<(), Error> {
    let sql = "SELECT credential, MAX(timestamp), COUNT(*) FROM oauth_nonce GROUP BY credential";
    for row in tx.query(sql, &[])? {
        let [Value::Int(credential), Value::Int(newest), Value::Int(rows)] = row.as_slice() else {
            continue;
        };
        let mut floor = newest.saturating_sub(window);
        if !live.contains(credential) && newest.saturating_add(2 * crate::AHEAD) < now {
            floor = *newest;
        } else if *rows > CAPACITY {
            let sql = "SELECT timestamp FROM oauth_nonce WHERE credential = ? \
                       ORDER BY timestamp LIMIT 1 OFFSET ?";
            let at = tx.query(
                sql,
                &[
                    Value::Int(*credential),
                    Value::Int(rows - CAPACITY / 10 * 9),
                ],
            )?;
            let crowded = at
                .first()
                .and_then(|row| row.first())
                .and_then(Value::as_int);
            floor = floor.max(crowded.unwrap_or(0));
        }
        raise_floor(tx, *credential, floor, now)?;
    }
    Ok(())
}

/// Floors never fall.
fn raise_floor(tx: &mut Tx<'_>, credential: i64, floor: i64, now: i64) -> Result<(), Error> {
    if floor <= 0 {
        return Ok(());
    }
    let values = [Value::Int(floor), Value::Int(now), Value::Int(credential)];
    let sql = "SELECT floor FROM oauth_nonce_floor WHERE credential = ?";
    let held = tx.query(sql, &[Value::Int(credential)])?;
    match held
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_int)
    {
        Some(held) if held >= floor => {}
        Some(_) => {
            let sql = "UPDATE oauth_nonce_floor SET floor = ?, raised_at = ? WHERE credential = ?";
            tx.execute(sql, &values)?;
        }
        None => {
            let sql =
                "INSERT INTO oauth_nonce_floor (floor, raised_at, credential) VALUES (?, ?, ?)";
            tx.execute(sql, &values)?;
        }
    }
    Ok(())
}

fn attempt_of(tx: &mut Tx<'_>, claim: &Claim) -> Result<Option<i64>, Error> {
    let sql = "SELECT attempt FROM oauth_nonce WHERE consumer = ? AND nonce = ?";
    let rows = tx.query(sql, &[int(claim.consumer), int(claim.nonce)])?;
    Ok(rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_int))
}

fn newest(tx: &mut Tx<'_>, credential: Credential) -> Result<i64, Error> {
    let sql = "SELECT MAX(timestamp) FROM oauth_nonce WHERE credential = ?";
    let rows = tx.query(sql, &[int(credential.0)])?;
    let newest = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_int);
    Ok(newest.unwrap_or(0))
}

fn floor(tx: &mut Tx<'_>, credential: Credential) -> Result<i64, Error> {
    let sql = "SELECT floor FROM oauth_nonce_floor WHERE credential = ?";
    let rows = tx.query(sql, &[int(credential.0)])?;
    Ok(rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::as_int)
        .unwrap_or(0))
}

fn insert(tx: &mut Tx<'_>, claim: &Claim, attempt: i64) -> Result<(), Error> {
    let sql = "INSERT INTO oauth_nonce (consumer, nonce, credential, timestamp, attempt) \
               VALUES (?, ?, ?, ?, ?)";
    let values = [
        int(claim.consumer),
        int(claim.nonce),
        int(claim.credential.0),
        Value::Int(claim.timestamp),
        Value::Int(attempt),
    ];
    tx.execute(sql, &values)?;
    Ok(())
}

fn int(fingerprint: u64) -> Value {
    Value::Int(signed(fingerprint))
}

fn signed(fingerprint: u64) -> i64 {
    i64::from_ne_bytes(fingerprint.to_ne_bytes())
}
