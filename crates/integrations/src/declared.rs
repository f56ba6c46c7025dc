//! Integrations that modules declare, as `setup:upgrade` brings them into the store.
//!
//! A [`Declaration`] comes in, with the [`Way`] in which it was made; out comes what became of it
//! ([`Outcome`]), told as differences that a person can read. The two ways differ as in Magento:
//! - `etc/integration.xml` is compared with what it said at the last time. Where it says something
//!   else, the integration is made anew: another id, key and secret, no token, waiting to be
//!   activated ([`Status::Reset`]).
//! - setup code that hands a name of `etc/integration/config.xml` over writes fields and grants over
//!   the row's own; key, tokens and status stay.
//!
//! What an integration is compared with is what its file said, not what stands in the row: so one
//! that is declared both ways is left alone as long as its file is. Nothing is left of one that is
//! made anew, in particular no consumer.

use ferrite_acl::{ADMIN, ALL, Tree};
use ferrite_base::{DateTime, Fault, Phrase};
use ferrite_storage::{Error, Scalar, Tx};
use serde::{Deserialize, Serialize};

use crate::consumers::{CONSUMERS, Consumer};
use crate::integration::{INTEGRATIONS, Integration, SetupType, Status};
use crate::lifecycle::{Integrations, given, remove};

/// What a module says of an integration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The name, which is its key.
    pub name: String,
    /// Whom to write to.
    pub email: String,
    /// Where credentials are posted; empty where nowhere.
    pub endpoint: String,
    /// Where a person links their account; empty where nowhere.
    pub identity_link_url: String,
    /// What is granted. By way of setup code: the ids as they stand in the file.
    pub resources: Vec<String>,
    /// The module.
    pub module: String,
    /// The files, below the project's root.
    pub files: Vec<String>,
}

/// How an integration was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In `etc/integration.xml`.
    File,
    /// In `etc/integration/config.xml` and `api.xml`, handed over by setup code.
    SetupCode,
}

/// What a file said of an integration when it was last read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    name: String,
    email: String,
    endpoint: Option<String>,
    identity_link_url: Option<String>,
    resources: Vec<String>,
}

impl Said {
    fn by(row: &Integration) -> Self {
        Self {
            name: row.name.clone(),
            email: row.email.clone(),
            endpoint: row.endpoint.clone(),
            identity_link_url: row.identity_link_url.clone(),
            resources: row.resources.clone(),
        }
    }

    /// What another one says otherwise.
    fn differences(&self, other: &Self) -> Vec<Difference> {
        let endpoints =
            [&self.endpoint, &other.endpoint].map(|url| url.clone().unwrap_or_default());
        let links = [&self.identity_link_url, &other.identity_link_url]
            .map(|url| url.clone().unwrap_or_default());
        let fields = [
            ("name", self.name.clone(), other.name.clone()),
            ("email", self.email.clone(), other.email.clone()),
            ("endpoint_url", endpoints[0].clone(), endpoints[1].clone()),
            ("identity_link_url", links[0].clone(), links[1].clone()),
        ];
        let fields = fields
            .into_iter()
            .filter(|(_, before, after)| before != after);
        let fields = fields.map(|(field, before, after)| Difference::Field {
            field,
            before,
            after,
        });
        let lost = self
            .resources
            .iter()
            .filter(|id| !other.resources.contains(id));
        let lost = lost.map(|id| Difference::Withdrawn(id.clone()));
        let won = other
            .resources
            .iter()
            .filter(|id| !self.resources.contains(id));
        let won = won.map(|id| Difference::Granted(id.clone()));
        fields.chain(lost).chain(won).collect()
    }
}

/// One thing that a declaration changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A field has another value.
    Field {
        /// Its name in the XML.
        field: &'static str,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// A resource is granted.
    Granted(String),
    /// A resource is not granted any more.
    Withdrawn(String),
    /// A person made it; now the module has it.
    TakenOver,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Field {
                field,
                before,
                after,
            } => write!(f, "~ {field}: {before:?} -> {after:?}"),
            Self::Granted(id) => write!(f, "+ {id}"),
            Self::Withdrawn(id) => write!(f, "- {id}"),
            Self::TakenOver => f.write_str("~ made by hand, now by the module"),
        }
    }
}

/// What became of a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is a new integration, inactive.
    Created,
    /// Nothing has changed.
    Unchanged,
    /// It was made anew and waits to be activated.
    Replaced(Vec<Difference>),
    /// Fields and grants were written over; tokens and status stay.
    Overwritten(Vec<Difference>),
}

/// A declaration with all that a transaction needs, which may run more than once.
#[derive(Clone, Debug)]
pub struct Prepared {
    way: Way,
    row: Integration,
    consumer: Consumer,
}

impl Integrations {
    /// Makes a declaration ready to be brought into the store.
    pub fn prepare(&self, declaration: &Declaration, way: Way) -> Result<Prepared, Error> {
        let resources = match way {
            Way::File => declaration.resources.clone(),
            Way::SetupCode => literal(self.tree, &declaration.resources),
        };
        let now = self.clock.now();
        Ok(Prepared {
            way,
            row: Integration {
                setup_type: SetupType::Config,
                module: Some(declaration.module.clone()),
                files: declaration.files.clone(),
                ..blank(declaration, resources, &now)
            },
            consumer: Consumer::generate(&self.sealer, &self.randomness)?,
        })
    }

