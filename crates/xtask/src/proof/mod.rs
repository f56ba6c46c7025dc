//! That every row of this side of the Web API answers with success, shown by requests that a running
//! store has answered in this very run, never by a list that somebody keeps.
//!
//! In come the steps that were answered as they want to be: of the recorded conversations
//! ([`recorded`]), which compare whole bodies with Magento's, and of our own in `tests/routes`
//! ([`play`]), which cover the rows that no recording does. The binary itself says to which row each of
//! their addresses leads (`dev:routes --of`). Out comes what is left: rows through which no step has
//! got a 200, and what does not fit `tests/routes/without-success.txt`, the few rows that have no
//! success to give; their refusals are steps of ours too. What changes something is also put off, with
//! the requests that were answered with success ([`later`]).

mod compare;
mod later;
mod play;
pub mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};
use ferrite_testkit::Store;
use serde_json::Value;

use crate::stage::Repo;
use crate::table::{self, Row};

/// Our own conversations.
const CONVERSATIONS: &str = "tests/routes";
const WITHOUT_SUCCESS: &str = "tests/routes/without-success.txt";

/// A request that was answered as the step that made it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub method: String,
    /// The path with the query or without.
    pub target: String,
    pub status: u16,
    /// JSON.
    pub body: Option<Value>,
}

/// What the steps of a run have shown.
pub struct Proof {
    /// The rows of this side that none of them got a 200 through; behind `later` those that cannot be
    /// put off.
    pub unproven: Vec<String>,
    /// How many there were, in a sentence.
    pub summary: String,
}

/// Plays our own conversations and looks what they and the `recorded` steps prove. An error where a
/// conversation of ours is answered otherwise than it wants.
pub fn proof(repo: &Repo, store: &Store, recorded: &[Answered]) -> Result<Proof> {
    let ours = conversations(repo, store)?;
    let led = led(store, recorded.iter().chain(&ours))?;
    let statuses = statuses(&led);
    let text = std::fs::read_to_string(repo.root.join(WITHOUT_SUCCESS)).context(WITHOUT_SUCCESS)?;
    let refusals = refusals(&text)?;
    let all = table::rows(repo)?;
    let has_to = |row: &&Row| row.is_of_this_side() && row.module != table::ABSENT;
    let all: Vec<&Row> = all.iter().filter(has_to).collect();
    let rows: Vec<String> = all.iter().map(|row| row.name()).collect();
    let mut unproven = left(&rows, &refusals, &statuses)?;
    // Those of customers would want one who is still there.
    let changes = all
        .iter()
        .filter(|row| row.method != "GET" && row.resources != "self");
    let changes = changes.map(|row| row.name());
    let changes: Vec<String> = changes.filter(|row| !refusals.contains_key(row)).collect();
    let refused = later::refused(store, &changes, &led)?;
    unproven.extend(refused.iter().map(|row| format!("later {row}")));
    let summary = format!(
        "{} recorded steps and {} of our own lead to {} rows; {} have to be proven, of which {} are \
         put off too",
        recorded.len(),
        ours.len(),
        statuses.len(),
        rows.len(),
        changes.len() - refused.len()
    );
    Ok(Proof { unproven, summary })
}

/// What of `rows` has not been seen to answer as it has to.
fn left(
    rows: &[String],
    refusals: &BTreeMap<String, u16>,
    statuses: &BTreeMap<String, BTreeSet<u16>>,
) -> Result<Vec<String>> {
    let nothing = BTreeSet::new();
    let seen = |row: &String| statuses.get(row).unwrap_or(&nothing);
    for (row, status) in refusals {
        ensure!(rows.contains(row), "{WITHOUT_SUCCESS}: no row {row}");
        ensure!(
            !seen(row).contains(&200),
            "{WITHOUT_SUCCESS}: {row} is answered 200: take it out"
        );
        ensure!(
            seen(row).contains(status),
            "{WITHOUT_SUCCESS}: {row} is not answered {status}"
        );
    }
    let is_left = |row: &&String| !refusals.contains_key(*row) && !seen(row).contains(&200);
    Ok(rows.iter().filter(is_left).cloned().collect())
}

