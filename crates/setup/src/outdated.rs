//! What of the modules has not been brought into the store yet.

use ferrite_modules::{Installation, Phase, SetupState, StepKind};
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
