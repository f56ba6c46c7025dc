//! The secrets of an integration, shown to an admin who has just given their own password.

use axum::response::Response;

use super::form::{self, Details, Values, Wrong};
use super::{asked_for, check_reach};
use crate::pages::identity;
use crate::web::{Message, Refusal, Visit};

/// `POST /integration/{id}/secrets`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let one = asked_for(visit)?;
    check_reach(visit, &one.resources)?;
    let values = Values::of(&one);
    if !identity::is_verified(visit)? {
        let wrong = Wrong {
            messages: vec![Message::error(identity::WRONG)],
            problems: Vec::new(),
        };
        return form::page(visit, Some(&one), values, wrong, None);
    }
    let credentials = visit.panel().integrations.credentials(one.id)?;
    visit.panel().log(&format!(
        "admin {} looked at the secrets of integration {}",
        visit.admin.id, one.id
    ));
    let details = Details::open(&credentials);
    form::page(visit, Some(&one), values, Wrong::default(), Some(details))
}
