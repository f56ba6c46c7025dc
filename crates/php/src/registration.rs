//! `registration.php`: which components it registers, computed and not run.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::evaluate::{Evaluator, Event, Unit};
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