    /// Makes one ready that setup code makes by `IntegrationServiceInterface::create`: nobody's but
    /// the merchant's from then on, unless it says that it is a module's.
    pub fn prepare_new(
        &self,
        declaration: &Declaration,
        status: Status,
        setup_type: SetupType,
    ) -> Result<Prepared, Error> {
        let resources = literal(self.tree, &declaration.resources);
        let now = self.clock.now();
        let is_config = setup_type == SetupType::Config;
        Ok(Prepared {
            way: Way::SetupCode,
            row: Integration {
                status,
                setup_type,
                module: is_config.then(|| declaration.module.clone()),
                ..blank(declaration, resources, &now)
            },
            consumer: Consumer::generate(&self.sealer, &self.randomness)?,
        })
    }
}

fn blank(declaration: &Declaration, resources: Vec<String>, now: &DateTime) -> Integration {
    Integration {
        id: 0,
        name: declaration.name.clone(),
        email: declaration.email.clone(),
        endpoint: given(&declaration.endpoint),
        identity_link_url: given(&declaration.identity_link_url),
        status: Status::Inactive,
        setup_type: SetupType::Manual,
        module: None,
        files: Vec::new(),
        said: None,
        changes: Vec::new(),
        consumer_id: 0,
        resources,
        created_at: now.clone(),
        updated_at: now.clone(),
    }
}

/// What a list of ids grants that is taken as it stands: those that there are, with the root above
/// them; `Magento_Backend::all` alone is everything.
fn literal(tree: &Tree, ids: &[String]) -> Vec<String> {
    if matches!(ids, [only] if only == ALL) {
        return ids.to_vec();
    }
    let is_granted = |id: &str| id == ADMIN || ids.iter().any(|granted| granted == id);
    let all = tree.iter().map(ferrite_acl::Node::id);
    all.filter(|id| is_granted(id)).map(str::to_owned).collect()
}

impl Prepared {
    /// The name of the integration.
    pub fn name(&self) -> &str {
        &self.row.name
    }

    /// Brings the declaration into the store.
    pub fn put(&self, tx: &mut Tx<'_>) -> Result<Outcome, Fault> {
        let found = INTEGRATIONS.find(tx, "name", &Scalar::from(self.row.name.as_str()))?;
        let outcome = match (found, self.way) {
            (None, _) => {
                self.insert(tx, Status::Inactive, Vec::new())?;
                Outcome::Created
            }
            (Some(row), Way::File) => self.replace(tx, row)?,
            (Some(row), Way::SetupCode) => self.overwrite(tx, row)?,
        };
        tx.raise_generation();
        Ok(outcome)
    }

    /// Refuses a name that is taken.
    pub fn check_free(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let name = self.row.name.as_str();
        if INTEGRATIONS
            .find(tx, "name", &Scalar::from(name))?
            .is_some()
        {
            let text = "The integration with name \"%1\" exists.";
            return Err(Fault::new(
                ferrite_base::Kind::Invalid,
                Phrase::list(text, [name]),
            ));
        }
        Ok(())
    }

    /// Makes the integration as new; refused where there is one of its name.
    pub fn create(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.check_free(tx)?;
        self.insert(tx, self.row.status, Vec::new())?;
        tx.raise_generation();
        Ok(())
    }

    fn insert(&self, tx: &mut Tx<'_>, status: Status, changes: Vec<String>) -> Result<(), Fault> {
        let mut consumer = self.consumer.clone();
        let said = (self.way == Way::File).then(|| Said::by(&self.row));
        let mut row = Integration {
            status,
            said,
            changes,
            consumer_id: CONSUMERS.insert(tx, &mut consumer)?,
            ..self.row.clone()
        };
        let id = INTEGRATIONS.insert(tx, &mut row)?;
        consumer.name = format!("Integration{id}");
        CONSUMERS.put(tx, &consumer)?;
        Ok(())
    }

    fn replace(&self, tx: &mut Tx<'_>, row: Integration) -> Result<Outcome, Fault> {
        let before = row.said.clone().unwrap_or_else(|| Said::by(&row));
        let mut differences = before.differences(&Said::by(&self.row));
        if row.setup_type == SetupType::Manual {
            differences.insert(0, Difference::TakenOver);
        }
        if differences.is_empty() {
            self.note_place(tx, row)?;
            return Ok(Outcome::Unchanged);
        }
        remove(tx, &row)?;
        let changes = differences.iter().map(Difference::to_string).collect();
        self.insert(tx, Status::Reset, changes)?;
        Ok(Outcome::Replaced(differences))
    }

    /// Keeps where an unchanged declaration stands now, and what it says.
    fn note_place(&self, tx: &mut Tx<'_>, row: Integration) -> Result<(), Fault> {
        let now = Integration {
            module: self.row.module.clone(),
            files: self.row.files.clone(),
            said: Some(Said::by(&self.row)),
            ..row.clone()
        };
        let same = (&now.module, &now.files, &now.said) == (&row.module, &row.files, &row.said);
        if !same {
            INTEGRATIONS.put(tx, &now)?;
        }
        Ok(())
    }

    fn overwrite(&self, tx: &mut Tx<'_>, row: Integration) -> Result<Outcome, Fault> {
        let mut differences = Said::by(&row).differences(&Said::by(&self.row));
        if row.setup_type == SetupType::Manual {
            differences.insert(0, Difference::TakenOver);
        }
        let moved = row.module != self.row.module || row.files != self.row.files;
        if differences.is_empty() && !moved {
            return Ok(Outcome::Unchanged);
        }
        let mut changes = row.changes.clone();
        if !differences.is_empty() {
            changes = differences.iter().map(Difference::to_string).collect();
        }
        let now = Integration {
            id: row.id,
            status: row.status,
            consumer_id: row.consumer_id,
            created_at: row.created_at.clone(),
            said: row.said.clone(),
            changes,
            ..self.row.clone()
        };
        INTEGRATIONS.put(tx, &now)?;
        if differences.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        Ok(Outcome::Overwritten(differences))
    }
}
