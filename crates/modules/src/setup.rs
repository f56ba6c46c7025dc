//! What the setup scripts of all modules would do, in the order of `setup:upgrade`.
//!
//! In flows what the store remembers ([`SetupState`]), out comes a [`SetupPlan`]: for the schema phase
//! and then for the data phase each module's versioned scripts and patches, in load order, and after
//! all of them the recurring scripts. Nothing is run; a plan says which integrations the scripts hand
//! over and what else they would do.

use std::collections::{BTreeMap, BTreeSet};

use ferrite_php::setup::{self, Action, FileProblem, Outcome, Patch, Phase, Source, Step};

use crate::classes::{Home, Index};
use crate::discover::sentence;
use crate::file::{Ground, small};
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
}

const PHASES: [(Phase, &str); 2] = [(Phase::Schema, "Schema"), (Phase::Data, "Data")];

/// The plan for what a store remembers.
pub fn plan(scripts: &Scripts<'_>, state: &SetupState) -> SetupPlan {
    let index = Index::new(scripts.modules.iter().map(|(_, home)| *home));
    let mut plan = SetupPlan::default();
    let mut faulty = BTreeSet::new();
    for (phase, folder) in PHASES {
        let mut applied = state.patches.clone();
        for number in 0..scripts.modules.len() {
            let run = Run {
                scripts,
                index: &index,
                number,
                state,
                phase,
            };
            let (steps, problems) = run.once(folder, &mut applied);
            run.take(steps, &problems, &mut plan, &mut faulty);
        }
        for number in 0..scripts.modules.len() {
            let run = Run {
                scripts,
                index: &index,
                number,
                state,
                phase,
            };
            let (steps, problems) = run.each_time();
            run.take(steps, &problems, &mut plan, &mut faulty);
        }
    }
    plan.steps.retain(|step| !faulty.contains(&step.module));
    plan
}

/// The faults of one module's scripts, as a first installation would find them.
pub fn faults(ground: &Ground, module: &Module, home: &Home) -> Vec<Report> {
    if home.setup().is_none() {
        return Vec::new();
    }
    let scripts = Scripts {
        ground,
        modules: vec![(module, home)],
    };
    plan(&scripts, &SetupState::default()).reports
}

/// One module in one phase.
struct Run<'a> {
    scripts: &'a Scripts<'a>,
    index: &'a Index,
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
        let own = self.module().1.source(self.scripts.ground, class);
        own.or_else(|| {
            let others = self
                .index
                .of(class)
                .into_iter()
                .filter(|other| *other != self.number);
            others.into_iter().find_map(|other| {
                self.scripts.modules[other]
                    .1
                    .source(self.scripts.ground, class)
            })
        })
    }

    fn with<T>(&self, work: impl FnOnce(setup::Module<'_>) -> T) -> T {
        let (module, home) = self.module();
        let namespaces: Vec<_> = home
            .namespaces
            .iter()
            .map(|(prefix, _)| prefix.clone())
            .collect();
        let source = |class: &str| self.source(class);
        work(setup::Module {
            name: &module.name,
            namespaces: &namespaces,
            version: module.setup_version.as_deref(),
            stored: self.stored(),
            source: &source,
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
        if let Some(version) = &module.setup_version {
            let outcome = self.with(|module| setup::versioned(module, self.phase));
            let (step, more) = self.step(StepKind::Versioned(version.clone()), outcome);
            steps.push(step);
            problems.extend(more);
        }
        let classes = home.patches(folder);
        if classes.is_empty() {
            return (steps, problems);
        }
        let order = self.with(|module| setup::patch_order(module, self.phase, &classes, applied));
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
                    (StepKind::RecordedPatch(Box::new(patch)), Outcome::default())
                }
            };
            let (step, more) = self.step(kind, outcome);
            steps.push(step);
            problems.extend(more);
        }
        (steps, problems)
    }

    /// The recurring script.
    fn each_time(&self) -> (Vec<SetupStep>, Vec<FileProblem>) {
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
        for FileProblem { file, problem } in problems {
            let report = Report::fault(file.as_ref(), sentence(&problem.message))
                .at(small(problem.line), small(problem.column))
                .hint(sentence(&problem.hint))
                .of(name);
            if !plan.reports.contains(&report) {
                plan.reports.push(report);
            }
        }
        plan.steps.extend(steps);
    }
}
