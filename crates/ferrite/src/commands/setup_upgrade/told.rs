//! What a run of `setup:upgrade` says.

use std::collections::HashMap;
use std::fmt::Write as _;

use ferrite_integrations::Outcome;
use ferrite_modules::{Phase, SetupStep, StepKind, escape};
use ferrite_setup::Undone;

use super::Done;
use crate::console::output::{say, text};

/// Modules of Magento's own that have something to do at every run, by the half in which they do.
const CORE_RECURRING: [(Phase, &str); 2] = [
    (Phase::Schema, "Magento_Integration"),
    (Phase::Data, "Magento_Sales"),
];

/// The two lists of modules of each phase, with what each did in that part.
pub fn modules(done: &Done, phases: &[Phase]) {
    let mut steps: HashMap<(Phase, &str), Vec<&SetupStep>> = HashMap::new();
    for step in &done.upgrade.steps {
        let of_module = steps.entry((step.phase, &step.module)).or_default();
        of_module.push(step);
    }
    let steps = |phase, module| steps.get(&(phase, module)).into_iter().flatten();
    let mut out = String::new();
    for (phase, word, title) in [
        (Phase::Schema, "schema", "Schema creation/updates:"),
        (Phase::Data, "data", "Data install/update:"),
    ] {
        if !phases.contains(&phase) {
            continue;
        }
        list(&mut out, done, title, |module| {
            let once = steps(phase, module).filter(|step| step.kind != StepKind::Recurring);
            once.flat_map(|step| script_lines(done, step, word))
                .collect()
        });
        let title = match phase {
            Phase::Schema => "Schema post-updates:",
            Phase::Data => "Data post-updates:",
        };
        list(&mut out, done, title, |module| {
            let is_core = CORE_RECURRING.contains(&(phase, module));
            let recurring = steps(phase, module).filter(|step| step.kind == StepKind::Recurring);
            let mut recurring = recurring.peekable();
            let has_one = recurring.peek().is_some();
            let mut lines: Vec<String> = recurring.flat_map(|step| not_executed_in(step)).collect();
            if is_core || has_one {
                lines.insert(0, format!("Running {word} recurring..."));
            }
            lines
        });
        if phase == Phase::Schema && phases.len() > 1 {
            out.push_str("Cache cleared successfully\n");
        }
    }
    text(&out);
}

fn list<'a>(out: &mut String, done: &'a Done, title: &str, lines: impl Fn(&'a str) -> Vec<String>) {
    let _ = writeln!(out, "{title}");
    let enabled = done
        .installation
        .modules
        .iter()
        .filter(|module| module.enabled);
    for module in enabled {
        let _ = writeln!(out, "Module '{}':", module.name);
        for line in lines(&module.name) {
            let _ = writeln!(out, "{line}");
        }
    }
}

/// What Magento says of old-style scripts; of patches it says nothing.
fn script_lines(done: &Done, step: &SetupStep, word: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let ends = |class: &String, name: &str| {
        class
            .rsplit('\\')
            .next()
            .is_some_and(|last| last.starts_with(name))
    };
    let installs = step.ran.iter().any(|class| ends(class, "Install"));
    if installs {
        lines.push(format!("Installing {word}..."));
    }
    let before = &done.upgrade.before;
    let versions = match step.phase {
        Phase::Schema => &before.schema_versions,
        Phase::Data => &before.data_versions,
    };
    if step.ran.iter().any(|class| ends(class, "Upgrade")) {
        lines.push(if !versions.contains_key(&step.module) {
            format!("Upgrading {word}... ")
        } else {
            format!("Upgrading {word}..")
        });
    }
    lines.extend(not_executed_in(step));
    lines
}

fn not_executed_in(step: &SetupStep) -> Vec<String> {
    let found = step
        .actions
        .iter()
        .filter_map(|action| ferrite_setup::undone(&step.module, action));
    found.map(|one| format!("  {}", shown(&one))).collect()
}

fn shown(one: &Undone) -> String {
    let word = if one.is_assumed {
        "taken as met"
    } else {
        "not executed"
    };
    let (file, what) = (escape(&one.file), escape(&one.what));
    format!("{word}: {file}:{}: {what}", one.line)
}

/// What became of integrations.
pub fn integrations(done: &Done) {
    let changes = &done.upgrade.changes;
    let unchanged = changes
        .iter()
        .filter(|change| change.outcome == Outcome::Unchanged);
    let unchanged = unchanged.count();
    if changes.is_empty() && done.orphans.is_empty() {
        return;
    }
    say!("Integrations:");
    for change in changes {
        let (said, differences) = match &change.outcome {
            Outcome::Unchanged => continue,
            Outcome::Created => ("is new and waits to be activated", [].as_slice()),
            Outcome::Replaced(differences) => (
                "has changed: it was made anew and waits to be activated again",
                differences.as_slice(),
            ),
            Outcome::Overwritten(differences) => (
                "has changed: tokens and status stay",
                differences.as_slice(),
            ),
        };
        say!("  {} of {} {said}", escape(&change.name), change.module);
        for difference in differences {
            say!("    {}", escape(&difference.to_string()));
        }
    }
    if unchanged > 0 {
        say!("  unchanged: {unchanged}");
    }
    for orphan in &done.orphans {
        let module = orphan.module.as_deref().unwrap_or("a module");
        say!(
            "  {} was declared by {}, which declares it no more: it can be deleted",
            escape(&orphan.name),
            escape(module)
        );
    }
}

/// Everything that setup scripts would do besides, in one block.
pub fn not_executed(done: &Done) {
    let undone = &done.upgrade.undone;
    if undone.is_empty() {
        return;
    }
    say!("Setup scripts are read, not run. What they would do besides:");
    for one in undone {
        say!("  {}: {}", one.module, shown(one));
    }
}

/// What is wrong with modules.
pub fn reports(done: &Done) {
    for report in done
        .installation
        .reports
        .iter()
        .chain(&done.upgrade.reports)
    {
        say!("{report}");
    }
    for failure in &done.upgrade.failures {
        say!("{}", escape(&failure.message));
    }
}
