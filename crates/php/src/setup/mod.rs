//! What a module's setup scripts and patches do to integrations, found by evaluating them.
//!
//! In flow a module's versions and a function that gives the source of a class by its name (`Vendor\
//! Module\Setup\InstallData`, no leading backslash); out come [`Action`]s in the order in which the
//! script would take them. A caller runs, per module in load order (`setup:upgrade`): [`versioned`],
//! then [`patch_order`] and [`apply_patch`], then [`recurring`], first for [`Phase::Schema`] and then
//! for [`Phase::Data`].

mod patches;
mod versioned;

use crate::problem::{Position, Problem};
use crate::value::Array;

pub use patches::{apply_patch, patch_order};
pub use versioned::{recurring, versioned};

/// Which half of `setup:upgrade`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// `InstallSchema`, `UpgradeSchema`, `Recurring`, `Patch\Schema`
    Schema,
    /// `InstallData`, `UpgradeData`, `RecurringData`, `Patch\Data`
    Data,
}

/// The file that holds a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// How actions and problems shall name the file.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A module as setup sees it.
#[derive(Clone, Copy)]
pub struct Module<'a> {
    /// `Vendor_Module`
    pub name: &'a str,
    /// Namespace roots without slashes at the ends: `Vendor\Module`. The first whose `Setup` has the
    /// class holds it. When there is none, the module's name gives it.
    pub namespaces: &'a [String],
    /// `setup_version` of `module.xml`.
    pub version: Option<&'a str>,
    /// The version of the phase that is kept in `setup_module`: none before the first install.
    pub stored: Option<&'a str>,
    /// The source of a class by its full name, if the module holds it.
    pub source: &'a dyn Fn(&str) -> Option<Source>,
    /// The class that `etc/di.xml` of some module prefers for an interface or a class.
    pub preference: &'a dyn Fn(&str) -> Option<String>,
}

/// What a script does, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `ConfigBasedIntegrationManager::processIntegrationConfig($names)`
    ProcessIntegrationConfig {
        /// The names, as handed over.
        names: Vec<String>,
        /// The file of the call.
        file: String,
        /// Where the call stands.
        at: Position,
    },
    /// `IntegrationServiceInterface::create($fields)`
    CreateIntegration {
        /// `name`, `email`, `status`, `endpoint`, `identity_link_url`, `setup_type`, `all_resources`,
        /// `resource`, …: as handed over.
        fields: Array,
        /// The file of the call.
        file: String,
        /// Where the call stands.
        at: Position,
    },
    /// Something else, which the script would do and Ferrite does not.
    NotExecuted {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// The statement on one line, cut after 120 characters, without control characters.
        what: String,
    },
    /// A condition that cannot be evaluated: what follows from it was taken as done.
    Assumed {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// The condition on one line, cut after 120 characters, without control characters.
        condition: String,
    },
}

/// A problem in a class's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{problem}")]
pub struct FileProblem {
    /// The file, as [`Source::file`] named it.
    pub file: String,
    /// What and where.
    pub problem: Problem,
}

/// What came out of reading a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// In the order in which the script would take them.
    pub actions: Vec<Action>,
    /// Files that do not parse where it matters, names that cannot be told, limits that were reached. A
    /// fault of the module.
    pub problems: Vec<FileProblem>,
    /// The classes whose script ran, in order: `Vendor\Module\Setup\InstallData`.
    pub ran: Vec<String>,
}

/// A patch as it declares itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Its class without a leading backslash, as `patch_list` keeps it.
    pub class: String,
    /// The file, as [`Source::file`] named it.
    pub file: String,
    /// `getDependencies()`: classes without leading backslashes.
    pub dependencies: Vec<String>,
    /// `getAliases()`: classes without leading backslashes.
    pub aliases: Vec<String>,
    /// `getVersion()`, where it implements `PatchVersionInterface`.
    pub version: Option<String>,
    /// It implements `NonTransactionableInterface`.
    pub non_transactionable: bool,
    /// It implements `PatchRevertableInterface`.
    pub revertable: bool,
}

/// A patch's step in the order in which they are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To be run by [`apply_patch`], then recorded with its aliases.
    Apply(Patch),
    /// To be recorded without running: its version is not above the stored one.
    Record(Patch),
}

/// The order of a phase's patches, and which cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Dependencies first, otherwise as given; those already applied left out.
    pub steps: Vec<Step>,
    /// Patches that cannot be read, implement the wrong interface (`Patch %1 should implement
    /// DataPatchInterface`) or depend on themselves (`Cyclomatic dependency during patch installation`).
    pub problems: Vec<FileProblem>,
}

impl Module<'_> {
    /// The namespaces that may hold `Setup`.
    fn roots(&self) -> Vec<String> {
        if self.namespaces.is_empty() {
            return vec![self.name.replacen('_', "\\", 1)];
        }
        self.namespaces
            .iter()
            .map(|root| root.trim_matches('\\').to_owned())
            .collect()
    }
}

impl Outcome {
    /// What another script did after this one.
    fn add(&mut self, other: Outcome) {
        self.actions.extend(other.actions);
        self.problems.extend(other.problems);
        self.ran.extend(other.ran);
    }
}
