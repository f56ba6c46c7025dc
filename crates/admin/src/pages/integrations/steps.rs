//! What happened in an exchange, for people.

use ferrite_integrations::{Exchange, ExchangeState};

use crate::text::shown;

/// An exchange.
pub struct ExchangeView {
    pub title: String,
    pub state: &'static str,
    /// The state's colour.
    pub tone: &'static str,
    pub endpoint: String,
    pub steps: Vec<StepView>,
}

/// A step of it.
pub struct StepView {
    pub at: String,
    pub name: String,
    pub is_done: bool,
    pub detail: String,
}

/// The state's name, for people and scripts.
pub fn label(state: ExchangeState) -> (&'static str, &'static str) {
    match state {
        ExchangeState::Running => ("Waiting", "warn"),
        ExchangeState::Completed => ("Completed", "good"),
        ExchangeState::Failed => ("Failed", "bad"),
        ExchangeState::Cancelled => ("Cancelled", ""),
    }
}

/// The exchange as it is shown.
pub fn view(exchange: &Exchange) -> ExchangeView {
    let what = if exchange.is_reauthorization {
        "Reauthorization"
    } else {
        "Activation"
    };
    let (state, tone) = label(exchange.state);
    let steps = exchange.steps.iter().map(|step| StepView {
        at: step.at.to_string(),
        name: step.name.clone(),
        is_done: step.is_done,
        // Its badge says already that it failed.
        detail: shown(step.detail.strip_prefix("failed: ").unwrap_or(&step.detail)),
    });
    ExchangeView {
        title: format!("{what} of {} UTC", exchange.started_at),
        state,
        tone,
        endpoint: shown(&exchange.endpoint),
        steps: steps.collect(),
    }
}
