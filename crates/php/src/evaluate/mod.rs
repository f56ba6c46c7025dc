//! Evaluates as much of PHP as setup scripts and registrations need, over values that may be unknown.
//!
//! Nothing has an effect outside of the evaluator: calls that matter become [`Event`]s, calls that are not
//! known become [`Action::NotExecuted`]. A condition that cannot be told is taken to hold, and so are those
//! of the branches beside it. Steps, text, depth and calls are bounded; past a bound evaluation ends with a
//! problem.

mod arguments;
mod assign;
mod branch;
mod callable;
mod calls;
mod class;
mod entry;
mod enumeration;
mod expression;
mod external;
pub(crate) mod folded;
mod functions;
mod literal;
mod lookup;
mod operators;
mod paths;
mod plain;
mod printf;
mod references;
mod sequences;
mod statement;
mod text;
mod text_functions;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::parse::{Node, Script, one_line};
use crate::problem::{Position, Problem};
use crate::registration::Registration;
use crate::setup::{Action, FileProblem, Source};
use crate::{MAX_STEPS, MAX_TEXT};
pub(crate) use class::Class;
use folded::Folded;
pub(crate) use lookup::REGISTRAR;
pub(crate) use paths::normal as normal_path;

/// How deep evaluation may nest, over all calls together.
const MAX_NESTING: usize = 200;
/// How many calls may be open at once.
const MAX_CALLS: usize = 32;
/// How many characters of a statement or a condition are told.
const SHOWN: usize = 120;

/// A file that is evaluated.
#[derive(Debug)]
pub(crate) struct Unit {
    /// How it is named in what comes out.
    pub(crate) file: String,
    /// What `__FILE__` is, if that is known.
    pub(crate) path: Option<PathBuf>,
    pub(crate) script: Script,
}

/// What a running function sees.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Which call it is of: closures that it makes refer to it.
    pub(crate) id: usize,
    pub(crate) unit: Rc<Unit>,
    /// `self`
    pub(crate) class: Option<Rc<Class>>,
    /// `static`
    pub(crate) called: Option<Rc<str>>,
    pub(crate) this: Option<usize>,
    pub(crate) variables: HashMap<String, Folded>,
    /// `__FUNCTION__`
    pub(crate) function: Rc<str>,
    /// What a `return` under an unknown condition would have given.
    pub(crate) perhaps: Option<Folded>,
    /// What it has yielded: a generator gives this instead of what it returns.
    pub(crate) yielded: Option<Folded>,
}

/// An object of a class whose source was given.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) class: Rc<Class>,
    pub(crate) properties: HashMap<String, Folded>,
}

/// What evaluation came upon, in order.
#[derive(Debug)]
pub(crate) enum Event {
    Registered(Registration),
    /// A file is included.
    Included(PathBuf),
    Act(Action),
    /// A condition that could not be told, and where in the events its branches end.
    Condition {
        file: String,
        line: usize,
        condition: String,
        end: usize,
        onward: bool,
    },
}

impl Event {
    /// Whether it does something to integrations.
    fn matters(&self) -> bool {
        matches!(
            self,
            Self::Act(Action::ProcessIntegrationConfig { .. } | Action::CreateIntegration { .. })
        )
    }
}

/// How a statement ended.
pub(crate) enum Flow {
    Next,
    Return(Folded),
    Break(i64),
    Continue(i64),
    /// Thrown, exited, or out of bounds.
    Stop,
}

