//! What the setup scripts of all modules would do, in the order of `setup:upgrade`.
//!
//! In flows what the store remembers ([`SetupState`]), out comes a [`SetupPlan`]: for the schema phase
//! and then for the data phase each module's versioned scripts and patches, in load order, and after
//! all of them the recurring scripts. Nothing is run; a plan says which integrations the scripts hand
//! over and what else they would do.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ferrite_php::setup::{self, Action, FileProblem, Outcome, Patch, Phase, Source, Step};
use ferrite_php::{Script, compare_versions};

use crate::classes::{Home, Index};
use crate::discover::fault_of;
use crate::file::Ground;
use crate::{Module, Report};

/// What a store remembers of earlier runs: the tables `setup_module` and `patch_list`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupState {
    /// `schema_version` by module.
    pub schema_versions: BTreeMap<String, String>,
    /// `data_version` by module.
    pub data_versions: BTreeMap<String, String>,
    /// The names in `patch_list`.
    pub patches: BTreeSet<String>,
}

/// A part of `setup:upgrade` that one module takes.
#[derive(Clone, Debug, PartialEq)]
pub struct SetupStep {
    /// The module.
    pub module: String,
    /// Which half.
    pub phase: Phase,
    /// Which part.
    pub kind: StepKind,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// The classes whose scripts it takes.
    pub ran: Vec<String>,
}

/// Which part of a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `Install…` and `Upgrade…`; the version that is then to be remembered.
    Versioned(String),
    /// A patch, to be remembered with its aliases.
    Patch(Box<Patch>),
    /// A patch that is remembered and not taken: its version is not above the module's.
    RecordedPatch(Box<Patch>),
    /// `Recurring` or `RecurringData`.
    Recurring,
}

/// All steps in order, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetupPlan {
    /// Steps of modules that have no fault. Recurring steps of a phase come after all others of it.
    pub steps: Vec<SetupStep>,
    /// Faults of scripts; their modules have no steps.
    pub reports: Vec<Report>,
}

/// Modules with scripts, and where classes lie.
pub struct Scripts<'a> {
    /// Where files may lie.
    pub ground: &'a Ground,
    /// All modules that count, in load order, those of disk with their homes.
    pub modules: Vec<(&'a Module, &'a Home)>,
    /// What the scripts of a module were found to do before, by name.
    pub fresh: &'a HashMap<String, Fresh>,
}

/// What a module's scripts do in a store that remembers nothing of it, looked at by itself.
#[derive(Clone, Debug, Default)]
pub struct Fresh {
    steps: Vec<SetupStep>,
    /// The classes that were asked for and are not its own: where another module has one of them, all
    /// of this does not hold.
    missed: BTreeSet<String>,
    /// The classes of which objects were asked for: where another module prefers others for one of them,
    /// all of this does not hold either.
    asked: BTreeSet<String>,
}

const PHASES: [(Phase, &str); 2] = [(Phase::Schema, "Schema"), (Phase::Data, "Data")];

/// The plan for what a store remembers.
pub fn plan(scripts: &Scripts<'_>, state: &SetupState) -> SetupPlan {
    planned(scripts, state).0
}

/// The plan, and the classes that no module has, and those of which objects were asked for.
fn planned(
    scripts: &Scripts<'_>,
    state: &SetupState,
) -> (SetupPlan, BTreeSet<String>, BTreeSet<String>) {
    let index = Index::new(scripts.modules.iter().map(|(_, home)| *home));
    let (missed, asked) = (RefCell::default(), RefCell::default());
    let unreadable = RefCell::default();
    let mut plan = SetupPlan::default();
    let mut faulty = BTreeSet::new();
    for (phase, folder) in PHASES {
        let mut applied = state.patches.clone();
        let run = |number| Run {
            scripts,
            index: &index,
            missed: &missed,
            asked: &asked,
            unreadable: &unreadable,
            number,
            state,
            phase,
        };
        for run in (0..scripts.modules.len()).map(run) {
            let (steps, problems) = run.once(folder, &mut applied);
            run.take(steps, &problems, &mut plan, &mut faulty);
        }
        for run in (0..scripts.modules.len()).map(run) {
            let (steps, problems) = run.each_time();
            run.take(steps, &problems, &mut plan, &mut faulty);
        }
    }
    for report in unreadable.into_inner() {
        faulty.extend(report.module.clone());
        if !plan.reports.contains(&report) {
            plan.reports.push(report);
        }
    }
    plan.steps.retain(|step| !faulty.contains(&step.module));
    (plan, missed.into_inner(), asked.into_inner())
}

