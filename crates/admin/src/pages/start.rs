//! Where an admin begins.

use axum::response::Response;

use crate::web::{Refusal, Visit, menu, redirect};

/// `GET /`
pub fn go(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let start = menu::start(&|resource| visit.may(resource)).ok_or(Refusal::Denied)?;
    Ok(redirect(visit.asked, start, visit.asked.messages.clone()))
}
