//! `setup:upgrade`: what modules on disk declare is brought into a store, once.
//!
//! In come an [`Installation`](ferrite_modules::Installation) and what the store remembers of
//! earlier runs ([`remembered`]: Magento's tables `setup_module` and `patch_list`). Out comes an
//! [`Upgrade`]: which scripts and patches were taken, what became of each integration that a module
//! declares, what setup scripts would do besides and Ferrite does not, and which modules failed.
//!
//! Everything happens in one transaction, so a store is never half upgraded. A module that fails is
//! left as it was, the others go on. With `dry_run` the transaction is undone at its end.
//!
//! The order is Magento's: versioned scripts and patches of the schema phase, its recurring scripts,
//! then `etc/integration.xml` of all modules, then the same of the data phase.

mod outdated;
mod remembered;
mod upgrade;

pub use outdated::{Outdated, OutdatedVersion, refusal_of_requests};
pub use remembered::{PATCHES, PatchRow, SETUP_MODULES, SetupModule, state};
pub use upgrade::{
    Change, Failure, Undone, Upgrade, declared_names, orphans, undone, upgrade, upgrade_phases,
};

use ferrite_storage::Declared;

/// The tables of this crate.
pub fn tables() -> Vec<&'static dyn Declared> {
    vec![&SETUP_MODULES, &PATCHES]
}
