//! `InstallSchema`, `UpgradeSchema`, `InstallData`, `UpgradeData`, `Recurring` and `RecurringData`.

use super::{Module, Outcome, Phase};
use crate::evaluate::Evaluator;
use crate::version::compare_versions;

const CONTEXT: &str = "Magento\\Framework\\Setup\\ModuleContextInterface";

impl Phase {
    /// The interface of the setup object that scripts are handed.
    fn setup(self) -> &'static str {
        match self {
            Self::Schema => "Magento\\Framework\\Setup\\SchemaSetupInterface",
            Self::Data => "Magento\\Framework\\Setup\\ModuleDataSetupInterface",
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Schema => "Schema",
            Self::Data => "Data",
        }
    }
}

/// `Install…` and `Upgrade…` of a phase, as the versions call for them: both before the first install,
/// `Upgrade…` alone when the module's version is above the stored one, none without a version.
pub fn versioned(module: Module<'_>, phase: Phase) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(version) = module.version else {
        return outcome;
    };
    let stored = module.stored.unwrap_or("");
    if stored.is_empty() {
        outcome.add(run(
            module,
            phase,
            &format!("Install{}", phase.suffix()),
            "install",
        ));
    } else if compare_versions(version, stored).is_le() {
        return outcome;
    }
    outcome.add(run(
        module,
        phase,
        &format!("Upgrade{}", phase.suffix()),
        "upgrade",
    ));
    outcome
}

/// `Recurring` or `RecurringData`, which run every time.
pub fn recurring(module: Module<'_>, phase: Phase) -> Outcome {
    let class = match phase {
        Phase::Schema => "Recurring",
        Phase::Data => "RecurringData",
    };
    run(module, phase, class, "install")
}

fn run(module: Module<'_>, phase: Phase, class: &str, method: &str) -> Outcome {
    let mut evaluator = Evaluator::of_module(module);
    evaluator.set_stored_version(module.stored.unwrap_or(""));
    let names: Vec<String> = module
        .roots()
        .iter()
        .map(|root| format!("{root}\\Setup\\{class}"))
        .collect();
    let mut ran = Vec::new();
    for name in names {
        if let Some(class) = evaluator.class(&name) {
            evaluator.run_method(&class, method, &[phase.setup(), CONTEXT]);
            ran.push(class.name.clone());
            break;
        }
    }
    let (actions, problems) = evaluator.actions();
    Outcome {
        actions,
        problems,
        ran,
    }
}
