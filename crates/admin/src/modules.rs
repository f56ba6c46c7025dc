//! The modules of the project as they were when the server read them, in as far as the panel shows
//! them.

use std::collections::BTreeSet;

use ferrite_modules::{Config, Installation, MenuItem, Module, Origin, Report};

/// The modules.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    /// All without a fault, in load order.
    pub all: Vec<Module>,
    /// The names of those that are left out for a fault.
    pub left_out: BTreeSet<String>,
    /// The names of those that `setup:upgrade` has not seen so far.
    pub fresh: BTreeSet<String>,
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
    /// `setup:upgrade` has not seen it so far.
    Fresh,
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
            fresh: fresh(installation),
            reports: installation.reports.clone(),
            menu: installation.menu.clone(),
        }
    }

    /// Adds what is wrong with those that `setup:upgrade` has not seen, as an installation says that
    /// takes them for switched on.
    #[must_use]
    pub fn with_fresh(mut self, adopted: &Installation) -> Self {
        let of_fresh = |report: &&Report| {
            let module = report.module.as_ref();
            module.is_some_and(|module| self.fresh.contains(module))
        };
        let found = adopted.reports.iter().filter(of_fresh);
        let found = found.filter(|report| !self.reports.contains(report));
        let found: Vec<Report> = found.cloned().collect();
        self.reports.extend(found);
        let out = adopted.left_out.intersection(&self.fresh);
        self.left_out.extend(out.cloned());
        let (left_out, all) = (&self.left_out, &mut self.all);
        all.retain(|one| one.origin == Origin::BuiltIn || !left_out.contains(&one.name));
        self
    }

    /// Whether the module of a name counts.
    pub(crate) fn presence(&self, name: &str) -> Presence {
        if self.fresh.contains(name) && !self.left_out.contains(name) {
            return Presence::Fresh;
        }
        match self.all.iter().find(|module| module.name == name) {
            Some(module) if module.enabled => Presence::Enabled,
            Some(_) => Presence::Disabled,
            None if self.left_out.contains(name) => Presence::LeftOut,
            None => Presence::Absent,
        }
    }
}

/// The modules on disk that `app/etc/config.php` does not name.
fn fresh(installation: &Installation) -> BTreeSet<String> {
    let config = installation.config.as_ref();
    let is_named = |name: &str| {
        config
            .and_then(|config: &Config| config.is_enabled(name))
            .is_some()
    };
    let on_disk = installation
        .modules
        .iter()
        .filter(|module| module.origin != Origin::BuiltIn);
    let names = on_disk.map(|module| &module.name);
    names.filter(|name| !is_named(name)).cloned().collect()
}
