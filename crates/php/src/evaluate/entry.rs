//! Where setup begins: a class is made as Magento makes it, and one of its methods is called.

use std::rc::Rc;

use super::arguments::Arguments;
use super::folded::Folded;
use super::{Class, Evaluator, Unit};
use crate::parse::Script;
use crate::setup::{FileProblem, Module};

impl<'a> Evaluator<'a> {
    /// An evaluator of a module's classes, which begins in no file.
    pub(crate) fn of_module(module: Module<'a>) -> Self {
        let unit = Unit {
            file: String::new(),
            path: None,
            script: Script::empty(),
        };
        let mut evaluator = Self::new(Rc::new(unit), module.source);
        evaluator.preference = module.preference;
        evaluator
    }

    /// Makes an object of the class and calls the method with objects of the named classes.
    pub(crate) fn run_method(&mut self, class: &Rc<Class>, method: &str, arguments: &[&str]) {
        let Some((node, owner)) = self.method(class, method) else {
            self.method_missing(class, method);
            return;
        };
        let object = self.object_of(&class.name);
        let Folded::Instance(this) = object else {
            return;
        };
        let handed = arguments
            .iter()
            .map(|class| Folded::External((*class).into()));
        let arguments = Arguments::of(handed);
        self.invoke(&node, &owner, Some(this), &class.name, Some(&arguments));
    }

    /// What a static method returns, called without arguments.
    pub(crate) fn returned_by(&mut self, class: &Rc<Class>, method: &str) -> Option<Folded> {
        let (node, owner) = self.method(class, method)?;
        Some(self.invoke(
            &node,
            &owner,
            None,
            &class.name,
            Some(&Arguments::default()),
        ))
    }

    /// What an object's method returns, called without arguments.
    pub(crate) fn returned_by_object(&mut self, class: &Rc<Class>, method: &str) -> Option<Folded> {
        let (node, owner) = self.method(class, method)?;
        let Folded::Instance(this) = self.object_of(&class.name) else {
            return None;
        };
        Some(self.invoke(
            &node,
            &owner,
            Some(this),
            &class.name,
            Some(&Arguments::default()),
        ))
    }

    /// The method may lie in what does not parse, or be inherited from what was not given.
    fn method_missing(&mut self, class: &Rc<Class>, method: &str) {
        let Some(unit) = class.unit.clone() else {
            return;
        };
        if unit.script.has_errors() {
            self.syntax_problems(&unit);
            return;
        }
        let message = format!("{} has no method {method} that can be read", class.name);
        let problem = crate::Problem::new(unit.script.root.at, message, "declare it in the module");
        self.problems.push(FileProblem {
            file: unit.file.clone(),
            problem,
        });
    }

    /// Tells where a file does not parse.
    pub(super) fn syntax_problems(&mut self, unit: &Unit) {
        for problem in unit.script.errors() {
            let problem = FileProblem {
                file: unit.file.clone(),
                problem: problem.clone(),
            };
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}
