//! `completion SHELL`: a script by which a shell completes names of commands and their options.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use crate::console::{Command, Context, Entry, Exists, Outcome, describe, output};

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
    local -a given
    read -ra given <<< "$line"
    local word before=''
    for word in "${{given[@]:1}}"; do
        if [[ $before != --root && $word != -* && ( $word != "$current" || $line == *' ' ) ]]; then
            command="$word"
            break
        fi
        before="$word"
    done
    case "$command" in
        '') words='{names}' ;;
{cases}        *) words='' ;;
    esac
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
        "#compdef magento ferrite\n\
         # Completion for zsh: put it into a folder of $fpath as _magento.\n\
         _magento() {{\n    local -a commands options\n    commands=(\n{listed}    )\n    \
         local word command=''\n    for word in ${{words[2,CURRENT-1]}}; do\n        \
         [[ $word != -* ]] && {{ command=$word; break; }}\n    done\n    \
         if [[ -z $command ]]; then\n        _describe 'command' commands\n        return\n    fi\n    \
         case $command in\n{cases}    esac\n    compadd -- $options\n    _files\n}}\n\
         compdef _magento magento ferrite\n"
    )
}

fn fish(commands: &[&dyn Command]) -> String {
    let mut script = String::from(
        "# Completion for fish: put it into ~/.config/fish/completions/magento.fish.\n",
    );
    for program in ["magento", "ferrite"] {
        for command in commands {
            let _ = writeln!(
                script,
                "complete -c {program} -n __fish_use_subcommand -f -a '{}' -d {}",
                command.name(),
                quoted(command.description()).replace("'\\''", "\\'")
            );
            for option in describe::options(*command) {
                let _ = writeln!(
                    script,
                    "complete -c {program} -n '__fish_seen_subcommand_from {}' -l {option}",
                    command.name()
                );
            }
        }
    }
    script
}
