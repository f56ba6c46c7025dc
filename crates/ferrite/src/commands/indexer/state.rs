//! How an index stands, as a fact of the store.

use ferrite_settings::flags;
use ferrite_storage::{Db, Error, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::INDEXES;

/// Whether an index can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It can.
    #[default]
    Valid,
    /// It has to be made anew.
    Invalid,
    /// It is being made.
    Working,
    /// Somebody does not want it to be made.
    Suspended,
}

/// When an index is brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// With each save.
    #[default]
    Realtime,
    /// By cron.
    Schedule,
}

/// How an index stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Whether it can be relied on.
    pub status: Status,
    /// When it is brought up to date.
    pub mode: Mode,
    /// When it was last.
    pub updated: String,
}

impl Status {
    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Valid => "Ready",
            Self::Invalid => "Reindex required",
            Self::Working => "Processing",
            Self::Suspended => "Suspended",
        }
    }

    /// As it is typed.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "valid" => Some(Self::Valid),
            "invalid" => Some(Self::Invalid),
            "suspended" => Some(Self::Suspended),
            _ => None,
        }
    }
}

impl Mode {
    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Realtime => "Update on Save",
            Self::Schedule => "Update by Schedule",
        }
    }

    /// In a column.
    pub fn short(self) -> &'static str {
        match self {
            Self::Realtime => "Save",
            Self::Schedule => "Schedule",
        }
    }

    /// As it is typed.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "realtime" => Some(Self::Realtime),
            "schedule" => Some(Self::Schedule),
            _ => None,
        }
    }
}

fn code(id: &str) -> String {
    format!("indexer_{id}")
}

fn read(tx: &mut Tx<'_>, id: &str) -> Result<State, Error> {
    let held = flags::get(tx, &code(id))?;
    Ok(held
        .and_then(|held| serde_json::from_value(held).ok())
        .unwrap_or_default())
}

/// How an index stands.
pub fn of(db: &Db, id: &'static str) -> Result<State, Error> {
    db.read(|tx| read(tx, id))
}

/// Changes how an index stands.
pub fn change(
    db: &Db,
    id: &'static str,
    change: impl Fn(&mut State) + Send + 'static,
) -> Result<(), Error> {
    db.write(move |tx| {
        let mut state = read(tx, id)?;
        change(&mut state);
        set(tx, id, &state)
    })
}

fn set(tx: &mut Tx<'_>, id: &str, state: &State) -> Result<(), Error> {
    let data = serde_json::to_value(state).unwrap_or(Value::Null);
    flags::set(tx, &code(id), data)
}

/// Sets all indexes to be brought up to date by schedule, as a fresh install has them.
pub fn schedule_all(tx: &mut Tx<'_>) -> Result<(), Error> {
    let updated = tx.now().as_str().to_owned();
    for (id, _) in INDEXES {
        let state = State {
            mode: Mode::Schedule,
            updated: updated.clone(),
            ..State::default()
        };
        set(tx, id, &state)?;
    }
    Ok(())
}
