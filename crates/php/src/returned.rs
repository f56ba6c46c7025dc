//! Files that return a value: `config.php`, `env.php`, `autoload_files.php`.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use crate::evaluate::folded::Folded;
use crate::evaluate::{Evaluator, Unit};
use crate::parse::Script;
use crate::problem::{Position, Problem};
use crate::value::Value;

/// What the file returns. `file` is what its `__FILE__` is; `known` are variables (without `$`) that it
/// finds set.
///
/// # Errors
/// The script has errors, returns nothing, or something that cannot be told without running it.
pub fn returned_value(
    script: &Script,
    file: &Path,
    known: &BTreeMap<String, Value>,
) -> Result<Value, Problem> {
    if let Some(error) = script.errors().first() {
        return Err(error.clone());
    }
    let unit = Unit {
        file: String::new(),
        path: Some(file.to_owned()),
        script: script.clone(),
    };
    let mut evaluator = Evaluator::new(Rc::new(unit), &|_| None);
    for (name, value) in known {
        evaluator.set_variable(name, Folded::of_value(value));
    }
    let returned = evaluator.run();
    if evaluator.stopped()
        && let Some(problem) = evaluator.problems.into_iter().next()
    {
        return Err(problem.problem);
    }
    let start = Position { line: 1, column: 1 };
    let Some(returned) = returned else {
        return Err(Problem::new(
            start,
            "the file returns nothing",
            "let it return an array",
        ));
    };
    returned.to_value().ok_or_else(|| {
        let message = "what the file returns cannot be told without running it";
        Problem::new(start, message, "let it return literals")
    })
}
