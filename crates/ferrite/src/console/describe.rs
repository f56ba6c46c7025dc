//! Texts about commands, made from their definitions: the list, the help of one, its usage.

use clap::{Arg, ArgAction};

use super::output::{comment, info};
use super::{Command, NAME, VERSION, input};

/// An option or argument as it is shown: its left side, and what it is for.
type Row = (String, String);

/// The whole command: description, usage, arguments, options.
pub fn command(command: &dyn Command) -> String {
    let defined = input::definition(command);
    let mut text = format!(
        "{}\n  {}\n\n{}\n  {}\n",
        comment("Description:"),
        command.description(),
        comment("Usage:"),
        synopsis(command, true)
    );
    let arguments: Vec<Row> = defined.get_positionals().map(argument_row).collect();
    let options: Vec<Row> = shown_options(&defined).map(option_row).collect();
    let width = width(arguments.iter().chain(&options));
    if !arguments.is_empty() {
        text += &format!("\n{}\n{}", comment("Arguments:"), rows(&arguments, width));
    }
    text += &format!("\n{}\n{}", comment("Options:"), rows(&options, width));
    if let Some(more) = defined.get_after_help() {
        text += &format!("\n{}\n  {more}\n", comment("Help:"));
    }
    text
}

/// The commands, grouped by namespace; those of one namespace alone where one is given.
pub fn list(commands: &[&dyn Command], namespace: Option<&str>) -> String {
    let defined = input::common(input::bare("list"));
    let mut options: Vec<Row> = shown_options(&defined).map(option_row).collect();
    options.push((
        "    --root=ROOT".to_owned(),
        "The project's folder, if not the current one".to_owned(),
    ));
    let mut text = format!("{NAME} {}\n\n", info(VERSION));
    text += &format!("{}\n  command [options] [arguments]\n\n", comment("Usage:"));
    let heading = match namespace {
        None => "Available commands:".to_owned(),
        Some(name) => format!("Available commands for the \"{name}\" namespace:"),
    };
    text += &format!(
        "{}\n{}\n{}\n",
        comment("Options:"),
        rows(&options, width(&options)),
        comment(&heading)
    );
    let shown: Vec<&&dyn Command> = commands
        .iter()
        .filter(|command| namespace.is_none_or(|name| is_in(command.name(), name)))
        .collect();
    let width = shown.iter().map(|one| one.name().len()).max().unwrap_or(0);
    let (grouped, plain): (Vec<&&dyn Command>, Vec<_>) = shown
        .into_iter()
        .partition(|one| group(one.name()).is_some());
    let mut last = None;
    for command in plain.into_iter().chain(grouped) {
        let own = group(command.name());
        if namespace.is_none() && own != last {
            text += &format!(" {}\n", comment(own.unwrap_or_default()));
            last = own;
        }
        let (name, space) = (command.name(), width + 2 - command.name().len());
        let description = command.description();
        text += &format!("  {}{}{description}\n", info(name), " ".repeat(space));
    }
    text
}

/// A line for each command, for programs.
pub fn raw(commands: &[&dyn Command], namespace: Option<&str>) -> String {
    let shown = commands
        .iter()
        .filter(|command| namespace.is_none_or(|name| is_in(command.name(), name)));
    let shown: Vec<_> = shown.collect();
    let width = shown.iter().map(|one| one.name().len()).max().unwrap_or(0);
    let line = |one: &&&dyn Command| format!("{:width$} {}\n", one.name(), one.description());
    shown.iter().map(line).collect()
}

pub(super) fn group(name: &str) -> Option<&str> {
    name.split_once(':').map(|(group, _)| group)
}

pub(super) fn is_in(name: &str, namespace: &str) -> bool {
    let rest = name.strip_prefix(namespace);
    rest.is_some_and(|rest| rest.starts_with(':'))
}

