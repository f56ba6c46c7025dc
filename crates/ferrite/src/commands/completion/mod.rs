//! `completion SHELL`: a script by which a shell completes names of commands, their options, and their
//! arguments, for which it asks the hidden command [`WORDS`]: they are the project's.

mod words;

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::console::{Command, Context, Entry, Exists, Outcome, describe, output};

pub use words::COMPLETE;

/// The command that a script asks for arguments.
const WORDS: &str = "_complete";

/// `completion`
pub static COMPLETION: Entry<Options> = Entry {
    name: "completion",
    description: "Prints a script for completion in a shell",
    exists: Exists::Always,
    run,
};

/// Options of `completion`.
#[derive(Args)]
pub struct Options {
    /// bash, zsh or fish
    #[arg(default_value = "bash")]
    shell: String,
}

fn run(context: &Context, options: Options) -> Outcome {
    let commands = context.commands();
    let script = match options.shell.as_str() {
        "bash" => bash(&commands),
        "zsh" => zsh(&commands),
        "fish" => fish(&commands),
        other => bail!("Shell \"{other}\" is not supported by completion: take bash, zsh or fish."),
    };
    output::text(&script);
    Ok(ExitCode::SUCCESS)
}

fn names(commands: &[&dyn Command]) -> String {
    let names: Vec<&str> = commands.iter().map(|one| one.name()).collect();
    names.join(" ")
}

fn long_options(command: &dyn Command) -> String {
    let options = describe::options(command);
    let options: Vec<String> = options.iter().map(|one| format!("--{one}")).collect();
    options.join(" ")
}

/// For readline a colon ends a word: what stands before the last one is not offered again.
fn bash(commands: &[&dyn Command]) -> String {
    let mut cases = String::new();
    for command in commands {
        let options = long_options(*command);
        let _ = writeln!(cases, "        {}) words='{options}' ;;", command.name());
    }
    format!(
        r#"# Completion for bash: source it, or put it where your bash looks for completions.
_magento() {{
    local line="${{COMP_LINE:0:COMP_POINT}}" current words command=''
    current="${{line##* }}"
    local -a given root=() arguments=()
    read -ra given <<< "$line"
    [[ -n $current ]] && unset 'given[-1]'
    local word before=''
    for word in "${{given[@]:1}}"; do
        if [[ $before == --root ]]; then
            root=(--root "$word")
        elif [[ $word == --root=* ]]; then
            root=("$word")
        elif [[ -n $command ]]; then
            [[ $word != -* ]] && arguments+=("$word")
        elif [[ $word != -* ]]; then
            command="$word"
        fi
        before="$word"
    done
    case "$command" in
        '') words='{names}' ;;
{cases}        *) words='' ;;
    esac
    if [[ -n $command && $current != -* ]]; then
        words="$("${{given[0]/#\~/$HOME}}" "${{root[@]}}" {WORDS} -- "$command" "${{arguments[@]}}" 2>/dev/null)"
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
        local head="${{current%"${{current##*:}}"}}"
        COMPREPLY=("${{COMPREPLY[@]#"$head"}}")
    fi
}}
complete -o default -F _magento magento ferrite
"#,
        names = names(commands)
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn zsh(commands: &[&dyn Command]) -> String {
    let (mut listed, mut cases) = (String::new(), String::new());
    for command in commands {
        let name = command.name().replace(':', "\\:");
        let entry = quoted(&format!("{name}:{}", command.description()));
        let _ = writeln!(listed, "        {entry}");
        let options = long_options(*command);
        let _ = writeln!(cases, "        {}) options=({options}) ;;", command.name());
    }
    format!(
        r#"#compdef magento ferrite
# Completion for zsh: put it into a folder of $fpath as _magento.
_magento() {{
    local -a commands options root arguments
    commands=(
{listed}    )
    local word before='' command=''
    for word in ${{words[2,CURRENT-1]}}; do
        if [[ $before == --root ]]; then
            root=(--root $word)
        elif [[ $word == --root=* ]]; then
            root=($word)
        elif [[ -n $command ]]; then
            [[ $word != -* ]] && arguments+=($word)
        elif [[ $word != -* ]]; then
            command=$word
        fi
        before=$word
    done
    if [[ -z $command ]]; then
        _describe 'command' commands
        return
    fi
    case $command in
{cases}    esac
    compadd -- $options
    compadd -- ${{(f)"$(${{(Q)words[1]/#\~/$HOME}} $root {WORDS} -- $command $arguments 2>/dev/null)"}}
    _files
}}
compdef _magento magento ferrite
"#
    )
}

fn fish(commands: &[&dyn Command]) -> String {
    let mut script = format!(
        r#"# Completion for fish: put it into ~/.config/fish/completions/magento.fish.
function __magento_words
    set -l given (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $given[1])
    set -l root
    set -l words
    set -l before ''
    for word in $given[2..-1]
        if test "$before" = --root
            set root --root $word
        else if string match -q -- '--root=*' $word
            set root $word
        else if not string match -q -- '-*' $word
            set -a words $word
        end
        set before $word
    end
    $program $root {WORDS} -- $words 2>/dev/null
end
"#
    );
    for program in ["magento", "ferrite"] {
        for command in commands {
            let _ = writeln!(
                script,
                "complete -c {program} -n __fish_use_subcommand -f -a '{}' -d {}",
                command.name(),
                quoted(command.description()).replace("'\\''", "\\'")
            );
            let seen = format!("-n '__fish_seen_subcommand_from {}'", command.name());
            if words::has_words(command.name()) {
                let _ = writeln!(
                    script,
                    "complete -c {program} {seen} -f -a '(__magento_words)'"
                );
            }
            for option in describe::options(*command) {
                let _ = writeln!(script, "complete -c {program} {seen} -l {option}");
            }
        }
    }
    script
}
