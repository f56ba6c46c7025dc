//! What all pages have in common.

use super::menu::Section;
use super::message::Message;
use crate::assets;

/// The frame of a page.
pub struct Frame {
    pub title: String,
    /// The path under which the panel is found.
    pub base: String,
    pub form_key: String,
    pub messages: Vec<Message>,
    pub menu: Vec<Section>,
    /// Where the integrations are, while one of them has been reset.
    pub reset_url: Option<String>,
    /// Who is signed in.
    pub user: Option<String>,
}

impl Frame {
    /// The address of one of our files.
    pub fn asset(&self, plain_name: &str) -> String {
        format!("{}/assets/{}", self.base, assets::name(plain_name))
    }

    /// The same frame with a message more.
    pub fn with(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }
}
