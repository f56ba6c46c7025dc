//! Running what can be called: closures, `[$object, 'method']`, names of functions.

use std::rc::Rc;

use super::Evaluator;
use super::arguments::Arguments;
use super::folded::{Closure, Folded};
use crate::parse::Node;

impl Evaluator<'_> {
    /// Runs a closure.
    pub(super) fn call_closure(&mut self, closure: &Rc<Closure>, arguments: &Arguments) -> Folded {
        let Some(body) = closure.node.field("body").cloned() else {
            return Folded::Unknown;
        };
        let node = closure.node.clone();
        let value = self.inside_call(&node, |this| {
            let mut frame = closure.frame.clone();
            frame.id = this.next_frame();
            (frame.perhaps, frame.yielded) = (None, None);
            let shared = this.shared_with(closure, &mut frame);
            let outer = std::mem::replace(&mut this.frame, frame);
            this.hand_over(&node, Some(arguments));
            let result = if node.kind == "arrow_function" {
                this.value(&body)
            } else {
                this.body(&body)
            };
            this.hand_back(&node);
            this.share(closure, &shared);
            this.restore(outer);
            result
        });
        self.take_back(Some(arguments));
        value
    }

    /// Runs whatever can be called: a closure, `[$object, 'method']`, a function's name.
    pub(super) fn call_value(
        &mut self,
        callable: &Folded,
        arguments: &Arguments,
        at: &Rc<Node>,
    ) -> Option<Folded> {
        match callable {
            Folded::Closure(closure) => Some(self.call_closure(closure, arguments)),
            Folded::Array(list) => match &*list.entries {
                [
                    (_, object @ (Folded::Instance(_) | Folded::External(_))),
                    (_, Folded::Text(method)),
                ] => Some(self.call_on(&object.clone(), &method.clone(), arguments, at)),
                [(_, Folded::Text(class)), (_, Folded::Text(method))] => {
                    Some(self.call_of_class(&class.clone(), &method.clone(), arguments, at, false))
                }
                _ => None,
            },
            Folded::Text(name) if name.contains("::") => {
                let (class, method) = name.split_once("::")?;
                Some(self.call_of_class(class, method, arguments, at, false))
            }
            Folded::Text(name) => Some(self.call_function(name.as_ref(), arguments, at)),
            _ => None,
        }
    }
}
