//! The way of a request through the panel.

use std::sync::Arc;

use ferrite_accounts::{Admin, SignIn};
use ferrite_acl::{Grants, Tree};
use ferrite_base::{Clock, Fault, Kind, Randomness, StoreScope};
use ferrite_integrations::Integrations;
use ferrite_settings::Settings;
use ferrite_storage::Db;
use ferrite_webapi::Api;
use sha2::{Digest as _, Sha256};

use crate::page::{Frame, MENU, Message, ShownEntry, ShownGroup};
use crate::session::{self, Sessions, Visitor};
use crate::{Answer, Request, configuration, form_key, grids, integrations, sign_in, users};

/// Where a third party sends a person back to: outside of the panel's path, holding no key.
pub const LOGIN_SUCCESS: &str = "/integration/login-success";

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/panel.js");

/// The message that a redirect takes along; cleared by the page that shows it.
const NOTICE: &str = "ferrite_notice";

/// A fault of the panel's own.
#[derive(Debug)]
pub enum PanelError {
    /// What a rule refused, or what failed below.
    Fault(Fault),
    /// The page's resource is not held.
    Forbidden,
    /// There is no such page.
    NotFound,
    /// A page that changes something was got.
    Method,
}

impl<E: Into<Fault>> From<E> for PanelError {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// A page's outcome.
pub(crate) type Page = Result<Answer, PanelError>;

/// The panel over a store.
pub struct Panel {
    pub(crate) db: Db,
    pub(crate) settings: Settings,
    pub(crate) integrations: Arc<Integrations>,
    pub(crate) api: Arc<Api>,
    pub(crate) tree: &'static Tree,
    pub(crate) sign_in: SignIn,
    pub(crate) sessions: Sessions,
    pub(crate) randomness: Randomness,
    pub(crate) log: fn(&str),
    version: String,
}

/// A request of somebody who is signed in.
pub(crate) struct Visit<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) request: &'a Request,
    pub(crate) admin: &'a Admin,
    pub(crate) grants: Grants,
    pub(crate) base: String,
    pub(crate) session: String,
    /// The page's path below the panel's, for the menu.
    pub(crate) path: String,
}

impl Panel {
    /// The panel of a store.
    pub fn new(
        integrations: Arc<Integrations>,
        api: Arc<Api>,
        clock: Clock,
        log: fn(&str),
    ) -> Self {
        let db = integrations.db.clone();
        let settings = integrations.settings.clone();
        let randomness = integrations.randomness.clone();
        let digest = Sha256::new()
            .chain_update(STYLE)
            .chain_update(SCRIPT)
            .finalize();
        Self {
            sign_in: SignIn {
                db: db.clone(),
                settings: settings.clone(),
                clock: clock.clone(),
            },
            sessions: Sessions {
                db: db.clone(),
                settings: settings.clone(),
                clock,
                randomness: randomness.clone(),
            },
            tree: integrations.tree,
            version: digest
                .iter()
                .take(6)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            db,
            settings,
            integrations,
            api,
            randomness,
            log,
        }
    }

    /// The panel's path, without a slash at its end.
    pub(crate) fn base(&self) -> String {
        let path = self
            .settings
            .text("admin/url/custom_path", &StoreScope::admin());
        let path = path.trim_matches('/');
        format!("/{}", if path.is_empty() { "admin" } else { path })
    }

    /// Answers a request; none where it is not the panel's.
    pub fn answer(&self, request: &Request) -> Option<Answer> {
        if request.path == LOGIN_SUCCESS {
            return Some(integrations::login_success());
        }
        let base = self.base();
        let path = request.path.strip_prefix(&base)?;
        if !path.is_empty() && !path.starts_with('/') {
            return None;
        }
        let path = path.trim_matches('/').to_owned();
        if let Some(file) = self.file(&path) {
            return Some(file);
        }
        let answer = self.page(request, &base, path);
        Some(answer.unwrap_or_else(|error| self.failed(error)))
    }

    /// A file that pages need.
    fn file(&self, path: &str) -> Option<Answer> {
        let name = path.strip_prefix("assets/")?;
        let (version, name) = name.split_once('/')?;
        match (version == self.version, name) {
            (true, "style.css") => Some(Answer::file("text/css; charset=utf-8", STYLE.as_bytes())),
            (true, "panel.js") => {
                let kind = "text/javascript; charset=utf-8";
                Some(Answer::file(kind, SCRIPT.as_bytes()))
            }
            _ => Some(Answer::text(404, "Not found.")),
        }
    }

    fn page(&self, request: &Request, base: &str, path: String) -> Page {
        if !matches!(request.method.as_str(), "GET" | "POST") {
            return Err(PanelError::Method);
        }
        let cookie = session::cookie_name(request.is_https);
        let id = request.cookie(cookie).unwrap_or_default();
        let visitor = if id.len() == 32 {
            self.sessions.visitor(id)?
        } else {
            Visitor::Nobody
        };
        let admin = match visitor {
            Visitor::Admin(admin) => admin,
            Visitor::Nobody => return sign_in::page(self, request, base, &path, None),
            Visitor::Replaced => {
                let text = "Someone logged into this account from another device or browser. \
                            Your current session is terminated.";
                return sign_in::page(self, request, base, &path, Some(text));
            }
        };
        let visit = Visit {
            panel: self,
            request,
            grants: Grants::from_ids(self.tree, &admin.resources),
            admin: &admin,
            base: base.to_owned(),
            session: id.to_owned(),
            path,
        };
        visit.route()
    }

