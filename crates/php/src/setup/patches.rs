//! Patches: what each declares, their order, and what each does.

use std::collections::{BTreeMap, BTreeSet};

use super::{FileProblem, Module, Order, Outcome, Patch, Phase, Step};
use crate::evaluate::Evaluator;
use crate::evaluate::folded::Folded;
use crate::problem::{Position, Problem};
use crate::version::compare_versions;

const FOLDER: &str = "Magento\\Framework\\Setup\\Patch\\";

impl Phase {
    fn interface(self) -> &'static str {
        match self {
            Self::Schema => "SchemaPatchInterface",
            Self::Data => "DataPatchInterface",
        }
    }
}

/// The order of a module's patches. `classes` are those of the files directly in `Setup/Patch/Data` or
/// `Setup/Patch/Schema`, in the order of the files; `applied` holds the names in `patch_list`. A
/// dependency is looked for through [`Module::source`], so that may answer for other modules' patches; one
/// without a source counts as applied, since patches of Magento's own modules are none of ours.
pub fn patch_order(
    module: Module<'_>,
    phase: Phase,
    classes: &[String],
    applied: &BTreeSet<String>,
) -> Order {
    let mut ordering = Ordering {
        module,
        phase,
        applied,
        states: BTreeMap::new(),
        order: Order::default(),
    };
    for class in classes {
        ordering.visit(class.trim_start_matches('\\'));
    }
    ordering.order
}

/// What a patch's `apply()` does.
pub fn apply_patch(module: Module<'_>, _: Phase, class: &str) -> Outcome {
    let mut evaluator = Evaluator::of_module(module);
    evaluator.set_stored_version(module.stored.unwrap_or(""));
    let mut ran = Vec::new();
    if let Some(class) = evaluator.class(class) {
        evaluator.run_method(&class, "apply", &[]);
        ran.push(class.name.clone());
    }
    let (actions, problems) = evaluator.actions();
    Outcome {
        actions,
        problems,
        ran,
    }
}

/// How far a patch is in the walk.
enum State {
    Open,
    Done,
}

struct Ordering<'a> {
    module: Module<'a>,
    phase: Phase,
    applied: &'a BTreeSet<String>,
    states: BTreeMap<String, State>,
    order: Order,
}

impl Ordering<'_> {
    /// A patch after its dependencies; with a stack of its own, since chains may be long.
    fn visit(&mut self, class: &str) {
        let mut open: Vec<(Patch, usize)> = Vec::new();
        open.extend(self.begin(class).map(|patch| (patch, 0)));
        while let Some((patch, next)) = open.last_mut() {
            let Some(dependency) = patch.dependencies.get(*next).cloned() else {
                if let Some((patch, _)) = open.pop() {
                    self.finish(patch);
                }
                continue;
            };
            *next += 1;
            match self.states.get(&dependency.to_lowercase()) {
                Some(State::Done) => {}
                Some(State::Open) => {
                    let message = "Cyclomatic dependency during patch installation";
                    let hint = format!("{} and {dependency} depend on each other", patch.class);
                    let problem = Problem::new(Position { line: 1, column: 1 }, message, hint);
                    let file = patch.file.clone();
                    self.order.problems.push(FileProblem { file, problem });
                }
                None => open.extend(self.begin(&dependency).map(|patch| (patch, 0))),
            }
        }
    }

    /// Reads a patch that is not applied yet and marks it open.
    fn begin(&mut self, class: &str) -> Option<Patch> {
        let key = class.to_lowercase();
        if self.states.contains_key(&key) {
            return None;
        }
        self.states.insert(key.clone(), State::Done);
        if self.applied.contains(class) {
            return None;
        }
        let (patch, problems) = read(self.module, self.phase, class);
        self.order.problems.extend(problems);
        let patch = patch?;
        // A patch that was renamed is known by its former name.
        if patch
            .aliases
            .iter()
            .any(|alias| self.applied.contains(alias))
        {
            return None;
        }
        self.states.insert(key, State::Open);
        Some(patch)
    }

    fn finish(&mut self, patch: Patch) {
        self.states.insert(patch.class.to_lowercase(), State::Done);
        let stored = self.module.stored.unwrap_or("");
        let passed = patch
            .version
            .as_ref()
            .is_some_and(|version| !stored.is_empty() && compare_versions(version, stored).is_le());
        let step = if passed {
            Step::Record(patch)
        } else {
            Step::Apply(patch)
        };
        self.order.steps.push(step);
    }
}

/// A patch as it declares itself; nothing when no source is given for it.
fn read(module: Module<'_>, phase: Phase, name: &str) -> (Option<Patch>, Vec<FileProblem>) {
    let mut evaluator = Evaluator::of_module(module);
    let Some(class) = evaluator.class(name) else {
        return (None, evaluator.problems);
    };
    let file = class
        .unit
        .as_ref()
        .map(|unit| unit.file.clone())
        .unwrap_or_default();
    let (interfaces, partly) = evaluator.interfaces(&class);
    let implements = |short: &str| {
        interfaces
            .iter()
            .any(|interface| interface.eq_ignore_ascii_case(&format!("{FOLDER}{short}")))
    };
    if !class.concrete || !implements(phase.interface()) && !partly {
        let message = format!(
            "Patch {} should implement {}",
            class.name,
            phase.interface()
        );
        let hint = format!("let the class implement {FOLDER}{}", phase.interface());
        let problem = Problem::new(Position { line: 1, column: 1 }, message, hint);
        evaluator.problems.push(FileProblem { file, problem });
        return (None, evaluator.problems);
    }
    let dependencies = evaluator.returned_by(&class, "getDependencies");
    let aliases = evaluator.returned_by_object(&class, "getAliases");
    let version = if implements("PatchVersionInterface") {
        evaluator
            .returned_by(&class, "getVersion")
            .and_then(|version| version.to_text())
    } else {
        None
    };
    let mut patch = Patch {
        class: class.name.clone(),
        file: file.clone(),
        dependencies: Vec::new(),
        aliases: Vec::new(),
        version: version.map(|version| version.to_string()),
        non_transactionable: implements("NonTransactionableInterface"),
        revertable: implements("PatchRevertableInterface"),
    };
    let at = Position { line: 1, column: 1 };
    for (method, value, into) in [
        ("getDependencies", dependencies, &mut patch.dependencies),
        ("getAliases", aliases, &mut patch.aliases),
    ] {
        match classes(value) {
            Some(classes) => *into = classes,
            None => {
                let message = format!("what {method} returns cannot be told without running it");
                let problem = Problem::new(at, message, "return a literal array of classes");
                evaluator.problems.push(FileProblem {
                    file: file.clone(),
                    problem,
                });
            }
        }
    }
    (Some(patch), evaluator.problems)
}

/// The class names in an array; none when they cannot be told. A method that is not there gives no names.
fn classes(value: Option<Folded>) -> Option<Vec<String>> {
    match value {
        None | Some(Folded::Null) => Some(Vec::new()),
        Some(Folded::Array(list)) => {
            let names = list.entries.iter().map(|(_, name)| {
                name.to_text()
                    .map(|name| name.trim_start_matches('\\').to_owned())
            });
            names.collect()
        }
        Some(_) => None,
    }
}
