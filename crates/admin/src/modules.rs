//! The modules of the project as they were when the server read them, in as far as the panel shows
//! them.

use std::collections::BTreeSet;

use ferrite_modules::{Installation, MenuItem, Module, Report};

/// The modules.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    /// All without a fault, in load order.
    pub all: Vec<Module>,
    /// The names of those that are left out for a fault.
    pub left_out: BTreeSet<String>,
    /// Faults and warnings, by file and line.
    pub reports: Vec<Report>,
    /// What they add to the menu.
    pub menu: Vec<MenuItem>,
}

/// Whether a module counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There is none of the name.
    Absent,
    /// It is switched off.
    Disabled,
    /// It has a fault.
    LeftOut,
    /// It counts.
    Enabled,
}

impl Modules {
    /// Those of an installation.
    pub fn of(installation: &Installation) -> Self {
        Self {
            all: installation.modules.clone(),
            left_out: installation.left_out.clone(),
            reports: installation.reports.clone(),
            menu: installation.menu.clone(),
        }
    }

    /// Whether the module of a name counts.
    pub(crate) fn presence(&self, name: &str) -> Presence {
        if self.left_out.contains(name) {
            return Presence::LeftOut;
        }
        match self.all.iter().find(|module| module.name == name) {
            Some(module) if module.enabled => Presence::Enabled,
            Some(_) => Presence::Disabled,
            None => Presence::Absent,
        }
    }
}
