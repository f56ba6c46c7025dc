//! What is shown of an integration that a module declares: which module and files, what the last
//! `setup:upgrade` changed of it, and whether any module still declares it.

use ferrite_integrations::{Integration, SetupType, Status};

use super::GRID;
use crate::Panel;
use crate::components::grid::Label;
use crate::modules::Presence;
use crate::pages::modules;
use crate::text::shown;
use crate::web::Visit;

/// An integration's declaration.
pub struct DeclaredView {
    pub module: String,
    /// Where the module is shown, for who may see it.
    pub module_url: Option<String>,
    pub files: Vec<String>,
    /// Why no module declares it at present, and what follows from it.
    pub orphaned: Option<String>,
    /// Whether it was made anew and waits to be activated.
    pub waits: bool,
    pub changes: Vec<ChangeView>,
    pub activate_url: String,
    pub delete_url: String,
}

/// One thing that has changed.
pub struct ChangeView {
    /// `added`, `removed` or `changed`.
    pub kind: &'static str,
    pub text: String,
    /// The title of the resource that it is about.
    pub title: String,
}

/// The declaration of one that a module declares.
pub fn view(visit: &Visit<'_>, one: &Integration) -> Option<DeclaredView> {
    if one.setup_type != SetupType::Config {
        return None;
    }
    let panel = visit.panel();
    let url = |action: &str| visit.asked.url(&format!("{GRID}/{}/{action}", one.id));
    let module = one.module.as_deref().unwrap_or_default();
    let is_there = panel.modules.presence(module) != Presence::Absent;
    let module_url = || visit.asked.url(&modules::found_by_name(module));
    Some(DeclaredView {
        module_url: (is_there && visit.may(modules::RESOURCE)).then(module_url),
        module: shown(module),
        files: one.files.iter().map(|file| shown(file)).collect(),
        orphaned: why(panel, one),
        waits: one.status == Status::Reset,
        changes: one.changes.iter().map(|line| change(panel, line)).collect(),
        activate_url: url("activate"),
        delete_url: url("delete"),
    })
}

fn change(panel: &Panel, line: &str) -> ChangeView {
    let (kind, id) = match line.split_once(' ') {
        Some(("+", id)) => ("added", id),
        Some(("-", id)) => ("removed", id),
        _ => ("changed", ""),
    };
    let resource = panel.tree().find(id);
    ChangeView {
        kind,
        text: shown(line),
        title: resource.map_or_else(String::new, |node| shown(node.title())),
    }
}

/// The mark beside its name.
pub fn label(panel: &Panel, one: &Integration) -> Option<Label> {
    if one.setup_type != SetupType::Config {
        return None;
    }
    let module = one.module.as_deref().unwrap_or_default();
    if !panel.integrations.is_orphaned(one) {
        let text = format!("Declared by {}", shown(module));
        return Some(Label { text, tone: "" });
    }
    let text = match panel.modules.presence(module) {
        Presence::Absent => "Module is gone",
        Presence::Fresh => "Module is not set up",
        Presence::Disabled => "Module is switched off",
        Presence::LeftOut => "Module is left out",
        Presence::Enabled => "Declared no longer",
    };
    Some(Label {
        text: text.to_owned(),
        tone: "warn",
    })
}

fn why(panel: &Panel, one: &Integration) -> Option<String> {
    if !panel.integrations.is_orphaned(one) {
        return None;
    }
    let name = one.module.as_deref().unwrap_or_default();
    let module = shown(name);
    let reason = match panel.modules.presence(name) {
        Presence::Absent if name.is_empty() => "No module declares it any more.".to_owned(),
        Presence::Absent => format!("Its module {module} is not there any more."),
        Presence::Fresh => format!("Its module {module} waits for setup:upgrade."),
        Presence::Disabled => format!("Its module {module} is switched off."),
        Presence::LeftOut => format!("Its module {module} is left out because of a fault."),
        Presence::Enabled => format!("Its module {module} declares it no longer."),
    };
    let tokens = match one.status {
        Status::Active => " Its tokens are accepted until then.",
        Status::Inactive | Status::Reset => "",
    };
    Some(format!("{reason} It can be deleted.{tokens}"))
}