/// What one module's scripts do in a first installation, and their faults.
pub fn first(ground: &Ground, module: &Module, home: &Home) -> (Fresh, Vec<Report>) {
    if home.setup().is_none() {
        return (Fresh::default(), Vec::new());
    }
    let scripts = Scripts {
        ground,
        modules: vec![(module, home)],
        fresh: &HashMap::new(),
    };
    let (plan, missed, asked) = planned(&scripts, &SetupState::default());
    let fresh = Fresh {
        steps: plan.steps,
        missed,
        asked,
    };
    (fresh, plan.reports)
}

/// One module in one phase.
struct Run<'a> {
    scripts: &'a Scripts<'a>,
    index: &'a Index,
    missed: &'a RefCell<BTreeSet<String>>,
    asked: &'a RefCell<BTreeSet<String>>,
    /// Faults of files of classes that cannot be read.
    unreadable: &'a RefCell<Vec<Report>>,
    number: usize,
    state: &'a SetupState,
    phase: Phase,
}

impl Run<'_> {
    fn module(&self) -> (&Module, &Home) {
        self.scripts.modules[self.number]
    }

    fn stored(&self) -> Option<&str> {
        let versions = match self.phase {
            Phase::Schema => &self.state.schema_versions,
            Phase::Data => &self.state.data_versions,
        };
        versions.get(&self.module().0.name).map(String::as_str)
    }

    /// The source of a class: of this module first, then of whichever has its namespace.
    fn source(&self, class: &str) -> Option<Source> {
        let class = class.trim_start_matches('\\');
        let others = self.index.of(class).into_iter();
        let others = others.filter(|other| *other != self.number);
        let mut numbers = std::iter::once(self.number).chain(others);
        let found = numbers.find_map(|number| {
            let (module, home) = self.scripts.modules[number];
            let source = home.source(self.scripts.ground, class);
            source.unwrap_or_else(|report| {
                self.unreadable.borrow_mut().push(report.of(&module.name));
                None
            })
        });
        if found.is_none() {
            self.missed.borrow_mut().insert(class.to_owned());
        }
        found
    }

    /// What was found out before, where it holds for what the store remembers.
    fn fresh(&self) -> Option<&Fresh> {
        let fresh = self.scripts.fresh.get(&self.module().0.name)?;
        let holds = self.stored().is_none()
            && fresh
                .missed
                .iter()
                .all(|class| self.index.of(class).into_iter().all(|at| at == self.number))
            && fresh.asked.iter().all(|class| {
                let preferred = self.index.preferred(class);
                preferred.is_none_or(|(_, of)| *of == self.number)
            });
        holds.then_some(fresh)
    }

    /// The step of this phase that was found before.
    fn known(&self, kind: impl Fn(&StepKind) -> bool) -> Option<Option<SetupStep>> {
        let mut steps = self.fresh()?.steps.iter();
        Some(
            steps
                .find(|step| step.phase == self.phase && kind(&step.kind))
                .cloned(),
        )
    }

    /// The version that stands in the store when patches have their turn: by then that of the module
    /// has been written, if it has one and scripts were due.
    fn stored_for_patches(&self) -> Option<&str> {
        let version = self.module().0.setup_version.as_deref();
        let (Some(version), Some(stored)) = (version, self.stored()) else {
            return version.or(self.stored());
        };
        Some(if compare_versions(version, stored).is_gt() {
            version
        } else {
            stored
        })
    }

    fn with<T>(&self, work: impl FnOnce(setup::Module<'_>) -> T) -> T {
        self.with_stored(self.stored(), work)
    }

    fn with_stored<T>(&self, stored: Option<&str>, work: impl FnOnce(setup::Module<'_>) -> T) -> T {
        let (module, home) = self.module();
        let namespaces: Vec<_> = home
            .namespaces
            .iter()
            .map(|(prefix, _)| prefix.clone())
            .collect();
        let source = |class: &str| self.source(class);
        let preference = |class: &str| {
            self.asked.borrow_mut().insert(class.to_owned());
            Some(self.index.preferred(class)?.0.clone())
        };
        work(setup::Module {
            name: &module.name,
            namespaces: &namespaces,
            version: module.setup_version.as_deref(),
            stored,
            source: &source,
            preference: &preference,
        })
    }

    fn step(&self, kind: StepKind, outcome: Outcome) -> (SetupStep, Vec<FileProblem>) {
        let step = SetupStep {
            module: self.module().0.name.clone(),
            phase: self.phase,
            kind,
            actions: outcome.actions,
            ran: outcome.ran,
        };
        (step, outcome.problems)
    }

    /// Versioned scripts and patches.
    fn once(
        &self,
        folder: &str,
        applied: &mut BTreeSet<String>,
    ) -> (Vec<SetupStep>, Vec<FileProblem>) {
        let (mut steps, mut problems) = (Vec::new(), Vec::new());
        let (module, home) = self.module();
        let known = self.known(|kind| matches!(kind, StepKind::Versioned(_)));
        if let Some(known) = known {
            steps.extend(known);
        } else if let Some(version) = &module.setup_version {
            let outcome = self.with(|module| setup::versioned(module, self.phase));
            let (step, more) = self.step(StepKind::Versioned(version.clone()), outcome);
            steps.push(step);
            problems.extend(more);
        }
        let classes = home.patches(folder);
        if classes.is_empty() {
            return (steps, problems);
        }
        let order = self.with_stored(self.stored_for_patches(), |module| {
            setup::patch_order(module, self.phase, &classes, applied)
        });
        problems.extend(order.problems);
        for step in order.steps {
            let (kind, outcome) = match step {
                Step::Apply(patch) => {
                    let class = patch.class.clone();
                    applied.insert(class.clone());
                    let outcome =
                        self.with(|module| setup::apply_patch(module, self.phase, &class));
                    (StepKind::Patch(Box::new(patch)), outcome)
                }
                Step::Record(patch) => {
                    applied.insert(patch.class.clone());
                    let outcome = self.passed_over(&patch);
                    (StepKind::RecordedPatch(Box::new(patch)), outcome)
                }
            };
            let (step, more) = self.step(kind, outcome);
            steps.push(step);
            problems.extend(more);
        }
        (steps, problems)
    }

    /// What is told of a patch that is recorded and not applied, as Magento does it without a word.
    fn passed_over(&self, patch: &Patch) -> Outcome {
        let version = patch.version.as_deref().unwrap_or_default();
        let stored = self.stored_for_patches().unwrap_or_default();
        let action = Action::NotExecuted {
            file: patch.file.clone(),
            line: 1,
            what: format!(
                "the patch, since its version {version} is not above the module's {stored}"
            ),
        };
        Outcome {
            actions: vec![action],
            ..Outcome::default()
        }
    }

    /// The recurring script.
    fn each_time(&self) -> (Vec<SetupStep>, Vec<FileProblem>) {
        if let Some(known) = self.known(|kind| matches!(kind, StepKind::Recurring)) {
            return (known.into_iter().collect(), Vec::new());
        }
        if self.module().1.setup().is_none() {
            return (Vec::new(), Vec::new());
        }
        let outcome = self.with(|module| setup::recurring(module, self.phase));
        if outcome == Outcome::default() {
            return (Vec::new(), Vec::new());
        }
        let (step, problems) = self.step(StepKind::Recurring, outcome);
        (vec![step], problems)
    }

    /// What is wrong with a file: that it does not parse, where that is so, since all else follows from
    /// it.
    fn reports(&self, FileProblem { file, problem }: &FileProblem) -> Vec<Report> {
        let (module, home) = self.module();
        let ground = self.scripts.ground;
        let bytes = ground.read(&ground.root().join(file), &home.real);
        let script = bytes
            .ok()
            .flatten()
            .and_then(|bytes| Script::parse(&bytes).ok());
        let errors = script.as_ref().map(Script::errors).unwrap_or_default();
        let problems = if errors.is_empty() {
            std::slice::from_ref(problem)
        } else {
            errors
        };
        let report = |problem| fault_of(file.as_ref(), problem).of(&module.name);
        problems.iter().map(report).collect()
    }

    fn take(
        &self,
        steps: Vec<SetupStep>,
        problems: &[FileProblem],
        plan: &mut SetupPlan,
        faulty: &mut BTreeSet<String>,
    ) {
        let name = &self.module().0.name;
        if !problems.is_empty() {
            faulty.insert(name.clone());
        }
        for problem in problems {
            for report in self.reports(problem) {
                if !plan.reports.contains(&report) {
                    plan.reports.push(report);
                }
            }
        }
        plan.steps.extend(steps);
    }
}
