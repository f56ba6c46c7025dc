//! What of the modules has not been brought into the store yet.

use std::fmt::Write as _;

use ferrite_modules::{Installation, Phase, Report, SetupState, StepKind};
use ferrite_php::compare_versions;

/// What `setup:upgrade` has to do for modules that are switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outdated {
    /// Whether patches of the schema wait.
    pub schema_patches: bool,
    /// Whether patches of data wait.
    pub data_patches: bool,
    /// Versions that are not those of the code, in load order.
    pub versions: Vec<OutdatedVersion>,
}

/// A version of a module that is not the code's: older, newer, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutdatedVersion {
    /// The module.
    pub module: String,
    /// Whose version it is.
    pub phase: Phase,
    /// What the store has.
    pub current: Option<String>,
    /// What the code has.
    pub required: String,
}

impl Outdated {
    /// Holds modules against what a store remembers of them.
    pub fn of(installation: &Installation, state: &SetupState) -> Self {
        let plan = installation.setup(state);
        let waits = |phase: Phase| {
            let mut steps = plan.steps.iter().filter(|step| step.phase == phase);
            steps.any(|step| matches!(step.kind, StepKind::Patch(_) | StepKind::RecordedPatch(_)))
        };
        Self {
            schema_patches: waits(Phase::Schema),
            data_patches: waits(Phase::Data),
            versions: versions(installation, state),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// With what Magento refuses requests while versions are not those of the code; none where all are.
/// A module whose scripts cannot be read is passed over: `setup:upgrade` leaves it out too.
pub fn refusal_of_requests(installation: &Installation, state: &SetupState) -> Option<String> {
    let mut versions = versions(installation, state);
    if !versions.is_empty() {
        let reports = installation.setup(state).reports;
        let faulty = |module: &str| {
            let mut faults = reports.iter().filter(|report| report.is_fault());
            faults.any(|fault: &Report| fault.module.as_deref() == Some(module))
        };
        versions.retain(|version| !faulty(&version.module));
    }
    refusal(&versions)
}

/// Magento's words: for versions that are newer in the store they are others, and come first.
fn refusal(versions: &[OutdatedVersion]) -> Option<String> {
    let (newer, older): (Vec<_>, Vec<_>) = versions.iter().partition(|one| one.is_newer());
    let (shown, mut text) = if newer.is_empty() {
        let text = "Please upgrade your database: Run \"bin/magento setup:upgrade\" from the Magento \
                    root directory.\nThe following modules are outdated:";
        (older, text.to_owned())
    } else {
        let text = "Please update your modules: Run \"composer install\" from the Magento root \
                    directory.\nThe following modules are outdated:";
        (newer, text.to_owned())
    };
    for one in &shown {
        let OutdatedVersion {
            module, required, ..
        } = one;
        let (phase, current) = (one.phase_name(), one.current.as_deref().unwrap_or("none"));
        // Provable: a text takes whatever is written to it.
        let _ = if one.is_newer() {
            write!(
                text,
                "\n{module} {phase}: code version - {required}, database version - {current}"
            )
        } else {
            write!(
                text,
                "\n{module} {phase}: current version - {current}, required version - {required}"
            )
        };
    }
    (!shown.is_empty()).then_some(text)
}

impl OutdatedVersion {
    /// Whether the store has a later one than the code.
    fn is_newer(&self) -> bool {
        let current = self.current.as_deref();
        current.is_some_and(|current| compare_versions(current, &self.required).is_gt())
    }

    /// `schema` or `data`.
    pub fn phase_name(&self) -> &'static str {
        match self.phase {
            Phase::Schema => "schema",
            Phase::Data => "data",
        }
    }
}

fn versions(installation: &Installation, state: &SetupState) -> Vec<OutdatedVersion> {
    let mut versions = Vec::new();
    for module in installation.modules.iter().filter(|module| module.enabled) {
        let Some(required) = &module.setup_version else {
            continue;
        };
        for (phase, known) in [
            (Phase::Schema, &state.schema_versions),
            (Phase::Data, &state.data_versions),
        ] {
            let current = known.get(&module.name);
            if current.is_none_or(|current| compare_versions(current, required).is_ne()) {
                versions.push(OutdatedVersion {
                    module: module.name.clone(),
                    phase,
                    current: current.cloned(),
                    required: required.clone(),
                });
            }
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(phase: Phase, current: Option<&str>) -> OutdatedVersion {
        OutdatedVersion {
            module: "Acme_Sync".to_owned(),
            phase,
            current: current.map(str::to_owned),
            required: "1.1.0".to_owned(),
        }
    }

    #[test]
    fn requests_are_refused_in_magentos_words() {
        assert_eq!(refusal(&[]), None);
        let older = version(Phase::Schema, Some("1.0.0"));
        assert_eq!(
            refusal(&[older.clone(), version(Phase::Data, None)]).unwrap(),
            "Please upgrade your database: Run \"bin/magento setup:upgrade\" from the Magento root \
             directory.\nThe following modules are outdated:\n\
             Acme_Sync schema: current version - 1.0.0, required version - 1.1.0\n\
             Acme_Sync data: current version - none, required version - 1.1.0"
        );
        assert_eq!(
            refusal(&[older, version(Phase::Data, Some("1.10"))]).unwrap(),
            "Please update your modules: Run \"composer install\" from the Magento root directory.\n\
             The following modules are outdated:\n\
             Acme_Sync data: code version - 1.1.0, database version - 1.10"
        );
    }
}
