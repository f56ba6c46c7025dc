//! One run of `setup:upgrade`.

use std::collections::BTreeSet;

use ferrite_base::Fault;
use ferrite_integrations::{
    Declaration, INTEGRATIONS, Integration, Integrations, Outcome, Prepared, SetupType, Status, Way,
};
use ferrite_modules::{Action, Installation, Phase, Report, SetupState, SetupStep, StepKind};
use ferrite_php::{Array, Value};
use ferrite_storage::{Db, Error, Tx};

use crate::remembered::{self, add_patches, set_version};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upgrade {
    /// The scripts and patches that were taken, in order.
    pub steps: Vec<SetupStep>,
    /// What became of the integrations that modules declare, in order.
    pub changes: Vec<Change>,
    /// What setup scripts would do besides, and conditions that were taken as met.
    pub undone: Vec<Undone>,
    /// Modules that failed; nothing of the step in which they did was done.
    pub failures: Vec<Failure>,
    /// Faults of setup scripts that cannot be read; nothing of their modules was done.
    pub reports: Vec<Report>,
    /// What the store remembered before.
    pub before: SetupState,
}

/// What became of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The integration.
    pub name: String,
    /// The module that declares it.
    pub module: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// A line of a setup script that was not executed, or a condition that was taken as met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undone {
    /// The module.
    pub module: String,
    /// The file, below the project's root.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The statement or condition, on one line.
    pub what: String,
    /// Whether it is a condition.
    pub is_assumed: bool,
}

/// Why a module failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The module.
    pub module: String,
    /// Magento's sentence.
    pub message: String,
}

/// Brings what the modules declare into the store; undoes it again where `dry_run`.
///
/// # Errors
/// The store cannot be read or written; then nothing has changed.
pub fn upgrade(
    db: &Db,
    integrations: &Integrations,
    installation: &Installation,
    dry_run: bool,
) -> Result<Upgrade, Fault> {
    let all = [Phase::Schema, Phase::Data];
    upgrade_phases(db, integrations, installation, &all, dry_run)
}

/// The same for these phases alone. `etc/integration.xml` belongs to the phase of the schema, where
/// `Magento_Integration` reads it.
///
/// # Errors
/// The store cannot be read or written; then nothing has changed.
pub fn upgrade_phases(
    db: &Db,
    integrations: &Integrations,
    installation: &Installation,
    phases: &[Phase],
    dry_run: bool,
) -> Result<Upgrade, Fault> {
    let before = db.read(remembered::state)?;
    let plan = installation.setup(&before);
    let files = if phases.contains(&Phase::Schema) {
        prepared_files(integrations, installation)?
    } else {
        Vec::new()
    };
    let meant = |step: &SetupStep| phases.contains(&step.phase);
    let run = Run {
        files,
        steps: plan
            .steps
            .into_iter()
            .filter(meant)
            .map(|step| ready(integrations, installation, step))
            .collect::<Result<_, Error>>()?,
    };
    let done = db.write(move |tx| {
        let mut done = Upgrade::default();
        run.apply(tx, &mut done)?;
        if dry_run {
            return Err(Ended::Dry(Box::new(done)));
        }
        Ok(done)
    });
    let done = match done {
        Ok(done) => done,
        Err(Ended::Dry(done)) => *done,
        Err(Ended::Fault(fault)) => return Err(fault),
    };
    Ok(Upgrade {
        reports: plan.reports,
        before,
        ..done
    })
}

