//! `_complete COMMAND WORD…`: what the next argument of a command can be, a line each, for the scripts
//! of `completion`. It is in no list.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use ferrite_base::StoreScope;
use ferrite_integrations::INTEGRATIONS;
use ferrite_settings::DECLARED;

use super::WORDS;
use crate::commands::{app_config, indexer, module, queue};
use crate::console::output::lines;
use crate::console::{Context, Entry, Exists, Outcome};
use crate::deployment::CACHE_TYPES;
use crate::hosts::MODES;

/// `_complete`
pub static COMPLETE: Entry<Options> = Entry {
    name: WORDS,
    description: "Says what the next argument of a command can be",
    exists: Exists::Always,
    run,
};

/// Options of `_complete`.
#[derive(Args)]
pub struct Options {
    /// The command
    command: String,
    /// The arguments before the one that is asked for
    #[arg(num_args = 0..)]
    given: Vec<String>,
}

/// What stands for an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Listed(&'static [&'static str]),
    CacheType,
    Command,
    ConfigPath,
    Index,
    Integration,
    /// A module; where it is switched on or off already, that of the other kind alone.
    Module(Option<bool>),
    Namespace,
}

/// The arguments of commands; the last one stands for all that follow where it may stand several
/// times.
const ARGUMENTS: &[(&str, &[Word], bool)] = &[
    ("app:config:dump", &[Word::Listed(&app_config::TYPES)], true),
    ("cache:clean", &[Word::CacheType], true),
    ("cache:disable", &[Word::CacheType], true),
    ("cache:enable", &[Word::CacheType], true),
    ("cache:flush", &[Word::CacheType], true),
    ("cache:status", &[], false),
    (
        "completion",
        &[Word::Listed(&["bash", "zsh", "fish"])],
        false,
    ),
    ("config:sensitive:set", &[Word::ConfigPath], false),
    ("config:set", &[Word::ConfigPath], false),
    ("config:show", &[Word::ConfigPath], false),
    ("deploy:mode:set", &[Word::Listed(&MODES)], false),
    ("help", &[Word::Command], false),
    ("indexer:reindex", &[Word::Index], true),
    ("indexer:reset", &[Word::Index], true),
    (
        "indexer:set-mode",
        &[Word::Listed(&["realtime", "schedule"]), Word::Index],
        true,
    ),
    (
        "indexer:set-status",
        &[
            Word::Listed(&["invalid", "suspended", "valid"]),
            Word::Index,
        ],
        true,
    ),
    ("indexer:show-mode", &[Word::Index], true),
    ("indexer:status", &[Word::Index], true),
    ("integration:activate", &[Word::Integration], false),
    ("integration:delete", &[Word::Integration], false),
    ("integration:reauthorize", &[Word::Integration], false),
    ("integration:show", &[Word::Integration], false),
    ("list", &[Word::Namespace], false),
    ("module:disable", &[Word::Module(Some(true))], true),
    ("module:enable", &[Word::Module(Some(false))], true),
    ("module:status", &[Word::Module(None)], true),
    ("module:uninstall", &[Word::Module(None)], true),
    (
        "queue:consumers:start",
        &[Word::Listed(&queue::CONSUMERS)],
        false,
    ),
];

/// Whether arguments of a command can be completed.
pub fn has_words(command: &str) -> bool {
    ARGUMENTS.iter().any(|(name, ..)| *name == command)
}

fn run(context: &Context, options: Options) -> Outcome {
    let command = context.find(&options.command)?.name();
    if let Some(word) = asked(command, options.given.len()) {
        let mut words = words(context, word)?;
        words.retain(|word| !options.given.contains(word));
        lines(words);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the argument at this place is.
fn asked(command: &str, place: usize) -> Option<Word> {
    let (_, words, goes_on) = ARGUMENTS.iter().find(|(name, ..)| *name == command)?;
    let last = words.last().filter(|_| *goes_on);
    words.get(place).or(last).copied()
}

fn words(context: &Context, word: Word) -> Result<Vec<String>> {
    let commands = || context.commands().into_iter().map(|command| command.name());
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Ok(match word {
        Word::Listed(words) => owned(words),
        Word::CacheType => owned(&CACHE_TYPES),
        Word::Command => commands().map(str::to_owned).collect(),
        Word::ConfigPath => config_paths(context)?,
        Word::Index => indexer::INDEXES.map(|(id, _)| id.to_owned()).to_vec(),
        Word::Integration => integrations(context)?,
        Word::Module(is_on) => modules(context, is_on)?,
        Word::Namespace => {
            let mut names: Vec<String> = commands()
                .filter_map(|name| name.rsplit_once(':'))
                .map(|(namespace, _)| namespace.to_owned())
                .collect();
            names.dedup();
            names
        }
    })
}

/// Declared paths, and those that modules or files give values to.
fn config_paths(context: &Context) -> Result<Vec<String>> {
    let mut paths: Vec<String> = DECLARED.iter().map(|one| one.path.to_owned()).collect();
    if context.project.is_installed() {
        let settings = context.settings_with_modules(context.open()?)?;
        paths.extend(settings.default_paths());
        paths.extend(settings.paths_at("default", StoreScope::admin().store_id));
    }
    paths.sort_unstable();
    paths.dedup();
    Ok(paths)
}

/// Names that a shell takes for one word.
fn integrations(context: &Context) -> Result<Vec<String>> {
    let all = context.open()?.read(|tx| INTEGRATIONS.all(tx))?;
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    let names = all.into_iter().map(|one| one.name);
    Ok(names.filter(|name| name.chars().all(is_plain)).collect())
}

fn modules(context: &Context, is_on: Option<bool>) -> Result<Vec<String>> {
    let installation = module::read(context)?;
    let all = installation.switches().into_iter();
    let meant = all.filter(|(_, on)| is_on.is_none_or(|wanted| wanted == *on));
    Ok(meant.map(|(name, _)| name.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ALL;

    #[test]
    fn every_command_in_the_table_is_one() {
        for (name, ..) in ARGUMENTS {
            assert!(ALL.iter().any(|command| command.name() == *name), "{name}");
        }
        assert!(ALL.iter().all(|command| command.name() != WORDS));
    }

    #[test]
    fn the_last_argument_stands_for_all_that_follow_where_there_may_be_several() {
        assert!(asked("cache:clean", 7) == Some(Word::CacheType));
        assert!(asked("config:set", 0) == Some(Word::ConfigPath));
        assert!(asked("config:set", 1).is_none() && asked("setup:upgrade", 0).is_none());
        assert!(asked("indexer:set-mode", 3) == Some(Word::Index));
    }
}
