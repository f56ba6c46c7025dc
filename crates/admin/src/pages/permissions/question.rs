//! What is done after a question and with the admin's own password: a dialog over the grid.

use askama::Template;
use axum::response::Response;
use ferrite_accounts::{People, Unsaved};

use super::people::{people, to};
use crate::components::grid::{Cell, Grid};
use crate::pages::identity;
use crate::web::fields::Fields;
use crate::web::{Frame, Message, Refusal, Visit, redirect, render};

/// A grid with its frame, for what an address asks.
type Framed = fn(&Visit<'_>, &Fields) -> Result<(Frame, Grid), Refusal>;

/// Something that can be done with a row of a grid.
pub struct Action {
    /// The grid's path.
    pub grid: &'static str,
    /// The last part of the address.
    pub verb: &'static str,
    /// What it is called.
    pub button: &'static str,
    /// What it comes to.
    pub text: &'static str,
    /// Whether it leads back to the row's form; else to the grid.
    pub leads_to_form: bool,
    /// The page behind the dialog.
    pub framed: Framed,
    /// What the row is called, or why nothing can be done with it.
    pub name: fn(&Visit<'_>, i64) -> Result<String, Refusal>,
    /// Does it; what is said afterwards.
    pub act: fn(&People, i64) -> Result<String, Unsaved>,
}

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage {
    frame: Frame,
    grid: Grid,
    close_url: String,
    url: String,
    name: String,
    text: &'static str,
    button: &'static str,
    messages: Vec<Message>,
}

impl Action {
    /// The question.
    pub fn ask(&self, visit: &Visit<'_>) -> Result<Response, Refusal> {
        self.page(visit, Vec::new())
    }

    fn page(&self, visit: &Visit<'_>, messages: Vec<Message>) -> Result<Response, Refusal> {
        let id = visit.asked.id();
        let name = (self.name)(visit, id)?;
        let (frame, grid) = (self.framed)(visit, &Fields::default())?;
        let form = visit.asked.url(&format!("{}/{id}", self.grid));
        render(&QuestionPage {
            frame,
            grid,
            url: format!("{form}/{}", self.verb),
            close_url: form,
            name,
            text: self.text,
            button: self.button,
            messages,
        })
    }

    /// The answer.
    pub fn act(&self, visit: &Visit<'_>) -> Result<Response, Refusal> {
        if !identity::is_verified(visit)? {
            return self.page(visit, vec![Message::error(identity::WRONG)]);
        }
        let id = visit.asked.id();
        match (self.act)(&people(visit), id) {
            Ok(text) => {
                let path = match self.leads_to_form {
                    true => format!("{}/{id}", self.grid),
                    false => self.grid.to_owned(),
                };
                Ok(redirect(visit.asked, &path, vec![Message::success(text)]))
            }
            Err(Unsaved::Fault(fault)) => Err(to(self.grid, fault)),
            // What has no fields and no state seen meets neither.
            Err(Unsaved::Problems(_) | Unsaved::Changed) => Err(Refusal::NotFound),
        }
    }
}
