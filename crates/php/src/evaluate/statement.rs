//! Statements, one after the other.

use std::rc::Rc;

use super::class::DECLARING;
use super::folded::Folded;
use super::{Evaluator, Event, Flow};
use crate::parse::Node;
use crate::setup::Action;

impl Evaluator<'_> {
    /// The statements in a node, until one leaves.
    pub(super) fn block(&mut self, block: &Rc<Node>) -> Flow {
        self.hoist(block);
        for statement in &block.children {
            match self.statement(statement) {
                Flow::Next => {}
                flow => return flow,
            }
        }
        Flow::Next
    }

    /// Functions and classes of a file can be used before they are declared.
    fn hoist(&mut self, block: &Rc<Node>) {
        for node in &block.children {
            match node.kind {
                "function_definition" => {
                    if let Some(name) = node.field("name") {
                        let name = self.code(name).to_lowercase();
                        let unit = self.frame.unit.clone();
                        self.functions.insert(name, (node.clone(), unit));
                    }
                }
                kind if DECLARING.contains(&kind) => {
                    let unit = self.frame.unit.clone();
                    self.declare_class(node, &unit);
                }
                _ => {}
            }
        }
    }

    pub(super) fn statement(&mut self, node: &Rc<Node>) -> Flow {
        self.nested(node.at, Flow::Stop, |this| {
            if !this.step(node.at) {
                return Flow::Stop;
            }
            let flow = this.statement_inside(node);
            if this.thrown || this.stopped {
                Flow::Stop
            } else {
                flow
            }
        })
    }

    fn statement_inside(&mut self, node: &Rc<Node>) -> Flow {
        match node.kind {
            "ERROR" => {
                self.problem(
                    node.at,
                    "the code does not parse here",
                    "make it what `php -l` accepts",
                );
                Flow::Next
            }
            "compound_statement" | "colon_block" => self.block(node),
            "namespace_definition" => match node.field("body") {
                Some(body) => self.block(&body.clone()),
                None => Flow::Next,
            },
            "if_statement" => self.branch_if(node),
            "switch_statement" => self.branch_switch(node),
            "foreach_statement" => self.each(node),
            "for_statement" | "while_statement" | "do_statement" => self.repeat(node),
            "try_statement" => self.guarded(node),
            "return_statement" => {
                let value = self.reported(node, |this| match node.first() {
                    Some(value) => this.value(value),
                    None => Folded::Null,
                });
                Flow::Return(value)
            }
            "break_statement" => Flow::Break(self.levels(node)),
            "continue_statement" => Flow::Continue(self.levels(node)),
            "exit_statement" => {
                self.not_executed(node);
                Flow::Stop
            }
            "const_declaration" => self.constants(node),
            "unset_statement" => self.forget(node),
            "function_static_declaration" => self.static_variables(node),
            "echo_statement" => {
                self.reported(node, |this| {
                    for value in &node.children {
                        this.value(value);
                    }
                    this.unresolved = true;
                });
                Flow::Next
            }
            "expression_statement" => {
                self.reported(node, |this| {
                    for value in &node.children {
                        let made = this.value(value);
                        // Made for what its constructor does.
                        let is_new = value.kind == "object_creation_expression";
                        this.unresolved |= is_new && matches!(made, Folded::External(_));
                    }
                });
                Flow::Next
            }
            "declare_statement" => {
                for inner in node
                    .children
                    .iter()
                    .filter(|inner| inner.kind.ends_with("_statement"))
                {
                    match self.statement(inner) {
                        Flow::Next => {}
                        flow => return flow,
                    }
                }
                Flow::Next
            }
            _ => Flow::Next,
        }
    }

    /// Evaluates something and tells the statement as not executed when it does anything unknown.
    fn reported<T>(&mut self, node: &Rc<Node>, inside: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.unresolved, false);
        let result = inside(self);
        if self.unresolved {
            self.not_executed(node);
        }
        self.unresolved = outer;
        result
    }

    /// Evaluates a condition. What it looks at is told with the condition, if it matters; what it does
    /// besides is told as not executed.
    pub(super) fn looked_at(&mut self, condition: &Rc<Node>) -> Folded {
        let unresolved = self.unresolved;
        let acted = std::mem::replace(&mut self.acted, false);
        let value = self.value(condition);
        if self.acted {
            let shown = self.shown_condition(condition);
            self.told_not_executed(condition, shown);
        }
        (self.unresolved, self.acted) = (unresolved, acted);
        value
    }

    pub(super) fn not_executed(&mut self, node: &Rc<Node>) {
        self.told_not_executed(node, self.shown(node));
    }

    fn told_not_executed(&mut self, node: &Rc<Node>, what: String) {
        let action = Action::NotExecuted {
            file: self.frame.unit.file.clone(),
            line: node.at.line,
            what,
        };
        self.events.push(Event::Act(action));
    }

    fn levels(&mut self, node: &Rc<Node>) -> i64 {
        match node.first().map(|levels| self.value(levels)) {
            Some(Folded::Int(levels)) => levels.max(1),
            _ => 1,
        }
    }

    fn constants(&mut self, node: &Rc<Node>) -> Flow {
        for element in node
            .children
            .iter()
            .filter(|child| child.kind == "const_element")
        {
            if let [name, value] = &*element.children {
                let (name, value) = (self.code(name), self.value(value));
                let name = self.frame.unit.script.names.local(&name);
                self.constants.insert(name, value);
            }
        }
        Flow::Next
    }

    fn static_variables(&mut self, node: &Rc<Node>) -> Flow {
        for variable in &node.children {
            let Some(name) = variable.field("name") else {
                continue;
            };
            let name = self.variable_name(name);
            let value = variable
                .field("value")
                .map_or(Folded::Null, |value| self.value(value));
            self.frame.variables.insert(name, value);
        }
        Flow::Next
    }

    /// `try`: what it guards; the first `catch` when something is surely thrown, and each of them where
    /// something may be thrown and they do what matters.
    fn guarded(&mut self, node: &Rc<Node>) -> Flow {
        let unknown = self.unknown_calls;
        let mut flow = node
            .field("body")
            .map_or(Flow::Next, |body| self.block(&body.clone()));
        if !self.thrown && !self.stopped && self.unknown_calls > unknown {
            self.perhaps_caught(node);
        }
        if self.thrown
            && !self.stopped
            && let Some(catch) = node.of_kind("catch_clause")
        {
            self.thrown = false;
            if let Some(name) = catch.field("name") {
                let name = self.variable_name(name);
                self.frame.variables.insert(name, Folded::Unknown);
            }
            flow = catch
                .field("body")
                .map_or(Flow::Next, |body| self.block(body));
        }
        let Some(finally) = node
            .of_kind("finally_clause")
            .and_then(|clause| clause.field("body"))
        else {
            return flow;
        };
        let thrown = std::mem::replace(&mut self.thrown, false);
        let last = self.block(finally);
        self.thrown |= thrown;
        if matches!(last, Flow::Next) {
            flow
        } else {
            last
        }
    }
}
