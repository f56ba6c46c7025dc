//! A module as a row of the grid.

use std::collections::{BTreeMap, BTreeSet};

use ferrite_modules::{Module, Origin, Report};
use ferrite_setup::SetupModule;

use crate::Modules;
use crate::components::grid::{Cell, Finding};
use crate::modules::Presence;
use crate::text::shown;

/// A module, or the name of one that is left out.
pub struct Row<'a> {
    /// Its place in the load order, from 1; 0 for one that is left out.
    pub place: usize,
    pub name: &'a str,
    pub presence: Presence,
    module: Option<&'a Module>,
    reports: Vec<&'a Report>,
}

/// All of them: those that are left out first, then in load order.
pub fn all(modules: &Modules) -> Vec<Row<'_>> {
    let mut reports: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    for report in &modules.reports {
        if let Some(module) = report.module.as_deref() {
            reports.entry(module).or_default().push(report);
        }
    }
    let mut of = |name: &str| reports.remove(name).unwrap_or_default();
    let out = modules.left_out.iter().map(|name| (0, name, None));
    let there = modules.all.iter().zip(1..);
    let there = there.map(|(module, place)| (place, &module.name, Some(module)));
    let rows = out.chain(there).map(|(place, name, module)| Row {
        place,
        name,
        presence: match module {
            None => Presence::LeftOut,
            Some(module) if modules.fresh.contains(&module.name) => Presence::Fresh,
            Some(module) if module.enabled => Presence::Enabled,
            Some(_) => Presence::Disabled,
        },
        module,
        reports: of(name),
    });
    rows.collect()
}

/// What belongs to none of the modules in the grid.
pub fn general(modules: &Modules) -> Vec<Finding> {
    let known = modules.all.iter().map(|module| module.name.as_str());
    let known: BTreeSet<&str> = known
        .chain(modules.left_out.iter().map(String::as_str))
        .collect();
    let is_general = |report: &&Report| {
        let module = report.module.as_deref();
        module.is_none_or(|module| !known.contains(module))
    };
    modules
        .reports
        .iter()
        .filter(is_general)
        .map(finding)
        .collect()
}

impl Row<'_> {
    /// The word for whether it counts, and its value in the filter.
    pub fn state(&self) -> (&'static str, &'static str) {
        match self.presence {
            Presence::LeftOut | Presence::Absent => ("Left out", "left-out"),
            Presence::Fresh => ("Waits for setup:upgrade", "fresh"),
            Presence::Disabled => ("Disabled", "disabled"),
            Presence::Enabled => ("Enabled", "enabled"),
        }
    }

    /// `built in`, `app/code` or `vendor`; empty where that is not known.
    pub fn origin(&self) -> &'static str {
        if let Some(module) = self.module {
            return module.origin.name();
        }
        let below = |origin: Origin| {
            let found = self
                .reports
                .iter()
                .any(|r| r.file.starts_with(origin.name()));
            found.then(|| origin.name())
        };
        let origin = below(Origin::AppCode).or_else(|| below(Origin::Vendor));
        origin.unwrap_or_default()
    }

    /// Whether it is part of Ferrite.
    pub fn is_built_in(&self) -> bool {
        self.module
            .is_some_and(|module| module.origin == Origin::BuiltIn)
    }

    /// What is wrong with it.
    pub fn findings(&self) -> Vec<Finding> {
        self.reports.iter().map(|report| finding(report)).collect()
    }

    /// Whether anything is wrong with it.
    pub fn has_findings(&self) -> bool {
        !self.reports.is_empty()
    }

    /// Its cells; `remembered` is what the store knows of it.
    pub fn cells(&self, remembered: Option<&SetupModule>) -> Vec<Cell> {
        let (word, _) = self.state();
        let tone = match self.presence {
            Presence::Enabled => "good",
            Presence::LeftOut | Presence::Absent => "bad",
            Presence::Fresh => "warn",
            Presence::Disabled => "",
        };
        let package = self.module.and_then(|module| module.package.as_ref());
        let package = package.map(|package| {
            let version = package.version.as_deref().unwrap_or_default();
            format!("{} {version}", package.name).trim().to_owned()
        });
        let version = self
            .module
            .and_then(|module| module.setup_version.as_deref());
        let sequence = self.module.map(|module| module.sequence.join(", "));
        vec![
            Cell::Text(match self.place {
                0 => String::new(),
                place => place.to_string(),
            }),
            Cell::name(shown(self.name)),
            Cell::Badge(word.to_owned(), tone),
            Cell::Text(self.origin().to_owned()),
            Cell::Text(shown(&package.unwrap_or_default())),
            Cell::Text(shown(version.unwrap_or_default())),
            self.stored(version, remembered),
            Cell::Text(shown(&sequence.unwrap_or_default())),
        ]
    }

    /// The versions that the store remembers, marked while they are not the module's.
    fn stored(&self, version: Option<&str>, remembered: Option<&SetupModule>) -> Cell {
        let schema = remembered.and_then(|row| row.schema_version.as_deref());
        let data = remembered.and_then(|row| row.data_version.as_deref());
        let text = match (schema, data) {
            (None, None) => "none".to_owned(),
            (Some(schema), Some(data)) if schema == data => schema.to_owned(),
            (schema, data) => {
                let [schema, data] = [schema, data].map(|one| one.unwrap_or("none"));
                format!("schema {schema}, data {data}")
            }
        };
        let is_behind = version.is_some() && (schema != version || data != version);
        match self.presence {
            Presence::Enabled if is_behind => Cell::Badge(shown(&text), "warn"),
            _ if version.is_none() && remembered.is_none() => Cell::Text(String::new()),
            _ => Cell::Text(shown(&text)),
        }
    }
}

fn finding(report: &Report) -> Finding {
    let mut place = report.file.to_string_lossy().replace('\\', "/");
    for number in [report.line, report.column].into_iter().flatten() {
        place.push_str(&format!(":{number}"));
    }
    let is_fault = report.is_fault();
    Finding {
        kind: if is_fault { "Fault" } else { "Warning" },
        tone: if is_fault { "bad" } else { "warn" },
        place: shown(&place),
        message: shown(&report.message),
        hint: shown(&report.hint),
    }
}