    fn failed(&self, error: PanelError) -> Answer {
        match error {
            PanelError::NotFound => Answer::text(404, "There is no such page."),
            PanelError::Method => Answer::text(405, "This page cannot be asked for like this."),
            PanelError::Forbidden => {
                Answer::text(403, "Sorry, you need permissions to view this content.")
            }
            PanelError::Fault(fault) if fault.kind == Kind::NotFound => {
                Answer::text(404, &fault.phrase.rendered())
            }
            PanelError::Fault(fault) if fault.kind == Kind::Unavailable => {
                Answer::text(503, &fault.phrase.rendered())
            }
            PanelError::Fault(fault) => {
                (self.log)(&fault.to_string());
                Answer::text(500, "Internal error. Check exception log for details.")
            }
        }
    }
}

impl Visit<'_> {
    fn route(&self) -> Page {
        let is_post = self.request.method == "POST";
        if is_post && !form_key::fits(self.request, &self.session) {
            let text = "Invalid Form Key. Please refresh the page.";
            if self.request.is_script() {
                let body = serde_json::json!({"error": true, "message": text});
                return Ok(Answer::json(&body));
            }
            return Ok(self.back("integrations", Message::error(text)));
        }
        let segments: Vec<&str> = self
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        match segments.as_slice() {
            [] | ["sign-in"] if !is_post => Ok(Answer::see_other(&self.address("integrations"))),
            ["sign-out"] if is_post => sign_in::out(self),
            ["integrations", rest @ ..] => integrations::route(self, rest, is_post),
            ["configuration", section] => configuration::route(self, section, is_post),
            ["users"] if !is_post => users::users(self),
            ["roles"] if !is_post => users::roles(self),
            [name @ ("products" | "customers" | "orders")] if !is_post => grids::route(self, name),
            _ => Err(PanelError::NotFound),
        }
    }

    /// Fails where the admin does not hold a resource.
    pub(crate) fn require(&self, resource: &str) -> Result<(), PanelError> {
        if self.grants.allows_id(self.panel.tree, resource) {
            Ok(())
        } else {
            Err(PanelError::Forbidden)
        }
    }

    /// An address of the panel.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// What surrounds a page, with the message that a redirect has taken along.
    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        let shown = |group: &'static crate::page::Group| {
            let held = group.entries.iter();
            let held = held.filter(|one| self.grants.allows_id(self.panel.tree, one.resource));
            let entries: Vec<ShownEntry> = held
                .map(|one| ShownEntry {
                    label: one.label,
                    address: self.address(one.address),
                    is_current: self.path.starts_with(one.address),
                })
                .collect();
            (!entries.is_empty()).then_some(ShownGroup {
                section: group.section,
                heading: group.heading,
                entries,
            })
        };
        Frame {
            title: title.into(),
            base: self.base.clone(),
            user: self.admin.user_name.clone(),
            form_key: form_key::of(&self.session),
            menu: MENU.iter().filter_map(shown).collect(),
            messages: self.taken_along().into_iter().collect(),
            version: self.panel.version.clone(),
            refresh: 0,
        }
    }

    fn taken_along(&self) -> Option<Message> {
        let cookie = self.request.cookie(NOTICE)?;
        let mut pairs = form_urlencoded::parse(cookie.as_bytes());
        let (kind, text) = pairs.next()?;
        let kind = match kind.as_ref() {
            "success" => "success",
            "error" => "error",
            _ => "notice",
        };
        Some(Message {
            kind,
            text: text.into_owned(),
        })
    }

    /// A page, after which the message that was taken along is gone.
    pub(crate) fn show(&self, template: &impl askama::Template) -> Answer {
        let page = Answer::page(200, template);
        if self.request.cookie(NOTICE).is_none() {
            return page;
        }
        let path = &self.base;
        page.with(
            "set-cookie",
            format!("{NOTICE}=; Max-Age=0; HttpOnly; SameSite=Lax; Path={path}"),
        )
    }

    /// A redirect that takes a message along.
    pub(crate) fn back(&self, path: &str, message: Message) -> Answer {
        let text = form_urlencoded::Serializer::new(String::new())
            .append_pair(message.kind, &message.text)
            .finish();
        let base = &self.base;
        let cookie = format!("{NOTICE}={text}; Max-Age=60; HttpOnly; SameSite=Lax; Path={base}");
        Answer::see_other(&self.address(path)).with("set-cookie", cookie)
    }

    /// A redirect that says that something was done.
    pub(crate) fn done(&self, path: &str, text: impl Into<String>) -> Answer {
        let message = Message {
            kind: "success",
            text: text.into(),
        };
        self.back(path, message)
    }
}

impl Panel {
    /// What the addresses of files carry.
    pub(crate) fn version(&self) -> String {
        self.version.clone()
    }
}
