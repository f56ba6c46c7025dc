//! `module:graph`: the modules on disk and what has to come before them, for Graphviz.

use std::process::ExitCode;

use ferrite_modules::graph;

use super::{ended, read};
use crate::console::{Context, Entry, Exists, NoOptions, Outcome, output};

/// `module:graph`
pub static GRAPH: Entry<NoOptions> = Entry {
    name: "module:graph",
    description: "Prints the modules and their sequences as a graph in dot",
    exists: Exists::Always,
    run,
};

fn run(context: &Context, _: NoOptions) -> Outcome {
    let installation = read(context)?;
    output::text(&graph(&installation));
    Ok(ended(&installation, ExitCode::SUCCESS))
}
