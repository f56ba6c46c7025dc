//! What is wrong with a command line, in Symfony's words.

use anyhow::{Error, anyhow};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Command, describe};

/// Clap's complaint as Symfony would make it.
pub fn of(command: &dyn Command, error: &clap::Error) -> Error {
    let named = names(error, ContextKind::InvalidArg);
    let first = named.first().map(String::as_str).unwrap_or_default();
    let given = names(error, ContextKind::InvalidValue);
    let given = given.first().map(String::as_str).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument if first.starts_with('-') => {
            let name = first.split('=').next().unwrap_or(first);
            anyhow!("The \"{name}\" option does not exist.")
        }
        ErrorKind::UnknownArgument => too_many(command, first),
        ErrorKind::MissingRequiredArgument => missing(&named),
        ErrorKind::InvalidValue if given.is_empty() => {
            anyhow!("The \"{}\" option requires a value.", long(first))
        }
        ErrorKind::NoEquals => anyhow!("The \"{}\" option requires a value.", long(first)),
        ErrorKind::TooManyValues => {
            anyhow!("The \"{}\" option does not accept a value.", long(first))
        }
        _ => {
            let text = error.to_string();
            let text = text.split("\n\n").next().unwrap_or_default();
            anyhow!("{}", text.trim_start_matches("error: ").trim().to_owned())
        }
    }
}

fn names(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// `--scope` of `--scope <SCOPE>`.
fn long(shown: &str) -> &str {
    shown.split([' ', '=']).next().unwrap_or(shown)
}

fn missing(named: &[String]) -> Error {
    let is_option = |name: &&String| name.starts_with('-');
    if let Some(option) = named.iter().find(is_option) {
        return anyhow!("The \"{}\" option is required.", long(option));
    }
    let plain = |name: &String| {
        let name = name.trim_end_matches("...");
        name.trim_matches(['<', '>', '[', ']']).to_lowercase()
    };
    let names: Vec<String> = named.iter().map(plain).collect();
    anyhow!("Not enough arguments (missing: \"{}\").", names.join(", "))
}

fn too_many(command: &dyn Command, first: &str) -> Error {
    let name = command.name();
    let wanted = describe::arguments(command);
    if wanted.is_empty() {
        return anyhow!("No arguments expected for \"{name}\" command, got \"{first}\".");
    }
    let wanted: Vec<String> = wanted.iter().map(|one| format!("\"{one}\"")).collect();
    anyhow!(
        "Too many arguments to \"{name}\" command, expected arguments {}.",
        wanted.join(" ")
    )
}
