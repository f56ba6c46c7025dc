//! The admin panel: pages made on the server that work without scripts.
//!
//! In flows a [`Request`], out an [`Answer`]; everything is synchronous. [`Panel::answer`] checks in
//! this order: is it the panel's path, who is signed in ([`session`]), does a form carry the key of
//! its session ([`form_key`]), does the admin hold the page's resource; then the page's function
//! runs. No GET changes anything but when a session was last seen.

mod answer;
mod configuration;
mod form_key;
mod grids;
mod integrations;
mod page;
mod panel;
mod request;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod users;

pub use answer::Answer;
pub use panel::{LOGIN_SUCCESS, Panel, PanelError};
pub use request::Request;
pub use session::SESSIONS;

use ferrite_storage::Declared;

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&SESSIONS]
}
