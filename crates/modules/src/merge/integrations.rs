//! Integrations by name: of fields the later module's count, resources accumulate.

use std::collections::{HashMap, HashSet};

use ferrite_acl::{ADMIN, Tree};

use super::Part;
use crate::read::integration::DeclaredIntegration;
use crate::read::schema::short;
use crate::{Integration, Report};

const FILE: &str = "etc/integration.xml";
const CONFIG: &str = "etc/integration/config.xml";
const API: &str = "etc/integration/api.xml";

/// A resource as a file asks for it: its id, who asks, and where.
struct Asked<'a> {
    id: &'a str,
    part: Part<'a>,
    line: u32,
    column: u32,
}

/// Integrations in the order of their names' first appearance, with what they ask for.
#[derive(Default)]
struct Merged<'a> {
    integrations: Vec<Integration>,
    asked: Vec<Option<Vec<Asked<'a>>>>,
    numbers: HashMap<&'a str, usize>,
}

impl<'a> Merged<'a> {
    fn add(&mut self, part: Part<'a>, file: &str, declared: &'a DeclaredIntegration) {
        let number = *self.numbers.entry(&declared.name).or_insert_with(|| {
            self.integrations.push(Integration {
                name: declared.name.clone(),
                ..Integration::default()
            });
            self.asked.push(None);
            self.integrations.len() - 1
        });
        let integration = &mut self.integrations[number];
        let fields = [
            (&mut integration.email, &declared.email),
            (&mut integration.endpoint_url, &declared.endpoint_url),
            (
                &mut integration.identity_link_url,
                &declared.identity_link_url,
            ),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        integration.sources.push(part.source(file, declared.line));
        if let Some(resources) = &declared.resources {
            let asked = resources.iter().map(|(id, line, column)| Asked {
                id,
                part,
                line: *line,
                column: *column,
            });
            self.asked[number].get_or_insert_default().extend(asked);
        }
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }
}

/// The integrations of all `etc/integration.xml`, with what they are granted in the tree.
pub fn from_integration_xml(
    parts: &[Part<'_>],
    tree: &Tree,
    reports: &mut Vec<Report>,
) -> Vec<Integration> {
    let mut merged = Merged::default();
    for part in parts {
        for declared in &part.contents.integrations {
            merged.add(*part, FILE, declared);
        }
    }
    let Merged {
        mut integrations,
        asked,
        ..
    } = merged;
    for (integration, asked) in integrations.iter_mut().zip(asked) {
        integration.resources = Some(granted(&asked.unwrap_or_default(), tree, reports));
        without_email(integration, reports);
    }
    integrations
}

/// What is granted: each resource under `Magento_Backend::admin` with all above it, in tree order.
fn granted(asked: &[Asked<'_>], tree: &Tree, reports: &mut Vec<Report>) -> Vec<String> {
    let mut granted = HashSet::new();
    for one in asked {
        let above: Vec<_> = tree.ancestors_of(one.id).map(|node| node.id()).collect();
        if above.last() == Some(&ADMIN) {
            granted.insert(one.id);
            granted.extend(above);
            continue;
        }
        let message = format!("There is no resource '{}' to grant.", short(one.id));
        let hint = if matches!(one.id, ferrite_acl::ALL | ADMIN) {
            "Name each resource; everything cannot be granted in this file."
        } else {
            "Use an id that integration:resources lists, or enable the module that brings it."
        };
        let file = one.part.path.join(FILE);
        let report = Report::warning(&file, message).at(one.line, one.column);
        reports.push(report.hint(hint).of(one.part.name));
    }
    let in_order = tree.iter().filter(|node| granted.contains(node.id()));
    in_order.map(|node| node.id().to_owned()).collect()
}

fn without_email(integration: &Integration, reports: &mut Vec<Report>) {
    let Some(source) = integration
        .sources
        .first()
        .filter(|_| integration.email.is_empty())
    else {
        return;
    };
    let message = format!(
        "The integration '{}' has no e-mail address.",
        short(&integration.name)
    );
    let report = Report::warning(&source.file, message).at(source.line, 0);
    reports.push(report.hint("Add <email>.").of(&source.module));
}

/// The integrations that setup code may install: fields of `etc/integration/config.xml`, resources
/// of `etc/integration/api.xml` as they stand there, or else of `etc/integration.xml`.
pub fn by_setup(
    parts: &[Part<'_>],
    tree: &Tree,
    current: &[Integration],
    reports: &mut Vec<Report>,
) -> Vec<Integration> {
    let (mut fields, mut api) = (Merged::default(), Merged::default());
    for part in parts {
        for declared in &part.contents.config_integrations {
            fields.add(*part, CONFIG, declared);
        }
        for declared in &part.contents.api_integrations {
            api.add(*part, API, declared);
        }
    }
    for one in api.asked.iter().flatten().flatten() {
        if tree.find(one.id).is_none() {
            let message = format!("There is no resource '{}'.", short(one.id));
            let report = Report::warning(&one.part.path.join(API), message);
            let hint =
                "Use an id that integration:resources lists, or enable the module that brings it.";
            reports.push(report.at(one.line, one.column).hint(hint).of(one.part.name));
        }
    }
    orphans(&fields, &api, reports);
    let current: HashMap<_, _> = current
        .iter()
        .map(|known| (known.name.as_str(), known))
        .collect();
    for integration in &mut fields.integrations {
        let listed = api.numbers.get(integration.name.as_str()).copied();
        let asked = listed.and_then(|number| api.asked[number].as_ref());
        let literal = asked.map(|asked| {
            let mut seen = HashSet::new();
            let ids = asked.iter().filter(|one| seen.insert(one.id));
            ids.map(|one| one.id.to_owned()).collect()
        });
        let other = || {
            current
                .get(integration.name.as_str())
                .and_then(|known| known.resources.clone())
        };
        integration.resources = literal.or_else(other);
        if let Some(number) = listed {
            integration
                .sources
                .extend(api.integrations[number].sources.iter().cloned());
        }
        if integration.resources.is_none()
            && let Some(source) = integration.sources.first()
        {
            let message = format!("No file grants '{}' anything.", short(&integration.name));
            let report = Report::warning(&source.file, message).at(source.line, 0);
            let hint = "Name it in etc/integration/api.xml with its resources.";
            reports.push(report.hint(hint).of(&source.module));
        }
        without_email(integration, reports);
    }
    fields.integrations
}

/// Warns of what `api.xml` names and `config.xml` does not.
fn orphans(fields: &Merged<'_>, api: &Merged<'_>, reports: &mut Vec<Report>) {
    for integration in &api.integrations {
        let Some(source) = integration.sources.first() else {
            continue;
        };
        if fields.number(&integration.name).is_none() {
            let name = short(&integration.name);
            let message = format!("No etc/integration/config.xml declares '{name}'.");
            let report = Report::warning(&source.file, message).at(source.line, 0);
            let hint = "Declare it there, or write the name as it stands there.";
            reports.push(report.hint(hint).of(&source.module));
        }
    }
}
