//! The integration itself.

use ferrite_acl::{ALL, Grants, Tree};
use ferrite_base::DateTime;
use ferrite_storage::{Collection, Field, Scalar, serde_document};
use serde::{Deserialize, Serialize};

use crate::declared::Said;

/// Where an integration is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It has no access token, or has begun an exchange that has not ended.
    Inactive,
    /// Its access token counts.
    Active,
    /// Its module's declaration has changed; it waits to be activated anew.
    Reset,
}

impl Status {
    /// Magento's number.
    pub fn number(self) -> i64 {
        match self {
            Self::Inactive => 0,
            Self::Active => 1,
            Self::Reset => 2,
        }
    }

    /// Magento's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inactive => "Inactive",
            Self::Active => "Active",
            Self::Reset => "Reset",
        }
    }
}

/// Who made an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupType {
    /// A person.
    Manual,
    /// A module that declares it.
    Config,
}

/// An integration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Integration {
    /// Its row.
    pub id: i64,
    /// Its name, unique as MySQL compares.
    pub name: String,
    /// Whom to write to; may be empty.
    pub email: String,
    /// The callback URL, where credentials are posted.
    pub endpoint: Option<String>,
    /// Where a person links their account at the third party.
    pub identity_link_url: Option<String>,
    /// Where it is in its life.
    pub status: Status,
    /// Who made it.
    pub setup_type: SetupType,
    /// The module that declares it.
    pub module: Option<String>,
    /// The files that declare it, below the project's root.
    #[serde(default)]
    pub files: Vec<String>,
    /// What `etc/integration.xml` said of it when it was last read.
    #[serde(default)]
    pub said: Option<Said>,
    /// What the last `setup:upgrade` that changed it has changed, a line each.
    #[serde(default)]
    pub changes: Vec<String>,
    /// Its consumer's row.
    pub consumer_id: i64,
    /// The resources that were granted: `Magento_Backend::all` alone for everything.
    pub resources: Vec<String>,
    /// When it was made.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
}

serde_document!(Integration);

/// All integrations.
pub static INTEGRATIONS: Collection<Integration> = Collection {
    name: "integration",
    fields: &[
        Field::unique_text("name", |one: &Integration| {
            Some(Scalar::from(one.name.as_str()))
        }),
        Field::int("status", |one: &Integration| {
            Some(Scalar::from(one.status.number()))
        }),
        Field::int("consumer_id", |one: &Integration| {
            Some(Scalar::from(one.consumer_id))
        }),
        Field::int("insecure", |one: &Integration| {
            Some(Scalar::from(i64::from(one.is_insecure())))
        }),
    ],
};

impl Integration {
    /// What it may do.
    pub fn grants(&self, tree: &Tree) -> Grants {
        Grants::from_ids(tree, &self.resources)
    }

    /// Whether everything was granted.
    pub fn has_everything(&self) -> bool {
        matches!(self.resources.as_slice(), [only] if only == ALL)
    }

    /// Whether activating it runs the exchange: both addresses are given.
    pub fn has_exchange(&self) -> bool {
        let given = |url: &Option<String>| url.as_ref().is_some_and(|url| !url.is_empty());
        given(&self.endpoint) && given(&self.identity_link_url)
    }

    /// Whether one of its addresses is given with `http:`, in any case.
    pub fn is_insecure(&self) -> bool {
        let plain = |url: &String| {
            let start = url.trim_start().get(..5);
            start.is_some_and(|start| start.eq_ignore_ascii_case("http:"))
        };
        self.endpoint.as_ref().is_some_and(plain)
            || self.identity_link_url.as_ref().is_some_and(plain)
    }
}
