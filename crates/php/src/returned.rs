//! Files that return a value: `config.php`, `env.php`, `autoload_files.php`.

use std::collections::BTreeMap;
use std::path::Path;

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
    let _ = (script, file, known);
    Err(Problem::new(
        Position { line: 1, column: 1 },
        "returns nothing",
        "return an array",
    ))
}
