//! Walks `fixtures/modules`: each folder is a project, read as `setup:upgrade` reads it, and held
//! against its `expected.txt`. `FERRITE_WRITE_EXPECTED=1` writes those anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ferrite_modules::{
    Action, Installation, Integration, Options, Origin, Scope, SetupState, SetupStep, StepKind,
};

fn layouts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/modules")
}

fn heading(out: &mut String, title: &str) {
    writeln!(out, "\n# {title}").expect("a test can write and read");
}

fn integrations(out: &mut String, title: &str, list: &[Integration]) {
    if list.is_empty() {
        return;
    }
    heading(out, title);
    for one in list {
        writeln!(
            out,
            "{} <{}> endpoint '{}' identity link '{}'",
            one.name, one.email, one.endpoint_url, one.identity_link_url
        )
        .expect("a test can write and read");
        match &one.resources {
            Some(resources) => writeln!(out, "  grants {}", resources.join(" "))
                .expect("a test can write and read"),
            None => {
                writeln!(out, "  grants nothing is declared").expect("a test can write and read")
            }
        }
        for source in &one.sources {
            writeln!(out, "  from {}:{}", source.file.display(), source.line)
                .expect("a test can write and read");
        }
    }
}

fn step(out: &mut String, step: &SetupStep) {
    let kind = match &step.kind {
        StepKind::Versioned(version) => format!("scripts up to {version}"),
        StepKind::Patch(patch) => {
            format!(
                "patch {} aliases [{}]",
                patch.class,
                patch.aliases.join(" ")
            )
        }
        StepKind::RecordedPatch(patch) => format!("recorded patch {}", patch.class),
        StepKind::Recurring => "recurring".to_owned(),
    };
    writeln!(out, "{:?} {}: {kind}", step.phase, step.module).expect("a test can write and read");
    for action in &step.actions {
        match action {
            Action::ProcessIntegrationConfig { names, file, at } => {
                writeln!(out, "  process [{}] {file}:{}", names.join(", "), at.line)
                    .expect("a test can write and read");
            }
            Action::CreateIntegration { fields, file, at } => {
                let name = fields
                    .get("name")
                    .and_then(|name| name.as_text())
                    .unwrap_or_default();
                writeln!(out, "  create '{name}' {file}:{}", at.line)
                    .expect("a test can write and read");
            }
            Action::NotExecuted { file, line, what } => {
                writeln!(out, "  not executed {file}:{line} {what}")
                    .expect("a test can write and read");
            }
            Action::Assumed {
                file,
                line,
                condition,
            } => {
                writeln!(out, "  assumed {file}:{line} {condition}")
                    .expect("a test can write and read");
            }
        }
    }
}

