//! Failed sign-ins and requests for tokens: after too many, no more are looked at for a while.
//!
//! Counted for unknown names too, so that an answer does not tell whether a name exists.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

use ferrite_base::{Clock, Fault, StoreScope};
use ferrite_settings::Settings;
use ferrite_storage::{
    Collection, Db, Error, Field, Filter, Scalar, Search, Tx, fold, serde_document,
};
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
    fields: &[
        Field::unique_text("who", |row: &Failures| Some(Scalar::from(row.who.as_str()))),
        Field::int("until", |row: &Failures| Some(Scalar::from(row.until))),
    ],
};

/// So many requests for tokens of a name may fail in an hour, wherever they come from.
const MOST_ANYWHERE: i64 = 100;

/// The longest part of a name that is counted by.
const LONGEST_NAME: usize = 150;

/// So many counters that count no more go when a new one comes.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// How many failures are too many, and for how long they count, in seconds.
#[derive(Clone, Copy, Debug)]
struct Limits {
    most: i64,
    lasting: i64,
    /// Neither does a further failure make them count longer, nor a success make them forgotten.
    fixed: bool,
}

/// Whose failures are counted, and when they are too many.
#[derive(Clone, Debug)]
pub(crate) struct Counter {
    who: String,
    limits: Limits,
}

impl Counter {
    fn new(who: String, most: i64, lasting: i64, fixed: bool) -> Self {
        let limits = Limits {
            most,
            lasting,
            fixed,
        };
        Self { who, limits }
    }

    /// Those of requests for tokens: a name from one source, and a name from wherever, so that
    /// somebody else's failures lock nobody out for long.
    pub(crate) fn of_tokens(
        settings: &Settings,
        kind: &str,
        name: &str,
        source: Option<IpAddr>,
    ) -> Vec<Self> {
        let number = |path: &str| settings.number(path, &StoreScope::admin());
        let most = number("oauth/authentication_lock/max_failures_count");
        let lasting = number("oauth/authentication_lock/timeout");
        let (name, source) = (cut(name), text(source));
        vec![
            Self::new(format!("{kind} {source} {name}"), most, lasting, false),
            Self::new(format!("{kind} * {name}"), MOST_ANYWHERE, 3_600, true),
        ]
    }

    /// That of the panel's sign-in: of a browser that has signed in before, otherwise of a name.
    /// A setting of 0 switches it off.
    pub(crate) fn of_panel(settings: &Settings, name: &str, device: Option<&str>) -> Self {
        let number = |path: &str| settings.number(path, &StoreScope::admin());
        let most = number("admin/security/lockout_failures");
        let most = if most > 0 { most } else { i64::MAX };
        let lasting = 60 * number("admin/security/lockout_threshold");
        let who = match device {
            Some(device) => format!("device {}", cut(device)),
            None => format!("panel {}", cut(name)),
        };
        Self::new(who, most, lasting, false)
    }

    /// That of all sign-ins from one source.
    pub(crate) fn of_source(source: Option<IpAddr>) -> Self {
        Self::new(format!("source {}", text(source)), 30, 600, true)
    }

    /// Whether there were too many failures of late.
    pub(crate) fn is_locked(&self, tx: &mut Tx<'_>, clock: &Clock) -> Result<bool, Fault> {
        let row = of(tx, &self.who)?.filter(|row| row.until > clock.unix_seconds());
        Ok(row.is_some_and(|row| row.count >= self.limits.most))
    }

    fn note(&self, tx: &mut Tx<'_>, now: i64, failed: bool) -> Result<(), Error> {
        let until = now + self.limits.lasting;
        match of(tx, &self.who)? {
            _ if !failed && self.limits.fixed => {}
            Some(row) if !failed => {
                FAILURES.delete(tx, row.id)?;
            }
            Some(mut row) if row.until > now => {
                row.count += 1;
                if !self.limits.fixed {
                    row.until = until;
                }
                FAILURES.put(tx, &row)?;
            }
            Some(mut row) => {
                (row.count, row.until) = (1, until);
                FAILURES.put(tx, &row)?;
            }
            None if failed => {
                forget(tx, now)?;
                let mut row = Failures {
                    id: 0,
                    who: self.who.clone(),
                    count: 1,
                    until,
                };
                FAILURES.insert(tx, &mut row)?;
            }
            None => {}
        }
        Ok(())
    }
}

