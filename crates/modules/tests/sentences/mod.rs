//! The sentences that the readers can say, taken from their sources: a text of at least three words
//! outside of comments and tests, with `{…}` standing for anything.

use std::fs;
use std::path::{Path, PathBuf};

/// Sources of the readers.
const SOURCES: [&str; 2] = ["src", "../php/src"];

/// Sources, by a part of their path, whose texts are no reports: reasons stand behind them.
const OTHER: [(&str, &str); 5] = [
    ("src/constraints.rs", "what module:enable says"),
    ("src/core.rs", "what holds of the built-in modules"),
    ("src/error.rs", "why a project cannot be read at all"),
    ("src/report.rs", "how reports look"),
    ("php/src/write.rs", "how files are written"),
];

/// Sentences that no case can provoke, with the reason.
const UNPROVOKED: &[(&str, &str)] = &[
    ("digraph modules {\n    rankdir=LR;\n", GRAPH),
    ("    {name} [style={style}, tooltip=\"{origin}\"];\n", GRAPH),
    ("    {} -> {};\n", GRAPH),
    (" at {}:{}", "cut off what the XML parser says"),
    ("The file cannot be read: permission denied.", RIGHTS),
    (
        "Give the user that runs this command the right to read it.",
        RIGHTS,
    ),
    (
        "Give the user that runs this command the right to read it, or remove it.",
        RIGHTS,
    ),
    (
        "the code does not parse here",
        "a file that does not parse is refused before",
    ),
    (
        "the file is too intricate to be parsed",
        "depends on the machine",
    ),
    (
        "remove what PHP would not parse either",
        "depends on the machine",
    ),
    ("the file is empty", "the parser always gives a program"),
    (
        "write something into it",
        "the parser always gives a program",
    ),
    (
        "{object} is Magento's ConfigBasedIntegrationManager",
        "told by setup:upgrade",
    ),
    (
        "the patch, since its version {version} is not above the module's {stored}",
        "told by setup:upgrade",
    ),
    ("{} === {shown}", "told by setup:upgrade"),
    ("no array is returned", ENVIRONMENT),
    ("let the file return one", ENVIRONMENT),
    ("the key of an element is computed", ENVIRONMENT),
    ("write the key as text or number", ENVIRONMENT),
];

const GRAPH: &str = "what module:graph prints";
const RIGHTS: &str = "whoever runs the tests may be allowed to read everything";
const ENVIRONMENT: &str = "said of env.php, which no module has";

/// Those that are in none of the texts that were said.
pub fn unprovoked(said: &[String]) -> Vec<String> {
    let mut missing = Vec::new();
    for folder in SOURCES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in sources(&folder) {
            let shown = file.to_string_lossy().replace("modules/../", "");
            if OTHER.iter().any(|(part, _)| shown.contains(part)) {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a source can be read");
            let of_file = literals(&text).into_iter();
            let sentences = of_file.filter(|text| text.matches(' ').count() >= 2);
            let unsaid = sentences.filter(|sentence| {
                let is_known = UNPROVOKED.iter().any(|(known, _)| known == sentence);
                !is_known && !said.iter().any(|said| says(said, sentence))
            });
            missing.extend(unsaid.map(|sentence| format!("{shown}: {sentence}")));
        }
    }
    missing
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("sources can be listed") {
        let path = entry.expect("sources can be listed").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether a text holds a sentence whose `{…}` may be anything; its first letter may be a capital.
fn says(text: &str, sentence: &str) -> bool {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        parts.push(before);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    parts.push(rest);
    let text = text.to_lowercase();
    let mut at = 0;
    parts.iter().all(|part| {
        let found = text[at..].find(&part.to_lowercase());
        at += found.map_or(0, |found| found + part.len());
        found.is_some()
    })
}

/// The texts in a source, up to its tests.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut letters = source.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '/' if letters.peek() == Some(&'/') => {
                letters.by_ref().find(|letter| *letter == '\n');
            }
            '\'' => skip_letter(&mut letters),
            '"' => found.push(text(&mut letters)),
            _ => {}
        }
    }
    found
}

type Letters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// A letter in quotes; a lifetime has no second quote.
fn skip_letter(letters: &mut Letters<'_>) {
    let mut ahead = letters.clone();
    let is_escaped = ahead.next() == Some('\\');
    if is_escaped {
        ahead.next();
        while ahead.peek().is_some_and(|letter| *letter != '\'') {
            ahead.next();
        }
    }
    if ahead.next() == Some('\'') {
        *letters = ahead;
    }
}

/// What stands up to the closing quote.
fn text(letters: &mut Letters<'_>) -> String {
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.next() {
                Some('\n') => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    text
}

#[test]
fn texts_are_found_and_held_against_what_was_said() {
    let source = "// \"not this one\"\nlet a: &'static str = \"one {} three\"; let b = '\"';\n\
                  f(\"two \\\n   lines here\", '\\'', \"x\");\n#[cfg(test)]\nmod tests { \"nor this one\" }";
    assert_eq!(literals(source), ["one {} three", "two lines here", "x"]);
    assert!(says("Well: One, two and three.", "one{} three") && !says("one two", "one {} three"));
}