/// All that an installation and its first `setup:upgrade` say, as text.
fn render(installation: &Installation) -> String {
    let mut out = String::from("# modules in load order\n");
    for module in installation
        .modules
        .iter()
        .filter(|module| module.origin != Origin::BuiltIn)
    {
        let switch = if module.enabled { "on" } else { "off" };
        let version = module.setup_version.as_deref().unwrap_or("without version");
        let package = module
            .package
            .as_ref()
            .map_or("", |package| package.name.as_str());
        let line = format!(
            "{} {version} {switch} {} {} after [{}] {package}",
            module.name,
            module.origin.name(),
            module.path.display(),
            module.sequence.join(" "),
        );
        writeln!(out, "{}", line.trim_end()).expect("a test can write and read");
    }
    if installation.is_installed {
        writeln!(out, "installed").expect("a test can write and read");
    }
    let built_in = installation
        .modules
        .iter()
        .filter(|module| module.origin == Origin::BuiltIn);
    for module in built_in {
        let usual = ferrite_modules::find(&module.name)
            .expect("a test can write and read")
            .enabled;
        if module.enabled != usual {
            writeln!(out, "{} is not as usual", module.name).expect("a test can write and read");
        }
    }
    if !installation.resources.is_empty() {
        heading(&mut out, "resources");
        let is_own = |id: &str| installation.resources.iter().any(|known| known.id == id);
        for node in installation.tree.iter().filter(|node| is_own(node.id())) {
            let above = installation
                .tree
                .parent_of(node.id())
                .map_or("", |parent| parent.id());
            writeln!(
                out,
                "{} '{}' under {above} by {}",
                node.id(),
                node.title(),
                node.module()
            )
            .expect("a test can write and read");
        }
    }
    if !installation.routes.is_empty() {
        heading(&mut out, "routes");
        for route in &installation.routes {
            writeln!(
                out,
                "{} {} {}::{} [{}] secure {} limit {:?} by {}",
                route.method,
                route.url,
                route.service_class,
                route.service_method,
                route.resources.join(" "),
                route.secure,
                route.input_array_size_limit,
                route.source.module
            )
            .expect("a test can write and read");
            for parameter in &route.parameters {
                writeln!(
                    out,
                    "  {} = {:?} force {}",
                    parameter.name, parameter.value, parameter.force
                )
                .expect("a test can write and read");
            }
        }
    }
    integrations(
        &mut out,
        "integrations of integration.xml",
        &installation.integrations,
    );
    integrations(
        &mut out,
        "integrations for setup code",
        &installation.setup_integrations,
    );
    if !installation.defaults.is_empty() {
        heading(&mut out, "values");
        for value in &installation.defaults {
            let scope = match &value.scope {
                Scope::Default => "default".to_owned(),
                Scope::Website(code) => format!("website {code}"),
                Scope::Store(code) => format!("store {code}"),
            };
            writeln!(out, "{scope} {} = {}", value.path, value.value)
                .expect("a test can write and read");
        }
    }
    if !installation.menu.is_empty() {
        heading(&mut out, "menu");
        for item in &installation.menu {
            writeln!(
                out,
                "{} '{}' under {:?} opens {:?} for {:?} at {}",
                item.id, item.title, item.parent, item.action, item.resource, item.sort_order
            )
            .expect("a test can write and read");
        }
    }
    let plan = installation.setup(&SetupState::default());
    if !plan.steps.is_empty() {
        heading(&mut out, "setup");
        plan.steps.iter().for_each(|one| step(&mut out, one));
    }
    let reports: Vec<_> = installation.reports.iter().chain(&plan.reports).collect();
    if !reports.is_empty() {
        heading(&mut out, "reports");
        for report in reports {
            writeln!(out, "{report}").expect("a test can write and read");
        }
    }
    out
}

#[test]
fn every_layout_is_read_as_expected() {
    let mut folders: Vec<_> = std::fs::read_dir(layouts())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 30);
    let mut wrong = Vec::new();
    for folder in folders {
        let installation = Installation::read(&folder, Options { adopt: true }).unwrap();
        let root = folder.canonicalize().unwrap();
        let shown = render(&installation).replace(&*root.to_string_lossy(), "<root>");
        let file = folder.join("expected.txt");
        if std::env::var_os("FERRITE_WRITE_EXPECTED").is_some() {
            std::fs::write(&file, &shown).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if shown != expected {
            wrong.push(format!("{}:\n{shown}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn later_runs_take_only_what_is_new() {
    let folder = layouts().join("several-versions");
    let installation = Installation::read(&folder, Options { adopt: true }).unwrap();
    let names = |state: &SetupState| {
        let plan = installation.setup(state);
        assert!(plan.reports.is_empty(), "{:?}", plan.reports);
        let actions = plan.steps.into_iter().flat_map(|step| step.actions);
        let names = actions.filter_map(|action| match action {
            Action::ProcessIntegrationConfig { names, .. } => Some(names),
            _ => None,
        });
        names.flatten().collect::<Vec<_>>()
    };
    let mut state = SetupState::default();
    assert_eq!(names(&state), ["ledger", "ledger_eu", "ledger_us"]);
    state
        .data_versions
        .insert("Kepler_Ledger".to_owned(), "1.1.0".to_owned());
    assert_eq!(names(&state), ["ledger_us"]);
    state
        .data_versions
        .insert("Kepler_Ledger".to_owned(), "1.2.0".to_owned());
    assert!(names(&state).is_empty());

    let folder = layouts().join("data-patch");
    let installation = Installation::read(&folder, Options { adopt: true }).unwrap();
    let mut state = SetupState::default();
    assert_eq!(installation.setup(&state).steps.len(), 1);
    state
        .patches
        .insert("Acme\\StockLink\\Setup\\Patch\\Data\\AddIntegration".to_owned());
    assert!(installation.setup(&state).steps.is_empty());
}

#[test]
fn modules_that_no_file_names_wait_for_setup() {
    let folder = layouts().join("tutorial");
    let installation = Installation::read(&folder, Options::default()).unwrap();
    let module = installation.module("MGT_IntegrationManager").unwrap();
    assert!(!module.enabled);
    assert!(installation.setup_integrations.is_empty());
}
