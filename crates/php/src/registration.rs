//! `registration.php`: which components it registers, computed and not run.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::evaluate::{Evaluator, Event, REGISTRAR, Unit, normal_path};
use crate::literals::Reader;
use crate::parse::Script;
use crate::problem::{Position, Problem};

/// One call of `ComponentRegistrar::register`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// `module`, `library`, `theme`, `language`, `setup`, or whatever the call says.
    pub kind: String,
    /// `Vendor_Module`
    pub name: String,
    /// Normalised by its text alone; it may lie outside of the project, which a caller judges.
    pub path: PathBuf,
    /// Where the call stands.
    pub at: Position,
}

/// What a file registers, and which of its calls cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    /// In the order of the calls.
    pub found: Vec<Registration>,
    /// Calls that cannot be read, and errors of syntax.
    pub problems: Vec<Problem>,
    /// The files that it includes, as far as their paths can be told; in what `glob` would find, `*`
    /// stands for any part of a name.
    pub included: Vec<PathBuf>,
}

/// [`registrations`] of a file's bytes. One that does not parse registers nothing, as PHP would run none
/// of it; one of the usual form, a single call, needs no parsing.
///
/// # Errors
/// As [`Script::parse`].
pub fn registrations_in(bytes: &[u8], dir: &Path) -> Result<Registrations, Problem> {
    if let Some(found) = usual(bytes, dir) {
        return Ok(Registrations {
            found: vec![found],
            ..Registrations::default()
        });
    }
    let script = Script::parse(bytes)?;
    let read = registrations(&script, dir);
    if script.has_errors() {
        return Ok(Registrations {
            problems: read.problems,
            ..Registrations::default()
        });
    }
    Ok(read)
}

/// The file that nearly all modules have: at most a declaration and a `use` before one call with a literal
/// name and `__DIR__`.
fn usual(bytes: &[u8], dir: &Path) -> Option<Registration> {
    let mut reader = Reader::begin(bytes)?;
    if reader.word("declare").is_some() {
        for piece in ["(", "strict_types", "=", "1", ")", ";"] {
            reader.pass()?;
            reader.take(piece)?;
        }
        reader.pass()?;
    }
    let mut is_imported = false;
    if reader.word("use").is_some() {
        reader.pass()?;
        let _ = reader.take("\\");
        reader.take(REGISTRAR)?;
        reader.pass()?;
        reader.take(";")?;
        reader.pass()?;
        is_imported = true;
    }
    let start = reader.text.len() - reader.rest.len();
    class(&mut reader, is_imported)?;
    reader.take("register")?;
    reader.pass()?;
    reader.take("(")?;
    reader.pass()?;
    class(&mut reader, is_imported)?;
    reader.take("MODULE")?;
    reader.pass()?;
    reader.take(",")?;
    reader.pass()?;
    let name = reader.text()?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let path = dir.to_string_lossy();
    if !name.chars().all(is_plain) || path.contains('*') {
        return None;
    }
    reader.pass()?;
    reader.take(",")?;
    reader.pass()?;
    reader.word("__DIR__")?;
    reader.pass()?;
    if reader.take(",").is_some() {
        reader.pass()?;
    }
    reader.take(")")?;
    reader.pass()?;
    reader.take(";")?;
    reader.end()?;
    let before = reader.text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Some(Registration {
        kind: "module".to_owned(),
        name,
        path: PathBuf::from(normal_path(&path)),
        at: Position {
            line: before.matches('\n').count() + 1,
            column: start - line_start + 1,
        },
    })
}

/// `ComponentRegistrar::`, in full or as it is imported.
fn class(reader: &mut Reader<'_>, is_imported: bool) -> Option<()> {
    if reader.take("\\").is_some() {
        reader.take(REGISTRAR)?;
    } else if is_imported {
        reader.take("ComponentRegistrar")?;
    } else {
        return None;
    }
    reader.take("::")
}

/// The components that a file registers; `dir` is what its `__DIR__` is.
pub fn registrations(script: &Script, dir: &Path) -> Registrations {
    let unit = Unit {
        file: String::new(),
        path: Some(dir.join("registration.php")),
        script: script.clone(),
    };
    let mut evaluator = Evaluator::new(Rc::new(unit), &|_| None);
    evaluator.take_patterns();
    evaluator.run();
    let mut problems = script.errors().to_vec();
    for problem in evaluator.problems {
        let told = problems
            .iter()
            .any(|known| known.at() == problem.problem.at());
        if !told {
            problems.push(problem.problem);
        }
    }
    let (mut found, mut included) = (Vec::new(), Vec::new());
    for event in evaluator.events {
        match event {
            Event::Registered(registration) => found.push(registration),
            Event::Included(path) => included.push(path),
            _ => {}
        }
    }
    Registrations {
        found,
        problems,
        included,
    }
}
