//! A section's page, and saving it: all of its fields, or none where one does not fit.

use askama::Template;
use axum::response::Response;
use ferrite_base::StoreScope;

use super::sections::{Field, Input, SECTIONS, Section};
use crate::web::answer::redirect_to;
use crate::web::{Frame, Message, Refusal, Visit, redirect, render};

#[derive(Template)]
#[template(path = "configuration.html")]
struct ConfigurationPage {
    frame: Frame,
    /// Where it is saved.
    url: String,
    tabs: Vec<Tab>,
    title: &'static str,
    groups: Vec<GroupView>,
}

struct Tab {
    title: &'static str,
    sections: Vec<Link>,
}

struct Link {
    title: &'static str,
    url: String,
    is_current: bool,
}

struct GroupView {
    title: &'static str,
    fields: Vec<FieldView>,
}

struct FieldView {
    /// Its id and name in the form.
    id: String,
    label: &'static str,
    comment: &'static str,
    value: String,
    /// What counts where nothing is set.
    default: String,
    is_inherited: bool,
    is_number: bool,
    options: Vec<(&'static str, &'static str, bool)>,
    problem: Option<String>,
    scope: &'static str,
    /// Whether a file of the deployment configuration says what counts.
    is_locked: bool,
}

/// What a form says of a setting.
struct Entry {
    field: &'static Field,
    value: String,
    default: String,
    is_inherited: bool,
    problem: Option<String>,
    is_locked: bool,
}

/// `GET /config`: the first section that the admin may see.
pub fn first(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let found = SECTIONS.iter().find(|section| visit.may(section.resource));
    let section = found.ok_or(Refusal::Denied)?;
    let messages = visit.asked.messages.clone();
    Ok(redirect(visit.asked, &path(section), messages))
}

/// `GET /config/{section}`
pub fn show(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let section = section(visit)?;
    let entries = fields(section).map(|field| held(visit, field));
    page(visit, section, &entries.collect::<Vec<_>>(), None)
}

/// `POST /config/{section}`
pub fn save(visit: &Visit<'_>) -> Result<Response, Refusal> {
    let section = section(visit)?;
    let entries: Vec<Entry> = fields(section).map(|field| entry(visit, field)).collect();
    let problem = entries.iter().find_map(|entry| {
        let problem = entry.problem.as_ref()?;
        Some(format!("{}: {problem}", entry.field.label))
    });
    if let Some(problem) = problem {
        return page(visit, section, &entries, Some(Message::error(problem)));
    }
    let free = entries.into_iter().filter(|entry| !entry.is_locked);
    let values = free.map(|entry| {
        let value = (!entry.is_inherited).then_some(entry.value);
        (entry.field.path, value)
    });
    let values: Vec<_> = values.collect();
    visit.panel().settings().set_all(&values)?;
    let message = Message::success("You saved the configuration.");
    // The panel itself may have moved.
    let base = visit.panel().path();
    Ok(redirect_to(
        visit.asked,
        &format!("{base}{}", path(section)),
        vec![message],
    ))
}

fn section(visit: &Visit<'_>) -> Result<&'static Section, Refusal> {
    let asked = visit.asked.parameter("section");
    let found = SECTIONS.iter().find(|section| section.id == asked);
    let section = found.ok_or(Refusal::NotFound)?;
    if visit.may(section.resource) {
        Ok(section)
    } else {
        Err(Refusal::Denied)
    }
}

fn fields(section: &'static Section) -> impl Iterator<Item = &'static Field> {
    section.groups.iter().flat_map(|group| group.fields)
}

fn path(section: &Section) -> String {
    format!("/config/{}", section.id)
}

/// A field as it stands.
fn held(visit: &Visit<'_>, field: &'static Field) -> Entry {
    let settings = visit.panel().settings();
    Entry {
        value: settings.text(field.path, &StoreScope::admin()),
        default: settings.default_text(field.path),
        is_inherited: !settings.is_set(field.path),
        problem: None,
        field,
        is_locked: settings.is_fixed("default", 0, field.path),
    }
}

/// Reads a field; one that the form does not have stays as it is. Another value than the system's
/// counts also where the box before "Use system value" was left ticked: without scripts nothing
/// unticks it.
fn entry(visit: &Visit<'_>, field: &'static Field) -> Entry {
    let form = &visit.asked.form;
    let held = held(visit, field);
    let Some(given) = form.given(&name(field)).filter(|_| !held.is_locked) else {
        return held;
    };
    let value = given.trim().to_owned();
    let ticked = form.given(&format!("{}_inherit", name(field))).is_some();
    let problem = problem(field, &value);
    Entry {
        is_inherited: ticked && value == held.default,
        default: held.default,
        problem: problem.map(str::to_owned),
        value,
        field,
        is_locked: false,
    }
}

fn problem(field: &Field, value: &str) -> Option<&'static str> {
    if let Input::Select(options) = field.input
        && !options.iter().any(|(known, _)| *known == value)
    {
        return Some("Please select an option.");
    }
    let declared = ferrite_settings::find(field.path)?;
    declared.refusal(value)
}

/// The field's name in the form: its path with underscores, as Magento's element ids.
fn name(field: &Field) -> String {
    field.path.replace('/', "_")
}

fn page(
    visit: &Visit<'_>,
    section: &'static Section,
    entries: &[Entry],
    message: Option<Message>,
) -> Result<Response, Refusal> {
    let frame = visit.frame("Configuration");
    let groups = section.groups.iter().map(|group| {
        let own = group.fields.iter().filter_map(|field| {
            let mut found = entries
                .iter()
                .filter(|entry| entry.field.path == field.path);
            found.next()
        });
        GroupView {
            title: group.title,
            fields: own.map(view).collect(),
        }
    });
    render(&ConfigurationPage {
        frame: match message {
            Some(message) => frame.with(message),
            None => frame,
        },
        url: visit.asked.url(&path(section)),
        tabs: tabs(visit, section),
        title: section.title,
        groups: groups.collect(),
    })
}

fn tabs(visit: &Visit<'_>, current: &Section) -> Vec<Tab> {
    let mut tabs: Vec<Tab> = Vec::new();
    for section in SECTIONS
        .iter()
        .filter(|section| visit.may(section.resource))
    {
        let link = Link {
            title: section.title,
            url: visit.asked.url(&path(section)),
            is_current: section.id == current.id,
        };
        match tabs.last_mut() {
            Some(tab) if tab.title == section.tab => tab.sections.push(link),
            _ => tabs.push(Tab {
                title: section.tab,
                sections: vec![link],
            }),
        }
    }
    tabs
}

fn view(entry: &Entry) -> FieldView {
    let field = entry.field;
    let options = match field.input {
        Input::Select(options) => {
            let with_picked = options
                .iter()
                .map(|(v, label)| (*v, *label, *v == entry.value));
            with_picked.collect()
        }
        _ => Vec::new(),
    };
    let declared = ferrite_settings::find(field.path);
    FieldView {
        id: name(field),
        label: field.label,
        comment: field.comment,
        value: entry.value.clone(),
        default: entry.default.clone(),
        is_inherited: entry.is_inherited,
        is_number: matches!(field.input, Input::Number),
        options,
        problem: entry.problem.clone(),
        scope: if declared.is_some_and(|declared| declared.scoped) {
            "[store view]"
        } else {
            "[global]"
        },
        is_locked: entry.is_locked,
    }
}
