//! Conversations with the command line, kept as text: what is typed, what is printed, the exit code.
//!
//! A file in `conversations` begins with the kind of project: `new`, `installed`, or
//! `installed with` a folder of `fixtures/modules`. `$ ` stands before what is typed after
//! the program's name; then come the lines of standard output and of standard error, and the exit
//! code in brackets. `{*}` stands for anything within a line, `{lines}` for any number of lines,
//! `{root}` for the project's folder. Blanks at the ends of lines do not count, nor do empty lines at
//! the end of an output. `! ` stands before what happens to the project between two commands
//! ([`crate::happenings`]).
//!
//! `lines.txt` lists what Magento's commands print, by command; every line of it stands in a
//! conversation.

use std::fs;
use std::path::{Path, PathBuf};

use crate::happenings::Happenings;
use crate::support::Project;

/// Where the conversations are.
const FOLDER: &str = "tests/console/conversations";

/// A step: what happens before, what is typed, what is to be printed, the exit code.
struct Step {
    before: Vec<String>,
    typed: String,
    wanted: Vec<String>,
    code: i32,
}

fn read(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut open = false;
    let mut before = Vec::new();
    for line in text.lines() {
        if let Some(happens) = line.strip_prefix("! ").filter(|_| !open) {
            before.push(happens.to_owned());
        } else if let Some(typed) = line.strip_prefix("$ ") {
            assert!(!open, "a step before {typed} has no exit code");
            steps.push(Step {
                before: std::mem::take(&mut before),
                typed: typed.to_owned(),
                wanted: Vec::new(),
                code: 0,
            });
            open = true;
        } else if open {
            let step = steps.last_mut().unwrap();
            let code = line
                .strip_prefix('[')
                .and_then(|line| line.strip_suffix(']'));
            match code.and_then(|code| code.parse().ok()) {
                Some(code) => {
                    step.code = code;
                    open = false;
                }
                None => step.wanted.push(line.trim_end().to_owned()),
            }
        }
    }
    assert!(!open, "the last step has no exit code");
    steps
}

/// The words of a line; quotes keep blanks.
fn words(typed: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut quoted = false;
    for letter in typed.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

/// Whether a line is what a pattern with `{*}` says.
fn fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("{*}");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = if parts.peek().is_none() {
            rest.ends_with(part).then(|| rest.len() - part.len())
        } else {
            rest.find(part)
        };
        let Some(at) = at else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

/// Whether lines are what patterns say, of which `{lines}` is any number of lines.
fn all_fit(patterns: &[String], lines: &[String]) -> bool {
    let Some((first, rest)) = patterns.split_first() else {
        return lines.is_empty();
    };
    if first == "{lines}" {
        return (0..=lines.len()).any(|skipped| all_fit(rest, &lines[skipped..]));
    }
    let line = lines.split_first();
    line.is_some_and(|(line, others)| fits(first, line) && all_fit(rest, others))
}

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn path(file: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    folder.join(file)
}

fn conversation(file: &str) {
    let text = fs::read_to_string(path(file)).unwrap();
    let project = match text.lines().next() {
        Some("installed") => Project::installed(),
        Some("new") => Project::new(),
        Some(kind) if kind.starts_with("installed with ") => {
            Project::with_modules(kind.trim_start_matches("installed with "))
        }
        other => panic!("{file} begins with {other:?}"),
    };
    let root = project.root().display().to_string();
    let steps = read(&text);
    assert!(!steps.is_empty());
    let mut happenings = Happenings::default();
    for step in steps {
        for happens in &step.before {
            happenings.happen(&project, &words(happens));
        }
        let typed = words(&step.typed.replace("{root}", &root));
        let output = project.run(&typed.iter().map(String::as_str).collect::<Vec<_>>());
        let mut printed = lines(&String::from_utf8(output.stdout).unwrap());
        printed.extend(lines(&String::from_utf8(output.stderr).unwrap()));
        let wanted = lines(&step.wanted.join("\n").replace("{root}", &root));
        let told = format!(
            "{file}: $ {}\n--- wanted\n{}\n--- printed\n{}\n---",
            step.typed,
            wanted.join("\n"),
            printed.join("\n")
        );
        assert!(all_fit(&wanted, &printed), "{told}");
        assert_eq!(output.status.code(), Some(step.code), "{told}");
    }
}

macro_rules! conversations {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                conversation(concat!(stringify!($name), ".txt"));
            }
        )*

        #[test]
        fn every_file_is_read() {
            let mut there: Vec<String> = fs::read_dir(path(""))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            there.sort_unstable();
            assert_eq!(there, [$(concat!(stringify!($name), ".txt")),*]);
        }
    };
}

conversations! {
    admin_user app_config cache checkout config deploy_mode finding help indexer installing maintenance
    module_faults module_new module_resources modules not_installed queue_and_cron setup_status
    setup_upgrade stores
}

/// Every line that Magento's commands print stands in some conversation.
#[test]
fn every_line_of_the_list_is_printed_somewhere() {
    let listed = include_str!("lines.txt").lines();
    let listed = listed.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut printed: Vec<String> = Vec::new();
    for entry in fs::read_dir(path("")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        printed.extend(read(&text).into_iter().flat_map(|step| step.wanted));
    }
    let missing: Vec<&str> = listed
        .filter(|line| !printed.iter().any(|one| fits(line, one)))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn patterns_fit_what_they_say() {
    assert!(fits("a{*}c", "abc") && fits("a{*}", "a") && fits("{*}b{*}", "abc"));
    assert!(!fits("a{*}c", "abd") && !fits("ab", "abc") && fits("abc", "abc"));
    let of = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    assert!(all_fit(
        &of(&["a", "{lines}", "c"]),
        &of(&["a", "b", "b", "c"])
    ));
    assert!(all_fit(&of(&["{lines}"]), &[]) && !all_fit(&of(&["a", "{lines}"]), &of(&["b"])));
    assert_eq!(words("a 'b c' --d='e f' ''"), ["a", "b c", "--d=e f", ""]);
}
