//! A module `Acme_Sync` of classes that are written in a test, and what its setup scripts come to.

#![allow(dead_code, reason = "each file of tests takes what it needs")]

use std::collections::BTreeMap;

use ferrite_php::setup::{Action, Module, Outcome, Phase, Source, versioned};

/// Classes of `Acme_Sync` by their name below the namespace.
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    pub fn of(files: &[(&str, &str)]) -> Self {
        let named = |(name, code): &(&str, &str)| {
            let (space, _) = name.rsplit_once('\\').unwrap_or(("", name));
            let space = format!("Acme\\Sync\\{space}");
            let code = format!("<?php\nnamespace {};\n{code}", space.trim_end_matches('\\'));
            (format!("Acme\\Sync\\{name}"), code)
        };
        Self(files.iter().map(named).collect())
    }

    pub fn with<T>(
        &self,
        version: Option<&str>,
        stored: Option<&str>,
        run: impl FnOnce(Module<'_>) -> T,
    ) -> T {
        let source = |class: &str| {
            let code = self.0.get(class)?;
            let file = format!(
                "{}.php",
                class.trim_start_matches("Acme\\Sync\\").replace('\\', "/")
            );
            Some(Source {
                file,
                bytes: code.as_bytes().to_vec(),
            })
        };
        run(Module {
            name: "Acme_Sync",
            namespaces: &[],
            version,
            stored,
            source: &source,
            preference: &|_| None,
        })
    }
}

/// An action on one line.
pub fn line(action: &Action) -> String {
    match action {
        Action::ProcessIntegrationConfig { names, file, at } => {
            format!("process {} ({file}:{})", names.join(","), at.line)
        }
        Action::CreateIntegration { fields, file, at } => {
            let name = fields
                .get("name")
                .and_then(ferrite_php::Value::as_text)
                .unwrap_or("?");
            format!("create {name} ({file}:{})", at.line)
        }
        Action::NotExecuted { file, line, what } => format!("not executed {what} ({file}:{line})"),
        Action::Assumed {
            file,
            line,
            condition,
        } => format!("assumed {condition} ({file}:{line})"),
    }
}

pub fn lines(outcome: &Outcome) -> Vec<String> {
    assert_eq!(outcome.problems, []);
    outcome.actions.iter().map(line).collect()
}

pub const USES: &str = "use Magento\\Integration\\Model\\ConfigBasedIntegrationManager;\n\
    use Magento\\Framework\\Setup\\{InstallDataInterface, ModuleContextInterface, ModuleDataSetupInterface};\n";

/// A data script around the body of its method; line 7 is the body's first.
pub fn script(class: &str, method: &str, members: &str, body: &str) -> String {
    format!(
        "{USES}class {class} implements InstallDataInterface {{ {members}\n\
         public function {method}(ModuleDataSetupInterface $setup, ModuleContextInterface $context) {{\n\
         {body}\n}} }}"
    )
}

pub const INJECTED: &str = "private $manager; public function __construct(ConfigBasedIntegrationManager $manager) { $this->manager = $manager; }";

/// What `InstallData` does on the first install.
pub fn install(members: &str, body: &str, others: &[(&str, &str)]) -> Outcome {
    let code = script("InstallData", "install", members, body);
    let mut files = vec![("Setup\\InstallData", &*code)];
    files.extend(others);
    Files::of(&files).with(Some("1.0.0"), None, |module| versioned(module, Phase::Data))
}

/// The names that are processed; nothing else may come of it.
pub fn names(members: &str, body: &str, others: &[(&str, &str)]) -> Vec<String> {
    let outcome = install(members, body, others);
    assert_eq!(outcome.problems, [], "{members} {body}");
    let one = |action: &Action| match action {
        Action::ProcessIntegrationConfig { names, .. } => names.join(","),
        other => panic!("{members} {body}: {}", line(other)),
    };
    outcome.actions.iter().map(one).collect()
}
