//! A command line: the command's name, what every command takes, and the rest for the command.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction};

use super::Command;

/// Options of every command that take a value, by their long names.
const VALUED: [&str; 3] = ["root", INIT_PARAMETERS, BOOTSTRAP];

/// An option of Magento's for what sets a store up; taken everywhere, without an effect.
const INIT_PARAMETERS: &str = "magento-init-params";

/// The same for caches.
const BOOTSTRAP: &str = "bootstrap";

/// The commands whose help names [`INIT_PARAMETERS`], as Magento's does.
const OF_SETUP: [&str; 14] = [
    "admin:user:create",
    "maintenance:allow-ips",
    "maintenance:disable",
    "maintenance:enable",
    "maintenance:status",
    "module:disable",
    "module:enable",
    "module:status",
    "module:uninstall",
    "setup:db-data:upgrade",
    "setup:db-schema:upgrade",
    "setup:db:status",
    "setup:install",
    "setup:upgrade",
];

/// A command line that has been looked through.
#[derive(Debug, Default)]
pub struct Line {
    /// The first word that is no option.
    pub name: Option<String>,
    /// Everything else, in its order.
    pub rest: Vec<OsString>,
    /// `--root`
    pub root: Option<PathBuf>,
    /// `-h`
    pub wants_help: bool,
    /// `-V`
    pub wants_version: bool,
    /// `-q`
    pub is_quiet: bool,
    /// How many `v` there were.
    pub verbosity: usize,
    /// `--ansi` or `--no-ansi`
    pub colour: Option<bool>,
    /// Neither `-n` nor input that is no terminal.
    pub is_interactive: bool,
}

/// Looks through a command line. What follows `--` belongs to the command.
pub fn read(arguments: Vec<OsString>) -> Line {
    let mut line = Line {
        is_interactive: std::io::IsTerminal::is_terminal(&std::io::stdin()),
        ..Line::default()
    };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy().into_owned();
        if text == "--" {
            line.rest.push(argument);
            line.rest.extend(arguments);
            break;
        }
        if let Some(option) = text.strip_prefix("--") {
            let (option, value) = match option.split_once('=') {
                Some((option, value)) => (option, Some(OsString::from(value))),
                None => (option, None),
            };
            if VALUED.contains(&option) {
                let value = value.or_else(|| arguments.next()).unwrap_or_default();
                if option == "root" {
                    line.root = Some(PathBuf::from(value));
                }
                continue;
            }
        } else if !text.starts_with('-') && line.name.is_none() {
            line.name = Some(text);
            continue;
        }
        note(&mut line, &text);
        line.rest.push(argument);
    }
    line
}

/// What a word says of how a command runs; short options may stand behind one dash.
fn note(line: &mut Line, text: &str) {
    let letters = text.strip_prefix('-').unwrap_or_default();
    if letters.len() > 1 && letters.chars().all(|letter| "hqVvn".contains(letter)) {
        let letters = letters.chars().map(|letter| letter.to_string());
        let verbose = letters.clone().filter(|letter| letter == "v").count();
        for letter in letters.filter(|letter| letter != "v") {
            note(line, &format!("-{letter}"));
        }
        line.verbosity = line.verbosity.max(verbose);
        return;
    }
    match text {
        "-h" | "--help" => line.wants_help = true,
        "-V" | "--version" => line.wants_version = true,
        "-q" | "--quiet" => line.is_quiet = true,
        "--verbose" => line.verbosity = 1,
        "-v" => line.verbosity = line.verbosity.max(1),
        "--ansi" => line.colour = Some(true),
        "--no-ansi" => line.colour = Some(false),
        "-n" | "--no-interaction" => line.is_interactive = false,
        _ => {}
    }
}

/// A command as clap reads it: its own definition and what every command takes.
pub fn definition(command: &dyn Command) -> clap::Command {
    let name = command.name();
    let defined = command.define(bare(name));
    // Both are taken out of the line before: here they are for who reads the help.
    let long = if name.starts_with("cache:") {
        BOOTSTRAP
    } else if OF_SETUP.contains(&name) {
        INIT_PARAMETERS
    } else {
        return common(defined);
    };
    let help = "Parameters of Magento's bootstrap: taken, without an effect";
    common(defined.arg(Arg::new(long).long(long).help(help)))
}

/// A command that takes nothing.
pub fn bare(name: &'static str) -> clap::Command {
    clap::Command::new(name)
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
}

/// Adds what every command takes.
pub fn common(command: clap::Command) -> clap::Command {
    let flag = |id: &'static str, short: char, help: &'static str| {
        let arg = Arg::new(id).long(id).short(short).help(help);
        arg.action(ArgAction::SetTrue)
    };
    let long = |id: &'static str| Arg::new(id).long(id).action(ArgAction::SetTrue);
    let verbose = Arg::new("verbose").long("verbose").short('v');
    command
        .arg(flag("help", 'h', "Shows what a command takes and does"))
        .arg(flag("quiet", 'q', "Prints nothing but errors"))
        .arg(flag("version", 'V', "Shows the version"))
        .arg(long("ansi").help("Colours the output, or never does (--no-ansi)"))
        .arg(long("no-ansi").hide(true))
        .arg(flag("no-interaction", 'n', "Asks no questions"))
        .arg(
            verbose
                .action(ArgAction::Count)
                .help("Says more: 1 for a little, 2 for more, 3 for everything"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Line {
        read(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn the_first_word_names_the_command_wherever_options_stand() {
        let read = line(&["--root", "dir", "-vv", "cache:clean", "config", "-q"]);
        assert_eq!(read.name.as_deref(), Some("cache:clean"));
        assert_eq!(read.root, Some(PathBuf::from("dir")));
        assert_eq!(read.rest, ["-vv", "config", "-q"]);
        assert!(read.is_quiet && read.verbosity == 2 && !read.wants_help);
        let read = line(&["cache:clean", "-nq", "-qvv"]);
        assert!(read.is_quiet && !read.is_interactive && read.verbosity == 2);
        let read = line(&["maintenance:enable", "-qx", "-vvv"]);
        assert!(!read.is_quiet && read.verbosity == 3);
        let read = line(&["c:c", "--root=x", "--bootstrap=a=b", "--", "--help"]);
        assert_eq!(read.root, Some(PathBuf::from("x")));
        assert_eq!(read.rest, ["--", "--help"]);
        assert!(!read.wants_help);
    }
}
