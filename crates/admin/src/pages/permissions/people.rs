//! What users and roles have in common: the way to `ferrite-accounts` and back.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::{People, Problem, Unsaved};
use ferrite_base::{Fault, Kind};

use crate::components::grid::{Cell, Grid};
use crate::web::{Frame, Message, Refusal, Visit, render};

/// Said where a form that counts once comes a second time.
pub const SENT: &str = "The form has been sent already.";

/// A grid with a button for a new row.
#[derive(Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    pub frame: Frame,
    pub grid: Grid,
    pub new_url: String,
    pub new_title: &'static str,
}

impl PeoplePage {
    /// The page as an answer.
    pub fn answer(self) -> Result<Response, Refusal> {
        render(&self)
    }
}

/// Changes made in the name of the admin who is signed in.
pub fn people(visit: &Visit<'_>) -> People {
    let panel = visit.panel();
    People {
        db: panel.db().clone(),
        settings: panel.settings().clone(),
        clock: panel.clock().clone(),
        tree: panel.tree(),
        actor: visit.admin.id,
    }
}

/// What is shown of something that was not saved.
#[derive(Default)]
pub struct Wrong {
    pub messages: Vec<Message>,
    /// Sentences by field.
    pub problems: Vec<(&'static str, String)>,
    /// Whether somebody else has saved in the meantime: the form then stands on what is stored now.
    pub is_changed: bool,
}

impl Wrong {
    /// One sentence above the form.
    pub fn said(text: &str) -> Self {
        Self {
            messages: vec![Message::error(text)],
            ..Self::default()
        }
    }

    /// Sentences beside their fields.
    pub fn of(problems: &[Problem]) -> Self {
        let with_text = |one: &Problem| (one.field, one.message.rendered());
        Self {
            messages: vec![Message::error(
                "The form has not been saved. Please look at the marked fields.",
            )],
            problems: problems.iter().map(with_text).collect(),
            is_changed: false,
        }
    }

    /// Why it was not saved; the grid takes over what no form can put right.
    pub fn why(unsaved: Unsaved, grid: &str) -> Result<Self, Refusal> {
        match unsaved {
            Unsaved::Problems(problems) => Ok(Self::of(&problems)),
            Unsaved::Changed => Ok(Self {
                is_changed: true,
                ..Self::said(
                    "Somebody else has saved this in the meantime. What you entered is still here: \
                     Save puts it in the place of what is stored now.",
                )
            }),
            Unsaved::Fault(fault) if fault.kind == Kind::NotFound => Err(to(grid, fault)),
            Unsaved::Fault(fault) => match fault.kind {
                Kind::Invalid | Kind::Denied => Ok(Self::said(&fault.phrase.rendered())),
                _ => Err(fault.into()),
            },
        }
    }

    /// The sentence of a field.
    pub fn problem(&self, field: &str) -> Option<&str> {
        let mut found = self.problems.iter().filter(|(known, _)| *known == field);
        found.next().map(|(_, text)| text.as_str())
    }
}

/// To a page that shows why something was refused; a fault of our own is one.
pub fn to(path: &str, fault: Fault) -> Refusal {
    match fault.kind {
        Kind::Invalid | Kind::Denied | Kind::NotFound => {
            Refusal::Elsewhere(path.to_owned(), Message::error(fault.phrase.rendered()))
        }
        _ => Refusal::Fault(fault),
    }
}