/// How a run ends without a commit.
enum Ended {
    Dry(Box<Upgrade>),
    Fault(Fault),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The names of the integrations that the modules which are switched on declare.
pub fn declared_names(installation: &Installation) -> BTreeSet<String> {
    let files = installation.integrations.iter();
    let all = files.chain(&installation.setup_integrations);
    all.map(|one| one.name.clone()).collect()
}

/// The integrations that a module has declared which is not there any more, or declares them no
/// longer.
pub fn orphans(tx: &mut Tx<'_>, declared: &BTreeSet<String>) -> Result<Vec<Integration>, Error> {
    let all = INTEGRATIONS.all(tx)?.into_iter();
    let is_orphan =
        |one: &Integration| one.setup_type == SetupType::Config && !declared.contains(&one.name);
    Ok(all.filter(is_orphan).collect())
}

/// All that a transaction needs, which may run twice.
struct Run {
    files: Vec<(String, Prepared)>,
    steps: Vec<Ready>,
}

struct Ready {
    step: SetupStep,
    /// What its actions come to, or why the module fails there.
    actions: Result<Vec<ReadyAction>, String>,
}

enum ReadyAction {
    Declare(Prepared),
    Create(Prepared),
}

fn prepared_files(
    integrations: &Integrations,
    installation: &Installation,
) -> Result<Vec<(String, Prepared)>, Error> {
    let all = installation.integrations.iter().map(|one| {
        let declaration = declaration(one);
        let prepared = integrations.prepare(&declaration, Way::File)?;
        Ok((declaration.module, prepared))
    });
    all.collect()
}

fn declaration(one: &ferrite_modules::Integration) -> Declaration {
    let files = one
        .sources
        .iter()
        .map(|source| source.file.display().to_string());
    Declaration {
        name: one.name.clone(),
        email: one.email.clone(),
        endpoint: one.endpoint_url.clone(),
        identity_link_url: one.identity_link_url.clone(),
        resources: one.resources.clone().unwrap_or_default(),
        module: one
            .sources
            .first()
            .map(|source| source.module.clone())
            .unwrap_or_default(),
        files: files.collect(),
    }
}

fn ready(
    integrations: &Integrations,
    installation: &Installation,
    step: SetupStep,
) -> Result<Ready, Error> {
    let mut actions = Vec::new();
    for action in &step.actions {
        match action {
            Action::ProcessIntegrationConfig { names, .. } => {
                for name in names {
                    let found = installation.setup_integration(name);
                    let Some(found) = found.filter(|found| found.resources.is_some()) else {
                        let message = format!("Warning: Undefined array key \"{name}\"");
                        let actions = Err(failed(&step, &message));
                        return Ok(Ready { step, actions });
                    };
                    let prepared = integrations.prepare(&declaration(found), Way::SetupCode)?;
                    actions.push(ReadyAction::Declare(prepared));
                }
            }
            Action::CreateIntegration { fields, file, .. } => {
                let declaration = literal(fields, &step.module, file);
                let (status, setup_type) = (status(fields), setup_type(fields));
                let prepared = integrations.prepare_new(&declaration, status, setup_type)?;
                actions.push(ReadyAction::Create(prepared));
            }
            Action::NotExecuted { .. } | Action::Assumed { .. } => {}
        }
    }
    Ok(Ready {
        step,
        actions: Ok(actions),
    })
}

/// What `IntegrationServiceInterface::create` is handed.
fn literal(fields: &Array, module: &str, file: &str) -> Declaration {
    let text = |name: &str| fields.get(name).map(shown).unwrap_or_default();
    let all = fields.get("all_resources").is_some_and(Value::is_true);
    let listed = fields.get("resource").and_then(Value::as_array);
    let listed = listed.into_iter().flat_map(Array::entries);
    Declaration {
        name: text("name"),
        email: text("email"),
        endpoint: text("endpoint"),
        identity_link_url: text("identity_link_url"),
        resources: if all {
            vec!["Magento_Backend::all".to_owned()]
        } else {
            listed.map(|(_, value)| shown(value)).collect()
        },
        module: module.to_owned(),
        files: vec![file.to_owned()],
    }
}

/// A value as PHP makes a text of it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(false) | Value::Array(_) => String::new(),
        Value::Bool(true) => "1".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    }
}

fn status(fields: &Array) -> Status {
    match fields.get("status").map(shown).as_deref() {
        Some("1") => Status::Active,
        Some("2") => Status::Reset,
        _ => Status::Inactive,
    }
}