/// A line each: the status, the row, and behind a `:` why it has no success.
fn refusals(text: &str) -> Result<BTreeMap<String, u16>> {
    let lines = text.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut refusals = BTreeMap::new();
    for line in lines {
        let (status, rest) = line.split_once(' ').context(WITHOUT_SUCCESS)?;
        let Some((row, why)) = rest.split_once(" : ") else {
            bail!("{WITHOUT_SUCCESS}: {line:?} does not say why");
        };
        ensure!(!why.is_empty(), "{WITHOUT_SUCCESS}: {row} does not say why");
        refusals.insert(row.to_owned(), status.parse().context(WITHOUT_SUCCESS)?);
    }
    Ok(refusals)
}

/// All of our own conversations, in the order of their names.
fn conversations(repo: &Repo, store: &Store) -> Result<Vec<Answered>> {
    let folder = repo.root.join(CONVERSATIONS);
    let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let paths: std::io::Result<BTreeSet<_>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut answered = Vec::new();
    for path in paths? {
        if path.extension().is_some_and(|end| end == "json") {
            answered.extend(play::conversation(store, &path)?);
        }
    }
    ensure!(!answered.is_empty(), "{CONVERSATIONS} is empty");
    Ok(answered)
}

/// The direct calls, each with its row, as the binary finds the row of an address.
fn led<'a>(
    store: &Store,
    answered: impl Iterator<Item = &'a Answered>,
) -> Result<Vec<(String, &'a Answered)>> {
    let answered: Vec<&Answered> = answered.collect();
    let addresses: String = answered
        .iter()
        .map(|one| format!("{} {}\n", one.method, one.target))
        .collect();
    let file = store.folder.join("addresses.txt");
    std::fs::write(&file, addresses)?;
    let rows = store.run(&["dev:routes", "--of", &file.to_string_lossy()])?;
    std::fs::remove_file(&file)?;
    let rows: Vec<&str> = rows.lines().collect();
    ensure!(
        rows.len() == answered.len(),
        "of {} addresses {} were found",
        answered.len(),
        rows.len()
    );
    let led = rows.iter().zip(answered);
    let led = led.filter_map(|(row, one)| Some((row.strip_prefix("direct ")?.to_owned(), one)));
    Ok(led.collect())
}

/// The statuses of each row.
fn statuses(led: &[(String, &Answered)]) -> BTreeMap<String, BTreeSet<u16>> {
    let mut statuses: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for (row, one) in led {
        let of_row = statuses.entry(row.clone()).or_default();
        of_row.insert(one.status);
    }
    statuses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(rows: &[(&str, u16)]) -> BTreeMap<String, BTreeSet<u16>> {
        let mut statuses: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
        for (row, status) in rows {
            statuses
                .entry((*row).to_owned())
                .or_default()
                .insert(*status);
        }
        statuses
    }

    #[test]
    fn a_row_is_proven_by_a_200_and_by_nothing_else() {
        let rows = ["GET /a", "GET /b", "GET /c", "GET /d"].map(str::to_owned);
        let refusals = refusals("# Why\n404 GET /d : there is none\n").unwrap();
        let statuses = seen(&[("GET /a", 200), ("GET /b", 202), ("GET /d", 404)]);
        let left = left(&rows, &refusals, &statuses).unwrap();
        assert_eq!(left, ["GET /b", "GET /c"]);
    }

    #[test]
    fn a_row_that_is_said_to_have_no_success_has_none_and_refuses_as_it_is_said() {
        let rows = ["GET /d".to_owned()];
        let refusals = refusals("404 GET /d : there is none").unwrap();
        let left = |statuses| left(&rows, &refusals, &seen(statuses));
        assert!(left(&[("GET /d", 404)]).unwrap().is_empty());
        assert!(left(&[("GET /d", 404), ("GET /d", 200)]).is_err());
        assert!(left(&[("GET /d", 400)]).is_err());
        assert!(left(&[]).is_err());
        assert!(super::left(&[], &refusals, &seen(&[("GET /d", 404)])).is_err());
    }

    #[test]
    fn a_row_without_success_says_why() {
        assert!(refusals("404 GET /d").is_err());
        assert!(refusals("404 GET /d : ").is_err());
        assert!(refusals("no GET /d : why").is_err());
    }
}
