//! The modules of an installation. For now only those that are built in.
//!
//! A stock Magento 2.4.7 lists its own modules in `GET /V1/modules`, in `module:status` and in
//! `app/etc/config.php`, and third-party modules name them in the `sequence` of their
//! `etc/module.xml`. Ferrite answers for all of them: each [`core`] module counts as present, so a
//! `sequence` on it holds, whether or not Ferrite has anything to load in its place. As in Magento,
//! a name in a `sequence` that is unknown or disabled is passed over without a word.
//!
//! Reading modules on disk comes here later: finding `registration.php`, reading `etc/module.xml`,
//! and ordering all modules so that each comes after its sequence. Modules from disk come after the
//! built-in ones, which need no ordering: [`core`] has them in load order.

mod core;

pub use crate::core::{Module, core, disabled, enabled, find, is_core, tree};