fn setup_type(fields: &Array) -> SetupType {
    match fields.get("setup_type").map(shown).as_deref() {
        Some("1") => SetupType::Config,
        _ => SetupType::Manual,
    }
}

/// Magento's sentence for a step that throws.
fn failed(step: &SetupStep, message: &str) -> String {
    let (StepKind::Patch(patch) | StepKind::RecordedPatch(patch)) = &step.kind else {
        return message.to_owned();
    };
    let kind = match step.phase {
        Phase::Schema => "patch",
        Phase::Data => "data patch",
    };
    format!(
        "Unable to apply {kind} {} for module {}. Original exception message: {message}",
        patch.class, step.module
    )
}

impl Run {
    fn apply(&self, tx: &mut Tx<'_>, done: &mut Upgrade) -> Result<(), Fault> {
        let (schema, data): (Vec<_>, Vec<_>) = self
            .steps
            .iter()
            .partition(|ready| ready.step.phase == Phase::Schema);
        for ready in schema {
            ready.apply(tx, done)?;
        }
        for (module, prepared) in &self.files {
            let outcome = prepared.put(tx)?;
            note(done, prepared, module, outcome);
        }
        for ready in data {
            ready.apply(tx, done)?;
        }
        tx.raise_generation();
        Ok(())
    }
}

impl Ready {
    fn apply(&self, tx: &mut Tx<'_>, done: &mut Upgrade) -> Result<(), Fault> {
        let module = &self.step.module;
        if done
            .failures
            .iter()
            .any(|failure| failure.module == *module)
        {
            return Ok(());
        }
        let actions = match &self.actions {
            Ok(actions) => actions,
            Err(message) => {
                fail(done, module, message.clone());
                return Ok(());
            }
        };
        for action in actions {
            if let ReadyAction::Create(prepared) = action
                && let Err(fault) = prepared.check_free(tx)
            {
                fail(done, module, failed(&self.step, &fault.to_string()));
                return Ok(());
            }
        }
        for action in actions {
            let (prepared, outcome) = match action {
                ReadyAction::Declare(prepared) => (prepared, prepared.put(tx)?),
                ReadyAction::Create(prepared) => {
                    prepared.create(tx)?;
                    (prepared, Outcome::Created)
                }
            };
            note(done, prepared, module, outcome);
        }
        self.remember(tx)?;
        done.undone.extend(
            self.step
                .actions
                .iter()
                .filter_map(|action| undone(module, action)),
        );
        done.steps.push(self.step.clone());
        Ok(())
    }

    fn remember(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let step = &self.step;
        match &step.kind {
            StepKind::Versioned(version) => {
                set_version(tx, &step.module, step.phase == Phase::Data, version)
            }
            StepKind::Patch(patch) | StepKind::RecordedPatch(patch) => {
                add_patches(tx, std::iter::once(&patch.class).chain(&patch.aliases))
            }
            StepKind::Recurring => Ok(()),
        }
    }
}

fn note(done: &mut Upgrade, prepared: &Prepared, module: &str, outcome: Outcome) {
    done.changes.push(Change {
        name: prepared.name().to_owned(),
        module: module.to_owned(),
        outcome,
    });
}

fn fail(done: &mut Upgrade, module: &str, message: String) {
    done.failures.push(Failure {
        module: module.to_owned(),
        message,
    });
}

/// What of an action was not executed, or was taken as met.
pub fn undone(module: &str, action: &Action) -> Option<Undone> {
    let (file, line, what, is_assumed) = match action {
        Action::NotExecuted { file, line, what } => (file, line, what, false),
        Action::Assumed {
            file,
            line,
            condition,
        } => (file, line, condition, true),
        Action::ProcessIntegrationConfig { .. } | Action::CreateIntegration { .. } => return None,
    };
    Some(Undone {
        module: module.to_owned(),
        file: file.clone(),
        line: *line,
        what: what.clone(),
        is_assumed,
    })
}
