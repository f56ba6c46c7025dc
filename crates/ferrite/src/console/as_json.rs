//! Commands as JSON, for programs, in the form of Symfony's `JsonDescriptor`.

use clap::Arg;
use serde_json::{Map, Value, json};

use super::describe::{group, is_in, is_list, label, shown_options, synopsis, value};
use super::{Command, NAME, VERSION, input};

/// The commands, or those of one namespace; `short` leaves out what each takes.
pub fn list(commands: &[&dyn Command], namespace: Option<&str>, short: bool) -> Value {
    let shown: Vec<_> = commands
        .iter()
        .filter(|command| namespace.is_none_or(|name| is_in(command.name(), name)))
        .collect();
    let mut namespaces: Vec<Value> = Vec::new();
    for command in &shown {
        let id = group(command.name()).unwrap_or("_global");
        let found = namespaces.iter_mut().find(|one| one["id"] == id);
        match found.and_then(|one| one["commands"].as_array_mut()) {
            Some(list) => list.push(command.name().into()),
            None => namespaces.push(json!({"id": id, "commands": [command.name()]})),
        }
    }
    let described = |one: &&&dyn Command| match short {
        true => in_short(**one),
        false => command(**one),
    };
    json!({
        "application": {"name": NAME, "version": VERSION},
        "commands": shown.iter().map(described).collect::<Vec<_>>(),
        "namespaces": namespaces,
    })
}

fn in_short(command: &dyn Command) -> Value {
    json!({
        "name": command.name(),
        "description": command.description(),
        "usage": [],
        "hidden": false,
    })
}

/// One command with what it takes.
pub fn command(command: &dyn Command) -> Value {
    let defined = input::definition(command);
    let arguments = defined.get_positionals();
    let arguments: Map<String, Value> = arguments.map(|arg| (label(arg), argument(arg))).collect();
    let options: Map<String, Value> = shown_options(&defined)
        .filter_map(|arg| Some((arg.get_long()?.to_owned(), option(arg))))
        .collect();
    let help = defined.get_after_help().map(ToString::to_string);
    json!({
        "name": command.name(),
        "description": command.description(),
        "usage": [synopsis(command, false)],
        "help": help.unwrap_or_default(),
        "definition": {"arguments": arguments, "options": options},
        "hidden": false,
    })
}

fn argument(arg: &Arg) -> Value {
    json!({
        "name": label(arg),
        "is_required": arg.is_required_set(),
        "is_array": is_list(arg),
        "description": arg.get_help().map(ToString::to_string).unwrap_or_default(),
        "default": default(arg),
    })
}

fn option(arg: &Arg) -> Value {
    let value = value(arg);
    json!({
        "name": format!("--{}", arg.get_long().unwrap_or_default()),
        "shortcut": arg.get_short().map_or_else(String::new, |letter| format!("-{letter}")),
        "accept_value": value.is_some(),
        "is_value_required": matches!(value, Some((_, false))),
        "is_multiple": is_list(arg),
        "description": arg.get_help().map(ToString::to_string).unwrap_or_default(),
        "default": default(arg),
    })
}

/// What it is when it is not given: a list, false for a flag, or null where nothing is.
fn default(arg: &Arg) -> Value {
    if !arg.get_action().takes_values() {
        return Value::Bool(false);
    }
    let texts = arg.get_default_values().iter();
    let mut texts = texts.map(|text| text.to_string_lossy().into_owned());
    if is_list(arg) {
        return texts.collect();
    }
    texts.next().map_or(Value::Null, Value::String)
}
