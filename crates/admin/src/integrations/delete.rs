//! Deleting an integration, once somebody has said OK.

use askama::Template;

use crate::page::{Frame, Message};
use crate::panel::{Page, Visit};

#[derive(Template)]
#[template(path = "delete.html")]
struct Confirm {
    frame: Frame,
    name: String,
    action: String,
    back: String,
}

/// Asks first.
pub(crate) fn ask(visit: &Visit<'_>, id: i64) -> Page {
    let one = visit.panel.integrations.get(id)?;
    Ok(visit.show(&Confirm {
        frame: visit.frame("Are you sure?"),
        name: one.name,
        action: visit.address(&format!("integrations/{id}/delete")),
        back: visit.address("integrations"),
    }))
}

/// Deletes.
pub(crate) fn delete(visit: &Visit<'_>, id: i64) -> Page {
    match visit.panel.integrations.delete(id) {
        Ok(gone) => {
            let text = format!("The integration '{}' has been deleted.", gone.name);
            Ok(visit.done("integrations", text))
        }
        Err(fault) => {
            let message = Message::error(fault.phrase.rendered());
            Ok(visit.back("integrations", message))
        }
    }
}
