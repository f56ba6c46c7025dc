//! A request of a browser, read.

use std::net::IpAddr;
use std::sync::Arc;

use ferrite_accounts::sessions::Session;
use ferrite_accounts::{Admin, Origin};
use ferrite_acl::{ALL, Grants};
use ferrite_webapi::identity::{Caller, Identity};

use super::fields::Fields;
use super::frame::Frame;
use super::menu;
use super::message::Message;
use crate::Panel;
use crate::pages::integrations::{GRID, RESOURCE};
use crate::text::shown;

/// What is asked, by whomever.
pub struct Asked {
    pub panel: Arc<Panel>,
    /// The path under which the panel is found, without a slash at its end.
    pub base: String,
    /// The path below that.
    pub path: String,
    /// The parts of the path that the route names.
    pub parameters: Vec<(String, String)>,
    pub query: Fields,
    pub form: Fields,
    /// Whether a script asks.
    pub wants_json: bool,
    /// The browser's token.
    pub token: String,
    /// Whether the token is new to the browser.
    pub is_fresh: bool,
    pub messages: Vec<Message>,
    /// Where the request comes from.
    pub source: Option<IpAddr>,
    /// What says that an admin has signed in in this browser before.
    pub device: String,
}

impl Asked {
    /// An address of the panel.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Where somebody of that name signs in from.
    pub fn origin(&self, user_name: &str) -> Origin {
        let device = self.panel.keys.known_device(user_name, &self.device);
        Origin {
            source: self.source,
            device: device.map(str::to_owned),
        }
    }

    /// What stands in each form.
    pub fn form_key(&self) -> String {
        self.panel.keys.form_key(&self.token)
    }

    /// A part of the path that the route names.
    pub fn parameter(&self, name: &str) -> &str {
        let mut found = self.parameters.iter().filter(|(known, _)| known == name);
        found.next().map_or("", |(_, text)| text.as_str())
    }

    /// The number in the path; 0 where there is none.
    pub fn id(&self) -> i64 {
        self.parameter("id").parse().unwrap_or(0)
    }

    /// A field of the form.
    pub fn field(&self, name: &str) -> &str {
        self.form.text(name)
    }

    /// The frame of a page that needs nobody signed in.
    pub fn frame(&self, title: &str) -> Frame {
        Frame {
            title: title.to_owned(),
            base: self.base.clone(),
            form_key: self.form_key(),
            messages: self.messages.clone(),
            menu: Vec::new(),
            reset_url: None,
            user: None,
        }
    }
}

/// A request of an admin who is signed in.
pub struct Visit<'a> {
    pub asked: &'a Asked,
    pub session: Session,
    pub admin: Admin,
    pub grants: Arc<Grants>,
}

impl Visit<'_> {
    /// The panel.
    pub fn panel(&self) -> &Panel {
        &self.asked.panel
    }

    /// Whether the admin holds a resource.
    pub fn may(&self, resource: &str) -> bool {
        self.grants.allows_id(self.panel().tree(), resource)
    }

    /// Whether the admin holds all that is granted by this.
    pub fn holds(&self, resources: &[String]) -> bool {
        let held = |id: &String| id != ALL && self.may(id);
        self.grants.is_all() || resources.iter().all(held)
    }

    /// The admin as a caller of the Web API.
    pub fn identity(&self) -> Identity {
        Identity::new(Caller::Admin(self.admin.id), Arc::clone(&self.grants))
    }

    /// Whether the admin is to be told of an integration that waits to be activated anew.
    fn has_reset(&self) -> bool {
        if !self.may(RESOURCE) {
            return false;
        }
        let panel = self.panel();
        // The page itself is worth more than this hint.
        panel.integrations.has_reset().unwrap_or_else(|error| {
            panel.log(&error.to_string());
            false
        })
    }

    /// The frame of a page, with the menu.
    pub fn frame(&self, title: &str) -> Frame {
        let name = format!("{} {}", self.admin.first_name, self.admin.last_name);
        Frame {
            menu: menu::visible(self.asked, &|resource| self.may(resource)),
            reset_url: self.has_reset().then(|| self.asked.url(GRID)),
            user: Some(shown(name.trim())),
            ..self.asked.frame(title)
        }
    }
}