/// How a command is called; `short` leaves its options out.
pub fn synopsis(command: &dyn Command, short: bool) -> String {
    let defined = input::definition(command);
    let mut parts = vec![command.name().to_owned()];
    let own: Vec<&Arg> = shown_options(&defined)
        .filter(|arg| !is_common(arg))
        .collect();
    if short {
        parts.push("[options]".to_owned());
    }
    for arg in own.iter().filter(|_| !short) {
        let long = format!("--{}", arg.get_long().unwrap_or_default());
        let name = match arg.get_short() {
            Some(letter) => format!("-{letter}|{long}"),
            None => long,
        };
        parts.push(match value(arg) {
            Some((value, true)) => format!("[{name} [{value}]]"),
            Some((value, false)) => format!("[{name} {value}]"),
            None => format!("[{name}]"),
        });
    }
    let mut arguments = defined.get_positionals().peekable();
    if arguments.peek().is_some() && (short || !own.is_empty()) {
        parts.push("[--]".to_owned());
    }
    parts.extend(arguments.map(|arg| {
        let name = format!("<{}>", label(arg));
        match (arg.is_required_set(), is_list(arg)) {
            (true, false) => name,
            (true, true) => format!("{name}..."),
            (false, false) => format!("[{name}]"),
            (false, true) => format!("[{name}...]"),
        }
    }));
    parts.join(" ")
}

/// The names of a command's arguments.
pub fn arguments(command: &dyn Command) -> Vec<String> {
    let defined = input::definition(command);
    defined.get_positionals().map(label).collect()
}

/// The long names of a command's options.
pub fn options(command: &dyn Command) -> Vec<String> {
    let defined = input::definition(command);
    let longs = shown_options(&defined).filter_map(Arg::get_long);
    longs.map(str::to_owned).collect()
}

pub(super) fn label(arg: &Arg) -> String {
    arg.get_id().as_str().to_owned()
}

pub(super) fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

fn is_common(arg: &Arg) -> bool {
    let common = [
        "help",
        "quiet",
        "verbose",
        "version",
        "ansi",
        "no-ansi",
        "no-interaction",
    ];
    common.contains(&arg.get_id().as_str())
}

pub(super) fn shown_options(defined: &clap::Command) -> impl Iterator<Item = &Arg> {
    let options = defined.get_arguments();
    options.filter(|arg| !arg.is_positional() && !arg.is_hide_set())
}

/// What stands for an option's value, and whether it can be left out; none for a flag.
pub(super) fn value(arg: &Arg) -> Option<(String, bool)> {
    if !arg.get_action().takes_values() {
        return None;
    }
    let optional = arg
        .get_num_args()
        .is_some_and(|range| range.min_values() == 0);
    Some((arg.get_long()?.to_uppercase(), optional))
}

fn option_row(arg: &Arg) -> Row {
    let long = arg.get_long().unwrap_or_default();
    let left = match (arg.get_id().as_str(), arg.get_short()) {
        ("verbose", _) => "-v|vv|vvv, --verbose".to_owned(),
        ("ansi", _) => "    --ansi|--no-ansi".to_owned(),
        (_, Some(letter)) => format!("-{letter}, --{long}"),
        (_, None) => format!("    --{long}"),
    };
    let left = match value(arg) {
        Some((value, true)) => format!("{left}[={value}]"),
        Some((value, false)) => format!("{left}={value}"),
        None => left,
    };
    (left, purpose(arg))
}

fn argument_row(arg: &Arg) -> Row {
    (label(arg), purpose(arg))
}

fn purpose(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let texts = arg.get_default_values().iter();
    let defaults: Vec<_> = texts
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        text += &comment(&format!(" [default: \"{}\"]", defaults.join(", ")));
    }
    if is_list(arg) && !arg.is_positional() {
        text += &comment(" (multiple values allowed)");
    }
    text
}

fn width<'a>(rows: impl IntoIterator<Item = &'a Row>) -> usize {
    let lengths = rows.into_iter().map(|(left, _)| left.chars().count());
    lengths.max().unwrap_or(0)
}

fn rows(rows: &[Row], width: usize) -> String {
    let line = |(left, purpose): &Row| {
        let space = " ".repeat(width - left.chars().count() + 2);
        format!("  {}{space}{purpose}\n", info(left))
    };
    rows.iter().map(line).collect()
}
