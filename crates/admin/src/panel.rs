//! What all pages stand on.

use std::sync::Arc;

use ferrite_accounts::SignIn;
use ferrite_acl::Tree;
use ferrite_base::{Clock, Randomness, Secret, StoreScope};
use ferrite_integrations::Integrations;
use ferrite_settings::{PANEL_PATH, Settings};
use ferrite_storage::Db;
use ferrite_webapi::Api;

use crate::Modules;
use crate::web::keys::Keys;

/// The panel over a store.
pub struct Panel {
    /// The Web API, which products, customers and orders are read through.
    pub(crate) api: Arc<Api>,
    /// The life cycle of integrations.
    pub(crate) integrations: Arc<Integrations>,
    /// The modules of the project.
    pub(crate) modules: Modules,
    /// Who may come in.
    pub(crate) sign_in: SignIn,
    pub(crate) keys: Keys,
}

impl Panel {
    /// The panel; `crypt_key` is the installation's.
    pub fn new(
        api: Arc<Api>,
        integrations: Arc<Integrations>,
        modules: Modules,
        crypt_key: &Secret,
    ) -> Self {
        let services = api.services();
        let sign_in = SignIn {
            db: services.db.clone(),
            settings: services.settings.clone(),
            clock: services.clock.clone(),
        };
        Self {
            sign_in,
            api,
            integrations,
            modules,
            keys: Keys::new(crypt_key),
        }
    }

    /// The path under which the panel is found: `/admin`, unless it was changed.
    pub(crate) fn path(&self) -> String {
        let custom = self.settings().text(PANEL_PATH, &StoreScope::admin());
        match custom.trim() {
            "" => "/admin".to_owned(),
            custom => format!("/{custom}"),
        }
    }

    /// Whether browsers reach the panel by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.settings().base_url().starts_with("https:")
    }

    pub(crate) fn db(&self) -> &Db {
        &self.api.services().db
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.api.services().settings
    }

    pub(crate) fn tree(&self) -> &'static Tree {
        self.api.services().tree
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.api.services().clock
    }

    pub(crate) fn randomness(&self) -> &Randomness {
        &self.api.services().randomness
    }

    pub(crate) fn log(&self, line: &str) {
        (self.api.services().log)(line);
    }
}