/// Evaluates one script, or one setup script with the classes that it uses.
pub(crate) struct Evaluator<'a> {
    source: &'a dyn Fn(&str) -> Option<Source>,
    /// The class that is made where another is asked for.
    preference: &'a dyn Fn(&str) -> Option<String>,
    /// What `$context->getVersion()` gives.
    stored: Folded,
    frame: Frame,
    classes: HashMap<String, Option<Rc<Class>>>,
    instances: Vec<Instance>,
    shared: HashMap<String, usize>,
    statics: HashMap<(String, String), Folded>,
    constants: HashMap<String, Folded>,
    functions: HashMap<String, (Rc<Node>, Rc<Unit>)>,
    pub(crate) events: Vec<Event>,
    pub(crate) problems: Vec<FileProblem>,
    steps: usize,
    text: usize,
    nesting: usize,
    calls: usize,
    stopped: bool,
    thrown: bool,
    /// How often a property was written.
    writes: usize,
    /// A call was met, since the statement began, that does something unknown.
    unresolved: bool,
    /// The same, by its name something else than looking.
    acted: bool,
    /// `glob` gives its pattern: whoever reads what comes out finds the files.
    gives_patterns: bool,
    /// How many calls were met that do something unknown.
    unknown_calls: usize,
    /// How many frames there were.
    frames: usize,
    /// What the last call left in parameters that it took by reference.
    handed_back: Vec<references::HandedBack>,
    /// What of it was handed over as a value that nobody holds.
    left_over: Vec<references::HandedBack>,
    /// Variables of open calls that closures have changed, by frame and name.
    changed_by_closures: HashMap<(usize, String), Folded>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(unit: Rc<Unit>, source: &'a dyn Fn(&str) -> Option<Source>) -> Self {
        let frame = Frame {
            id: 0,
            unit,
            class: None,
            called: None,
            this: None,
            variables: HashMap::new(),
            function: "".into(),
            perhaps: None,
            yielded: None,
        };
        Self {
            source,
            preference: &|_| None,
            stored: Folded::text(""),
            frame,
            classes: HashMap::new(),
            instances: Vec::new(),
            shared: HashMap::new(),
            statics: HashMap::new(),
            constants: HashMap::new(),
            functions: HashMap::new(),
            events: Vec::new(),
            problems: Vec::new(),
            steps: 0,
            text: 0,
            nesting: 0,
            calls: 0,
            stopped: false,
            thrown: false,
            writes: 0,
            unresolved: false,
            acted: false,
            gives_patterns: false,
            unknown_calls: 0,
            frames: 0,
            handed_back: Vec::new(),
            left_over: Vec::new(),
            changed_by_closures: HashMap::new(),
        }
    }

    pub(crate) fn set_stored_version(&mut self, version: &str) {
        self.stored = Folded::text(version);
    }

    pub(crate) fn take_patterns(&mut self) {
        self.gives_patterns = true;
    }

    pub(crate) fn set_variable(&mut self, name: &str, value: Folded) {
        self.frame.variables.insert(name.to_owned(), value);
    }

    /// Runs the file of the first frame; gives what it returns.
    pub(crate) fn run(&mut self) -> Option<Folded> {
        let root = self.frame.unit.script.root.clone();
        match self.block(&root) {
            Flow::Return(value) => Some(value),
            _ => self.frame.perhaps.take(),
        }
    }

    /// Whether a bound was reached.
    pub(crate) fn stopped(&self) -> bool {
        self.stopped
    }

    fn code(&self, node: &Node) -> String {
        node.text(&self.frame.unit.script.text).to_owned()
    }

    fn shown(&self, node: &Node) -> String {
        one_line(node.text(&self.frame.unit.script.text), SHOWN)
    }

    fn directory(&self) -> Option<&Path> {
        self.frame.unit.path.as_deref().and_then(Path::parent)
    }

    /// One step; false when there are none left.
    fn step(&mut self, at: Position) -> bool {
        self.steps_taken(1, at)
    }

    fn steps_taken(&mut self, steps: usize, at: Position) -> bool {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS {
            self.stop(at, format!("the code takes more than {MAX_STEPS} steps"));
        }
        !self.stopped
    }

    /// Room for so much text; false when there is none left.
    fn room(&mut self, bytes: usize, at: Position) -> bool {
        self.text = self.text.saturating_add(bytes);
        if self.text > MAX_TEXT {
            self.stop(
                at,
                format!("the code puts together more than {MAX_TEXT} bytes of text"),
            );
        }
        !self.stopped
    }

    fn stop(&mut self, at: Position, message: String) {
        if !self.stopped {
            self.stopped = true;
            self.problem(at, message, "write what it computes as a literal");
        }
    }

    fn problem(&mut self, at: Position, message: impl Into<String>, hint: impl Into<String>) {
        let problem = FileProblem {
            file: self.frame.unit.file.clone(),
            problem: Problem::new(at, message, hint),
        };
        let told = |known: &FileProblem| known.file == problem.file && known.problem.at() == at;
        if !self.problems.iter().any(told) {
            self.problems.push(problem);
        }
    }

    /// Counts a level of nesting around something; unknown past the bound.
    fn nested<T>(&mut self, at: Position, otherwise: T, inside: impl FnOnce(&mut Self) -> T) -> T {
        if self.stopped {
            return otherwise;
        }
        if self.nesting >= MAX_NESTING {
            self.stop(
                at,
                format!("the code and its calls nest deeper than {MAX_NESTING} levels"),
            );
            return otherwise;
        }
        self.nesting += 1;
        let result = inside(self);
        self.nesting -= 1;
        result
    }

    /// The actions, with those conditions that a call to integrations depends upon.
    pub(crate) fn actions(self) -> (Vec<Action>, Vec<FileProblem>) {
        let flags: Vec<bool> = self.events.iter().map(Event::matters).collect();
        let last = flags.iter().rposition(|matters| *matters);
        let mut actions = Vec::new();
        for (at, event) in self.events.into_iter().enumerate() {
            match event {
                Event::Registered(_) | Event::Included(_) => {}
                Event::Act(action) => actions.push(action),
                Event::Condition {
                    file,
                    line,
                    condition,
                    end,
                    onward,
                } => {
                    let inside = flags[at..end.clamp(at, flags.len())].contains(&true);
                    if inside || (onward && last.is_some_and(|last| last > at)) {
                        // Told as assumed, it need not be told as not executed as well.
                        actions.retain(|action| !is_told(action, &file, line, &condition));
                        actions.push(Action::Assumed {
                            file,
                            line,
                            condition,
                        });
                    }
                }
            }
        }
        (actions, self.problems)
    }
}

/// Whether an action tells that this condition was not executed.
fn is_told(action: &Action, at_file: &str, at_line: usize, condition: &str) -> bool {
    match action {
        Action::NotExecuted { file, line, what } => {
            let is_same = what == condition || condition == format!("foreach ({what})");
            is_same && file == at_file && *line == at_line
        }
        _ => false,
    }
}
