//! Branches and loops. A condition that cannot be told is taken to hold, and told.

use std::collections::HashMap;
use std::rc::Rc;

use super::folded::{Folded, List};
use super::references::is_place;
use super::{Evaluator, Event, Flow};
use crate::parse::Node;
use crate::problem::Position;
use crate::value::Key;

const CASES: [&str; 2] = ["case_statement", "default_statement"];

/// Whether a branch gave a variable a value that can be told, other than before.
fn changed(before: &HashMap<String, Folded>, after: &HashMap<String, Folded>) -> bool {
    let told = |value: &Folded| !matches!(value, Folded::Unknown | Folded::External(_));
    after.iter().any(|(name, value)| {
        told(value) && before.get(name).is_none_or(|before| !before.same(value))
    })
}

impl Evaluator<'_> {
    /// What a condition comes to, if it can be told.
    fn holds(&mut self, condition: &Rc<Node>) -> Option<bool> {
        self.looked_at(condition).truth()
    }

    pub(super) fn branch_if(&mut self, node: &Rc<Node>) -> Flow {
        let (Some(condition), Some(body)) = (node.field("condition"), node.field("body")) else {
            return Flow::Next;
        };
        let mut arms: Vec<(Option<&Rc<Node>>, &Rc<Node>)> = vec![(Some(condition), body)];
        for clause in node
            .children
            .iter()
            .filter(|child| child.field == Some("alternative"))
        {
            if let Some(body) = clause.field("body") {
                arms.push((clause.field("condition"), body));
            }
        }
        self.arms(&arms)
    }

    /// Arms in order, each with its condition; after one that cannot be told all others may be taken too.
    fn arms(&mut self, arms: &[(Option<&Rc<Node>>, &Rc<Node>)]) -> Flow {
        let mut doubts = Vec::new();
        for (condition, body) in arms {
            let holds = condition.map_or(Some(true), |condition| self.holds(condition));
            match holds {
                Some(false) => {}
                Some(true) if doubts.is_empty() => return self.statement_or_block(body),
                Some(true) => {
                    doubts.push((None, *body));
                    break;
                }
                None => doubts.push((*condition, *body)),
            }
        }
        self.doubtful(&doubts);
        if self.stopped { Flow::Stop } else { Flow::Next }
    }

    /// Each arm from the same start; goes on with what the first made that did not leave.
    fn doubtful(&mut self, arms: &[(Option<&Rc<Node>>, &Rc<Node>)]) {
        let before = self.frame.variables.clone();
        let mut after: Option<HashMap<String, Folded>> = None;
        let writes = self.writes;
        let mut told = Vec::new();
        let mut leaves = false;
        for (condition, body) in arms {
            self.frame.variables = before.clone();
            if let Some(condition) = condition {
                told.push(self.events.len());
                self.assumed(condition.at, self.shown_condition(condition));
            }
            let flow = self.statement_or_block(body);
            if self.stopped {
                return;
            }
            let ends_case = matches!(flow, Flow::Break(1)) && CASES.contains(&body.kind);
            match flow {
                _ if !self.thrown && (ends_case || matches!(flow, Flow::Next)) => {
                    after.get_or_insert_with(|| std::mem::take(&mut self.frame.variables));
                }
                flow => {
                    leaves = true;
                    self.thrown = false;
                    if let Flow::Return(value) = flow {
                        self.frame.perhaps.get_or_insert(value);
                    }
                }
            }
        }
        let changes =
            self.writes != writes || after.as_ref().is_some_and(|after| changed(&before, after));
        self.frame.variables = after.unwrap_or(before);
        let now = self.events.len();
        for at in told {
            if let Some(Event::Condition { end, onward, .. }) = self.events.get_mut(at) {
                *end = now;
                *onward = leaves || changes;
            }
        }
    }

    /// The `catch` clauses after calls that may throw: forgotten again where they do nothing that matters.
    pub(super) fn perhaps_caught(&mut self, node: &Rc<Node>) {
        let clauses = node.children.iter();
        for clause in clauses.filter(|clause| clause.kind == "catch_clause") {
            let Some(body) = clause.field("body") else {
                continue;
            };
            let before = (self.frame.variables.clone(), self.frame.perhaps.clone());
            let told = self.events.len();
            if let Some(name) = clause.field("name") {
                let name = self.variable_name(name);
                self.frame.variables.insert(name, Folded::Unknown);
            }
            let caught = clause.field("type").map(|of| self.shown(of));
            self.assumed(clause.at, format!("catch ({})", caught.unwrap_or_default()));
            self.doubtful(&[(None, body)]);
            if self.stopped {
                return;
            }
            let matters = self.events[told..].iter().any(Event::matters);
            if matters {
                self.close(told);
            } else {
                self.events.truncate(told);
            }
            (self.frame.variables, self.frame.perhaps) = before;
        }
    }

    /// The condition without its parentheses, as it is told.
    pub(super) fn shown_condition(&self, condition: &Rc<Node>) -> String {
        let inner = Some(condition).filter(|node| node.kind == "parenthesized_expression");
        self.shown(inner.and_then(|node| node.first()).unwrap_or(condition))
    }

    /// Tells that something was assumed, if what comes after depends upon it.
    pub(super) fn assumed(&mut self, at: Position, condition: String) {
        let file = self.frame.unit.file.clone();
        let end = self.events.len();
        self.events.push(Event::Condition {
            file,
            line: at.line,
            condition,
            end,
            onward: true,
        });
    }

    fn statement_or_block(&mut self, body: &Rc<Node>) -> Flow {
        self.nested(body.at, Flow::Stop, |this| match body.kind {
            "case_statement" | "default_statement" => this.case(body),
            _ => this.one(body),
        })
    }

    /// A body that is a block or one statement.
    fn one(&mut self, body: &Rc<Node>) -> Flow {
        match body.kind {
            "compound_statement" | "colon_block" => self.block(body),
            _ => self.statement(body),
        }
    }

    /// Cases from the one that fits on, until `break`; all of them when that cannot be told.
    pub(super) fn branch_switch(&mut self, node: &Rc<Node>) -> Flow {
        let (Some(subject), Some(body)) = (node.field("condition"), node.field("body")) else {
            return Flow::Next;
        };
        let value = self.looked_at(subject);
        let mut from = None;
        for (at, case) in body.children.iter().enumerate() {
            let Some(candidate) = case.field("value") else {
                continue;
            };
            let candidate = self.looked_at(candidate);
            match self.loosely_equal(&value, &candidate) {
                Some(true) => {
                    from = Some(at);
                    break;
                }
                Some(false) => {}
                None => return self.any_case(subject, body),
            }
        }
        let default = || {
            body.children
                .iter()
                .position(|case| case.kind == "default_statement")
        };
        let Some(from) = from.or_else(default) else {
            return Flow::Next;
        };
        for case in &body.children[from..] {
            match self.case(case) {
                Flow::Next => {}
                Flow::Break(1) | Flow::Continue(1) => return Flow::Next,
                Flow::Break(levels) => return Flow::Break(levels - 1),
                Flow::Continue(levels) => return Flow::Continue(levels - 1),
                flow => return flow,
            }
        }
        Flow::Next
    }

    fn any_case(&mut self, subject: &Rc<Node>, body: &Rc<Node>) -> Flow {
        let mut arms: Vec<_> = body.children.iter().map(|case| (None, case)).collect();
        if let Some((condition, _)) = arms.first_mut() {
            *condition = Some(subject);
        }
        self.doubtful(&arms);
        Flow::Next
    }

    /// The statements of a case, without its value.
    fn case(&mut self, case: &Rc<Node>) -> Flow {
        for statement in case.children.iter().filter(|child| child.field.is_none()) {
            match self.statement(statement) {
                Flow::Next => {}
                flow => return flow,
            }
        }
        Flow::Next
    }

    pub(super) fn each(&mut self, node: &Rc<Node>) -> Flow {
        let mut parts = node.children.iter().filter(|child| child.field.is_none());
        let (Some(subject), Some(target)) = (parts.next(), parts.next()) else {
            return Flow::Next;
        };
        let body = node.field("body").cloned();
        let entries = match self.looked_at(subject) {
            Folded::Array(list) => list,
            Folded::Null => Rc::new(List::default()),
            _ => return self.each_unknown(node, subject, target, body.as_ref()),
        };
        let by_reference = match (target.kind, &*target.children) {
            ("by_ref", _) => Some(target),
            ("pair", [_, value]) if value.kind == "by_ref" => Some(value),
            _ => None,
        };
        for (key, value) in &entries.entries {
            if !self.step(node.at) {
                return Flow::Stop;
            }
            self.bind_each(target, key.folded(), value.clone());
            let flow = body
                .as_ref()
                .map_or(Flow::Next, |body| self.statement_or_block(body));
            if let Some(element) = by_reference {
                self.put_element(subject, key, element);
            }
            match flow {
                Flow::Next | Flow::Continue(1) => {}
                Flow::Break(1) => break,
                Flow::Break(levels) => return Flow::Break(levels - 1),
                Flow::Continue(levels) => return Flow::Continue(levels - 1),
                flow => return flow,
            }
        }
        Flow::Next
    }

    /// Writes what an element's variable holds back to the list that is gone through.
    fn put_element(&mut self, list: &Rc<Node>, key: &Key, element: &Rc<Node>) {
        let name = self.variable_name(element);
        if let Some(value) = self.frame.variables.get(&name).cloned()
            && is_place(list)
        {
            self.put_value(list, key, value);
        }
    }

    fn each_unknown(
        &mut self,
        node: &Rc<Node>,
        subject: &Rc<Node>,
        target: &Rc<Node>,
        body: Option<&Rc<Node>>,
    ) -> Flow {
        self.bind_each(target, Folded::Unknown, Folded::Unknown);
        let told = self.events.len();
        let shown = self.shown(subject);
        self.assumed(node.at, format!("foreach ({shown})"));
        if let Some(body) = body {
            self.doubtful(&[(None, body)]);
        }
        self.close(told);
        Flow::Next
    }

    /// The branches of the condition told there end here.
    fn close(&mut self, told: usize) {
        let now = self.events.len();
        if let Some(Event::Condition { end, .. }) = self.events.get_mut(told) {
            *end = now;
        }
    }

    fn bind_each(&mut self, target: &Rc<Node>, key: Folded, value: Folded) {
        match (target.kind, &*target.children) {
            ("pair", [key_target, value_target]) => {
                self.assign(key_target, key);
                self.assign(value_target, value);
            }
            _ => self.assign(target, value),
        }
    }

    /// `for`, `while` and `do`.
    pub(super) fn repeat(&mut self, node: &Rc<Node>) -> Flow {
        if let Some(start) = node.field("initialize") {
            self.value(start);
        }
        let body = node.field("body").cloned();
        let mut first = node.kind == "do_statement";
        loop {
            let holds = match node.field("condition") {
                _ if std::mem::replace(&mut first, false) => Some(true),
                Some(condition) => self.holds(condition),
                None => Some(true),
            };
            match holds {
                Some(false) => return Flow::Next,
                Some(true) => {}
                None => return self.repeat_unknown(node, body.as_ref()),
            }
            if !self.step(node.at) {
                return Flow::Stop;
            }
            let flow = body
                .as_ref()
                .map_or(Flow::Next, |body| self.statement_or_block(body));
            match flow {
                Flow::Next | Flow::Continue(1) => {}
                Flow::Break(1) => return Flow::Next,
                Flow::Break(levels) => return Flow::Break(levels - 1),
                Flow::Continue(levels) => return Flow::Continue(levels - 1),
                flow => return flow,
            }
            if let Some(update) = node.field("update") {
                self.value(update);
            }
        }
    }

    fn repeat_unknown(&mut self, node: &Rc<Node>, body: Option<&Rc<Node>>) -> Flow {
        let told = self.events.len();
        if let Some(condition) = node.field("condition") {
            self.assumed(node.at, self.shown_condition(condition));
        }
        if let Some(body) = body.filter(|_| node.kind != "do_statement") {
            self.doubtful(&[(None, body)]);
        }
        self.close(told);
        Flow::Next
    }
}