fn cut(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// An address; of IPv6 the network that a single customer of a provider gets.
fn text(source: Option<IpAddr>) -> String {
    match source.map(|address| address.to_canonical()) {
        None => "-".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

fn of(tx: &mut Tx<'_>, who: &str) -> Result<Option<Failures>, Error> {
    FAILURES.find(tx, "who", &Scalar::from(who))
}

/// Whose failures an admin's counter holds, folded, and whether they were signs-in to the panel
/// or requests for tokens; for tokens also from which source. Nothing of other counters.
fn admin_of(who: &str) -> Option<(Option<String>, String)> {
    let who = fold::fold(who);
    if let Some(name) = who.strip_prefix("panel ") {
        return Some((None, name.to_owned()));
    }
    let (source, name) = who.strip_prefix("admin ")?.split_once(' ')?;
    Some((Some(source.to_owned()), name.to_owned()))
}

/// Forgets the failures of an admin, wherever they came from; whether there were any.
pub(crate) fn forgive(tx: &mut Tx<'_>, name: &str) -> Result<bool, Error> {
    let name = fold::fold(&cut(name));
    let mut any = false;
    for row in FAILURES.all(tx)? {
        if admin_of(&row.who).is_some_and(|(_, held)| held == name) {
            any |= FAILURES.delete(tx, row.id)?;
        }
    }
    Ok(any)
}

/// Which admins are not let in at present, in the panel or for a token from somewhere.
#[derive(Debug, Default)]
pub struct Locked(BTreeSet<String>);

impl Locked {
    /// Reads the counters.
    pub fn read(db: &Db, settings: &Settings, now: i64) -> Result<Self, Error> {
        let number = |path: &str| settings.number(path, &StoreScope::admin());
        let of_panel = number("admin/security/lockout_failures");
        let of_tokens = number("oauth/authentication_lock/max_failures_count");
        let mut names = BTreeSet::new();
        let rows = db.read(|tx| FAILURES.all(tx))?;
        for row in rows.into_iter().filter(|row| row.until > now) {
            let Some((source, name)) = admin_of(&row.who) else {
                continue;
            };
            let most = match source.as_deref() {
                None if of_panel > 0 => of_panel,
                None => i64::MAX,
                Some("*") => MOST_ANYWHERE,
                Some(_) => of_tokens,
            };
            if row.count >= most {
                names.insert(name);
            }
        }
        Ok(Self(names))
    }

    /// Whether an admin of this name is among them.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&fold::fold(&cut(name)))
    }
}

/// Takes away all counters that count no more; returns how many.
pub(crate) fn forget_all(tx: &mut Tx<'_>, now: i64) -> Result<u64, Error> {
    let mut gone = 0;
    for row in FAILURES.all(tx)? {
        if row.until <= now && FAILURES.delete(tx, row.id)? {
            gone += 1;
        }
    }
    Ok(gone)
}

/// Takes away what counts no more, so that made-up names do not fill the store.
fn forget(tx: &mut Tx<'_>, now: i64) -> Result<(), Error> {
    let old = Filter {
        field: "until".to_owned(),
        condition: "lteq".to_owned(),
        value: now.to_string(),
    };
    let search = Search {
        groups: vec![vec![old]],
        page_size: Some(FORGOTTEN_AT_ONCE),
        ..Search::default()
    };
    for row in FAILURES.search(tx, &search)?.items {
        FAILURES.delete(tx, row.id)?;
    }
    Ok(())
}

/// Whether one of them has failed too often of late.
pub(crate) fn is_locked(
    tx: &mut Tx<'_>,
    clock: &Clock,
    counters: &[Counter],
) -> Result<bool, Fault> {
    for counter in counters {
        if counter.is_locked(tx, clock)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Notes a failure, or that a name is clean again.
pub(crate) fn note(
    db: &Db,
    clock: &Clock,
    counters: Vec<Counter>,
    failed: bool,
) -> Result<(), Fault> {
    let now = clock.unix_seconds();
    db.write(move |tx| {
        for counter in &counters {
            counter.note(tx, now, failed)?;
        }
        Ok::<_, Error>(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_addresses_and_networks() {
        let shown = |address: &str| text(Some(address.parse().unwrap()));
        assert_eq!(shown("192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(text(None), "-");
    }
}
